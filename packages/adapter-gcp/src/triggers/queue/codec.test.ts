import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { push } from "./codec.ts";
import { pushSide } from "./testing.ts";

const pushed = (body: unknown) => ({ rawBody: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)) });
const message = (over: object = {}) => ({ messageId: "m-1", data: "eyJhIjoxfQ==", publishTime: "2030-01-01T00:00:00.123456Z", attributes: {}, ...over });
const decoded = (over: object = {}, around: object = {}) => push.decode(pushed({ subscription: "projects/p/subscriptions/s", message: message(over), ...around })).items[0]!;
const only = (item: ReturnType<typeof decoded>) => ("deliveries" in item ? item.deliveries[0]! : undefined);

describe("a wrapped push", () => {
  test("tells id, body, time to the millisecond, and the attempt where there is one", () => {
    const { record: _, ...delivery } = only(decoded({ orderingKey: "k" }, { deliveryAttempt: 3 }))!;
    expect(delivery).toEqual({ id: "m-1", attempt: 3, group: "k", enqueuedAt: Date.UTC(2030, 0, 1) + 123, body: new TextEncoder().encode('{"a":1}'), attribute: undefined });
    expect([only(decoded())!.attempt, only(decoded({ orderingKey: "" }))!.group]).toEqual([undefined, undefined]);
  });
  test("without data is an empty body: a message may hold attributes alone", () => expect(only(decoded({ data: undefined }))!.body).toEqual(new Uint8Array()));
  test("edge 54: messageId and message_id at once are one id", () => expect(only(decoded({ message_id: "m-1", publish_time: "x" }))!.id).toBe("m-1"));
  test("the sender's id in our attribute wins", () => expect(only(decoded({ attributes: { isobar: '{"v":1,"id":"order-7"}' } }))!.id).toBe("order-7"));
  test.each([[{ data: "***" }], [{ data: "e30" }], [{ data: 7 }], [{ messageId: "" }], [{ messageId: 7 }]])("%j is unreadable", (over) => expect("unreadable" in decoded(over)).toBe(true));
});
test.each([["{"], ["null"], ["[]"], ["{}"], ['{"message":{}}'], ['{"subscription":"s"}'], ['{"context":{"eventId":"1"},"data":{}}'], ['{"specversion":"1.0","id":"1","data":{"message":{}}}']])("the envelope %s is no wrapped push", (body) => {
  expect(() => push.decode(pushed(body))).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
});
test("204 acknowledges and 500 does not", () => {
  const native = push.decode(pushed({ subscription: "s", message: message() })).native;
  expect([push.encode([{ id: "m-1", then: "done" }], native), push.encode([{ id: "m-1", then: "again" }], native)]).toEqual([{ respond: { status: 204 } }, { respond: { status: 500 } }]);
});
test("what the broker hands over is read back as it was", () => {
  fc.assert(fc.property(fc.record({ id: fc.string({ minLength: 1 }), attempt: fc.integer({ min: 1, max: 100 }), body: fc.uint8Array(), enqueuedAt: fc.integer({ min: 0, max: 4e12 }) }), ({ body, ...rest }) => {
    const native = pushSide.fabricate([{ ...rest, body: new Uint8Array(body) }], "orders");
    const { record: _, ...delivery } = only(push.decode(native).items[0]!)!;
    expect(delivery).toEqual({ ...rest, body: new Uint8Array(body), group: undefined, attribute: undefined });
  }), { seed: 1 });
});
test("anything else is a delivery, an unreadable item, or a typed error, and touches no prototype", () => {
  fc.assert(fc.property(fc.anything(), fc.jsonValue(), (value, json) => {
    for (const native of [value, pushed(json), pushed({ subscription: "s", message: json })]) {
      try {
        push.decode(native);
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid-native-event" });
      }
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }), { seed: 1, numRuns: 500 });
});
