/** What calls a logs function on AWS: a CloudWatch Logs subscription, by default through a Kinesis stream. */
import { unsupported, type Binding, type Verdict } from "@isobar/core/plan";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/asynchronous.ts";
import { deliveryRole, inboxOf, invokePermission } from "../../deploy/hops.ts";
import { assessPositions, kinesisReads, kinesisSource, kinesisStream, renderPositions, type KinesisSettings } from "../../deploy/positions.ts";
import { getAtt, logicalId, ref, type Named, type Resource, type Resources } from "../../deploy/resources.ts";
import { planBy } from "../../deploy/variants.ts";

/** Default `kinesis`: through a stream of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
export type LogsSettings = (KinesisSettings & { readonly variant?: "kinesis" }) | DirectSettings;

const service = "logs.amazonaws.com";
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const mostFilters = 2;
const groupOf = ({ fn: { source: { name } } }: Binding<"logs">): Named => [logicalId(name, "LogGroup"), { Type: "AWS::Logs::LogGroup", Metadata: { Isobar: { log: name } }, Properties: {} }];
/** Everything, a log stream's lines together. */
const subscribed = (name: string, group: string, to: object, after: string): Named => [
  logicalId(name, "Subscription"),
  { Type: "AWS::Logs::SubscriptionFilter", Metadata: { Isobar: { for: name } }, Properties: { LogGroupName: ref(group), FilterPattern: "", ...to }, DependsOn: [after] } satisfies Resource,
];

/** CloudWatch Logs writes to no queue: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
function throughStream(binding: Binding<"logs", KinesisSettings>): Resources {
  const { name, settings } = binding;
  const inbox = inboxOf(name);
  const [group, resource] = groupOf(binding);
  const role = deliveryRole(name, service, "kinesis:PutRecord", [inbox]);
  return Object.fromEntries([[group, resource], [inbox, kinesisStream({ for: name }, settings)], role, subscribed(name, group, { DestinationArn: getAtt(inbox), RoleArn: getAtt(role[0]), Distribution: "ByLogStream" }, role[0])] satisfies readonly Named[]);
}
function invoked(binding: Binding<"logs">): Resources {
  const { name } = binding;
  const [group, resource] = groupOf(binding);
  const permission = invokePermission(name, { service, arn: getAtt(group) });
  return Object.fromEntries([[group, resource], permission, subscribed(name, group, { DestinationArn: getAtt(logicalId(name, "Function")) }, permission[0])] satisfies readonly Named[]);
}

/** `otherwise`: where the log group has a subscription left for each of them. */
function isolation({ app, fn }: Binding<"logs">, otherwise: Verdict): Verdict {
  const readers = Object.entries(app.functions).flatMap(([name, each]) => (each.kind === "logs" && each.source.name === fn.source.name ? [name] : []));
  return readers.length > mostFilters ? unsupported(`a log group has two subscriptions at most, and ${readers.join(", ")} read "${fn.source.name}"`, "two functions on this log, one of which sends to a topic that the others hear") : otherwise;
}

export const logsPlan = planBy<"logs", LogsSettings>("logs", "kinesis", {
  kinesis: {
    assess(binding: Binding<"logs", KinesisSettings>) {
      const shared = assessPositions(binding, kinesisSource(binding.settings));
      return { ...shared, isolation: isolation(binding, shared.isolation) };
    },
    render: (binding: Binding<"logs", KinesisSettings>) => renderPositions(binding, "logs", { stream: getAtt(inboxOf(binding.name)), reads: { actions: kinesisReads, on: inboxOf(binding.name) }, resources: throughStream(binding) }),
  },
  direct: {
    assess(binding: Binding<"logs", DirectSettings>) {
      const shared = assessDirect(binding, { kept: "the compressed envelope in base64, inside an object", id: "the id is made of the log group, the log stream and the first entry's id" });
      return { ...shared, isolation: isolation(binding, shared.isolation) };
    },
    render: (binding: Binding<"logs", DirectSettings>) => renderDirect(binding, "logsDirect", invoked(binding)),
  },
});
