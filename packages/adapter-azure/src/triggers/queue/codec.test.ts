import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ServiceBusRecord } from "../../native.ts";
import { serviceBus, storageQueue } from "./codec.ts";

const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const metadata = { messageId: "m-1", deliveryCount: 2, enqueuedTimeUtc: "2030-01-01T00:00:00Z", sequenceNumber: 17 };
const itemOf = (over: object = {}, body: unknown = bytes("{}")) => serviceBus.decode({ body, metadata: { ...metadata, ...over } } as ServiceBusRecord).items[0]!;
const only = (item: ReturnType<typeof itemOf>) => ("deliveries" in item ? item.deliveries[0]! : undefined);

describe("a message", () => {
  test("tells id, attempt, session and time; its body is bytes", () => {
    const { record: _, ...delivery } = only(itemOf({ sessionId: "s" }))!;
    expect(delivery).toEqual({ id: "m-1", attempt: 2, group: "s", enqueuedAt: Date.UTC(2030, 0, 1), body: bytes("{}"), attribute: undefined });
  });
  test.each([[{ applicationProperties: { isobar: '{"v":1,"id":"order-7"}' } }], [{ userProperties: { isobar: '{"v":1,"id":"order-7"}' } }], [{ applicationProperties: { isobar: { v: 1, id: "order-7" } } }]])("our attribute is found as %j", (over) => expect(only(itemOf(over))!.id).toBe("order-7"));
  test("an attribute that is null under one name is looked for under the other", () => {
    expect(only(itemOf({ applicationProperties: { isobar: null }, userProperties: { isobar: '{"v":1,"id":"order-7"}' } }))!.id).toBe("order-7");
    expect(only(itemOf({ applicationProperties: {}, userProperties: { isobar: '{"v":1,"id":"order-8"}' } }))!.id).toBe("order-8");
  });
  test("a count that is no number tells no attempt", () => expect([only(itemOf({ deliveryCount: "2" }))!.attempt, only(itemOf({ deliveryCount: null }))!.attempt]).toEqual([undefined, undefined]));
  test("edge 42: an id of digits that the worker rounded is told apart from its neighbours'", () => {
    const [a, b] = [17, 18].map((sequenceNumber) => only(itemOf({ messageId: 12345678901234567890, sequenceNumber }))!.id);
    expect(a).not.toBe(b);
    expect(only(itemOf({ messageId: 42 }))!.id).toBe("42");
    expect(only(itemOf({ messageId: 1e300, sequenceNumber: undefined, enqueuedTimeUtc: undefined }))!.id).toBe("1e+300/undefined/undefined");
  });
  test("edge 43: user JSON with a key `bytes` is a body like any other", () => expect(only(itemOf({}, bytes('{"bytes":"AQID"}')))!.body).toEqual(bytes('{"bytes":"AQID"}')));
  test.each([["a text", "{}"], ["a parsed object", { a: 1 }], ["nothing", undefined], ["a number", 7]])("whose body is %s is unreadable: our registration asks for bytes", (_, body) => expect("unreadable" in serviceBus.decode({ body, metadata }).items[0]!).toBe(true));
  test.each([[{ messageId: undefined }], [{ messageId: "" }]])("with %j is unreadable", (over) => expect("unreadable" in itemOf(over)).toBe(true));
});
test.each([[null], [undefined], [7], [{}], [{ body: bytes("{}") }], [{ body: bytes("{}"), metadata: null }]])("%j is no invocation of ours", (native) => {
  for (const codec of [serviceBus, storageQueue]) expect(() => codec.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
});
test("done returns, again throws", () => {
  const native = serviceBus.decode({ body: bytes("{}"), metadata }).native;
  expect(serviceBus.encode([{ id: "m-1", then: "done" }], native)).toEqual({ respond: undefined });
  expect(serviceBus.encode([{ id: "m-1", then: "again" }], native)).toHaveProperty("fault");
  expect(serviceBus.encode([{ id: "m-1", then: "done" }, { id: "m-2", then: "again" }], native)).toHaveProperty("fault");
});
test("anything else is a delivery, an unreadable item, or a typed error", () => {
  fc.assert(fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything()), (value, record) => {
    for (const native of [value, { body: value, metadata: record }, { body: bytes("x"), metadata: { ...metadata, ...record } }]) {
      try {
        serviceBus.decode(native);
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid-native-event" });
      }
    }
  }), { seed: 1, numRuns: 500 });
});

describe("a batch", () => {
  const batch = { body: [bytes("1"), bytes("2")], metadata: { messageIdArray: ["m-1", "m-2"], deliveryCountArray: [1, 3], applicationPropertiesArray: [{}, { isobar: '{"v":1,"id":"order-7"}' }], sessionIdArray: ["s"], messageActions: {} } };
  test("is one item each, with its own part of every list; a list that is shorter than the batch tells nothing of anyone", () => {
    expect(serviceBus.decode(batch).items.map((item) => { const { id, attempt, group, body } = only(item)!; return { id, attempt, group, body }; })).toEqual([
      { id: "m-1", attempt: 1, group: undefined, body: bytes("1") },
      { id: "order-7", attempt: 3, group: undefined, body: bytes("2") },
    ]);
  });
  test("that is empty holds nothing to lose", () => {
    const { native, items } = serviceBus.decode({ body: [], metadata: {} });
    expect([items, serviceBus.encode([], native)]).toEqual([[], { respond: undefined }]);
  });
});

describe("a message of a Storage queue", () => {
  const stored = { id: "814b3b66-0200-4121-8ef3-405846a124bf", dequeueCount: 2, insertionTime: "2030-01-01T00:00:00+00:00", popReceipt: "AgAAAA" };
  const items = (over: object = {}, body: unknown = bytes("{}")) => storageQueue.decode({ body, metadata: { ...stored, ...over } }).items;
  test("tells id, attempt and time; it has no group and no attribute", () => {
    const { record: _, ...delivery } = only(items({ isobar: "x" })[0]!)!;
    expect(delivery).toEqual({ id: stored.id, attempt: 2, group: undefined, enqueuedAt: Date.UTC(2030, 0, 1), body: bytes("{}"), attribute: undefined });
  });
  test("is kept, and a count that is no number tells no attempt", () => {
    const { record, attempt } = only(items({ dequeueCount: "2" })[0]!)!;
    expect([record, attempt]).toEqual([{ body: bytes("{}"), metadata: { ...stored, dequeueCount: "2" } }, undefined]);
  });
  test("edge 42: an id of digits is text", () => expect(only(items({ id: 1 })[0]!)!.id).toBe("1"));
  test("whose body the worker has parsed is unreadable", () => expect("unreadable" in items({}, { a: 1 })[0]!).toBe(true));
  test.each([[{ id: undefined }], [{ id: "" }]])("with %j is none", (over) => expect(() => items(over)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
  test("is none where the metadata is a Service Bus message's", () => expect(() => storageQueue.decode({ body: bytes("{}"), metadata })).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
});
