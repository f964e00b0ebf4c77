import { describe, expect, test } from "vitest";
import { isText, localCodec } from "./messages.ts";

const message = (id: string, over: object = {}) => ({ id, attempt: 1, enqueuedAt: 0, body: { text: "{}" }, ...over });
const codec = localCodec(({ word }) => (isText(word) ? { word } : undefined));
const told = { told: { word: "x" } };

describe("a batch", () => {
  test.each([[null], [undefined], [{}], [[]], ["x"], [{ messages: [] }], [{ messages: {} }], [{ payload: 1 }]])("%j is none", (native) => expect(() => codec.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
  test("is items in its order, each with the very message it came from", () => {
    const native = { messages: [message("m-1", told), message("m-2", told)] };
    const { items, native: kept } = codec.decode(native);
    expect([kept === native, items.map(({ id }) => id), items.map((item) => "deliveries" in item && item.deliveries[0]!.record === native.messages[items.indexOf(item)])]).toEqual([true, ["m-1", "m-2"], [true, true]]);
  });
  test("what cannot be read is an item of its own and touches no neighbour", () => {
    const { items } = codec.decode({ messages: [null, message("m-1", told), 5, "x", message("m-2"), message("", told), message("m-3", { ...told, body: {} })] });
    expect(items.map((item) => [item.id, "unreadable" in item])).toEqual([[undefined, true], ["m-1", false], [undefined, true], [undefined, true], ["m-2", true], [undefined, true], ["m-3", true]]);
  });
});

describe("a message", () => {
  test.each<[string, object]>([
    ["an attempt before the first", { attempt: 0 }], ["half an attempt", { attempt: 1.5 }], ["a text for an attempt", { attempt: "1" }], ["no attempt", { attempt: undefined }], ["no time", { enqueuedAt: undefined }], ["a text for a time", { enqueuedAt: "2030-01-01" }],
    ["a time that no clock shows", { enqueuedAt: 8.64e15 + 1 }], ["no number", { enqueuedAt: NaN }], ["a number for a group", { group: 1 }], ["null for a group", { group: null }], ["an object for an attribute", { attribute: {} }],
    ["text and bytes that are neither", { body: { text: 1, base64: "***" } }], ["no body", { body: undefined }],
  ])("with %s cannot be read", (_, over) => {
    const { items: [item] } = codec.decode({ messages: [message("m-1", { ...told, ...over })] });
    expect(item).toEqual({ id: "m-1", unreadable: expect.objectContaining({ code: "invalid-native-event", message: expect.stringContaining("message m-1: ") }) });
  });
  test("is named by its sender before its broker; the item stays the broker's", () => {
    const { items: [item] } = codec.decode({ messages: [message("m-1", { ...told, attribute: '{"v":1,"id":"order-7"}' })] });
    expect([item!.id, "deliveries" in item! && item.deliveries[0]!.id]).toEqual(["m-1", "order-7"]);
  });
  test("a key like __proto__ in it touches nothing", () => {
    codec.decode({ messages: [JSON.parse('{"id":"m","__proto__":{"polluted":1},"told":{"__proto__":{"polluted":1}}}')] });
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("an answer", () => {
  const outcomes = [{ id: "a", then: "done" }, { id: "b", then: "again" }, { id: "c", then: "done" }] as const;
  test("says of each message what becomes of it", () => expect(codec.encode(outcomes, { messages: [] })).toEqual({ respond: { settled: outcomes } }));
  test("by position, everything from the first that comes again comes again", () => {
    const byPosition = localCodec(undefined, { byPosition: true });
    expect(byPosition.encode(outcomes, { messages: [] })).toEqual({ respond: { settled: [outcomes[0], outcomes[1], { id: "c", then: "again" }] } });
    expect(byPosition.encode([outcomes[0], outcomes[2]], { messages: [] })).toEqual({ respond: { settled: [outcomes[0], outcomes[2]] } });
  });
  test("cannot name what has no id: the whole batch comes again", () => {
    expect(codec.encode([outcomes[0], { id: undefined, then: "again" }], { messages: [] })).toEqual({ fault: expect.objectContaining({ code: "invalid-native-event" }) });
  });
});
