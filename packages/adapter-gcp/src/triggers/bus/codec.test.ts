import { describe, expect, test } from "vitest";
import type { BusTold } from "@isobar/core";
import type { Item } from "@isobar/core/adapter";
import { busEvent, busPush } from "./codec.ts";

const deliveries = (items: readonly Item<BusTold>[]) => items.flatMap((item) => ("deliveries" in item ? item.deliveries : []));
const refused = expect.objectContaining({ code: "invalid-native-event" });
const sent = { specversion: "1.0", id: "e-1", source: "/shop", type: "order.placed", subject: "order-1", time: "2030-01-01T00:00:00Z" };
const told = { event: { source: "/shop", detailType: "order.placed", detail: { n: 1 } }, subject: "order-1", time: "2030-01-01T00:00:00Z" };

describe("an event over HTTP", () => {
  const posted = (body: unknown, mediaType = "application/cloudevents+json") => deliveries(busEvent.decode({ rawBody: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), rawHeaders: ["Content-Type", mediaType] }).items);
  const binary = (body: string | Uint8Array, ...headers: string[]) => deliveries(busEvent.decode({ rawBody: Buffer.from(body as string), rawHeaders: ["Ce-Specversion", "1.0", "Ce-Id", "e-1", "Ce-Source", "/shop", "Ce-Type", "order.placed", ...headers] }).items);

  test("is the same structured, binary and of version 0.3", () => {
    expect(posted({ ...sent, data: { n: 1 } })[0]).toMatchObject({ id: "e-1", attempt: undefined, enqueuedAt: undefined, group: undefined });
    expect(posted({ ...sent, data: { n: 1 } }, "application/CloudEvents+JSON; charset=utf-8")[0]!.told!()).toEqual(told);
    expect(binary('{"n":1}', "ce-subject", "order-1", "ce-time", "2030-01-01T00:00:00Z", "content-type", "application/json")[0]!.told!()).toEqual(told);
    expect(posted({ ...sent, specversion: "0.3", data: { n: 1 } })[0]!.told!()).toEqual(told);
  });
  test("edge 56: data of version 0.3 in base64 are the JSON inside", () => expect(posted({ ...sent, specversion: "0.3", datacontenttype: "application/json", datacontentencoding: "base64", data: Buffer.from('{"n":1}').toString("base64") })[0]!.told!()).toEqual(told));
  test("edge 55: without a content type structured data are JSON, and binary ones bytes; a text in JSON stays a text", () => {
    expect([posted({ ...sent, data: "text" })[0]!.told!().event.detail, binary("text")[0]!.told!().event.detail]).toEqual(["text", new TextEncoder().encode("text")]);
    expect([binary('"text"', "content-type", "application/json")[0]!.told!().event.detail, binary("text", "content-type", "text/plain")[0]!.told!().event.detail, binary("1", "ce-datacontenttype", "application/json")[0]!.told!().event.detail]).toEqual(["text", "text", 1]);
  });
  test("headers' values are percent-encoded, or quoted; what is neither stays as it came", () => {
    const subject = (value: string) => binary("", "ce-subject", value)[0]!.told!().subject;
    expect([subject("gr%C3%BC%C3%9Fe%20%E2%9C%93"), subject('"a \\"b\\""'), subject("100%"), subject("%FF")]).toEqual(["grüße ✓", 'a "b"', "100%", "%FF"]);
  });
  test("a quote at one end, or alone, is no quoting", () => {
    const subject = (value: string) => binary("", "ce-subject", value)[0]!.told!().subject;
    expect([subject('"a'), subject('a"'), subject('"'), subject('a "b"'), subject('"a" b')]).toEqual(['"a', 'a"', '"', 'a "b"', '"a" b']);
  });
  test("edge 55: a media type is JSON's by its end alone", () => {
    const detail = (mediaType: string) => binary("1", "content-type", mediaType)[0]!.told!().event.detail;
    expect([detail("application/vnd.shop+json ; charset=utf-8"), detail("text/json")]).toEqual([1, 1]);
    for (const mediaType of ["application/jsonl", "application/json-seq", "application/octet-stream; of=application/json"]) expect(detail(mediaType), mediaType).toEqual(new TextEncoder().encode("1"));
    expect(detail("text/plain; of=application/json")).toBe("1");
  });
  test("a dead letter is the event in the JSON format: without data, with JSON to the letter, and with any other data in base64", () => {
    const body = (data: string | Uint8Array, ...headers: string[]) => JSON.parse(binary(data, ...headers)[0]!.body as string) as unknown;
    const attributes = { specversion: "1.0", id: "e-1", source: "/shop", type: "order.placed" };
    expect([body("1", "content-type", "application/json-seq"), body("1", "content-type", "application/octet-stream; of=text/json")]).toMatchObject([{ data_base64: "MQ==" }, { data_base64: "MQ==" }]);
    expect([body(""), body("", "content-type", "application/json"), body('{"n":1}', "content-type", "application/json"), body("x", "content-type", "text/plain"), body(new Uint8Array([0, 255]))]).toEqual([
      attributes, { ...attributes, datacontenttype: "application/json" }, { ...attributes, datacontenttype: "application/json", data: { n: 1 } }, { ...attributes, datacontenttype: "text/plain", data_base64: "eA==" }, { ...attributes, data_base64: "AP8=" },
    ]);
  });
  test("a dead letter of version 0.3 is read again by its own rules", () => {
    const headers = ["ce-specversion", "0.3", "ce-id", "e-1", "ce-source", "/shop", "ce-type", "order.placed", "content-type", "application/octet-stream"];
    const [delivery] = deliveries(busEvent.decode({ rawBody: Buffer.from([0, 255]), rawHeaders: headers }).items);
    expect(posted(delivery!.body as string)[0]!.told!().event.detail).toEqual(new Uint8Array([0, 255]));
  });
  test("data that are not what their content type says are rejected, with the bytes kept", () => {
    const [delivery] = binary("{", "content-type", "application/json");
    expect(() => delivery!.told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect(JSON.parse(delivery!.body as string)).toEqual({ specversion: "1.0", id: "e-1", source: "/shop", type: "order.placed", data_base64: "ew==" });
  });
  test("native() has the events", () => expect(busEvent.decode({ rawBody: Buffer.from(JSON.stringify([sent, { ...sent, id: "e-2" }])), rawHeaders: ["content-type", "application/cloudevents-batch+json"] }).native).toMatchObject([{ id: "e-1", type: "order.placed" }, { id: "e-2" }]));
  test("JSON is the format where none is named; a batch has to be named", () => {
    expect(posted(sent, "application/cloudevents ; charset=utf-8")[0]!.id).toBe("e-1");
    expect(binary("x", "content-type", "text/plain; of=application/cloudevents+json")[0]!.told!().event.detail).toBe("x");
    expect(posted([sent], "application/cloudevents-batch+json ; charset=utf-8")[0]!.id).toBe("e-1");
    for (const mediaType of ["application/cloudevents-batch", "application/cloudevents+json2", "application/cloudevents-batch+json2", "application/cloudevents+xml", "text/plain; of=application/cloudevents+json", "text/plain; of=application/cloudevents-batch+json"]) for (const body of [sent, [sent]]) expect(() => posted(body, mediaType), mediaType).toThrow(refused);
  });
  test("headers that have no ce-specversion are no event, and are told so", () => {
    expect(() => busEvent.decode({ rawBody: Buffer.from("{}"), rawHeaders: ["ce-id", "e-1", "ce-source", "/shop", "ce-type", "order.placed", "content-type", "application/json"] })).toThrow("there is no header ce-specversion");
    expect(() => busEvent.decode({ rawBody: Buffer.from(JSON.stringify(sent)) })).toThrow("the content type is not application/cloudevents+json");
  });
  test("a batch is all its events; an empty one is none and is acknowledged", () => {
    expect(posted([{ ...sent, id: "e-1" }, { ...sent, id: "e-2" }], "application/cloudevents-batch+json").map(({ id }) => id)).toEqual(["e-1", "e-2"]);
    const { native, items } = busEvent.decode({ rawBody: Buffer.from("[]"), rawHeaders: ["content-type", "application/cloudevents-batch+json"] });
    expect([items, busEvent.encode([], native)]).toEqual([[], { respond: { status: 204 } }]);
  });
  test("one event of a batch that comes again brings all of it again", () => expect(busEvent.encode([{ id: "e-1", then: "done" }, { id: "e-2", then: "again" }], [])).toEqual({ respond: { status: 500 } }));
  test("edge 57: nulls are absent; empty texts, both data, and a time that is none are refused", () => {
    expect(posted({ ...sent, subject: null, time: null })[0]!.told!()).toEqual({ event: { source: "/shop", detailType: "order.placed", detail: undefined }, subject: undefined, time: undefined });
    for (const over of [{ id: "" }, { id: 1 }, { type: "" }, { source: null }, { subject: "" }, { time: "2030-01-01T00:00Z" }, { data: 1, data_base64: "AA==" }, { specversion: "2.0" }, { datacontenttype: "json" }]) expect(() => posted({ ...sent, ...over }), JSON.stringify(over)).toThrow(refused);
  });
  test.each([["{", "application/cloudevents+json"], ["[]", "application/cloudevents+json"], ["{}", "application/cloudevents-batch+json"], ["x", "application/cloudevents+avro"], [JSON.stringify(sent), "application/json"], ["\xff", "application/cloudevents+json"]])("%s as %s is no event", (body, mediaType) => expect(() => posted(body, mediaType)).toThrow(refused));
  test("nesting that JSON cannot write again is refused, not a crash", () => {
    const deep = `[${JSON.stringify(sent).slice(0, -1)},"data":${"[".repeat(50_000)}${"]".repeat(50_000)}}]`;
    expect(() => posted(deep, "application/cloudevents-batch+json")).toThrow(refused);
  });
});

