import { expect, test } from "vitest";
import * as z from "zod";
import { defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic } from "./channel.ts";

test("a channel is plain data, unordered JSON unless said otherwise", () => {
  expect(defineQueue("orders")).toEqual({ resource: "queue", name: "orders", data: undefined, order: "none", format: "json" });
  expect(defineTopic("order-events")).toEqual({ resource: "topic", name: "order-events", data: undefined, order: "none", format: "json" });
});

test("schema, order and format are kept as given", () => {
  const data = z.object({ id: z.string() });
  const queue = defineQueue("orders", { data, order: "by-key", format: "text" });
  expect(queue.data).toBe(data);
  expect([queue.order, queue.format]).toEqual(["by-key", "text"]);
});

test.each(["a", "a1", "a-1", "orders-failed", "a".repeat(60)])("%s is a name that every cloud takes", (name) => {
  expect(defineQueue(name).name).toBe(name);
});
test.each(["", "1a", "-a", "a-", "a--b", "A", "orders_failed", "a.b", "a b", "ä", "a\n", "a".repeat(61)])("the name %j is refused for queues and topics", (name) => {
  expect(() => defineQueue(name)).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(`queue name ${JSON.stringify(name)}`) }));
  expect(() => defineTopic(name)).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(`topic name ${JSON.stringify(name)}`) }));
});

test("a stream is a channel that is always ordered by key; the others have a name alone", () => {
  expect(defineStream("clicks", { format: "bytes" })).toEqual({ resource: "stream", name: "clicks", data: undefined, order: "by-key", format: "bytes" });
  expect([defineBucket("uploads"), defineTable("users"), defineBus("events"), defineLog("access")]).toEqual([{ resource: "bucket", name: "uploads" }, { resource: "table", name: "users" }, { resource: "bus", name: "events" }, { resource: "log", name: "access" }]);
});
test.each<[string, (name: string) => unknown]>([["bucket", defineBucket], ["table", defineTable], ["bus", defineBus], ["log", defineLog], ["stream", defineStream]])("a %s has a name that every cloud takes, or none", (resource, define) => {
  expect(() => define("A b")).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(`${resource} name "A b"`) }));
});
