/**
 * Kinesis records through an event source mapping: streams, and logs that travel through one.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 *
 * | Isobar        | native                                                                                                                              |
 * |---------------|-------------------------------------------------------------------------------------------------------------------------------------|
 * | id            | eventID: shard and sequence number                                                                                                  |
 * | attempt       | not told                                                                                                                            |
 * | group         | kinesis.partitionKey                                                                                                                |
 * | enqueuedAt    | kinesis.approximateArrivalTimestamp, seconds with a fraction                                                                        |
 * | body          | kinesis.data, base64                                                                                                                |
 * | attribute     | records have none                                                                                                                   |
 * | only native() | kinesisSchemaVersion, encryptionType, eventVersion, eventName, invokeIdentityArn, awsRegion, eventSourceARN; a tumbling window's state |
 *
 * An item is named by its sequence number, which the answer wants. Limits: 10 MiB a record, 6 MB a batch.
 */
import { IsobarError, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { KinesisEvent, KinesisRecord } from "../native.ts";
import { bytesIn } from "./base64.ts";
import { fromLowest, millisecondsOf, type PositionAnswer } from "./position.ts";
import { fieldsOf, recordsOf, textOf, type Source } from "./records.ts";

const source: Source = { what: "Kinesis batch", field: "eventSource", value: "aws:kinesis", own: "kinesis", windows: true };

/** One record whose envelope is good. */
export interface KinesisMessage extends Delivery<never> {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly record: KinesisRecord;
  readonly sequence: string;
}

function messageOf(record: KinesisRecord | null): KinesisMessage | { readonly id: string | undefined; readonly unreadable: Error } {
  const kinesis = fieldsOf(record?.kinesis);
  const sequence = textOf(kinesis.sequenceNumber);
  if (sequence === undefined) return { id: undefined, unreadable: new IsobarError("invalid-native-event", "a record without kinesis.sequenceNumber") };
  const body = typeof kinesis.data === "string" ? bytesIn(kinesis.data) : undefined;
  if (body === undefined) return { id: sequence, unreadable: new IsobarError("invalid-native-event", `record ${sequence}: kinesis.data is not base64`) };
  return { id: textOf(record!.eventID) ?? sequence, attempt: undefined, group: textOf(kinesis.partitionKey), enqueuedAt: millisecondsOf(kinesis.approximateArrivalTimestamp), body, attribute: undefined, record: record!, sequence };
}

/** A codec of Kinesis records. `deliveriesOf`: the events inside one record; none of a control message. */
export const kinesisCodec = <Told>(deliveriesOf: (message: KinesisMessage) => readonly Delivery<Told>[]): MessageCodec<KinesisEvent, PositionAnswer, Told> => ({
  decode(native) {
    const items = recordsOf<KinesisRecord>(native, source).map((record): Item<Told> => {
      const message = messageOf(record);
      return "unreadable" in message ? message : { id: message.sequence, deliveries: deliveriesOf(message) };
    });
    return { native: native as KinesisEvent, items };
  },
  encode: fromLowest,
});
