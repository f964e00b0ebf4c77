import { expect, test } from "vitest";
import { localChanges } from "./codec.ts";
import { changesWires } from "./testing.ts";

const message = (told: unknown) => ({ id: "message-1", attempt: 1, enqueuedAt: 1_893_456_000_000, body: { text: "" }, told });
/** What one message tells; the code of what is wrong with it where it cannot be read. */
function toldBy(told: unknown): unknown {
  const [item] = localChanges.decode({ messages: [message(told)] }).items;
  return "unreadable" in item! ? (item.unreadable as Error & { readonly code: string }).code : item!.deliveries[0]!.told!();
}

const change = { operation: "updated", key: { id: "a" } };
test("what the broker hands over is read back as it was told, values that JSON has no word for too", () => {
  const image = { id: "a", big: 9_007_199_254_740_993n, half: 0.5, none: null, yes: true, raw: new Uint8Array([0, 255]), tags: new Set(["x", 2n ** 64n]), odd: [NaN, -Infinity], deep: { list: [1, { two: 2 }] }, "": "an empty name" };
  const told = { change: { operation: "updated" as const, key: { id: "a" }, before: image, after: { ...image, half: 1.5 } }, subject: "a", time: "2030-01-01T00:00:00.000Z" };
  const { items: [item] } = localChanges.decode(JSON.parse(JSON.stringify(changesWires[0]!.side!.fabricate([{ id: "message-1", attempt: 1, body: "", enqueuedAt: 0, group: "a", told }], "users"))));
  const { group, told: read } = (item as Extract<typeof item, { readonly deliveries: unknown }>).deliveries[0]!;
  expect({ group, told: read!() }).toEqual({ group: "a", told });
});
test("an image that is not told is absent", () => {
  const { change: read } = toldBy({ change, subject: "a" }) as { readonly change: object };
  expect([read, Object.keys(read)]).toEqual([change, ["operation", "key"]]);
});
test.each(["created", "updated", "deleted", "written"])("%s is an operation", (operation) => expect(toldBy({ change: { ...change, operation }, subject: "a" })).toMatchObject({ change: { operation } }));
test("everything from the first position that comes again comes again", () => {
  const { native } = localChanges.decode({ messages: [message({}), message({}), message({})] });
  expect(localChanges.encode([{ id: "1", then: "done" }, { id: "2", then: "again" }, { id: "3", then: "done" }], native)).toEqual({ respond: { settled: [{ id: "1", then: "done" }, { id: "2", then: "again" }, { id: "3", then: "again" }] } });
});
test.each<[string, unknown]>([
  ["nothing told", undefined],
  ["no change", { subject: "a" }],
  ["no subject", { change }],
  ["an operation that is none", { change: { ...change, operation: "upserted" }, subject: "a" }],
  ["no key", { change: { operation: "updated" }, subject: "a" }],
  ["a text for a key", { change: { ...change, key: "a" }, subject: "a" }],
  ["null for an image", { change: { ...change, before: null }, subject: "a" }],
  ["a list for an image", { change: { ...change, after: [] }, subject: "a" }],
  ["a value that is none", { change: { ...change, after: { n: { $integer: "1.5" } } }, subject: "a" }],
  ["a number for a time", { change, subject: "a", time: 1 }],
])("%s: the message cannot be read", (_, told) => expect(toldBy(told)).toBe("invalid-native-event"));
