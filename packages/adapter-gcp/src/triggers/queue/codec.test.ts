import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawOf } from "../../testing/calls.ts";
import type { HttpCall } from "../../testing/exchange.ts";
import { push, pushBackground, pushCloudEvent, pushUnwrapped } from "./codec.ts";
import { pushSide, queueWires } from "./testing.ts";

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
  test.each([[1.5], ["3"], [null], [2 ** 60]])("an attempt of %j is none", (deliveryAttempt) => expect(only(decoded({}, { deliveryAttempt }))!.attempt).toBeUndefined());
  test.each([["now"], ["2030-01-01"], [7], [["2030-01-01T00:00:00Z"]], ["2030-13-01T00:00:00Z"]])("a publish time of %j is none", (publishTime) => expect(only(decoded({ publishTime }))!.enqueuedAt).toBeUndefined());
  test("without data is an empty body: a message may hold attributes alone", () => {
    for (const data of [undefined, null]) expect(only(decoded({ data }))!.body).toEqual(new Uint8Array());
  });
  test("edge 54: messageId and message_id at once are one id", () => expect(only(decoded({ message_id: "m-1", publish_time: "x" }))!.id).toBe("m-1"));
  test("edge 54: message_id and publish_time alone, as pushes had them at first, are the id and the time", () => {
    expect(only(decoded({ messageId: undefined, publishTime: undefined, message_id: "m-2", publish_time: "2030-01-01T00:00:00.5Z" }))).toMatchObject({ id: "m-2", enqueuedAt: Date.UTC(2030, 0, 1) + 500 });
  });
  test("the sender's id in our attribute wins", () => expect(only(decoded({ attributes: { isobar: '{"v":1,"id":"order-7"}' } }))!.id).toBe("order-7"));
  test("edge 50: the emulator's pushes have no time, no topic and no context", () => expect(only(decoded({ publishTime: undefined }))).toMatchObject({ id: "m-1", enqueuedAt: undefined }));
  test.each([["e30=", "{}"], ["e30", "{}"], ["_-8=", "\u00ff\u00ef"], ["", ""]])("data %j are bytes: protobuf's JSON takes both alphabets, padded or not", (data, latin1) => expect(Buffer.from(only(decoded({ data }))!.body).toString("latin1")).toBe(latin1));
  test("a name of Object's own prototype is no attribute", () => expect(only(decoded({ attributes: JSON.parse('{"__proto__":"x"}') }))!.attribute).toBeUndefined());
  test.each([[{ data: "***" }], [{ data: "==" }], [{ data: "e30=e" }], [{ data: "a" }], [{ data: "ab=" }], [{ data: 7 }], [{ messageId: "" }], [{ messageId: 7 }], [{ attributes: { a: 1 } }], [{ attributes: "a" }]])("%j is unreadable", (over) => expect("unreadable" in decoded(over)).toBe(true));
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
    const { record: _, ...delivery } = only(push.decode(rawOf(native as HttpCall)).items[0]!)!;
    expect(delivery).toEqual({ ...rest, body: new Uint8Array(body), group: undefined, attribute: undefined });
  }), { seed: 1 });
});

