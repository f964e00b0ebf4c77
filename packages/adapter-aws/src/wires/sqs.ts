/**
 * SQS messages through an event source mapping, standard and FIFO: what queues carry, and every kind that travels through a queue of its own.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html · answer: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * | Isobar        | native                                                                                                  |
 * |---------------|---------------------------------------------------------------------------------------------------------|
 * | id            | the attribute `isobar`'s id, else messageId                                                             |
 * | attempt       | attributes.ApproximateReceiveCount: a receive counts, whether or not we started                         |
 * | group         | attributes.MessageGroupId                                                                               |
 * | enqueuedAt    | attributes.SentTimestamp, milliseconds                                                                  |
 * | body          | body, text                                                                                              |
 * | attribute     | messageAttributes.isobar.stringValue                                                                    |
 * | only native() | receiptHandle, other messageAttributes, md5OfBody, eventSourceARN, awsRegion, other attributes          |
 *
 * Settlement: `batchItemFailures` names the messages that come again (the mapping has ReportBatchItemFailures); a thrown error
 * brings the whole batch again. Order: FIFO keeps it in a group. Limit: 1 MiB a message.
 */
import { IsobarError, stableId, unreadableBody, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { SqsEvent, SqsRecord } from "../native.ts";
import { recordsOf, type Source } from "./records.ts";

export interface SqsAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
/** One message whose envelope is good. */
export interface Message extends Delivery<never> {
  readonly body: string;
  readonly record: SqsRecord;
}

const source: Source = { what: "SQS batch", field: "eventSource", value: "aws:sqs", own: "messageId" };
const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const numbered = (value: unknown): number | undefined => (typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined);

function messageOf(record: SqsRecord | null): Message | { readonly id: string | undefined; readonly unreadable: Error } {
  const id = typeof record?.messageId === "string" && record.messageId !== "" ? record.messageId : undefined;
  if (id === undefined) return { id, unreadable: new IsobarError("invalid-native-event", "a record without messageId") };
  const { body, attributes, messageAttributes } = record!;
  if (typeof body !== "string") return { id, unreadable: new IsobarError("invalid-native-event", `message ${id} has no body`) };
  const attribute = text(messageAttributes?.isobar?.stringValue);
  return { id: stableId(id, attribute), attempt: numbered(attributes?.ApproximateReceiveCount), group: text(attributes?.MessageGroupId), enqueuedAt: numbered(attributes?.SentTimestamp), body, attribute, record: record! };
}

/** A message whose body is not what its kind's wire carries: rejected, with its body kept. */
export const misfit = (message: Message, what: string): Delivery<never> => ({
  ...message,
  told: () => {
    throw unreadableBody(what);
  },
});

/** A codec of SQS messages. `deliveriesOf`: the events inside one message; none of a control message. */
export const sqsCodec = <Told>(deliveriesOf: (message: Message) => readonly Delivery<Told>[]): MessageCodec<SqsEvent, SqsAnswer, Told> => ({
  decode(native) {
    const items = recordsOf<SqsRecord>(native, source).map((record): Item<Told> => {
      const message = messageOf(record);
      return "unreadable" in message ? message : { id: message.record.messageId, deliveries: deliveriesOf(message) };
    });
    return { native: native as SqsEvent, items };
  },
  encode(outcomes) {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { id, then } of outcomes) {
      if (then === "done") continue;
      // A failure that cannot be named would count as done.
      if (id === undefined) return { fault: new IsobarError("invalid-native-event", "a message without an id cannot be returned alone: the batch comes again") };
      batchItemFailures.push({ itemIdentifier: id });
    }
    return { respond: { batchItemFailures } };
  },
});
