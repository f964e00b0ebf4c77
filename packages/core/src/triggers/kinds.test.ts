/** What a handler of each kind gets, and what it never gets: through the loop that runs once deployed. */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { bus, call, changes, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, logs, reject, retry, schedule, storage, stream, topic } from "../index.ts";
import { deliver, deliverBatch, type EventInput } from "../testing.ts";
import type { Consumer } from "./consumer.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 3, deadLetter: failed } as const;
const enqueuedAt = new Date("2030-01-01T06:00:10.000Z");

/** The event that one delivery gives a handler; `undefined` where it is not run. */
async function eventOf(make: (handle: (event: unknown) => void) => Consumer, input: EventInput) {
  let event: unknown;
  const { settlement, then, deadLetters } = await deliver(make((given) => void (event = structuredCloneOf(given))), { enqueuedAt, id: "e-1", ...input });
  return { event, settlement, then, reasons: deadLetters.map(({ reason }) => reason) };
}
/** Getters read. */
const structuredCloneOf = (event: unknown) => ({ ...(event as object) });
const ran = (event: object) => ({ event, settlement: "ack", then: "done", reasons: [] });
const filtered = { event: undefined, settlement: "ack", then: "done", reasons: [] };
const rejected = (reason: string) => ({ event: undefined, settlement: "reject", then: "done", reasons: [reason] });

describe("topic", () => {
  const news = defineTopic("news", { data: z.object({ n: z.number() }) });
  const make = (handle: (event: unknown) => void) => topic(news, { delivery }, handle);
  test("the channel's data, with the sender's subject", async () => {
    expect(await eventOf(make, { data: { n: 1 }, subject: "greetings" })).toEqual(ran({ specversion: "1.0", id: "e-1", source: "/topics/news", type: "topic.message", subject: "greetings", time: "2030-01-01T06:00:10.000Z", data: { n: 1 } }));
    expect(await eventOf(make, { data: { n: 1 } })).toEqual(ran({ specversion: "1.0", id: "e-1", source: "/topics/news", type: "topic.message", time: "2030-01-01T06:00:10.000Z", data: { n: 1 } }));
  });
  test("what does not fit is rejected", async () => {
    expect((await eventOf(make, { data: { n: "x" } })).reasons[0]).toMatch(/^invalid-input: data does not fit: n: /);
    expect(await eventOf(make, { body: "{" })).toEqual(rejected("invalid-input: the body is not JSON"));
  });
});

describe("storage", () => {
  const uploads = defineBucket("uploads");
  const object = { bucket: "uploads-1", key: "images/a b+c.png", size: 5, etag: "x" };
  const event = (change: string) => ({ specversion: "1.0", id: "e-1", source: "/buckets/uploads", type: `storage.object.${change}`, subject: "images/a b+c.png", time: "2030-01-01T06:00:10.000Z", data: object });
  test("created objects alone, unless it asks for more", async () => {
    const make = (handle: (event: unknown) => void) => storage(uploads, { delivery }, handle);
    expect(await eventOf(make, { data: object })).toEqual(ran(event("created")));
    expect(await eventOf(make, { data: object, change: "deleted" })).toEqual(filtered);
  });
  test("what it asks for, by prefix and suffix of the decoded key", async () => {
    const make = (handle: (event: unknown) => void) => storage(uploads, { delivery, on: ["created", "deleted"], prefix: "images/a b", suffix: ".png" }, handle);
    expect(await eventOf(make, { data: object, change: "deleted" })).toEqual(ran(event("deleted")));
    expect(await eventOf(make, { data: object, change: "updated" })).toEqual(filtered);
    expect(await eventOf(make, { data: { ...object, key: "images/a%20b.png" } })).toEqual(filtered);
    expect(await eventOf(make, { data: { ...object, key: "images/a b.jpg" } })).toEqual(filtered);
  });
  test("another default is no wish: nothing asked for is nothing heard", async () => {
    expect(await eventOf((handle) => storage(uploads, { delivery, on: [] }, handle), { data: object })).toEqual(filtered);
  });
});

