/** What calls a storage function on AWS: S3, by default through an SQS queue. */
import { emulated, exact, unsupported, type Binding, type Verdict } from "@isobar/core/plan";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/asynchronous.ts";
import { bucketArn, bucketName, inboxOf, inFrontOfQueue, invokePermission, queuePolicy, subscription, topicPolicy } from "../../deploy/hops.ts";
import { getAtt, logicalId, ref, sub, type Named, type Resource, type Resources } from "../../deploy/resources.ts";
import { assessSqs, renderSqs, type SqsSettings } from "../../deploy/sqs.ts";
import { planBy } from "../../deploy/variants.ts";
import { filterOf, overlapping, typesOf, typesOnBucket } from "./notifications.ts";

/** Default `s3-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
export type StorageSettings = (SqsSettings & { readonly variant?: "s3-sqs" }) | DirectSettings;

const sender = (bucket: string) => ({ service: "s3.amazonaws.com", arn: bucketArn(sub(bucketName(bucket))), account: true as const });
/** The bucket with notifications of one destination. S3 tries the destination when it is told of it, so that it comes after what lets it in. */
const bucketOf = (channel: string, kind: "Queue" | "Topic" | "Lambda", notifications: readonly object[], after: string): Named => [
  logicalId(channel, "Bucket"),
  { Type: "AWS::S3::Bucket", Metadata: { Isobar: { bucket: channel } }, Properties: { BucketName: sub(bucketName(channel)), NotificationConfiguration: { [`${kind}Configurations`]: notifications } }, DependsOn: [after] } satisfies Resource,
];

/** A notification of its own, or, where S3 would refuse that beside another's, a topic that all of the bucket's functions subscribe to: raw, so that the queue holds the same body. */
function inFront(binding: Binding<"storage">): Resources {
  const { name, fn: { source, options } } = binding;
  const inbox = inboxOf(name);
  if (overlapping(binding).length === 0) {
    const policy = queuePolicy(name, inbox, sender(source.name));
    return Object.fromEntries([policy, bucketOf(source.name, "Queue", typesOf(options).map((type) => ({ Event: type, Queue: getAtt(inbox), ...filterOf(options) })), policy[0])]);
  }
  const topic = logicalId(source.name, "Notifications");
  const about = { bucket: source.name };
  const policy = topicPolicy(about, topic, sender(source.name));
  return {
    ...Object.fromEntries([[topic, { Type: "AWS::SNS::Topic", Metadata: { Isobar: about }, Properties: {} }], policy, bucketOf(source.name, "Topic", typesOnBucket(binding).map((type) => ({ Event: type, Topic: ref(topic) })), policy[0])] satisfies readonly Named[]),
    ...inFrontOfQueue(name, { service: "sns.amazonaws.com", arn: ref(topic) }),
    ...Object.fromEntries([subscription(name, topic, { queue: inbox, raw: true })]),
  };
}
function inFrontDirect({ name, fn: { source, options } }: Binding<"storage">): Resources {
  const permission = invokePermission(name, sender(source.name));
  return Object.fromEntries([permission, bucketOf(source.name, "Lambda", typesOf(options).map((type) => ({ Event: type, Function: getAtt(logicalId(name, "Function")), ...filterOf(options) })), permission[0])]);
}

function filter(binding: Binding<"storage">): Verdict {
  const { prefix, suffix } = binding.fn.options;
  if (overlapping(binding).length > 0) return emulated("the run time acknowledges without running what the function did not ask for", "each of them is a message and an invocation: S3 has one unfiltered notification for all functions of the bucket, through SNS", { "AWS::S3::Bucket NotificationConfiguration.TopicConfigurations.Event": typesOnBucket(binding).join(", ") });
  return exact({ "AWS::S3::Bucket NotificationConfiguration Event": typesOf(binding.fn.options).join(", "), ...(prefix === undefined ? {} : { "AWS::S3::Bucket NotificationConfiguration Filter prefix": prefix }), ...(suffix === undefined ? {} : { "AWS::S3::Bucket NotificationConfiguration Filter suffix": suffix }) });
}
function filterDirect(binding: Binding<"storage">): Verdict {
  const others = overlapping(binding);
  return others.length > 0 ? unsupported(`S3 refuses two notifications of one event type whose prefixes and suffixes overlap, and those of ${others.join(" and ")} do`, "the default variant, s3-sqs, for all of them, or prefixes that lie apart") : filter(binding);
}

export const storagePlan = planBy<"storage", StorageSettings>("storage", "s3-sqs", {
  "s3-sqs": {
    assess: (binding: Binding<"storage", SqsSettings>) => ({ ...assessSqs(binding), filter: filter(binding) }),
    render: (binding: Binding<"storage", SqsSettings>) => renderSqs(binding, "storage", { resources: inFront(binding) }),
  },
  direct: {
    assess: (binding: Binding<"storage", DirectSettings>) => ({ ...assessDirect(binding, { kept: "the notification, unchanged", id: "the id is made of the request's, the object's sequencer and its key" }), filter: filterDirect(binding) }),
    render: (binding: Binding<"storage", DirectSettings>) => renderDirect(binding, "storageDirect", inFrontDirect(binding)),
  },
});
