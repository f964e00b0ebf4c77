/**
 * Stream on Lambda from Kafka, MSK and self-managed; only decoded: no app is deployed behind it.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html · https://docs.aws.amazon.com/lambda/latest/dg/with-kafka.html
 *
 * | Isobar            | native, in each list of records                                                                                         |
 * |-------------------|-------------------------------------------------------------------------------------------------------------------------|
 * | id                | the attribute `isobar`'s id, else topic, partition and offset                                                           |
 * | attempt           | not told                                                                                                                |
 * | group             | key, base64: as text where it is UTF-8, else as the base64 it came in                                                   |
 * | enqueuedAt        | timestamp, milliseconds                                                                                                 |
 * | body              | value, base64; a tombstone (null, absent or "") is no bytes                                                             |
 * | attribute         | the header `isobar`, a list of signed bytes                                                                             |
 * | told.partitionKey | as group                                                                                                                |
 * | told.sequence     | offset                                                                                                                  |
 * | only native()     | bootstrapServers, eventSourceArn, timestampType, other headers, keySchemaMetadata, valueSchemaMetadata, whether a tombstone was null |
 *
 * Settlement: any record that comes again is a fault, which brings the whole batch again; answers by record exist in provisioned mode alone
 * (https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html).
 */
import { IsobarError, stableId, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { StreamTold } from "@isobar/core";
import type { KafkaEvent, KafkaRecord } from "../../native.ts";
import { bytesIn } from "../../wires/base64.ts";
import { fieldsOf, textOf } from "../../wires/records.ts";

/** The documents write the second; others have seen the third. */
const sources: readonly unknown[] = ["aws:kafka", "SelfManagedKafka", "aws:SelfManagedKafka"];

let strict: TextDecoder | undefined;
function utf8In(bytes: Uint8Array): string | undefined {
  try {
    return (strict ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })).decode(bytes);
  } catch {
    return undefined;
  }
}
/** The first header of our name. Java's bytes are signed: -28 is 0xE4. */
function attributeIn(headers: unknown): string | undefined {
  const bytes = (Array.isArray(headers) ? (headers as readonly unknown[]) : []).map((header) => fieldsOf(header).isobar).find((value) => Array.isArray(value)) as readonly unknown[] | undefined;
  return bytes?.every((byte) => Number.isInteger(byte) && Math.abs(byte as number) < 256) ? utf8In(Uint8Array.from(bytes as readonly number[], (byte) => byte & 0xff)) : undefined;
}
const isNone = (part: unknown): boolean => part === undefined || part === null || part === "";
const isPlace = (part: unknown): boolean => (typeof part === "number" && Number.isSafeInteger(part) && part >= 0) || (typeof part === "string" && /^\d{1,19}$/.test(part));

function itemOf(record: KafkaRecord | null): Item<StreamTold> {
  const { topic, partition, offset, key, value, timestamp, headers } = fieldsOf(record);
  if (textOf(topic) === undefined || !isPlace(partition) || !isPlace(offset)) return { id: undefined, unreadable: new IsobarError("invalid-native-event", "a record without topic, partition and offset") };
  const id = `${String(topic)}-${String(partition)}-${String(offset)}`;
  const keyBytes = typeof key === "string" && key !== "" ? bytesIn(key) : undefined;
  const body = isNone(value) ? new Uint8Array(0) : typeof value === "string" ? bytesIn(value) : undefined;
  if (body === undefined || (keyBytes === undefined && !isNone(key))) return { id, unreadable: new IsobarError("invalid-native-event", `record ${id}: its key or value is not base64`) };
  const partitionKey = keyBytes && (utf8In(keyBytes) ?? (key as string));
  const attribute = attributeIn(headers);
  const delivery: Delivery<StreamTold> = {
    id: stableId(id, attribute), attempt: undefined, group: partitionKey, enqueuedAt: typeof timestamp === "number" && timestamp >= 0 && timestamp <= 8.64e15 ? timestamp : undefined, body, attribute, record,
    told: () => ({ partitionKey, sequence: String(offset) }),
  };
  return { id, deliveries: [delivery] };
}

export const kafka: MessageCodec<KafkaEvent, null, StreamTold> = {
  decode(native) {
    const { eventSource, records } = fieldsOf(native);
    if (!sources.includes(eventSource)) throw new IsobarError("invalid-native-event", `no Kafka batch: it comes from ${typeof eventSource === "string" ? JSON.stringify(eventSource) : "another source"}`);
    const lists = Array.isArray(records) ? [] : Object.values(fieldsOf(records));
    if (lists.length === 0 || !lists.every((list) => Array.isArray(list))) throw new IsobarError("invalid-native-event", "no Kafka batch: records holds no lists by topic and partition");
    return { native: native as KafkaEvent, items: (lists as (KafkaRecord | null)[][]).flat().map(itemOf) };
  },
  encode: (outcomes) => (outcomes.some(({ then }) => then === "again") ? { fault: new IsobarError("handler-failed", "the batch comes again: Kafka's records are not settled one by one") } : { respond: null }),
};
