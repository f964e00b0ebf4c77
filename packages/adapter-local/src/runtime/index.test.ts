/** Every entry, from a native invocation to the native answer. */
import { describe, expect, test } from "vitest";
import { bus, call, changes, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, http, json, logs, queue, reject, retry, schedule, storage, stream, topic } from "@isobar/core";
import * as local from "./index.ts";

const context = { invocationId: "run-1", functionName: "shop" };
const delivery = { maxAttempts: 3, deadLetter: "discard" } as const;
const message = (body: string, told?: object) => ({ id: "m-1", attempt: 1, enqueuedAt: 1_893_456_000_000, body: { text: body }, ...(told === undefined ? {} : { told }) });
const sent = { specversion: "1.0", id: "m-1", time: "2030-01-01T00:00:00.000Z" };

describe("an entry of", () => {
  type Handle = (event: unknown) => void;
  test.each<[string, (handle: Handle) => local.LocalHandler, object, object]>([
    ["queue", (handle) => local.queue(queue(defineQueue("orders"), { delivery }, handle)), message('{"n":1}'), { source: "/queues/orders", type: "queue.message", data: { n: 1 } }],
    ["topic", (handle) => local.topic(topic(defineTopic("news"), { delivery }, handle)), message('{"n":1}', { subject: "s" }), { source: "/topics/news", type: "topic.message", subject: "s", data: { n: 1 } }],
    ["storage", (handle) => local.storage(storage(defineBucket("uploads"), { delivery }, handle)), message("", { change: "created", object: { bucket: "b", key: "k" } }), { source: "/buckets/uploads", type: "storage.object.created", subject: "k", data: { bucket: "b", key: "k" } }],
    ["schedule", (handle) => local.schedule(schedule("0 0 * * *", { delivery }, handle)), message("", {}), { source: "/schedules", type: "schedule.tick", subject: "0 0 * * *", data: { scheduledTime: "2030-01-01T00:00:00.000Z", overdue: false } }],
    ["changes", (handle) => local.changes(changes(defineTable("users"), { delivery }, handle)), message("", { change: { operation: "created", key: { id: "a" }, after: { n: { $integer: "9007199254740993" } } }, subject: "a" }), { source: "/tables/users", type: "changes.created", subject: "a", data: { operation: "created", key: { id: "a" }, after: { n: 9_007_199_254_740_993n } } }],
    ["stream", (handle) => local.stream(stream(defineStream("clicks"), { delivery }, handle)), message('{"n":1}', { partitionKey: "k", sequence: "7" }), { source: "/streams/clicks", type: "stream.record", subject: "k", data: { partitionKey: "k", sequence: "7", bytes: new TextEncoder().encode('{"n":1}'), value: { n: 1 } } }],
    ["bus", (handle) => local.bus(bus(defineBus("events"), { delivery }, handle)), message("", { event: { source: "shop", detailType: "placed", detail: 1 } }), { source: "/buses/events", type: "bus.event", data: { source: "shop", detailType: "placed", detail: 1 } }],
    ["logs", (handle) => local.logs(logs(defineLog("access"), { delivery }, handle)), message("", { log: { resource: "/app", entries: [{ message: "a" }] } }), { source: "/logs/access", type: "logs.entries", subject: "/app", data: { resource: "/app", entries: [{ message: "a" }] } }],
    ["call, sent ahead", (handle) => local.callAsync(call({ delivery }, handle)), message('{"n":1}'), { source: "/calls", type: "call.request", data: { n: 1 } }],
  ])("%s hands the event over and answers for the message", async (_, make, native, event) => {
    let seen: unknown;
    expect(await make((given) => void (seen = { ...(given as object) }))({ messages: [native] }, context)).toEqual({ settled: [{ id: "m-1", then: "done" }] });
    expect(seen).toEqual({ ...sent, ...event });
    expect(await make(() => { throw retry(); })({ messages: [native] }, context)).toEqual({ settled: [{ id: "m-1", then: "again" }] });
    await expect(make(() => {})({ payload: 1 }, context)).rejects.toMatchObject({ code: "invalid-native-event" });
  });
  test("call answers with the result, or the code of what went wrong", async () => {
    const add = local.call(call({ delivery }, (event) => (event.data === 0 ? reject("no") : { said: event.data })));
    expect([await add({ payload: 1 }, context), await add({ payload: 0 }, context)]).toEqual([{ result: { said: 1 } }, { error: "rejected" }]);
    await expect(add({}, context)).rejects.toMatchObject({ code: "invalid-native-event" });
  });
  test("http answers with a response", async () => {
    const hello = local.http(http.get("/{name}", { access: "public" }, ({ params }) => json({ hello: params.name })));
    expect(await hello({ method: "GET", url: "https://shop.test/you", headers: [] }, context)).toEqual({ status: 200, headers: [["content-type", "application/json"]], body: { text: '{"hello":"you"}' } });
  });
  test("a message without an id fails the whole batch, which then comes again", async () => {
    const lines: unknown[] = [];
    const { error } = console;
    console.error = (line: unknown) => void lines.push(line);
    try {
      await expect(local.queue(queue(defineQueue("orders"), { delivery }, () => {}))({ messages: [message("{}"), { body: { text: "{}" } }] }, context)).rejects.toMatchObject({ code: "invalid-native-event" });
    } finally {
      console.error = error;
    }
    expect(lines.map((line) => (JSON.parse(line as string) as { readonly code: string }).code)).toEqual(["invalid-native-event"]);
  });
});
