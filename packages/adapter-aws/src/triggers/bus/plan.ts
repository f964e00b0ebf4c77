/** What calls a bus function on AWS: an EventBridge rule, by default through an SQS queue. */
import type { Binding } from "@isobar/core/plan";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/asynchronous.ts";
import { inboxOf, inFrontOfFunction, inFrontOfQueue, longestDelivery } from "../../deploy/hops.ts";
import { getAtt, logicalId, ownName, ref, sub, type Resources } from "../../deploy/resources.ts";
import { ageBehind, assessSqs, idInBody, renderSqs, type SqsSettings } from "../../deploy/sqs.ts";
import { planBy } from "../../deploy/variants.ts";

/** Default `eventbridge-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
export type BusSettings = (SqsSettings & { readonly variant?: "eventbridge-sqs" }) | DirectSettings;

const ruleOf = (name: string) => logicalId(name, "Rule");
const sender = (name: string) => ({ service: "events.amazonaws.com", arn: getAtt(ruleOf(name)) });

/** The bus, and the rule with its target. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html · https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function ruled({ name, fn: { source, options } }: Binding<"bus">, to: string): Resources {
  const bus = logicalId(source.name, "Bus");
  return {
    [bus]: { Type: "AWS::Events::EventBus", Metadata: { Isobar: { bus: source.name } }, Properties: { Name: sub(ownName(source.name)) } },
    [ruleOf(name)]: {
      Type: "AWS::Events::Rule",
      Metadata: { Isobar: { for: name } },
      Properties: {
        EventBusName: ref(bus),
        State: "ENABLED",
        // A pattern has a field at least; every event has a source that begins with nothing.
        EventPattern: { source: options.sources ?? [{ prefix: "" }], ...(options.detailTypes === undefined ? {} : { "detail-type": options.detailTypes }) },
        Targets: [{ Id: "function", Arn: getAtt(to), RetryPolicy: longestDelivery, DeadLetterConfig: { Arn: getAtt(logicalId(name, "Undelivered")) } }],
      },
    },
  };
}

export const busPlan = planBy<"bus", BusSettings>("bus", "eventbridge-sqs", {
  "eventbridge-sqs": {
    assess(binding: Binding<"bus", SqsSettings>) {
      const shared = assessSqs(binding);
      return { ...shared, maxAge: ageBehind(shared.maxAge, "EventBridge"), identity: idInBody };
    },
    render: (binding: Binding<"bus", SqsSettings>) => renderSqs(binding, "bus", { resources: { ...ruled(binding, inboxOf(binding.name)), ...inFrontOfQueue(binding.name, sender(binding.name)) } }),
  },
  direct: {
    assess: (binding: Binding<"bus", DirectSettings>) => assessDirect(binding, { kept: "the event, unchanged", id: "the id is the event's own" }),
    render: (binding: Binding<"bus", DirectSettings>) => renderDirect(binding, "busDirect", { ...ruled(binding, logicalId(binding.name, "Function")), ...inFrontOfFunction(binding.name, sender(binding.name)) }),
  },
});