describe("schedule", () => {
  const make = (handle: (event: unknown) => void) => schedule("0 6 * * *", { delivery }, handle);
  const event = (data: object) => ({ specversion: "1.0", id: "e-1", source: "/schedules", type: "schedule.tick", subject: "0 6 * * *", time: "2030-01-01T06:00:00.000Z", data });
  test("the time that was told, however late", async () => {
    expect(await eventOf(make, { data: { scheduledTime: "2030-01-01T07:00:00+01:00", overdue: true } })).toEqual(ran(event({ scheduledTime: "2030-01-01T06:00:00.000Z", overdue: true })));
  });
  test("where none is told, the last tick before it was enqueued", async () => {
    expect(await eventOf(make, { data: undefined })).toEqual(ran(event({ scheduledTime: "2030-01-01T06:00:00.000Z", overdue: false })));
  });
  test("in the schedule's zone", async () => {
    const berlin = (handle: (event: unknown) => void) => schedule("0 7 * * *", { delivery, zone: "Europe/Berlin" }, handle);
    expect((await eventOf(berlin, { data: {} })).event).toMatchObject({ data: { scheduledTime: "2030-01-01T06:00:00.000Z" } });
  });
  test("the 29th of February from years away, and a day that never comes", async () => {
    expect((await eventOf((handle) => schedule("0 0 29 2 *", { delivery }, handle), { data: {} })).event).toMatchObject({ data: { scheduledTime: "2028-02-29T00:00:00.000Z" } });
    expect((await eventOf((handle) => schedule("0 0 30 2 *", { delivery }, handle), { data: {} })).reasons).toEqual(["invalid-input: the body is no tick: when it was due is neither told nor to be computed"]);
  });
  test("a time that is none is rejected", async () => {
    expect((await eventOf(make, { data: { scheduledTime: "soon" } })).reasons).toEqual(["invalid-input: the body is no tick: when it was due is neither told nor to be computed"]);
  });
});

describe("changes", () => {
  const change = { operation: "updated", key: { id: 7 }, before: { id: 7, big: 1n }, after: { id: 7, big: 2n } };
  test("the change, by its operation", async () => {
    expect(await eventOf((handle) => changes(defineTable("users"), { delivery }, handle), { data: change })).toEqual(ran({ specversion: "1.0", id: "e-1", source: "/tables/users", type: "changes.updated", subject: '{"id":7}', time: "2030-01-01T06:00:10.000Z", data: change }));
  });
  test("operations that it did not ask for are filtered", async () => {
    expect(await eventOf((handle) => changes(defineTable("users"), { delivery, on: ["deleted"] }, handle), { data: change })).toEqual(filtered);
  });
});

describe("stream", () => {
  const clicks = defineStream("clicks", { data: z.object({ n: z.number().transform((n) => n * 2) }) });
  const make = (handle: (event: unknown) => void) => stream(clicks, { delivery }, handle);
  test("partition key, sequence, the bytes as they were written, and the value by the stream's schema", async () => {
    expect(await eventOf(make, { data: { value: { n: 2 }, partitionKey: "k", sequence: "42" } })).toEqual(
      ran({ specversion: "1.0", id: "e-1", source: "/streams/clicks", type: "stream.record", subject: "k", time: "2030-01-01T06:00:10.000Z", data: { partitionKey: "k", sequence: "42", bytes: new TextEncoder().encode('{"n":2}'), value: { n: 4 } } }),
    );
  });
  test("a value that does not fit names its way", async () => {
    expect((await eventOf(make, { data: { value: { n: "x" } } })).reasons[0]).toMatch(/^invalid-input: data does not fit: value\.n: /);
  });
  test("a tombstone is a record without a value", async () => {
    const open = (handle: (event: unknown) => void) => stream(defineStream("open"), { delivery }, handle);
    expect((await eventOf(open, { data: { bytes: new Uint8Array(0), partitionKey: "k", sequence: "1" } })).event).toMatchObject({ data: { bytes: new Uint8Array(0), value: undefined } });
  });
});

