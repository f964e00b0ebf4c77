import { describe, expect, test } from "vitest";
import { asRegistered, received, type Form } from "./received.ts";
import { received as receivedRequest } from "./http.ts";

const request = (data: object, triggerMetadata: object = {}) => ({ inputData: [{ name: "trigger", data }], triggerMetadata });
const bytes = (text: string) => Buffer.from(text);
const bodyOf = (captured: unknown, form: Form) => received(captured, form).body;

describe("an invocation request", () => {
  test("has camel-cased metadata, its texts parsed as the library parses them", () => {
    const metadata = { MessageId: { string: "89e7073266" }, DeliveryCount: { json: "2" }, UserProperties: { json: '{"Isobar":"{}"}' }, Name: { string: "world" }, SequenceNumberArray: { collectionSint64: { sint64: [1] } }, Offset: { int: 3 }, Price: { double: 0.5 }, Nothing: {} };
    expect(received(request({ bytes: "e30=" }, metadata), "bytes")).toEqual({
      body: bytes("{}"),
      metadata: { messageId: Infinity, deliveryCount: 2, userProperties: { isobar: "{}" }, name: "world", sequenceNumberArray: [1], offset: 3, price: 0.5, nothing: undefined },
    });
  });
  test("has numbers where proto3's JSON mapping writes 64 bits as text", () => {
    expect(received(request({ bytes: "e30=" }, { DeliveryCount: { int: "2" }, SequenceNumberArray: { collectionSint64: { sint64: ["47", -1] } } }), "bytes").metadata).toEqual({ deliveryCount: 2, sequenceNumberArray: [47, -1] });
    const halves = { low: 47, high: 0, unsigned: false };
    expect(received(request({ bytes: "e30=" }, { SequenceNumber: { int: halves }, SequenceNumberArray: { collectionSint64: { sint64: [halves] } } }), "bytes").metadata).toEqual({ sequenceNumber: halves, sequenceNumberArray: [halves] });
    for (const int of ["", "2x", "0x2", "1.5"]) expect(() => received(request({ bytes: "e30=" }, { DeliveryCount: { int } }), "bytes")).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("of a function that asked for no bytes is read as it would have come to ours", () => {
    for (const data of [{ string: '{"n":1}' }, { json: '{"n":1}' }, { bytes: "eyJuIjoxfQ==" }]) expect(bodyOf(request(data), "bytes")).toEqual(bytes('{"n":1}'));
  });
  test("edge 43: user JSON with a key `bytes` is a body like any other", () => expect(bodyOf(request({ json: '{"bytes":"AQID"}' }), "bytes")).toEqual(bytes('{"bytes":"AQID"}')));
  test("of a batch is told by the lists in its metadata", () => {
    const lists = { MessageIdArray: { collectionString: { string: ["a", "b"] } } };
    for (const data of [{ json: '[{"n":1},2]' }, { string: '[{"n":1},2]' }, { collectionString: { string: ['{"n":1}', "2"] } }, { collectionBytes: { bytes: ["eyJuIjoxfQ==", "Mg=="] } }]) expect(bodyOf(request(data, lists), "bytes")).toEqual([bytes('{"n":1}'), bytes("2")]);
    expect(bodyOf(request({ json: "[1,2]" }), "bytes")).toEqual(bytes("[1,2]"));
  });
  test("may hold JSON as bytes, text or JSON", () => {
    for (const data of [{ string: '{"n":1}' }, { json: '{"n":1}' }, { bytes: "eyJuIjoxfQ==" }]) expect(bodyOf(request(data), "json")).toEqual({ n: 1 });
  });
  test("may hold a list of JSON as bytes or text", () => {
    for (const data of [{ collectionBytes: { bytes: ["eyJuIjoxfQ==", "Mg=="] } }, { collectionString: { string: ['{"n":1}', "2"] } }]) expect(bodyOf(request(data), "json")).toEqual([{ n: 1 }, 2]);
  });
  test("of a timer tells when the host called", () => {
    expect(received(request({ json: '{"IsPastDue":false}' }, { sys: { json: '{"MethodName":"tick","UtcNow":"2030-01-01T06:00:00.25Z"}' } }), "timer")).toEqual({ body: { isPastDue: false }, at: Date.UTC(2030, 0, 1, 6, 0, 0, 250) });
  });
  test("of a document becomes a change feed of one", () => {
    expect([bodyOf(request({ json: '{"id":"a"}' }), "list"), bodyOf(request({ json: '[{"id":"a"}]' }), "list"), bodyOf(request({ json: '{"n":1}' }), "list")]).toEqual([[{ id: "a" }], [{ id: "a" }], { n: 1 }]);
  });
});
describe("a bare trigger value", () => {
  test("is what the handler is given; a timer's names are camel-cased", () => {
    expect([bodyOf({ id: "e-1" }, "json"), bodyOf([{ id: "a" }], "list"), bodyOf({ IsPastDue: true, ScheduleStatus: { Next: "x" } }, "timer")]).toEqual([{ id: "e-1" }, [{ id: "a" }], { isPastDue: true, scheduleStatus: { next: "x" } }]);
  });
  test("of a timer comes when it is read, as a live one does", () => {
    const before = Date.now();
    const { at } = received({ IsPastDue: false, ScheduleStatus: null }, "timer") as unknown as { readonly at: number };
    expect([at >= before, at <= Date.now()]).toEqual([true, true]);
  });
  test("is none of a trigger whose messages have metadata", () => expect(() => received({ n: 1 }, "bytes")).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
});
test.each([
  ["edge 44 and 46: what a custom handler gets", { Data: { queued: '"{}"' }, Metadata: { Id: '"m-1"', DequeueCount: "1" } }],
  ["no inputs", { inputData: [], triggerMetadata: {} }],
  ["metadata alone", { triggerMetadata: { MessageId: { string: "m-1" } } }],
  ["no data", { inputData: [{ data: null }], triggerMetadata: {} }],
  ["bytes that are no base64", request({ bytes: "%" })],
  ["metadata that are no data", request({ bytes: "e30=" }, { MessageId: null })],
  ["metadata that are no JSON", request({ bytes: "e30=" }, { DeliveryCount: { json: "{" } })],
])("%s is refused with a typed error", (_, captured) => expect(() => received(captured, "bytes")).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
test("a key like __proto__ stays a key", () => {
  const { metadata } = received(JSON.parse('{"inputData":[{"data":{"bytes":""}}],"triggerMetadata":{"__proto__":{"string":"x"}}}'), "bytes");
  expect([Object.keys(metadata), ({} as { x?: unknown }).x]).toEqual([["__proto__"], undefined]);
});
test("a request is kept as the harness takes it", () => {
  expect(asRegistered({ id: "e-1" }, "json")).toEqual({ inputData: [{ data: { json: '{"id":"e-1"}' } }], triggerMetadata: {} });
});
describe("an HTTP request", () => {
  const got = (http: object) => receivedRequest({ inputData: [{ name: "req", data: { http: { method: "GET", url: "https://shop.test/a?x=1", ...http } } }] });
  test("edge 45: has its query, whether the host wrote it as a mapping, as a nullable one, or not at all", () => {
    for (const http of [{ query: { x: "1" } }, { nullableQuery: { x: { value: "1" } } }, {}]) expect(got(http).query.get("x")).toBe("1");
  });
  test.each([
    ["bytes", { body: { bytes: "eyJuIjoxfQ==" } }],
    ["a text", { body: { string: '{"n":1}' } }],
    ["JSON that the host has parsed", { body: { json: '{"n":1}' } }],
    ["JSON beside the text that it was", { body: { json: '{"n":1.0}' }, rawBody: { string: '{"n":1}' } }],
    ["JSON beside the bytes that it was", { body: { json: '{"n":1.0}' }, rawBody: { bytes: "eyJuIjoxfQ==" } }],
  ])("has its body as it was sent, which a capture holds as %s", async (_, http) => expect(await got({ method: "POST", ...http }).text()).toBe('{"n":1}'));
  test("without a body has none", () => expect(got({ method: "POST" }).body).toBeNull());
  test.each([[null], [{}], [request({ json: "{}" })], [request({ http: { method: "GET" } })], [request({ http: { method: "GET", url: "shop.test" } })]])("%j is none", (captured) => expect(() => receivedRequest(captured)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
});
