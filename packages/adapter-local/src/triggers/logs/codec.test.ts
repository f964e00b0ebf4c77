import { expect, test } from "vitest";
import { localLogs } from "./codec.ts";
import { logsWires } from "./testing.ts";

const message = (told: unknown) => ({ id: "message-1", attempt: 1, enqueuedAt: 1_893_456_000_000, body: { text: "" }, told });
/** What one message tells; the code of what is wrong with it where it cannot be read. */
function toldBy(told: unknown): unknown {
  const [item] = localLogs.decode({ messages: [message(told)] }).items;
  return "unreadable" in item! ? (item.unreadable as Error & { readonly code: string }).code : item!.deliveries[0]!.told!();
}

test("what the broker hands over is read back as it was told", () => {
  const told = { log: { resource: "/app/access", part: "instance-1", entries: [{ id: "l-1", time: "2030-01-01T00:00:00.000Z", severity: "ERROR", message: "down", fields: { code: 5 } }, { message: "" }] } };
  const { items: [item] } = localLogs.decode(logsWires[0]!.side!.fabricate([{ id: "message-1", attempt: 2, body: "", enqueuedAt: 1_893_456_000_000, group: "g", told }], "source"));
  const { id, attempt, group, enqueuedAt, body, told: read } = (item as Extract<typeof item, { readonly deliveries: unknown }>).deliveries[0]!;
  expect({ id, attempt, group, enqueuedAt, body, told: read!() }).toEqual({ id: "message-1", attempt: 2, group: "g", enqueuedAt: 1_893_456_000_000, body: "", told });
});
test("an envelope may hold no entries", () => expect(toldBy({ log: { resource: "/app", entries: [] } })).toEqual({ log: { resource: "/app", part: undefined, entries: [] } }));
test("everything from the first position that comes again comes again", () => {
  const { native } = localLogs.decode({ messages: [message({}), message({}), message({})] });
  expect(localLogs.encode([{ id: "1", then: "done" }, { id: "2", then: "again" }, { id: "3", then: "done" }], native)).toEqual({ respond: { settled: [{ id: "1", then: "done" }, { id: "2", then: "again" }, { id: "3", then: "again" }] } });
});
test.each<[string, unknown]>([
  ["nothing told", undefined],
  ["no log", {}],
  ["no resource", { log: { entries: [] } }],
  ["a number for a part", { log: { resource: "/app", part: 1, entries: [] } }],
  ["no entries", { log: { resource: "/app" } }],
  ["an object for entries", { log: { resource: "/app", entries: {} } }],
  ["null for an entry", { log: { resource: "/app", entries: [null] } }],
  ["one entry of two without a message", { log: { resource: "/app", entries: [{ message: "a" }, {}] } }],
  ["a number for an id", { log: { resource: "/app", entries: [{ id: 1, message: "a" }] } }],
  ["a number for a severity", { log: { resource: "/app", entries: [{ severity: 1, message: "a" }] } }],
  ["a number for a time", { log: { resource: "/app", entries: [{ time: 1, message: "a" }] } }],
  ["a list for fields", { log: { resource: "/app", entries: [{ message: "a", fields: [] }] } }],
])("%s: the message cannot be read", (_, told) => expect(toldBy(told)).toBe("invalid-native-event"));
