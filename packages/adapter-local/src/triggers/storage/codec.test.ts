import { expect, test } from "vitest";
import { localStorage } from "./codec.ts";
import { storageWires } from "./testing.ts";

const message = (told: unknown) => ({ id: "message-1", attempt: 1, enqueuedAt: 1_893_456_000_000, body: { text: "" }, told });
/** What one message tells; the code of what is wrong with it where it cannot be read. */
function toldBy(told: unknown): unknown {
  const [item] = localStorage.decode({ messages: [message(told)] }).items;
  return "unreadable" in item! ? (item.unreadable as Error & { readonly code: string }).code : item!.deliveries[0]!.told!();
}

test("what the broker hands over is read back as it was told", () => {
  const told = { change: "archived" as const, time: "2030-01-01T00:00:00.000Z", object: { bucket: "uploads-1", key: "images/grüße + 100%.png", size: 0, etag: "0123", version: "7", contentType: "image/png" } };
  const { items: [item] } = localStorage.decode(storageWires[0]!.side!.fabricate([{ id: "message-1", attempt: 2, body: "", enqueuedAt: 1_893_456_000_000, group: "g", told }], "source"));
  const { id, attempt, group, enqueuedAt, body, told: read } = (item as Extract<typeof item, { readonly deliveries: unknown }>).deliveries[0]!;
  expect({ id, attempt, group, enqueuedAt, body, told: read!() }).toEqual({ id: "message-1", attempt: 2, group: "g", enqueuedAt: 1_893_456_000_000, body: "", told });
});
const object = { bucket: "b", key: "k" };
test("a bucket and a key are enough, and what nobody knows is left out", () => {
  expect(toldBy({ change: "deleted", object: { ...object, colour: "red" }, more: 1 })).toEqual({ change: "deleted", time: undefined, object: { ...object, size: undefined, etag: undefined, version: undefined, contentType: undefined } });
});
test.each(["created", "deleted", "updated", "archived", "restored", "other"])("%s is a change", (change) => expect(toldBy({ change, object })).toMatchObject({ change }));
test.each<[string, unknown]>([
  ["nothing told", undefined],
  ["no change", { object }],
  ["a change that is none", { change: "renamed", object }],
  ["a word of the language", { change: "constructor", object }],
  ["no object", { change: "created" }],
  ["a list for an object", { change: "created", object: [] }],
  ["no key", { change: "created", object: { bucket: "b" } }],
  ["no bucket", { change: "created", object: { key: "k" } }],
  ["a text for a size", { change: "created", object: { ...object, size: "5" } }],
  ["a size below nothing", { change: "created", object: { ...object, size: -1 } }],
  ["a number for a version", { change: "created", object: { ...object, version: 7 } }],
  ["null for an etag", { change: "created", object: { ...object, etag: null } }],
  ["a number for a content type", { change: "created", object: { ...object, contentType: 1 } }],
  ["a number for a time", { change: "created", time: 0, object }],
])("%s: the message cannot be read", (_, told) => expect(toldBy(told)).toBe("invalid-native-event"));
