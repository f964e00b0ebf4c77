/** What calls a topic function on AWS: SNS, by default through an SQS queue. */
import type { Topic } from "@isobar/core";
import type { Binding } from "@isobar/core/plan";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/asynchronous.ts";
import { inboxOf, inFrontOfFunction, inFrontOfQueue, subscription } from "../../deploy/hops.ts";
import { logicalId, ref, type Named, type Resources } from "../../deploy/resources.ts";
import { assessSqs, idInBody, renderSqs, type SqsSettings } from "../../deploy/sqs.ts";
import { planBy } from "../../deploy/variants.ts";

/** Default `sns-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
export type TopicSettings = (SqsSettings & { readonly variant?: "sns-sqs" }) | DirectSettings;

/** FIFO where the topic is ordered; then its subscriptions are too. https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html */
export const topicOf = ({ name, order }: Topic): Named => [logicalId(name, "Topic"), { Type: "AWS::SNS::Topic", Metadata: { Isobar: { topic: name } }, Properties: order === "by-key" ? { FifoTopic: true, ContentBasedDeduplication: false } : {} }];
const sender = (topic: string) => ({ service: "sns.amazonaws.com", arn: ref(topic) });

/** The envelope stays around the message: the codec reads the attribute and the time from it, and raw delivery loses attributes beyond ten. */
function inFront({ name, fn: { source } }: Binding<"topic">): Resources {
  const [topic, resource] = topicOf(source);
  return { [topic]: resource, ...inFrontOfQueue(name, sender(topic), source.order === "by-key"), ...Object.fromEntries([subscription(name, topic, { queue: inboxOf(name), raw: false })]) };
}
function inFrontDirect({ name, fn: { source } }: Binding<"topic">): Resources {
  const [topic, resource] = topicOf(source);
  return { [topic]: resource, ...inFrontOfFunction(name, sender(topic)), ...Object.fromEntries([subscription(name, topic, { function: logicalId(name, "Function") })]) };
}

export const topicPlan = planBy<"topic", TopicSettings>("topic", "sns-sqs", {
  "sns-sqs": {
    assess: (binding: Binding<"topic", SqsSettings>) => ({ ...assessSqs(binding), identity: idInBody }),
    render: (binding: Binding<"topic", SqsSettings>) => renderSqs(binding, "topic", { resources: inFront(binding) }),
  },
  direct: {
    assess: (binding: Binding<"topic", DirectSettings>) => assessDirect(binding, { kept: "an SNS event with the message in it", id: "the id is the notification's own, or the sender's in it" }),
    render: (binding: Binding<"topic", DirectSettings>) => renderDirect(binding, "topicDirect", inFrontDirect(binding)),
  },
});
