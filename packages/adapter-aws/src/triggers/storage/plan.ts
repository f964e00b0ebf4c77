/** What calls a storage function on AWS: S3, by default through an SQS queue. */
import { emulated, exact, unsupported, type Binding, type Verdict } from "@isobar/core/plan";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/asynchronous.ts";
import { bucketArn, bucketName, inboxOf, inFrontOfQueue, invokePermission, queuePolicy, subscription, topicPolicy } from "../../deploy/hops.ts";
import { getAtt, logicalId, ref, sub, type Named, type Resource, type Resources } from "../../deploy/resources.ts";
import type { FromExisting } from "../../deploy/settings.ts";
import { assessSqs, renderSqs, type SqsSettings } from "../../deploy/sqs.ts";
import { planBy } from "../../deploy/variants.ts";
import { filterOf, onBucket, overlapping, typesOf, typesOnBucket } from "./notifications.ts";

/** Default `s3-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
export type StorageSettings = (SqsSettings & { readonly variant?: "s3-sqs" }) | DirectSettings;

const sender = (bucket: string) => ({ service: "s3.amazonaws.com", arn: bucketArn(sub(bucketName(bucket))), account: true as const });
/** The bucket with notifications of one kind. S3 tries each destination when it is told of it, so that the bucket comes after what lets it in. */
const bucketOf = (channel: string, kind: "Queue" | "Topic" | "Lambda", notifications: readonly object[], after: readonly string[]): Named => [
  logicalId(channel, "Bucket"),
  { Type: "AWS::S3::Bucket", Metadata: { Isobar: { bucket: channel } }, Properties: { BucketName: sub(bucketName(channel)), NotificationConfiguration: { [`${kind}Configurations`]: notifications } }, DependsOn: after } satisfies Resource,
];
/** A notification for each change that each of the bucket's functions asks for: a bucket has one list of them, which all its functions agree on, as they do on their path. */
const notified = (binding: Binding<"storage">, to: (name: string) => object): readonly object[] => onBucket(binding).flatMap(([name, { options }]) => typesOf(options).map((type) => ({ Event: type, ...to(name), ...filterOf(options) })));
const names = (binding: Binding<"storage">): readonly string[] => onBucket(binding).map(([name]) => name);

/** A notification of its own, or, where S3 would refuse that beside another's, a topic that all of the bucket's functions subscribe to: raw, so that the queue holds the same body. */
function inFront(binding: Binding<"storage">): Resources {
  const { name, fn: { source } } = binding;
  const inbox = inboxOf(name);
  if (overlapping(binding).length === 0)
    return Object.fromEntries([queuePolicy(name, inbox, sender(source.name)), bucketOf(source.name, "Queue", notified(binding, (each) => ({ Queue: getAtt(inboxOf(each)) })), names(binding).map((each) => `${inboxOf(each)}Policy`))]);
  const topic = logicalId(source.name, "Notifications");
  const about = { bucket: source.name };
  const policy = topicPolicy(about, topic, sender(source.name));
  const shared: readonly Named[] = [
    [topic, { Type: "AWS::SNS::Topic", Metadata: { Isobar: about }, Properties: {} }],
    policy,
    bucketOf(source.name, "Topic", typesOnBucket(binding).map((type) => ({ Event: type, Topic: ref(topic) })), [policy[0]]),
  ];
  return {
    ...Object.fromEntries(shared),
    ...inFrontOfQueue(name, { service: "sns.amazonaws.com", arn: ref(topic) }),
    ...Object.fromEntries([subscription(name, topic, { queue: inbox, raw: true })]),
  };
}
function inFrontDirect(binding: Binding<"storage">): Resources {
  const { name, fn: { source } } = binding;
  return Object.fromEntries([invokePermission(name, sender(source.name)), bucketOf(source.name, "Lambda", notified(binding, (each) => ({ Function: getAtt(logicalId(each, "Function")) })), names(binding).map((each) => logicalId(each, "Permission")))]);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html: notifications are a property of the bucket, and of nothing beside it. */
const anothers = (bucket: string): Verdict =>
  unsupported(`plain CloudFormation gives a notification to a bucket of its own stack only, and "${bucket}" is another's`, `a bus function on the account's own bus (existing.buses, "default") with sources: ["aws.s3"], once the bucket publishes to EventBridge`);
function filter(binding: Binding<"storage", FromExisting>): Verdict {
  const { prefix, suffix } = binding.fn.options;
  if (binding.settings.existing !== undefined) return anothers(binding.fn.source.name);
  if (overlapping(binding).length > 0)
    return emulated(
      "the run time acknowledges without running what the function did not ask for",
      "each of them is a message and an invocation: S3 has one unfiltered notification for all functions of the bucket, through SNS",
      { "AWS::S3::Bucket NotificationConfiguration.TopicConfigurations.Event": typesOnBucket(binding).join(", ") },
    );
  return exact({
    "AWS::S3::Bucket NotificationConfiguration Event": typesOf(binding.fn.options).join(", "),
    ...(prefix === undefined ? {} : { "AWS::S3::Bucket NotificationConfiguration Filter prefix": prefix }),
    ...(suffix === undefined ? {} : { "AWS::S3::Bucket NotificationConfiguration Filter suffix": suffix }),
  });
}
function filterDirect(binding: Binding<"storage", FromExisting>): Verdict {
  const others = overlapping(binding);
  return others.length > 0 ? unsupported(`S3 refuses two notifications of one event type whose prefixes and suffixes overlap, and those of ${others.join(" and ")} do`, "the default variant, s3-sqs, for all of them, or prefixes that lie apart") : filter(binding);
}

export const storagePlan = planBy<"storage", StorageSettings>("storage", "s3-sqs", {
  "s3-sqs": {
    assess: (binding: Binding<"storage", SqsSettings & FromExisting>) => ({ ...assessSqs(binding), filter: filter(binding) }),
    render: (binding: Binding<"storage", SqsSettings>) => renderSqs(binding, "storage", { resources: inFront(binding) }),
  },
  direct: {
    assess: (binding: Binding<"storage", DirectSettings & FromExisting>) => ({ ...assessDirect(binding, { kept: "the notification, unchanged", id: "the id is made of the request's, the object's sequencer and its key" }), filter: filterDirect(binding) }),
    render: (binding: Binding<"storage", DirectSettings>) => renderDirect(binding, "storageDirect", inFrontDirect(binding)),
  },
});
