import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import { isDecimal, type ChangesTold, type Value } from "@isobar/core";
import { dynamoDb } from "./codec.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#services-dynamodb-event-example, its second record. */
const record = {
  eventID: "c81e728d9d4c2f636f067f89cc14862c",
  eventName: "MODIFY",
  eventVersion: "1.1",
  eventSource: "aws:dynamodb",
  awsRegion: "us-east-2",
  dynamodb: {
    Keys: { Id: { N: "101" } },
    NewImage: { Message: { S: "This item has changed" }, Id: { N: "101" } },
    OldImage: { Message: { S: "New item!" }, Id: { N: "101" } },
    SequenceNumber: "4421584500000000017450439092",
    SizeBytes: 59,
    StreamViewType: "NEW_AND_OLD_IMAGES",
    ApproximateCreationDateTime: 1428537600,
  },
  eventSourceARN: "arn:aws:dynamodb:us-east-2:123456789012:table/ExampleTableWithStream/stream/2015-06-27T00:48:05.899",
};
const about = (change: object, outside: object = {}) => ({ ...record, dynamodb: { ...record.dynamodb, ...change }, ...outside });
const items = (...records: readonly unknown[]): readonly Item<ChangesTold>[] => dynamoDb.decode({ Records: records }).items;
const only = (given: unknown): Delivery<ChangesTold> => (items(given)[0] as Extract<Item<ChangesTold>, { deliveries: unknown }>).deliveries[0]!;
const value = (attribute: object): Value => only(about({ NewImage: { a: attribute } })).told!().change.after!.a!;
const rejected = (given: unknown) => expect(() => only(given).told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));