describe("bus", () => {
  const placed = { source: "shop", detailType: "placed", detail: { n: 1 } };
  test("the sender's source, type and detail", async () => {
    expect(await eventOf((handle) => bus(defineBus("events"), { delivery }, handle), { data: placed })).toEqual(ran({ specversion: "1.0", id: "e-1", source: "/buses/events", type: "bus.event", time: "2030-01-01T06:00:10.000Z", data: placed }));
  });
  test.each([[{ sources: ["other"] }], [{ detailTypes: ["paid"] }], [{ sources: ["shop"], detailTypes: ["paid"] }]])("%j filters it", async (options) => {
    expect(await eventOf((handle) => bus(defineBus("events"), { delivery, ...options }, handle), { data: placed })).toEqual(filtered);
  });
  test("a detail is validated, and becomes what its schema makes of it", async () => {
    const make = (handle: (event: unknown) => void) => bus(defineBus("events"), { delivery, sources: ["shop"], detail: z.object({ n: z.number().transform(String) }) }, handle);
    expect((await eventOf(make, { data: placed })).event).toMatchObject({ data: { source: "shop", detail: { n: "1" } } });
    expect((await eventOf(make, { data: { ...placed, detail: {} } })).reasons[0]).toMatch(/^invalid-input: data does not fit: detail\.n: /);
  });
});

describe("logs", () => {
  test("one envelope is one event, with the time of its first entry", async () => {
    const log = { resource: "/app", part: "1", entries: [{ id: "l-1", time: "2030-01-01T00:00:00.000Z", message: "a" }, { message: "b" }] };
    expect(await eventOf((handle) => logs(defineLog("access"), { delivery }, handle), { data: log })).toEqual(ran({ specversion: "1.0", id: "e-1", source: "/logs/access", type: "logs.entries", subject: "/app", time: "2030-01-01T00:00:00.000Z", data: log }));
  });
});

describe("call, sent ahead", () => {
  const add = (handle: (event: unknown) => unknown) => call({ delivery, payload: z.object({ n: z.number() }) }, handle);
  test("the payload; a result goes nowhere, without a warning", async () => {
    expect(await eventOf(add as never, { data: { n: 1 } })).toEqual(ran({ specversion: "1.0", id: "e-1", source: "/calls", type: "call.request", time: "2030-01-01T06:00:10.000Z", data: { n: 1 } }));
    const { logs: lines, settlement } = await deliver(add(() => 42), { data: { n: 1 } });
    expect([settlement, lines]).toEqual(["ack", []]);
  });
  test("a settlement settles, and a payload that does not fit is rejected", async () => {
    expect((await deliver(add(() => retry()), { data: { n: 1 } })).then).toBe("again");
    expect((await deliver(add(() => reject("no")), { data: { n: 1 } })).deadLetters.map(({ reason }) => reason)).toEqual(["no"]);
    expect((await deliver(add(() => 1), { data: {} })).settlement).toBe("reject");
  });
});

describe("a foreign sender's body", () => {
  const kinds = { storage: storage(defineBucket("a"), { delivery }, () => {}), changes: changes(defineTable("a"), { delivery }, () => {}), bus: bus(defineBus("a"), { delivery }, () => {}), logs: logs(defineLog("a"), { delivery }, () => {}) };
  test.each(Object.entries(kinds))("is no event of %s: rejected, as it was", async (kind, fn) => {
    const { deadLetters, then, settlement } = await deliver(fn, { body: "hello" });
    expect([deadLetters, settlement, then]).toEqual([[{ to: "failed", body: "hello", id: "message-1", reason: `invalid-input: the body is no event of ${kind}`, attempts: 1 }], "reject", "done"]);
  });
  test("is a tick without a time, and a record without a value of its own", async () => {
    expect((await eventOf((handle) => schedule("0 6 * * *", { delivery }, handle), { body: "tick" })).event).toMatchObject({ data: { scheduledTime: "2030-01-01T06:00:00.000Z" } });
    expect((await eventOf((handle) => stream(defineStream("a", { format: "text" }), { delivery }, handle), { body: "x", group: "k" })).event).toMatchObject({ subject: "k", data: { partitionKey: "k", sequence: "0", value: "x" } });
  });
});

