/**
 * Queue on Lambda: SQS, standard and FIFO, through an event source mapping.
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
 * | only native() | receiptHandle, other messageAttributes, md5OfBody, eventSourceARN, awsRegion, other attributes           |
 *
 * Settlement: `batchItemFailures` names the messages that come again (the mapping has ReportBatchItemFailures); a thrown error
 * brings the whole batch again. Order: FIFO keeps it in a group. Limit: 1 MiB a message.
 */
import { IsobarError, stableId, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { SqsEvent, SqsRecord } from "../../native.ts";

export interface SqsAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const numbered = (value: unknown): number | undefined => (typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : undefined);

function itemOf(record: SqsRecord | null): Item {
  const id = typeof record?.messageId === "string" && record.messageId !== "" ? record.messageId : undefined;
  if (id === undefined) return { id, unreadable: new IsobarError("invalid-native-event", "a record without messageId") };
  const { body, attributes, messageAttributes } = record!;
  if (typeof body !== "string") return { id, unreadable: new IsobarError("invalid-native-event", `message ${id} has no body`) };
  const attribute = text(messageAttributes?.isobar?.stringValue);
  return {
    id,
    deliveries: [{ id: stableId(id, attribute), attempt: numbered(attributes?.ApproximateReceiveCount), group: text(attributes?.MessageGroupId), enqueuedAt: numbered(attributes?.SentTimestamp), body, attribute, record }],
  };
}

/** Test tools leave the source out; a message has an id then, which no other service calls so. */
function isOurs(record: unknown): boolean {
  const { eventSource, messageId } = (record ?? {}) as Partial<SqsRecord>;
  return eventSource === undefined ? messageId !== undefined : eventSource === "aws:sqs";
}

export const sqs: MessageCodec<SqsEvent, SqsAnswer> = {
  decode(native) {
    const records = (native as Partial<SqsEvent> | null | undefined)?.Records;
    if (!Array.isArray(records) || records.length === 0) throw new IsobarError("invalid-native-event", "no SQS batch: there is no list of Records");
    if (!(records as readonly unknown[]).every(isOurs)) throw new IsobarError("invalid-native-event", "no SQS batch: a record comes from another source");
    return { native: native as SqsEvent, items: records.map(itemOf) };
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
};
