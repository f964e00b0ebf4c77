/** DynamoDB's half: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
import { isDecimal, type ChangesTold, type Operation, type Value, type ValueMap } from "@isobar/core";
import type { AttributeValue, DynamoDbRecord } from "../../native.ts";
import { positionSideOf, sequenceNumberOf, wireOf } from "../../testing/brokers.ts";
import { positionRules } from "../../testing/services/positions.ts";
import { dynamoDb } from "./codec.ts";

const names: { readonly [O in Operation]: DynamoDbRecord["eventName"] } = { created: "INSERT", updated: "MODIFY", deleted: "REMOVE", written: "MODIFY" };
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

function attributeOf(value: Value): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number" || typeof value === "bigint") return { N: String(value) };
  if (isDecimal(value)) return { N: value.decimal };
  if (value instanceof Uint8Array) return { B: base64(value) };
  if (value instanceof Set) {
    const members = [...(value as ReadonlySet<Value>)];
    if (members.every((each) => typeof each === "string")) return { SS: members };
    if (members.every((each) => each instanceof Uint8Array)) return { BS: members.map(base64) };
    return { NS: members.map((each) => attributeOf(each).N!) };
  }
  if (Array.isArray(value)) return { L: (value as readonly Value[]).map(attributeOf) };
  return { M: imageOf(value as ValueMap) };
}
const imageOf = (map: ValueMap): Readonly<Record<string, AttributeValue>> => Object.fromEntries(Object.entries(map).map(([name, value]) => [name, attributeOf(value)]));

export const dynamoDbSide = positionSideOf<ChangesTold>({
  fabricate: (messages, table) => ({
    Records: messages.map(({ id, enqueuedAt, told }): DynamoDbRecord => {
      const { change, time } = told!;
      return {
        eventID: id,
        eventName: names[change.operation],
        eventVersion: "1.1",
        eventSource: "aws:dynamodb",
        awsRegion: "eu-central-1",
        dynamodb: {
          // "Rounded down to the closest second": https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html
          ApproximateCreationDateTime: Math.floor((time === undefined ? enqueuedAt : Date.parse(time)) / 1000),
          Keys: imageOf(change.key),
          ...(change.after === undefined ? {} : { NewImage: imageOf(change.after) }),
          ...(change.before === undefined ? {} : { OldImage: imageOf(change.before) }),
          SequenceNumber: sequenceNumberOf(id),
          SizeBytes: 112,
          StreamViewType: "NEW_AND_OLD_IMAGES",
        },
        eventSourceARN: `arn:aws:dynamodb:eu-central-1:123456789012:table/${table}/stream/2030-01-01T00:00:00.000`,
      };
    }),
  }),
  sequenceOf: (record: DynamoDbRecord) => record.dynamodb?.SequenceNumber,
  malformed: [{ why: "a Kinesis batch", native: { Records: [{ eventSource: "aws:kinesis", kinesis: { sequenceNumber: "1", data: "" } }] } }, { why: "a record without a sequence number", native: { Records: [{ eventSource: "aws:dynamodb", dynamodb: { Keys: {} } }] } }],
  drops: { time: "DynamoDB rounds it down to the second", subject: "keys are spelled as JSON" },
});
export const changesWires = [wireOf({ kind: "changes", variant: "dynamodb-streams", service: "DynamoDB Streams → Lambda, by an event source mapping", codec: dynamoDb, side: dynamoDbSide, rules: positionRules })];
