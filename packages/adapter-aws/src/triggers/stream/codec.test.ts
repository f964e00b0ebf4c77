import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import type { StreamTold } from "@isobar/core";
import { kinesis } from "./codec.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example */
const sequenceNumber = "49590338271490256608559692538361571095921575989136588898";
const record = {
  kinesis: { kinesisSchemaVersion: "1.0", partitionKey: "1", sequenceNumber, data: "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==", approximateArrivalTimestamp: 1545084650.987 },
  eventSource: "aws:kinesis",
  eventVersion: "1.0",
  eventID: `shardId-000000000006:${sequenceNumber}`,
  eventName: "aws:kinesis:record",
  invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
  awsRegion: "us-east-2",
  eventSourceARN: "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
};
const about = (change: object, outside: object = {}) => ({ ...record, kinesis: { ...record.kinesis, ...change }, ...outside });
const items = (...records: readonly unknown[]): readonly Item<StreamTold>[] => kinesis.decode({ Records: records }).items;
const only = (given: unknown): Delivery<StreamTold> => (items(given)[0] as Extract<Item<StreamTold>, { deliveries: unknown }>).deliveries[0]!;

describe("a record is a delivery", () => {
  test("each field is mapped, or kept in the record", () => {
    expect(items(record)).toMatchObject([{ id: sequenceNumber, deliveries: [{ id: record.eventID, attempt: undefined, group: "1", enqueuedAt: 1545084650987, body: new TextEncoder().encode("Hello, this is a test."), attribute: undefined, record }] }]);
    expect([only(record).told!(), only(record).record === record]).toEqual([{ partitionKey: "1", sequence: sequenceNumber }, true]);
  });
  test("bytes stay bytes, and empty data is no bytes", () => {
    expect([only(about({ data: "AP+ACg==" })).body, only(about({ data: "" })).body]).toEqual([new Uint8Array([0, 255, 128, 10]), new Uint8Array(0)]);
  });
  test.each([[1545084650, 1545084650000], [1545084650.9876, 1545084650988], [1545084650987, 1545084650987], [undefined, undefined], ["now", undefined], ["1545084650", undefined], [0, 0], [100000000000, 100000000000], [100000000000000, 100000000000], [-1, undefined], [1e300, undefined]])("an approximateArrivalTimestamp of %j is %j", (approximateArrivalTimestamp, at) => {
    expect(only(about({ approximateArrivalTimestamp })).enqueuedAt).toBe(at);
  });
  test("a record without an eventID is named by its sequence number", () => {
    expect(only(about({}, { eventID: undefined })).id).toBe(sequenceNumber);
  });
  test("a tumbling window's batch is a batch, its state stays native, and its last one may be empty", () => {
    const window = { window: { start: "2020-12-09T07:04:00Z", end: "2020-12-09T07:06:00Z" }, state: { 1: 282 }, shardId: "shardId-000000000006", isFinalInvokeForWindow: true, isWindowTerminatedEarly: false };
    expect([kinesis.decode({ Records: [record], ...window }).items.length, kinesis.decode({ Records: [], ...window }).items]).toEqual([1, []]);
  });
});

describe("a record that cannot be read touches no neighbour", () => {
  test.each([["no base64", { data: "*" }, sequenceNumber], ["no data", { data: undefined }, sequenceNumber], ["no sequence number", { sequenceNumber: undefined }, undefined], ["a number for one", { sequenceNumber: 5 }, undefined]])("%s", (_, change, id) => {
    expect(items(about(change), record)).toMatchObject([{ id, unreadable: { code: "invalid-native-event" } }, { id: sequenceNumber, deliveries: [{}] }]);
  });
  test("nor does one without kinesis", () => {
    expect(items({ eventSource: "aws:kinesis" }, record)).toMatchObject([{ id: undefined, unreadable: { code: "invalid-native-event" } }, { deliveries: [{}] }]);
  });
});

describe("any other envelope is an invalid event", () => {
  test.each([["null", null], ["an empty object", {}], ["no records", { Records: [] }], ["an SQS batch", { Records: [{ messageId: "1", body: "", eventSource: "aws:sqs" }] }], ["a DynamoDB batch", { Records: [{ eventSource: "aws:dynamodb", dynamodb: {} }] }], ["a Firehose batch", { records: [{ data: "" }] }], ["a mixed batch", { Records: [record, { eventSource: "aws:dynamodb" }] }]])("%s", (_, native) => {
    expect(() => kinesis.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
});

describe("the answer names the first record that comes again", () => {
  const answer = (...thens: readonly ("done" | "again")[]) => kinesis.encode(thens.map((then, i) => ({ id: String(i + 1), then })), { Records: [] });
  test("alone, since everything behind it comes again too", () => {
    expect([answer("done", "done"), answer("done", "again", "done", "again")]).toEqual([{ respond: { batchItemFailures: [] } }, { respond: { batchItemFailures: [{ itemIdentifier: "2" }] } }]);
  });
  test("one that has no name is a fault of the whole batch", () => {
    expect(kinesis.encode([{ id: undefined, then: "again" }], { Records: [] })).toMatchObject({ fault: { code: "invalid-native-event" } });
  });
});
