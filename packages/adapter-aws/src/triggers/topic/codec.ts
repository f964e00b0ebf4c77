/**
 * Topic on Lambda: SNS. By default the subscription is an SQS queue of the function's own, without raw delivery; `direct`: SNS invokes the function.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html · https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 *
 * | Isobar        | native, inside the SQS message's body, or in Records[].Sns                                                                |
 * |---------------|---------------------------------------------------------------------------------------------------------------------------|
 * | id            | the attribute `isobar`'s id, else MessageId                                                                               |
 * | attempt       | SQS's count; Lambda's asynchronous queue tells none                                                                       |
 * | group         | SQS's MessageGroupId, which a FIFO topic hands on                                                                         |
 * | enqueuedAt    | Timestamp, when it was published; else SQS's SentTimestamp                                                                |
 * | body          | the SQS message's: a dead letter can go back where it came from. Direct: Message                                          |
 * | attribute     | MessageAttributes.isobar.Value, { Type, Value } on both wires                                                             |
 * | told.body     | Message                                                                                                                   |
 * | told.subject  | Subject; null and "" are none                                                                                             |
 * | only native() | TopicArn, other MessageAttributes, SequenceNumber, Signature, SignatureVersion, SigningCertURL and UnsubscribeURL (`…Url` on the direct wire), EventVersion, EventSubscriptionArn; all of the SQS message |
 *
 * Settlement: the message's, as wires/sqs.ts has it; direct: of the whole invocation. Limit: 256 KiB a message.
 */
import { IsobarError, stableId, type Delivery, type MessageCodec } from "@isobar/core/adapter";
import type { TopicTold } from "@isobar/core";
import type { SnsEvent, SnsNotification, SnsRecord } from "../../native.ts";
import { wholeInvocation } from "../../wires/invocation.ts";
import { fieldsOf, instantOf, objectIn, recordsOf, textOf, type Source } from "../../wires/records.ts";
import { misfit, sqsCodec } from "../../wires/sqs.ts";

const source: Source = { what: "SNS event", field: "EventSource", value: "aws:sns", own: "Sns" };

function isNotification(value: unknown): value is SnsNotification {
  const { Type: type = "Notification", MessageId: id, Message: message } = fieldsOf(value);
  return type === "Notification" && textOf(id) !== undefined && typeof message === "string";
}

function deliveryOf(notification: SnsNotification, around: Omit<Delivery, "id" | "attribute" | "told">): Delivery<TopicTold> {
  const { MessageId: id, Message: body, Timestamp: timestamp, Subject: subject, MessageAttributes: attributes } = notification;
  const attribute = textOf(fieldsOf(fieldsOf(attributes).isobar).Value);
  return { ...around, id: stableId(id, attribute), enqueuedAt: instantOf(timestamp) ?? around.enqueuedAt, attribute, told: () => ({ subject: textOf(subject), body }) };
}

export const snsInSqs = /* @__PURE__ */ sqsCodec<TopicTold>((message) => {
  const { attempt, group, enqueuedAt, body, record } = message;
  const event: unknown = objectIn(body);
  // Without its type an object with these names could be anyone's message.
  if (fieldsOf(event).Type === undefined || !isNotification(event)) return [misfit(message, "no SNS notification; is raw message delivery on?")];
  return [deliveryOf(event, { attempt, group, enqueuedAt, body, record: { carrier: record, event } })];
});

export const sns: MessageCodec<SnsEvent, null, TopicTold> = {
  decode(native) {
    const records = recordsOf<SnsRecord>(native, source) as readonly SnsRecord[];
    const broken = records.findIndex((record) => !isNotification(record.Sns));
    if (broken >= 0) throw new IsobarError("invalid-native-event", `no SNS event: record ${broken} has no Sns.MessageId and Sns.Message`);
    const deliveries = records.map((record) => deliveryOf(record.Sns, { attempt: undefined, group: undefined, enqueuedAt: undefined, body: record.Sns.Message, record }));
    return { native: native as SnsEvent, items: [{ id: deliveries[0]!.id, deliveries }] };
  },
  encode: wholeInvocation,
};