describe("an unwrapped push", () => {
  const headers = ["X-Goog-Pubsub-Message-Id", "m-1", "x-goog-pubsub-publish-time", "2030-01-01T00:00:00.5Z", "x-goog-pubsub-ordering-key", "k", "isobar", '{"v":1,"id":"order-7"}'];
  test("tells what its headers tell; the body is the data, whatever it is", () => {
    const { record: _, ...delivery } = only(pushUnwrapped.decode({ rawBody: new Uint8Array([0, 255]), rawHeaders: headers }).items[0]!)!;
    expect(delivery).toEqual({ id: "order-7", attempt: undefined, group: "k", enqueuedAt: Date.UTC(2030, 0, 1) + 500, body: new Uint8Array([0, 255]), attribute: '{"v":1,"id":"order-7"}' });
  });
  test("without metadata it is refused: nothing would tell one message from another", () => {
    for (const rawHeaders of [[], ["x-goog-pubsub-message-id", ""]]) expect(() => pushUnwrapped.decode({ rawBody: new Uint8Array(), rawHeaders })).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("native() has its headers and its data", () => expect(only(pushUnwrapped.decode({ rawBody: new Uint8Array([1]), rawHeaders: ["X-Goog-Pubsub-Message-Id", "m-1", "Tenant", "t"] }).items[0]!)!.record).toEqual({ headers: { "x-goog-pubsub-message-id": "m-1", tenant: "t" }, data: new Uint8Array([1]) }));
});

describe("a message as Eventarc's event", () => {
  const event = (data: unknown, type = "google.cloud.pubsub.topic.v1.messagePublished") => ({ rawBody: Buffer.from(JSON.stringify({ specversion: "1.0", id: "e-1", source: "//pubsub.googleapis.com/projects/p/topics/t", type, time: "2030-01-01T00:00:00Z", datacontenttype: "application/json", data })), rawHeaders: ["Content-Type", "application/cloudevents+json; charset=utf-8"] });
  test("is read as a wrapped push; an id and a time that the message lacks are the event's", () => {
    expect(only(pushCloudEvent.decode(event({ message: message({ orderingKey: "k" }), deliveryAttempt: 2 })).items[0]!)).toMatchObject({ id: "m-1", attempt: 2, group: "k", enqueuedAt: Date.UTC(2030, 0, 1) + 123 });
    expect(only(pushCloudEvent.decode(event({ message: { data: "e30=" } })).items[0]!)).toMatchObject({ id: "e-1", attempt: undefined, enqueuedAt: Date.UTC(2030, 0, 1) });
  });
  test.each([[event({ message: message() }, "google.firebase.auth.user.v1.created")], [event({})], [event("text")], [event({ message: [] })]])("another event is refused", (native) => expect(() => pushCloudEvent.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
});

describe("edge 51: a background event", () => {
  const context = { eventId: "e-1", timestamp: "2030-01-01T00:00:00.123Z", eventType: "google.pubsub.topic.publish", resource: { service: "pubsub.googleapis.com", name: "projects/p/topics/t" } };
  const data = { "@type": "type.googleapis.com/google.pubsub.v1.PubsubMessage", data: "e30=", attributes: { isobar: '{"v":1,"id":"order-7"}' } };
  const expected = { id: "order-7", attempt: undefined, group: undefined, enqueuedAt: Date.UTC(2030, 0, 1) + 123, body: new TextEncoder().encode("{}") };
  test("is read with its context beside the data, and with it flat and its resource a text", () => {
    expect(only(pushBackground.decode(pushed({ context, data })).items[0]!)).toMatchObject(expected);
    expect(only(pushBackground.decode(pushed({ ...context, eventType: "providers/cloud.pubsub/eventTypes/topic.publish", resource: "projects/p/topics/t", data })).items[0]!)).toMatchObject(expected);
  });
  test.each([[{ context: { ...context, eventType: "google.storage.object.finalize" }, data }], [{ context: { ...context, eventId: "" }, data }], [{ context: { ...context, eventType: "" }, data }], [{ context: { ...context, eventType: undefined }, data }], [{ context: "text", data }], [{ context, data: "text" }], [{ data }], [[]], [null]])("%j is refused", (body) => expect(() => pushBackground.decode(pushed(body))).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
});

test("anything else is a delivery, an unreadable item, or a typed error, and touches no prototype", () => {
  fc.assert(fc.property(fc.anything(), fc.jsonValue(), (value, json) => {
    for (const codec of [push, pushUnwrapped, pushCloudEvent, pushBackground])
      for (const native of [value, pushed(json), pushed({ subscription: "s", message: json }), pushed({ context: json, data: json })]) {
        try {
          codec.decode(native);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid-native-event" });
        }
      }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }), { seed: 1, numRuns: 500 });
});
test("every wire refuses what it says is malformed, and reads what its broker hands over", async () => {
  for (const wire of queueWires) {
    const { side } = wire;
    for (const { native, why } of side!.malformed) {
      const items = await (async () => wire.decode(native))().then((decoded) => ("items" in decoded ? decoded.items : []), () => []);
      expect(items.filter((item) => "deliveries" in item), `${wire.variant}: ${why}`).toEqual([]);
    }
    const decoded = await wire.decode(side!.fabricate([{ id: "m-1", attempt: 1, body: "{}", enqueuedAt: Date.UTC(2030, 0, 1) }], "orders"));
    expect("items" in decoded && only(decoded.items[0]!)).toMatchObject({ id: "m-1", attempt: side!.tellsAttempt ? 1 : undefined, enqueuedAt: Date.UTC(2030, 0, 1), body: new TextEncoder().encode("{}") });
  }
});