describe("an event over Pub/Sub", () => {
  const carried = (attributes: object, data: string, over: object = {}) => deliveries(busPush.decode({ rawBody: Buffer.from(JSON.stringify({ subscription: "s", deliveryAttempt: 2, message: { messageId: "m-1", publishTime: "2030-01-01T00:00:01Z", attributes, data: Buffer.from(data).toString("base64"), ...over } })) }).items)[0]!;
  const attributes = Object.fromEntries(Object.entries(sent).map(([name, value]) => [`ce-${name}`, value]));
  test("is the same binary and structured, and has the event's id", () => {
    for (const delivery of [carried({ ...attributes, "content-type": "application/json" }, '{"n":1}'), carried({ ...attributes, "ce-datacontenttype": "application/json; charset=utf-8" }, '{"n":1}'), carried({ "content-type": "application/cloudevents+json; charset=utf-8" }, JSON.stringify({ ...sent, data: { n: 1 } }))]) {
      expect(delivery.told!()).toEqual(told);
      expect(delivery).toMatchObject({ id: "e-1", attempt: 2, enqueuedAt: Date.UTC(2030, 0, 1, 0, 0, 1) });
    }
  });
  test("JSON is the format where none is named; what only speaks of an event is binary", () => {
    for (const mediaType of ["application/cloudevents ; v=1", "application/cloudevents", "application/cloudevents+json"]) expect(carried({ "content-type": mediaType }, JSON.stringify({ ...sent, data: { n: 1 } })).told!()).toEqual(told);
    expect(carried({ ...attributes, "content-type": "text/plain; of=application/cloudevents+json" }, "x").told!().event.detail).toBe("x");
  });
  test("our attribute's id wins, and values are not percent-decoded", () => {
    expect(carried({ ...attributes, isobar: '{"v":1,"id":"order-7"}' }, "").id).toBe("order-7");
    expect(carried({ ...attributes, "ce-subject": "100%25" }, "").told!().subject).toBe("100%25");
  });
  test.each([[{}, '{"n":1}'], [{ ...attributes, "ce-id": "" }, ""], [{ "content-type": "application/cloudevents+json" }, "{"], [{ "content-type": "application/cloudevents-batch+json" }, "[]"], [{ "content-type": "application/cloudevents+xml" }, JSON.stringify(sent)], [{ "content-type": "application/cloudevents+json2" }, JSON.stringify(sent)], [{ ...attributes, "content-type": "application/cloudevents+avro" }, ""], [{ ...attributes, "content-type": "application/json" }, "{"]])("a message that is none, %j, is rejected and kept whole", (given, data) => {
    const delivery = carried(given, data);
    expect(() => delivery.told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect(JSON.parse(delivery.body as string)).toMatchObject({ attributes: given, data: Buffer.from(data).toString("base64") });
  });
});
