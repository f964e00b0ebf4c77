import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import type { StreamTold } from "@isobar/core";
import { kafka } from "./kafka.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event */
const record = { topic: "mytopic", partition: 0, offset: 15, timestamp: 1545084650987, timestampType: "CREATE_TIME", key: "a2V5LTE=", value: "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==", headers: [{ headerKey: [104, 101, 97, 100, 101, 114, 86, 97, 108, 117, 101] }] };
const batch = (...records: readonly unknown[]) => ({ eventSource: "aws:kafka", eventSourceArn: "arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d2973", bootstrapServers: "b-2.demo:9092", records: { "mytopic-0": records } });
const items = (...records: readonly unknown[]): readonly Item<StreamTold>[] => kafka.decode(batch(...records)).items;
const only = (change: object): Delivery<StreamTold> => (items({ ...record, ...change })[0] as Extract<Item<StreamTold>, { deliveries: unknown }>).deliveries[0]!;

describe("a record is a delivery", () => {
  test("each field is mapped, or kept in the record", () => {
    expect(items(record)).toMatchObject([{ id: "mytopic-0-15", deliveries: [{ id: "mytopic-0-15", attempt: undefined, group: "key-1", enqueuedAt: 1545084650987, body: new TextEncoder().encode("Hello, this is a test."), attribute: undefined, record }] }]);
    expect(only({}).told!()).toEqual({ partitionKey: "key-1", sequence: "15" });
  });
  test.each([[null], [undefined], [""]])("edge 39: a tombstone, a value of %j, is no bytes", (value) => {
    expect(only({ value }).body).toEqual(new Uint8Array(0));
  });
  test.each([[null], [undefined], [""]])("a key of %j is no key", (key) => {
    expect([only({ key }).group, only({ key }).told!()]).toEqual([undefined, { partitionKey: undefined, sequence: "15" }]);
  });
  test("a key that is no UTF-8 is the base64 it came in, so that two of them stay two", () => {
    expect([only({ key: "AP+ACg==" }).group, only({ key: "AP+ACw==" }).group]).toEqual(["AP+ACg==", "AP+ACw=="]);
  });
  test("edge 40: a header is a list of signed bytes, and isobar's is the attribute", () => {
    const bytes = [...new Int8Array(new TextEncoder().encode('{"v":1,"id":"größe"}'))];
    expect(bytes.some((byte) => byte < 0)).toBe(true);
    expect([only({ headers: [{ other: [1] }, { isobar: bytes }] }).attribute, only({ headers: [{ isobar: bytes }] }).id]).toEqual(['{"v":1,"id":"größe"}', "größe"]);
  });
  test.each([[null], [undefined], [[]], [{}], ["x"], [[null]], [[{ isobar: "e30=" }]], [[{ isobar: [999] }]], [[{ isobar: [118, -36, 0, 127, -128] }]]])("headers of %j have no attribute", (headers) => {
    expect(only({ headers }).attribute).toBeUndefined();
  });
  test.each([[[321]], [[65.5]], [[65, "66"]], [[65, null]], [[256]]])("edge 40: %j are no bytes, and no attribute is made of what would be left of them", (isobar) => {
    expect(only({ headers: [{ isobar }] }).attribute).toBeUndefined();
  });
  test("a byte-order mark is part of the key", () => {
    expect(only({ key: "77u/YQ==" }).group).toBe("\ufeffa");
  });
  // A negative one is invalid to Kafka itself: https://kafka.apache.org/37/javadoc/org/apache/kafka/streams/processor/LogAndSkipOnInvalidTimestamp.html
  test.each([[1545084650987, 1545084650987], [0, 0], [-1, undefined], [9e15, undefined], ["1545084650987", undefined], [null, undefined]])("a timestamp of %j is %j", (timestamp, at) => {
    expect(only({ timestamp }).enqueuedAt).toBe(at);
  });
  test("self-managed clusters, several topics, partitions as text", () => {
    const { items: both } = kafka.decode({ eventSource: "SelfManagedKafka", bootstrapServers: "b:9092", records: { "a-12": [{ ...record, topic: "a", partition: "12" }], "b-1": [{ ...record, topic: "b", partition: 1, offset: 16 }] } });
    expect(both.map(({ id }) => id)).toEqual(["a-12-15", "b-1-16"]);
  });
  test("a schema's metadata is native", () => {
    expect(only({ valueSchemaMetadata: { dataFormat: "AVRO", schemaId: "1" } }).record).toMatchObject({ valueSchemaMetadata: { dataFormat: "AVRO" } });
  });
});

test.each([[{ value: "*" }, "mytopic-0-15"], [{ value: 5 }, "mytopic-0-15"], [{ key: "*" }, "mytopic-0-15"], [{ key: 5 }, "mytopic-0-15"], [{ offset: undefined }, undefined], [{ offset: -1 }, undefined], [{ offset: 1.5 }, undefined], [{ topic: "" }, undefined], [{ partition: {} }, undefined], [{ partition: ["1"] }, undefined], [{ partition: "1a" }, undefined], [{ offset: "-1" }, undefined]])("a record with %j cannot be read, and touches no neighbour", (change, id) => {
  expect(items({ ...record, ...change }, { ...record, offset: 16 })).toMatchObject([{ id, unreadable: { code: "invalid-native-event" } }, { id: "mytopic-0-16", deliveries: [{}] }]);
});
test.each([["null", null], ["a Kinesis batch", { Records: [{ eventSource: "aws:kinesis" }] }], ["no records", { eventSource: "aws:kafka", records: {} }], ["a list", { eventSource: "aws:kafka", records: [record] }], ["a topic without a list", { eventSource: "aws:kafka", records: { "a-0": {} } }], ["a topic without a list beside one with", { eventSource: "aws:kafka", records: { "mytopic-0": [record], "a-0": {} } }], ["another source", { ...batch(record), eventSource: "aws:mq" }], ["no source", { records: { "a-0": [record] } }]])("%s is an invalid event", (_, native) => {
  expect(() => kafka.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
});
test("any record that comes again brings the whole batch again", () => {
  expect([kafka.encode([{ id: "1", then: "done" }], batch() as never), kafka.encode([{ id: "1", then: "done" }, { id: "2", then: "again" }], batch() as never)]).toMatchObject([{ respond: null }, { fault: { code: "handler-failed" } }]);
});
