import { describe, expect, test } from "vitest";
import { eventHubs, kafka } from "./codec.ts";

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
type Items = ReturnType<typeof eventHubs.decode>["items"];
const deliveries = (items: Items) => items.map((item) => ("deliveries" in item ? item.deliveries[0]! : undefined));
const partitionContext = { partitionId: "3", consumerGroup: "count", eventHubName: "clicks" };

describe("events of Event Hubs", () => {
  const batch = { partitionContext, sequenceNumberArray: [47, 48], offsetArray: [3696, "0:3800"], enqueuedTimeUtcArray: ["2030-01-01T00:00:00.5Z", "2030-01-01T00:00:01"], propertiesArray: [{}, { isobar: '{"v":1,"id":"click-7"}' }] };
  test("tell partition, sequence number, key and time; bytes are bytes", () => {
    const [first, second] = deliveries(eventHubs.decode({ body: [bytes("1"), Buffer.from("2")], metadata: { ...batch, systemPropertiesArray: [{ partitionKey: "1.0" }, { partitionKey: null }], partitionKeyArray: [1] } }).items);
    const { told, record: _, ...delivery } = first!;
    expect([delivery, told!()]).toEqual([{ id: "3/47", attempt: undefined, group: "1.0", enqueuedAt: Date.UTC(2030, 0, 1, 0, 0, 0, 500), body: bytes("1"), attribute: undefined }, { partitionKey: "1.0", sequence: "47" }]);
    expect([second!.id, second!.group, second!.enqueuedAt, second!.body, second!.told!()]).toEqual(["click-7", undefined, Date.UTC(2030, 0, 1, 0, 0, 1), bytes("2"), { partitionKey: undefined, sequence: "48" }]);
  });
  test("edge 49: a list of keys that is empty, or shorter than the batch, tells nothing of anyone", () => {
    for (const partitionKeyArray of [[], ["a"]]) expect(deliveries(eventHubs.decode({ body: [bytes("1"), bytes("2")], metadata: { ...batch, partitionKeyArray } }).items).map((each) => each!.group)).toEqual([undefined, undefined]);
    expect(deliveries(eventHubs.decode({ body: [bytes("1"), bytes("2")], metadata: { ...batch, partitionKeyArray: ["a", "b"] } }).items).map((each) => each!.group)).toEqual(["a", "b"]);
  });
  test("may come one by one", () => {
    const [event] = deliveries(eventHubs.decode({ body: bytes("1"), metadata: { partitionContext, sequenceNumber: 47, partitionKey: "a", enqueuedTimeUtc: "2030-01-01T00:00:00Z" } }).items);
    expect([event!.id, event!.group, event!.told!()]).toEqual(["3/47", "a", { partitionKey: "a", sequence: "47" }]);
  });
  test("edge 42: a number of 64 bits that is no number any more is taken from the system properties", () => {
    const [event] = deliveries(eventHubs.decode({ body: [bytes("1")], metadata: { sequenceNumberArray: [{ low: 47, high: 0, unsigned: false }], systemPropertiesArray: [{ sequenceNumber: 47 }] } }).items);
    expect(event!.id).toBe("47");
  });
  test("have a sequence number as text too", () => {
    const [event] = deliveries(eventHubs.decode({ body: bytes("1"), metadata: { partitionContext, sequenceNumber: "9007199254740993" } }).items);
    expect([event!.id, event!.told!().sequence]).toEqual(["3/9007199254740993", "9007199254740993"]);
  });
  test("without a sequence number are told apart by their time and place", () => {
    const time = "2030-01-01T00:00:00Z";
    const both = deliveries(eventHubs.decode({ body: [bytes("1"), bytes("2")], metadata: { partitionContext, enqueuedTimeUtcArray: [time, time] } }).items);
    expect(both.map((each) => [each!.id, each!.told!().sequence])).toEqual([[`3/${time}/0`, undefined], [`3/${time}/1`, undefined]]);
  });
  test("have a partition key by its name in AMQP, too", () => {
    expect(deliveries(eventHubs.decode({ body: bytes("1"), metadata: { sequenceNumber: 47, systemProperties: { "x-opt-partition-key": "a" } } }).items)[0]!.group).toBe("a");
  });
  test("keep their own part of the metadata, and what is every event's", () => {
    const [, event] = deliveries(eventHubs.decode({ body: [bytes("1"), bytes("2")], metadata: { partitionContext, sequenceNumberArray: [47, 48], labels: ["a", "b"], offsetArray: ["1"], oddArray: "ab" } }).items);
    expect((event!.record as { readonly metadata: object }).metadata).toStrictEqual({ partitionContext, labels: ["a", "b"], sequenceNumber: 48 });
  });
  test("whose time is no text have none", () => expect(deliveries(eventHubs.decode({ body: bytes("1"), metadata: { sequenceNumber: 47, enqueuedTimeUtc: 5 } }).items)[0]!.enqueuedAt).toBeUndefined());
  test.each([["without a sequence number", bytes("1"), {}], ["whose body the worker has parsed", { a: 1 }, { sequenceNumber: 47 }]])("%s is unreadable", (_, body, metadata) => expect("unreadable" in eventHubs.decode({ body, metadata }).items[0]!).toBe(true));
  test.each([[null], [{}], [{ body: [bytes("1")] }]])("%j is no invocation", (native) => expect(() => eventHubs.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
  test("a batch comes again as a whole", () => {
    const { native } = eventHubs.decode({ body: [], metadata: {} });
    expect([eventHubs.encode([{ id: "a", then: "done" }], native), "fault" in eventHubs.encode([{ id: "a", then: "done" }, { id: "b", then: "again" }], native)]).toEqual([{ respond: undefined }, true]);
  });
});

describe("events of Kafka", () => {
  const event = { Offset: 7, Partition: 1, Topic: "clicks", Timestamp: "2030-01-01T00:00:00.000Z", Key: "a", Value: "{}", Headers: [{ Key: "h", Value: "MQ==" }] };
  const only = (over: object) => deliveries(kafka.decode({ body: { ...event, ...over } }).items)[0]!;
  test("tell topic, partition, offset, key and time", () => {
    const { told, record: _, ...delivery } = only({});
    expect([delivery, told!()]).toEqual([{ id: "clicks/1/7", attempt: undefined, group: "a", enqueuedAt: Date.UTC(2030, 0, 1), body: "{}", attribute: undefined }, { partitionKey: "a", sequence: "7" }]);
  });
  test.each([[null], [undefined], [""]])("edge 39: a tombstone (%j) is no bytes", (Value) => expect(only({ Value }).body).toBe(""));
  test("without a key are of no group", () => expect([only({ Key: null }).group, only({ Key: undefined }).told!().partitionKey]).toEqual([undefined, undefined]));
  test("may come in a list, where a broken one touches no neighbour", () => expect(kafka.decode({ body: [event, {}, { ...event, Value: { a: 1 } }, event] }).items.map((item) => "deliveries" in item)).toEqual([true, false, false, true]));
  test("one whose value the host has parsed is unreadable, by its name", () => expect(kafka.decode({ body: { ...event, Value: { a: 1 } } }).items).toEqual([{ id: "clicks/1/7", unreadable: expect.objectContaining({ code: "invalid-native-event" }) }]));
  test.each([[undefined], [null], ["event"], [{}], [{ ...event, Offset: "7" }], [{ ...event, Partition: "1" }], [{ ...event, Topic: "" }]])("%j is none", (body) => expect(() => kafka.decode({ body })).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
});
