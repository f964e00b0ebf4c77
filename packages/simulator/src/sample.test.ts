import { describe, expect, test } from "vitest";
import { bus, call, changes, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction } from "@isobar/core";
import { deliver } from "@isobar/core/testing";
import { sampleMessage } from "./sample.ts";

const delivery = { maxAttempts: 1, deadLetter: "discard" } as const;
const nothing = () => {};

describe("a sample", () => {
  test.each<[string, AnyFunction, object]>([
    ["a queue", queue(defineQueue("orders"), { delivery }, nothing), { body: '{"sample":2}' }],
    ["an ordered queue", queue(defineQueue("orders", { order: "by-key" }), { delivery }, nothing), { body: '{"sample":2}', group: "key-1" }],
    ["a queue of text", queue(defineQueue("orders", { format: "text" }), { delivery }, nothing), { body: "sample 2" }],
    ["a queue of bytes", queue(defineQueue("orders", { format: "bytes" }), { delivery }, nothing), { body: new TextEncoder().encode("sample 2") }],
    ["a topic", topic(defineTopic("news"), { delivery }, nothing), { body: '{"sample":2}', told: { subject: undefined } }],
    ["an ordered topic", topic(defineTopic("news", { order: "by-key" }), { delivery }, nothing), { body: '{"sample":2}', group: "key-1", told: { subject: undefined } }],
    ["a call", call({ delivery }, nothing), { body: '{"sample":2}' }],
    ["a stream", stream(defineStream("clicks"), { delivery }, nothing), { body: '{"sample":2}', group: "key-1", told: { partitionKey: "key-1", sequence: "2" } }],
    ["a bucket", storage(defineBucket("uploads"), { delivery }, nothing), { body: "", told: { change: "created", time: "2029-12-31T00:02:00.000Z", object: { bucket: "uploads", key: "sample-2", size: 1_000, etag: "0123456789abcdef0123456789abcdef", version: "2", contentType: "text/plain" } } }],
    ["a schedule", schedule("0 6 * * *", { delivery }, nothing), { body: "", told: { scheduledTime: "2029-12-31T00:02:00.000Z", overdue: false } }],
    ["a bus", bus(defineBus("events"), { delivery }, nothing), { body: "", told: { event: { source: "sample", detailType: "sample.happened", detail: { sample: 2 } }, time: "2029-12-31T00:02:00.000Z" } }],
    ["a table", changes(defineTable("users"), { delivery }, nothing), { body: "", group: '{"id":"key-1"}', told: { change: { operation: "created", key: { id: "key-1" }, after: { id: "key-1", sample: 2 } }, subject: '{"id":"key-1"}', time: "2029-12-31T00:02:00.000Z" } }],
    ["a log", logs(defineLog("access"), { delivery }, nothing), { body: "", told: { log: { resource: "access", part: undefined, entries: [{ id: "entry-2", time: "2029-12-31T00:02:00.000Z", message: "sample 2" }] } } }],
  ])("of %s", (_, fn, expected) => expect(sampleMessage(fn, 2)).toEqual({ id: "message-2", ...expected }));

  test("passes the function's own filters", () => {
    expect(sampleMessage(storage(defineBucket("uploads"), { delivery, on: ["deleted", "created"], prefix: "in/", suffix: ".png" }, nothing), 1).told).toMatchObject({ change: "deleted", object: { key: "in/sample-1.png" } });
    expect(sampleMessage(bus(defineBus("events"), { delivery, sources: ["shop"], detailTypes: ["placed", "paid"] }, nothing), 1).told).toMatchObject({ event: { source: "shop", detailType: "placed" } });
    expect([["updated"], ["deleted"]].map((on) => sampleMessage(changes(defineTable("users"), { delivery, on: on as ["updated"] }, nothing), 3).told)).toMatchObject([{ change: { operation: "updated", before: { sample: 2 }, after: { sample: 3 } } }, { change: { operation: "deleted", before: { sample: 2 } } }]);
  });
});

describe("data of one's own", () => {
  test("are the body, in the channel's format", () => {
    expect(sampleMessage(queue(defineQueue("orders"), { delivery }, nothing), 1, { id: "o-1" }).body).toBe('{"id":"o-1"}');
    expect(sampleMessage(queue(defineQueue("orders"), { delivery }, nothing), 1, null).body).toBe("null");
    expect(sampleMessage(queue(defineQueue("orders", { format: "text" }), { delivery }, nothing), 1, "plain").body).toBe("plain");
    expect(sampleMessage(queue(defineQueue("orders", { format: "bytes" }), { delivery }, nothing), 1, "é").body).toEqual(new Uint8Array([0xc3, 0xa9]));
  });
  test("or what the kind's handlers get", () => {
    const key = { id: "u-1" };
    expect(sampleMessage(storage(defineBucket("uploads"), { delivery }, nothing), 1, { bucket: "b", key: "k" }).told).toMatchObject({ change: "created", object: { bucket: "b", key: "k" } });
    expect(sampleMessage(schedule("0 6 * * *", { delivery }, nothing), 1, { scheduledTime: "2030-01-01T06:00:00Z", overdue: true }).told).toEqual({ scheduledTime: "2030-01-01T06:00:00Z", overdue: true });
    expect(sampleMessage(bus(defineBus("events"), { delivery }, nothing), 1, { source: "shop", detailType: "placed", detail: 1 }).told).toMatchObject({ event: { source: "shop", detailType: "placed", detail: 1 } });
    expect(sampleMessage(changes(defineTable("users"), { delivery }, nothing), 1, { operation: "deleted", key })).toMatchObject({ group: '{"id":"u-1"}', told: { subject: '{"id":"u-1"}', change: { operation: "deleted", key } } });
    expect(sampleMessage(logs(defineLog("access"), { delivery }, nothing), 1, { resource: "r", entries: [] }).told).toEqual({ log: { resource: "r", entries: [] } });
  });
  test.each<[string, AnyFunction, unknown, string]>([
    ["storage", storage(defineBucket("uploads"), { delivery }, nothing), { bucket: "b" }, 'the data of storage are an object: {"bucket", "key"}'],
    ["schedule", schedule("0 6 * * *", { delivery }, nothing), "noon", 'the data of schedule are a tick: {"scheduledTime"}'],
    ["bus", bus(defineBus("events"), { delivery }, nothing), [], 'the data of bus are an event: {"source", "detailType", "detail"}'],
    ["changes", changes(defineTable("users"), { delivery }, nothing), { operation: "created", key: "k" }, 'the data of changes are a change: {"operation", "key"}'],
    ["logs", logs(defineLog("access"), { delivery }, nothing), { resource: "r", entries: "e" }, 'the data of logs are entries of a log: {"resource", "entries"}'],
  ])("that %s does not have are refused", (_, fn, data, message) => expect(() => sampleMessage(fn, 1, data)).toThrow(expect.objectContaining({ code: "invalid-definition", message })));
});

test("no message reaches what is answered", () => {
  expect(() => sampleMessage(http.get("/a", { access: "public" }, () => empty()), 1)).toThrow(expect.objectContaining({ code: "invalid-definition", message: "GET /a is answered: no message reaches it" }));
});
test("a sample is acknowledged by a function that takes what its channel says", async () => {
  const orders = queue(defineQueue("orders"), { delivery }, ({ data }) => void expect(data).toEqual({ sample: 1 }));
  const { body } = sampleMessage(orders, 1);
  expect(await deliver(orders, { body })).toMatchObject({ settlement: "ack" });
});