describe("records and changes of one key", () => {
  const inputs = [["a", 1], ["a", 2], ["b", 3]] as const;
  test("are handled one after the other, and nothing behind one that comes again is", async () => {
    const seen: string[] = [];
    const handle = async (n: number) => { seen.push(`${n} begins`); await undefined; seen.push(`${n} ends`); return n === 1 ? retry() : undefined; };
    const clicks = stream(defineStream("clicks"), { delivery }, (event) => handle((event.data.value as { n: number }).n));
    const read = await deliverBatch(clicks, inputs.map(([partitionKey, n]) => ({ data: { value: { n }, partitionKey } })));
    expect([read.messages.map(({ settlement, then }) => [settlement, then]), seen]).toEqual([[["retry", "again"], ["unstarted", "again"], ["ack", "again"]], ["1 begins", "3 begins", "1 ends", "3 ends"]]);
    seen.length = 0;
    const users = changes(defineTable("users"), { delivery }, (event) => handle(event.data.after!.n as number));
    const followed = await deliverBatch(users, inputs.map(([id, n]) => ({ data: { operation: "created", key: { id }, after: { n: n + 1 } } })));
    expect([followed.messages.map(({ then }) => then), seen]).toEqual([["done", "done", "done"], ["2 begins", "4 begins", "2 ends", "4 ends", "3 begins", "3 ends"]]);
  });
});

test("events of one invocation meet their own fates", async () => {
  const fn = storage(defineBucket("uploads"), { delivery, batch: { maxSize: 10 } }, (event) => (event.data.key === "bad" ? retry() : undefined));
  const { messages } = await deliverBatch(fn, ["good", "bad", "good"].map((key) => ({ data: { bucket: "b", key } })));
  expect(messages.map(({ then }) => then)).toEqual(["done", "again", "done"]);
});

test("a topic that is ordered by key keeps the order of a key; one that is not keeps none", async () => {
  const started = async (order: "none" | "by-key") => {
    const ids: string[] = [];
    const fn = topic(defineTopic("news", { order }), { delivery, batch: { maxSize: 10 } }, (event) => { ids.push(event.id); return event.id === "a-1" ? retry() : undefined; });
    const { messages } = await deliverBatch(fn, ["a-1", "a-2", "b-1"].map((id) => ({ id, group: id[0]!, data: {} })));
    return { started: ids.toSorted(), then: messages.map(({ then }) => then) };
  };
  expect(await started("by-key")).toEqual({ started: ["a-1", "b-1"], then: ["again", "again", "done"] });
  expect(await started("none")).toEqual({ started: ["a-1", "a-2", "b-1"], then: ["again", "done", "done"] });
});
test("an envelope without entries is an event without a time of its own", async () => {
  expect((await eventOf((handle) => logs(defineLog("access"), { delivery }, handle), { data: { resource: "/app", entries: [] } })).event).toMatchObject({ time: "2030-01-01T06:00:10.000Z", data: { resource: "/app", entries: [] } });
});
test("where neither a time nor when it was enqueued is told, a tick cannot be computed, and is rejected", async () => {
  const { deadLetters } = await deliver(schedule("0 6 * * *", { delivery }, () => {}), { body: "{}", enqueuedAt: new Date(Number.NaN) });
  expect(deadLetters.map(({ reason }) => reason)).toEqual(["invalid-input: the body is no tick: when it was due is neither told nor to be computed"]);
});
