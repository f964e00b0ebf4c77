/**
 * Changes on Lambda: DynamoDB Streams through an event source mapping; both images (StreamViewType NEW_AND_OLD_IMAGES).
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html · https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 *
 * | Isobar                | native                                                                                                           |
 * |-----------------------|------------------------------------------------------------------------------------------------------------------|
 * | id                    | eventID                                                                                                          |
 * | attempt               | not told                                                                                                         |
 * | group, told.subject   | dynamodb.Keys as JSON, names in order: a record's own order of names means nothing                               |
 * | enqueuedAt, told.time | dynamodb.ApproximateCreationDateTime: seconds, whole or with a fraction; milliseconds have been seen             |
 * | body                  | the record as JSON                                                                                               |
 * | told.change.operation | eventName: INSERT created, MODIFY updated, REMOVE deleted                                                        |
 * | told.change.key       | dynamodb.Keys                                                                                                    |
 * | told.change.before    | dynamodb.OldImage                                                                                                |
 * | told.change.after     | dynamodb.NewImage                                                                                                |
 * | only native()         | userIdentity (a deletion by time to live), SequenceNumber, SizeBytes, StreamViewType, eventVersion, awsRegion, eventSourceARN; a tumbling window's state |
 *
 * An item is named by its SequenceNumber, which the answer wants. A value that is none of DynamoDB's rejects its record alone, rather than block its shard.
 */
import type { ChangesTold, Operation, ValueMap } from "@isobar/core";
import { IsobarError, spellValue, unreadableBody, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { DynamoDbEvent, DynamoDbRecord } from "../../native.ts";
import { mapOf } from "../../wires/dynamodb.ts";
import { fromLowest, millisecondsOf, type PositionAnswer } from "../../wires/position.ts";
import { fieldsOf, recordsOf, textOf, type Source } from "../../wires/records.ts";

const source: Source = { what: "DynamoDB stream batch", field: "eventSource", value: "aws:dynamodb", own: "dynamodb", windows: true };
const operations: ReadonlyMap<unknown, Operation> = /* @__PURE__ */ new Map([["INSERT", "created"], ["MODIFY", "updated"], ["REMOVE", "deleted"]]);

const spelled = (key: ValueMap): string => JSON.stringify(spellValue(Object.fromEntries(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)))));
const imageOf = (image: unknown): ValueMap | undefined => (image === undefined || image === null ? undefined : mapOf(image));

function itemOf(record: DynamoDbRecord | null): Item<ChangesTold> {
  const { Keys: keys, OldImage: before, NewImage: after, SequenceNumber: number, ApproximateCreationDateTime: created } = fieldsOf(record?.dynamodb);
  const sequence = textOf(number);
  if (sequence === undefined) return { id: undefined, unreadable: new IsobarError("invalid-native-event", "a record without dynamodb.SequenceNumber") };
  const enqueuedAt = millisecondsOf(created);
  let key: ValueMap | undefined;
  try {
    key = mapOf(keys);
  } catch {
    // Told to the reader of the event, who rejects it.
  }
  const subject = key && spelled(key);
  const delivery: Delivery<ChangesTold> = {
    id: textOf(record!.eventID) ?? sequence,
    attempt: undefined,
    group: subject,
    enqueuedAt,
    // Spelled when a dead letter needs it.
    get body() {
      return JSON.stringify(record);
    },
    attribute: undefined,
    record,
    told() {
      const operation = operations.get(record!.eventName);
      if (operation === undefined || key === undefined || subject === undefined) throw unreadableBody("no change of a table: eventName or dynamodb.Keys is not DynamoDB's");
      return { change: { operation, key, before: imageOf(before), after: imageOf(after) }, subject, time: enqueuedAt === undefined ? undefined : new Date(enqueuedAt).toISOString() };
    },
  };
  return { id: sequence, deliveries: [delivery] };
}

export const dynamoDb: MessageCodec<DynamoDbEvent, PositionAnswer, ChangesTold> = {
  decode: (native) => ({ native: native as DynamoDbEvent, items: recordsOf<DynamoDbRecord>(native, source).map(itemOf) }),
  encode: fromLowest,
};
