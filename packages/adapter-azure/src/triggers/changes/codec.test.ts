import { describe, expect, test } from "vitest";
import { cosmosDb } from "./codec.ts";

const properties = { _rid: "7oUyALQd8eQBAAAAAAAAAA==", _self: "dbs/7oUyAA==/", _etag: '"0000d826-0700-0000-0000-5e0c00000000"', _attachments: "attachments/", _ts: 1893456000, _lsn: 17 };
const feed = (...documents: unknown[]) => cosmosDb.decode({ body: documents }).items;
const only = (document: unknown) => {
  const [item] = feed(document);
  return ("deliveries" in item! ? item.deliveries[0]! : undefined)!;
};

describe("a document of the feed", () => {
  test("was written; its key is its id, its state the document without system properties, its time whole seconds", () => {
    const { told, ...delivery } = only({ id: "u-1", name: "Eva", tags: ["a", { b: null }], ...properties });
    expect(told!()).toEqual({ change: { operation: "written", key: { id: "u-1" }, after: { id: "u-1", name: "Eva", tags: ["a", { b: null }] } }, subject: "u-1", time: "2030-01-01T00:00:00.000Z" });
    expect([delivery.id, delivery.group, delivery.attempt, delivery.enqueuedAt]).toEqual(["7oUyALQd8eQBAAAAAAAAAA==/0000d826-0700-0000-0000-5e0c00000000", "u-1", undefined, 1_893_456_000_000]);
  });
  test("two versions of one document are two events", () => expect(only({ id: "u-1", ...properties }).id).not.toBe(only({ id: "u-1", ...properties, _etag: '"0000d826-0700-0000-0000-5e0c00000001"' }).id));
  test("edge 42: a whole number beyond 2^53, of which the library has kept a double, is the bigint of that double", () => {
    const { after } = only({ id: "u-1", big: JSON.parse("9007199254740993") as unknown, half: 0.5, safe: 9007199254740991, huge: 1e21 }).told!().change;
    expect(after).toEqual({ id: "u-1", big: 9007199254740992n, half: 0.5, safe: 9007199254740991, huge: 1_000_000_000_000_000_000_000n });
  });
  test("edge 42: so it is inside of lists and objects, where null is null", () => {
    expect(only({ id: "u-1", deep: { big: 2 ** 60, list: [2 ** 60, null], none: null } }).told!().change.after).toEqual({ id: "u-1", deep: { big: 1152921504606846976n, list: [1152921504606846976n, null], none: null } });
  });
  test("is named by its id where a capture holds none of the system properties", () => expect([only({ id: "u-1" }).id, only({ id: "u-1", _ts: 5 }).id]).toEqual(["u-1", "u-1/5"]));
  test("a key like __proto__ stays a key", () => {
    const { after } = only(JSON.parse('{"id":"u-1","__proto__":{"polluted":1}}')).told!().change;
    expect([Object.keys(after!), (after as { polluted?: unknown }).polluted]).toEqual([["id", "__proto__"], undefined]);
  });
  test.each([[null], [{}], [{ id: "" }], [{ id: 7 }], ["u-1"]])("%j is none: it is unreadable, its neighbours are not", (document) => {
    expect(feed({ id: "u-1" }, document, { id: "u-2" }).map((item) => "deliveries" in item)).toEqual([true, false, true]);
  });
  test("without a readable time tells none", () => {
    for (const _ts of [1e300, "5", null]) expect(only({ id: "u-1", _ts }).told!()).not.toHaveProperty("time");
  });
});
test("an empty feed is answered", () => expect([feed(), cosmosDb.encode([], undefined)]).toEqual([[], { respond: undefined }]));
test("a batch comes again as a whole", () => expect(cosmosDb.encode([{ id: "a", then: "done" }, { id: "b", then: "again" }], undefined)).toHaveProperty("fault"));
test("all versions and deletes mode is refused, with its name", () => {
  const change = { current: { id: "u-1" }, metadata: { operationType: "delete", lsn: 1, crts: 1893456000, previousImageLSN: 0, timeToLiveExpired: false } };
  expect(() => feed(change)).toThrow(expect.objectContaining({ code: "invalid-native-event", message: expect.stringContaining("all versions and deletes mode") }));
});
test("a document without an id whose metadata name no operation is unreadable, and no other mode", () => {
  for (const metadata of [{}, { operationType: 1 }]) expect("unreadable" in feed({ metadata })[0]!).toBe(true);
});
test("a document that has fields of these names is a document", () => expect(only({ id: "u-1", current: 1, metadata: { operationType: "sum" } }).group).toBe("u-1"));
test.each([[undefined], [null], [{}], [{ id: "u-1" }], ["[]"], [new Uint8Array([91, 93])]])("%j is no change feed", (body) => {
  expect(() => cosmosDb.decode({ body })).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
});
