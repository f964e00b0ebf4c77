import { describe, expect, test } from "vitest";
import { wires } from "./wires.ts";

test("every kind has one wire, a call one more for what is sent ahead", () => {
  expect(wires.map(({ kind, variant }) => `${kind} ${variant}`)).toEqual(["http local", "queue local", "topic local", "storage local", "schedule local", "changes local", "stream local", "bus local", "logs local", "call local", "call async"]);
});
test("nothing is lost on any of them", () => expect(wires.filter(({ side, decodesOnly }) => side?.drops !== undefined || decodesOnly !== undefined)).toEqual([]));
test("positions are settled together behind the first, everything else one by one", () => {
  expect(Object.fromEntries(wires.flatMap(({ kind, side }) => (side === undefined ? [] : [[kind, side.settles]])))).toEqual({ queue: "each", topic: "each", storage: "each", schedule: "each", changes: "position", stream: "position", bus: "each", logs: "position", call: "each" });
});

describe("the broker", () => {
  const { fabricate, interpret, malformed } = wires.find(({ kind }) => kind === "queue")!.side!;
  const batch = fabricate([{ id: "a", attempt: 1, body: "x", enqueuedAt: 0 }, { id: "b", attempt: 2, body: new Uint8Array([255]), enqueuedAt: 1, group: "g", attribute: '{"v":1}' }], "orders");
  test("writes a message as JSON, bytes in base64, and nothing that was not given", () => {
    expect(JSON.parse(JSON.stringify(batch))).toEqual({ messages: [{ id: "a", attempt: 1, enqueuedAt: 0, body: { text: "x" }, receipt: "a.1" }, { id: "b", attempt: 2, enqueuedAt: 1, group: "g", attribute: '{"v":1}', body: { base64: "/w==" }, receipt: "b.2" }] });
  });
  test("a message that was not counted is none of the store's", () => expect(() => fabricate([{ id: "a", attempt: undefined, body: "", enqueuedAt: 0 }], "orders")).toThrow(new RangeError("message a has no attempt: the store always counts")));
  test("hands over ten at most", () => {
    const many = Array.from({ length: 11 }, (_, i) => ({ id: String(i), attempt: 1, body: "", enqueuedAt: 0 }));
    expect(() => fabricate(many, "orders")).toThrow(RangeError);
    expect(fabricate(many.slice(1), "orders")).toHaveProperty("messages.length", 10);
  });
  test("keeps what the answer does not name, and everything when there is no answer", () => {
    expect(interpret({ returned: { settled: [{ id: "b", then: "done" }] } }, batch)).toEqual([{ id: "a", then: "again" }, { id: "b", then: "done" }]);
    for (const seen of [{ timedOut: true }, { exited: 1 }, { threw: { type: "Error", message: "x" } }] as const) expect(interpret(seen, batch).map(({ then }) => then)).toEqual(["again", "again"]);
    expect(interpret({ exited: 1 }, null)).toEqual([]);
  });
  test.each(wires.flatMap(({ kind, variant, decode, side }) => (side === undefined ? [] : side.malformed.map(({ why, native }) => [`${kind} ${variant}`, why, native, decode] as const))))("%s: %s is refused, or cannot be read", async (_, _why, native, decode) => {
    let decoded;
    try {
      decoded = await decode(native);
    } catch (error) {
      expect(error).toMatchObject({ code: "invalid-native-event" });
      return;
    }
    expect("items" in decoded && decoded.items.every((item) => "unreadable" in item)).toBe(true);
  });
  test("it knows malformed invocations", () => expect(malformed.length).toBeGreaterThan(3));
});
