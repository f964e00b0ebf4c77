/** What calls a schedule function on AWS: EventBridge Scheduler through an SQS queue, or a scheduled EventBridge rule. */
import { exact, unsupported, type Binding } from "@isobar/core/plan";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/asynchronous.ts";
import { undeliveredOf } from "../../deploy/dead-letters.ts";
import { deliveryRole, inboxOf, inFrontOfFunction, longestDelivery } from "../../deploy/hops.ts";
import { getAtt, logicalId, type Resources } from "../../deploy/resources.ts";
import { ageBehind, assessSqs, idInBody, renderSqs, type SqsSettings } from "../../deploy/sqs.ts";
import { planBy } from "../../deploy/variants.ts";
import { awsCron } from "./cron.ts";

/** Default `scheduler-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
export type ScheduleSettings = (SqsSettings & { readonly variant?: "scheduler-sqs" }) | DirectSettings;

const zoneOf = ({ fn: { options: { zone = "UTC" } } }: Binding<"schedule">): string => zone;

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html · the dead letter: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
function scheduled(binding: Binding<"schedule">): Resources {
  const { name, fn: { source } } = binding;
  const of = { Isobar: { for: name } };
  const [undelivered, kept] = undeliveredOf(name);
  const [role, may] = deliveryRole(name, "scheduler.amazonaws.com", "sqs:SendMessage", [inboxOf(name), undelivered]);
  return {
    [undelivered]: kept,
    [role]: may,
    [logicalId(name, "Schedule")]: {
      Type: "AWS::Scheduler::Schedule",
      Metadata: of,
      Properties: {
        ScheduleExpression: awsCron(source.cron),
        ScheduleExpressionTimezone: zoneOf(binding),
        FlexibleTimeWindow: { Mode: "OFF" },
        State: "ENABLED",
        // As codec.ts reads it; Scheduler puts the time in the keyword's place.
        Target: { Arn: getAtt(inboxOf(name)), RoleArn: getAtt(role), Input: JSON.stringify({ name, scheduledTime: "<aws.scheduler.scheduled-time>" }), RetryPolicy: longestDelivery, DeadLetterConfig: { Arn: getAtt(undelivered) } },
      },
    },
  };
}
/** A rule on the account's default bus: others take no schedule. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html */
function ruled({ name, fn: { source } }: Binding<"schedule">): Resources {
  const rule = logicalId(name, "Rule");
  return {
    [rule]: {
      Type: "AWS::Events::Rule",
      Metadata: { Isobar: { for: name } },
      Properties: { ScheduleExpression: awsCron(source.cron), State: "ENABLED", Targets: [{ Id: "function", Arn: getAtt(logicalId(name, "Function")), RetryPolicy: longestDelivery, DeadLetterConfig: { Arn: getAtt(logicalId(name, "Undelivered")) } }] },
    },
    ...inFrontOfFunction(name, { service: "events.amazonaws.com", arn: getAtt(rule) }),
  };
}

export const schedulePlan = planBy<"schedule", ScheduleSettings>("schedule", "scheduler-sqs", {
  "scheduler-sqs": {
    assess(binding: Binding<"schedule", SqsSettings>) {
      const shared = assessSqs(binding);
      const zone = exact({ "AWS::Scheduler::Schedule ScheduleExpressionTimezone": zoneOf(binding) }, "to the minute; the hour that daylight saving skips is skipped, the one that it doubles runs once");
      return { ...shared, maxAge: ageBehind(shared.maxAge, "Scheduler"), identity: idInBody, zone };
    },
    render: (binding: Binding<"schedule", SqsSettings>) => renderSqs(binding, "schedule", { resources: scheduled(binding) }),
  },
  direct: {
    assess: (binding: Binding<"schedule", DirectSettings>) => ({
      ...assessDirect(binding, { kept: "the scheduled event, unchanged", id: "the id is the event's own, one for each tick" }),
      zone: zoneOf(binding) === "UTC" ? exact({}, "a scheduled rule runs by UTC") : unsupported("a scheduled rule runs by UTC only", "the default variant, scheduler-sqs"),
    }),
    render: (binding: Binding<"schedule", DirectSettings>) => renderDirect(binding, "scheduleDirect", ruled(binding)),
  },
});
