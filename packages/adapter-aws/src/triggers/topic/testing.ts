/** SNS's half: a notification as SQS receives it, and as Lambda does. */
import type { TopicTold } from "@isobar/core";
import type { NeutralMessage } from "@isobar/core/adapter";
import type { SnsEvent, SnsNotification } from "../../native.ts";
import { invocationSideOf, sqsSideOf, wireOf } from "../../testing/brokers.ts";
import { asynchronousRules } from "../../testing/services/asynchronous.ts";
import { behindHops } from "../../testing/services/hops.ts";
import { sqsRules } from "../../testing/services/sqs.ts";
import { sns, snsInSqs } from "./codec.ts";

const topicArn = (name: string) => `arn:aws:sns:eu-central-1:123456789012:${name}`;
/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html#http-notification-json */
const notification = ({ id, body, enqueuedAt, attribute, told }: NeutralMessage<TopicTold>, topic: string): SnsNotification => ({
  Type: "Notification",
  MessageId: id,
  TopicArn: topicArn(topic),
  ...(told?.subject === undefined ? {} : { Subject: told.subject }),
  Message: typeof body === "string" ? body : Buffer.from(body).toString("utf8"),
  Timestamp: new Date(enqueuedAt).toISOString(),
  SignatureVersion: "1",
  Signature: "signature",
  ...(attribute === undefined ? {} : { MessageAttributes: { isobar: { Type: "String", Value: attribute } } }),
});
const certificate = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService.pem";
const unsubscribe = "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe";

export const snsInSqsSide = sqsSideOf<TopicTold>({
  messageId: (id) => `${id}-in-sqs`,
  body: (message, topic) => JSON.stringify({ ...notification(message, topic), SigningCertURL: certificate, UnsubscribeURL: unsubscribe }),
});
export const snsSide = invocationSideOf<TopicTold>({
  // On this wire Subject is always there, null without one: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
  fabricate: (message, topic): SnsEvent => ({
    Records: [{ EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: `${topicArn(topic)}:21be56ed-a058-49f5-8c98-aedd2564c486`, Sns: { Subject: null, MessageAttributes: {}, ...notification(message, topic), SigningCertUrl: certificate, UnsubscribeUrl: unsubscribe } }],
  }),
  malformed: [{ why: "an SQS batch", native: { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] } }, { why: "a record without a message", native: { Records: [{ EventSource: "aws:sns", Sns: { MessageId: "1" } }] } }, { why: "a record that writes eventSource", native: { Records: [{ eventSource: "aws:sns", sns: { MessageId: "1", Message: "{}" } }] } }],
});
export const topicWires = [
  wireOf({ kind: "topic", variant: "sns-sqs", service: "SNS → SQS → Lambda", codec: snsInSqs, side: snsInSqsSide, rules: behindHops(sqsRules) }),
  wireOf({ kind: "topic", variant: "direct", service: "SNS → Lambda", codec: sns, side: snsSide, rules: behindHops(asynchronousRules) }),
];