describe("a record is a delivery", () => {
  test("each field is mapped, or kept in the record", () => {
    expect(items(record)).toMatchObject([{ id: "4421584500000000017450439092", deliveries: [{ id: record.eventID, attempt: undefined, group: '{"Id":101}', enqueuedAt: 1428537600000, attribute: undefined, record }] }]);
    expect([only(record).told!(), only(record).body]).toEqual([
      { change: { operation: "updated", key: { Id: 101 }, before: { Message: "New item!", Id: 101 }, after: { Message: "This item has changed", Id: 101 } }, subject: '{"Id":101}', time: "2015-04-09T00:00:00.000Z" }, JSON.stringify(record),
    ]);
  });
  test.each([["INSERT", "created"], ["MODIFY", "updated"], ["REMOVE", "deleted"]])("%s is %s", (eventName, operation) => {
    expect(only(about({}, { eventName })).told!().change.operation).toBe(operation);
  });
  test("images that the stream does not carry are absent", () => {
    expect(only(about({ NewImage: undefined, OldImage: null })).told!().change).toEqual({ operation: "updated", key: { Id: 101 }, before: undefined, after: undefined });
  });
  test("a deletion by time to live is a deletion; who deleted is native", () => {
    const delivery = only(about({ NewImage: undefined }, { eventName: "REMOVE", userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" } }));
    expect([delivery.told!().change.operation, delivery.record]).toMatchObject(["deleted", { userIdentity: { principalId: "dynamodb.amazonaws.com" } }]);
  });
  test("a key of two parts is one group, whatever the order of its names", () => {
    const group = (Keys: object) => only(about({ Keys })).group;
    expect([group({ pk: { S: "a" }, sk: { N: "1" } }), group({ sk: { N: "1" }, pk: { S: "a" } })]).toEqual(['{"pk":"a","sk":1}', '{"pk":"a","sk":1}']);
  });
  test.each([[1635734407, "2021-11-01T02:40:07.000Z"], [1635734407.1234567, "2021-11-01T02:40:07.123Z"], [1635734407123, "2021-11-01T02:40:07.123Z"], [1635734407123456, "2021-11-01T02:40:07.123Z"], [undefined, undefined], ["soon", undefined], [Number.MAX_VALUE, undefined]])("edge 37: a creation time of %j is %s", (ApproximateCreationDateTime, time) => {
    const delivery = only(about({ ApproximateCreationDateTime }));
    expect([delivery.told!().time, delivery.enqueuedAt]).toEqual([time, time && Date.parse(time)]);
  });
  test("a tumbling window's batch is a batch, and its last one may be empty", () => {
    const window = { window: { start: "2020-07-30T17:00:00Z", end: "2020-07-30T17:05:00Z" }, state: { 1: "state1" }, shardId: "shard123456789", isFinalInvokeForWindow: false };
    expect([dynamoDb.decode({ Records: [record], ...window }).items.length, dynamoDb.decode({ Records: [], ...window }).items]).toEqual([1, []]);
  });
});

describe("values", () => {
  test.each<[object, Value]>([
    [{ S: "" }, ""], [{ BOOL: false }, false], [{ NULL: true }, null], [{ N: "1.5" }, 1.5], [{ N: "-0.25" }, -0.25], [{ B: "AP8=" }, new Uint8Array([0, 255])], [{ B: "" }, new Uint8Array(0)],
    [{ L: [{ S: "a" }, { N: "1" }, { L: [] }] }, ["a", 1, []]], [{ M: { a: { M: {} } } }, { a: {} }], [{ SS: ["a", "b"] }, new Set(["a", "b"])], [{ NS: ["1", "2.5"] }, new Set([1, 2.5])], [{ BS: ["AP8="] }, new Set([new Uint8Array([0, 255])])],
  ])("%j", (attribute, expected) => {
    expect(value(attribute)).toEqual(expected);
  });
  test.each<[string, Value]>([["9007199254740991", 9007199254740991], ["9007199254740993", 9007199254740993n], ["-99999999999999999999999999999999999999", -99999999999999999999999999999999999999n]])("edge 38: the number %s keeps every digit", (N, expected) => {
    expect(value({ N })).toBe(expected);
    expect([...(value({ NS: [N] }) as ReadonlySet<Value>)]).toEqual([expected]);
  });
  test("edge 38: a fraction of 38 digits keeps every digit", () => {
    const N = "3.1415926535897932384626433832795028841";
    const kept = value({ N });
    expect(isDecimal(kept) && kept.decimal).toBe(N);
  });
  test("an attribute __proto__ is an attribute, at any depth", () => {
    const image = JSON.parse('{"__proto__":{"S":"x"},"m":{"M":{"__proto__":{"S":"y"}}}}') as object;
    const after = only(about({ NewImage: image })).told!().change.after!;
    expect([Object.keys(after), Object.keys(after.m as object), ({} as { S?: unknown }).S]).toEqual([["__proto__", "m"], ["__proto__"], undefined]);
  });
  test("a type that is null beside the one that is set is not there", () => {
    expect([value({ S: "a", N: null, M: undefined }), value({ N: null, BOOL: false })]).toEqual(["a", false]);
  });
  const deep = (levels: number): object => (levels === 0 ? { S: "x" } : { L: [deep(levels - 1)] });
  test("DynamoDB's 32 levels are read; more is no item of its", () => {
    expect(value(deep(31))).toBeDefined();
    rejected(about({ NewImage: { a: deep(32) } }));
  });
  const deepMap = (levels: number): object => (levels === 0 ? { S: "x" } : { M: { a: deepMap(levels - 1) } });
  test("maps count like lists", () => {
    expect(value(deepMap(31))).toBeDefined();
    rejected(about({ NewImage: { a: deepMap(32) } }));
  });
  test.each([[{}], [null], ["x"], [5], [{ X: "a" }], [{ S: 5 }], [{ N: 5 }], [{ N: "five" }], [{ N: ["1"] }], [{ S: null }], [{ M: 5 }], [{ N: "1".repeat(10_000) }], [{ B: "*" }], [{ B: 5 }], [{ BOOL: "true" }], [{ L: {} }], [{ M: [] }], [{ SS: "a" }], [{ NS: ["x"] }], [{ BS: [1] }], [{ S: "a", N: "1" }]])("%j is no value: the record is rejected with its body kept", (attribute) => {
    rejected(about({ NewImage: { a: attribute } }));
    expect(only(about({ NewImage: { a: attribute } })).body).toContain("NewImage");
  });
});

describe("what is not DynamoDB's", () => {
  test.each([["no keys", { Keys: undefined }, {}], ["keys that are a list", { Keys: [] }, {}], ["a key of no type", { Keys: { a: {} } }, {}], ["an unknown name", {}, { eventName: "UPSERT" }], ["an image that is a text", { NewImage: "x" }, {}], ["an image that is a number", { NewImage: 5 }, {}], ["keys that are a number", { Keys: 5 }, {}]])("%s is rejected alone", (_, change, outside) => {
    rejected(about(change, outside));
  });
  test("a record without a sequence number cannot be named, and touches no neighbour", () => {
    expect(items(about({ SequenceNumber: undefined }), record)).toMatchObject([{ id: undefined, unreadable: { code: "invalid-native-event" } }, { deliveries: [{}] }]);
  });
  test.each([["null", null], ["no records", { Records: [] }], ["a Kinesis batch", { Records: [{ eventSource: "aws:kinesis", kinesis: {} }] }], ["a mixed batch", { Records: [record, { eventSource: "aws:kinesis" }] }], ["a change that came through Kinesis", { awsRegion: "eu-west-1", dynamodb: {} }], ["null among records", { Records: [record, null] }]])("%s is an invalid event", (_, native) => {
    expect(() => dynamoDb.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("the answer names the first that comes again", () => {
    expect(dynamoDb.encode([{ id: "1", then: "done" }, { id: "2", then: "again" }, { id: "3", then: "again" }], { Records: [] })).toEqual({ respond: { batchItemFailures: [{ itemIdentifier: "2" }] } });
  });
});
