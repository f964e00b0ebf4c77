import { describe, expect, test } from "vitest";
import type { ChangesTold } from "@isobar/core";
import type { Item } from "@isobar/core/adapter";
import { changesEvent, changesPush } from "./codec.ts";
import { changesWires } from "./testing.ts";

const deliveryIn = ([item]: readonly Item<ChangesTold>[]) => (item !== undefined && "deliveries" in item ? item.deliveries[0]! : undefined)!;
const attributes = { specversion: "1.0", id: "e-1", source: "//firestore.googleapis.com/projects/p/databases/(default)", type: "google.cloud.firestore.document.v1.written", subject: "documents/users/abc", time: "2030-01-01T00:00:00.123456Z" };
const structured = (over: object) => deliveryIn(changesEvent.decode({ rawBody: Buffer.from(JSON.stringify({ ...attributes, ...over })), rawHeaders: ["content-type", "application/cloudevents+json"] }).items);
const binary = (body: Uint8Array, mediaType: string, type = attributes.type) => deliveryIn(changesEvent.decode({ rawBody: body, rawHeaders: ["content-type", mediaType, ...Object.entries({ ...attributes, type }).flatMap(([name, value]) => [`ce-${name}`, value])] }).items);
const name = "projects/p/databases/(default)/documents/users/abc";
const document = (n: number) => ({ name, fields: { n: { integerValue: String(n) } }, createTime: "2029-01-01T00:00:00Z", updateTime: "2030-01-01T00:00:00Z" });
const fields = (given: unknown) => structured({ data: { value: { name, fields: given } } }).told!().change.after;
const invalid = expect.objectContaining({ code: "invalid-input" });
const refused = expect.objectContaining({ code: "invalid-native-event" });

describe("Firestore's event", () => {
  test("tells the document before and after, under its path", () => {
    const delivery = structured({ data: { value: document(2), oldValue: document(1), updateMask: { fieldPaths: ["n"] } } });
    expect(delivery.told!()).toEqual({ change: { operation: "updated", key: { id: "abc" }, before: { n: 1 }, after: { n: 2 } }, subject: "users/abc", time: "2030-01-01T00:00:00.123456Z" });
    expect([delivery.id, delivery.group, delivery.attempt]).toEqual(["e-1", "users/abc", undefined]);
  });
  test.each([
    [{ value: document(2) }, { operation: "created", after: { n: 2 } }],
    [{ oldValue: document(1) }, { operation: "deleted", before: { n: 1 } }],
    [{ value: document(2), oldValue: {} }, { operation: "created", after: { n: 2 } }],
    [{ value: null, oldValue: null }, { operation: "written" }],
    [{ value: { fields: document(2).fields } }, { operation: "created", after: { n: 2 } }],
    [{ value: { name }, oldValue: document(1) }, { operation: "updated", before: { n: 1 }, after: {} }],
  ])("of what was written, %j says what it was", (data, change) => expect(structured({ data }).told!().change).toEqual({ key: { id: "abc" }, ...change }));
  test.each([["created"], ["updated"], ["deleted"], ["created.withAuthContext"]])("of type %s it is that", (word) => expect(structured({ type: `google.cloud.firestore.document.v1.${word}`, data: {} }).told!().change.operation).toBe(word.split(".")[0]));
  test("names its document by the extension where it has no subject", () => expect(structured({ subject: undefined, document: "users/abc/orders/7", data: {} }).told!()).toMatchObject({ subject: "users/abc/orders/7", change: { key: { id: "7" } } }));
  test("names it by the document in its data where it has neither: converted events of the first generation have no subject", () => {
    const named = (data: object) => structured({ subject: undefined, data });
    expect(named({ value: document(2), oldValue: document(1) })).toMatchObject({ group: "users/abc" });
    expect(named({ value: {}, oldValue: document(1) }).told!()).toMatchObject({ subject: "users/abc", change: { operation: "deleted", key: { id: "abc" } } });
    expect(named({ value: { ...document(2), name: "projects/shop-1/databases/archive/documents/documents/1/documents/2" } }).group).toBe("documents/1/documents/2");
    for (const data of [{}, { value: {} }, { value: { fields: {} } }, { value: { ...document(2), name: "users/abc" } }, { value: { ...document(2), name: `x/${name}` } }, { value: { ...document(2), name: "projects/p/databases/d/documents/" } }, { value: { ...document(2), name: "projects//databases/d/documents/users/abc" } }, { value: 7 }]) expect(() => named(data), JSON.stringify(data)).toThrow(refused);
  });
  test.each([["created", { value: document(2), oldValue: document(1) }], ["updated", { value: document(2) }], ["deleted", { value: document(2) }]])("of type %s it is that, whatever its data are", (word, data) => expect(structured({ type: `google.cloud.firestore.document.v1.${word}`, data }).told!().change.operation).toBe(word));
  test("without a time it tells none", () => expect("time" in structured({ time: undefined, data: {} }).told!()).toBe(false));
  test.each([["application/x-protobuf ; v=1", true], ["Application/Protobuf", true], ["application/protobuf2", false], ["text/plain; of=application/protobuf", false], ["application/json", false]])("edge 53: of %s the data are protobuf: %s", (datacontenttype, protobuf) => {
    const event = structured({ datacontenttype, data_base64: "" });
    if (protobuf) expect(event.told!().change).toEqual({ operation: "written", key: { id: "abc" } });
    else expect(() => event.told!()).toThrow(invalid);
  });
  test("edge 53: data may be protobuf, in both modes, and none is an empty message", () => {
    expect(binary(new Uint8Array(), "application/protobuf", "google.cloud.firestore.document.v1.created").told!().change).toEqual({ operation: "created", key: { id: "abc" } });
    // DocumentEventData { value: { name: "x/users/abc", fields: { n: { integer_value: 9007199254740993 } } } }
    const whole = Buffer.from([0x0a, 0x1d, 0x0a, 0x0b, ...Buffer.from("x/users/abc"), 0x12, 0x0e, 0x0a, 0x01, 0x6e, 0x12, 0x09, 0x10, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]);
    expect(binary(whole, "application/protobuf").told!().change).toEqual({ operation: "created", key: { id: "abc" }, after: { n: 9_007_199_254_740_993n } });
    expect(structured({ datacontenttype: "application/protobuf", data_base64: whole.toString("base64") }).told!().change.after).toEqual({ n: 9_007_199_254_740_993n });
    expect(() => binary(whole.subarray(0, 20), "application/protobuf").told!()).toThrow(invalid);
    expect(() => structured({ datacontenttype: "application/protobuf", data: { value: document(1) } }).told!()).toThrow(invalid);
  });
  test.each([["google.firebase.database.ref.v1.written"], ["google.firebase.auth.user.v1.created"], ["google.cloud.firestore.document.v1.renamed"], ["google.cloud.storage.object.v1.finalized"]])("edge 52's neighbours: %s is of another kind", (type) => expect(() => structured({ type, data: {} })).toThrow(refused));
  test.each([[{ subject: null }], [{ subject: "documents/" }]])("%j names no document", (over) => expect(() => structured({ ...over, data: {} })).toThrow(refused));
});
describe("a value in JSON", () => {
  test("of each type is what it says", () => {
    expect(
      fields({
        null: { nullValue: null }, named: { nullValue: "NULL_VALUE" }, absent: {}, yes: { booleanValue: true }, whole: { integerValue: "-5" }, plain: { integerValue: 5 }, big: { integerValue: "9007199254740993" }, half: { doubleValue: 0.5 }, nan: { doubleValue: "NaN" }, least: { doubleValue: "-Infinity" }, spelt: { doubleValue: "1e3" },
        at: { timestampValue: "2030-01-01T00:00:00.123456789Z" }, text: { stringValue: "grüße ✓" }, bytes: { bytesValue: "AP8=" }, reference: { referenceValue: name }, point: { geoPointValue: { latitude: 48.2 } }, list: { arrayValue: { values: [{ integerValue: "1" }, { stringValue: "two" }] } }, none: { arrayValue: {} }, map: { mapValue: { fields: { a: { integerValue: "1" } } } }, empty: { mapValue: {} },
      }),
    ).toEqual({
      null: null, named: null, absent: null, yes: true, whole: -5, plain: 5, big: 9_007_199_254_740_993n, half: 0.5, nan: Number.NaN, least: Number.NEGATIVE_INFINITY, spelt: 1000,
      at: "2030-01-01T00:00:00.123456789Z", text: "grüße ✓", bytes: new Uint8Array([0, 255]), reference: name, point: { latitude: 48.2, longitude: 0 }, list: [1, "two"], none: [], map: { a: 1 }, empty: {},
    });
  });
  test("of a key like __proto__ is data", () => expect(Object.keys(fields(JSON.parse('{"__proto__":{"integerValue":"1"}}'))!)).toEqual(["__proto__"]));
  test.each([[{ integerValue: "1.5" }], [{ integerValue: 2 ** 60 }], [{ integerValue: true }], [{ integerValue: ["5"] }], [{ integerValue: null }], [{ integerValue: 1.5 }], [{ doubleValue: ["NaN"] }], [{ doubleValue: ["1"] }], [{ doubleValue: null }], [{ doubleValue: true }], [{ doubleValue: "x1" }], [{ doubleValue: " 1" }], [{ doubleValue: "" }], [{ doubleValue: "1e999" }], [{ doubleValue: "1x" }], [{ doubleValue: "many" }], [{ doubleValue: "Infinity " }], [{ booleanValue: "true" }], [{ stringValue: 1 }], [{ bytesValue: "***" }], [{ arrayValue: { values: {} } }], [{ mapValue: [] }], [{ geoPointValue: { latitude: "north" } }], [{ fieldValue: 1 }], [{ toString: 1 }], [{ stringValue: "a", integerValue: "1" }], [null], ["text"]])("%j is rejected, not guessed at", (value) => expect(() => fields({ value })).toThrow(invalid));
  test("values in values are read to a depth, and refused beyond it", () => {
    const nested = (depth: number): unknown => (depth === 0 ? { integerValue: "1" } : { arrayValue: { values: [nested(depth - 1)] } });
    expect(fields({ deep: nested(99) })).toBeDefined();
    expect(() => fields({ deep: nested(100) })).toThrow(invalid);
  });
});
describe("a relayed event", () => {
  test("is the same, with Pub/Sub's attempt", async () => {
    const [wire] = changesWires;
    const told: ChangesTold = { change: { operation: "deleted", key: { id: "abc" }, before: { n: 1, half: 0.5, bytes: new Uint8Array([0, 255]), none: null } }, subject: "users/abc", time: "2030-01-01T00:00:00.123Z" };
    const decoded = await wire!.decode(wire!.side!.fabricate([{ id: "e-1", attempt: 3, enqueuedAt: Date.UTC(2030, 0, 1), body: "", told }], "users"));
    const delivery = deliveryIn("items" in decoded ? decoded.items : []);
    expect([delivery.told!(), delivery.id, delivery.attempt, delivery.group]).toEqual([told, "e-1", 3, "users/abc"]);
  });
  test("of another kind is rejected and kept whole", () => {
    const message = { messageId: "m-1", attributes: { "ce-specversion": "1.0", "ce-id": "e-1", "ce-source": "s", "ce-type": "google.firebase.database.ref.v1.written" } };
    const delivery = deliveryIn(changesPush.decode({ rawBody: Buffer.from(JSON.stringify({ subscription: "s", message })) }).items);
    expect(() => delivery.told!()).toThrow(invalid);
    expect(JSON.parse(delivery.body as string)).toMatchObject(message);
  });
});

describe("a push that Eventarc posts as it is", () => {
  const url = "/?__GCP_CloudEventsMode=CE_PUBSUB_BINDING";
  const message = (over: object = {}) => ({ messageId: "m-1", data: Buffer.from(JSON.stringify({ value: document(2) })).toString("base64"), attributes: { ...Object.fromEntries(Object.entries({ ...attributes, subject: "documents/users/abc " }).map(([key, value]) => [`ce-${key}`, value])), "ce-datacontenttype": "application/json" }, ...over });
  const pushed = (body: unknown, given: string | undefined = url) => changesEvent.decode({ rawBody: Buffer.from(JSON.stringify(body)), rawHeaders: ["content-type", "application/json"], ...(given === undefined ? {} : { url: given }) });
  test("is the event in it, whose attributes no header could hold", () => {
    expect(deliveryIn(pushed({ subscription: "s", message: message() }).items)).toMatchObject({ id: "e-1", group: "users/abc " });
    expect(deliveryIn(pushed({ subscription: "s", message: message() }, `${url}&x=1`).items).told!()).toMatchObject({ change: { operation: "created", key: { id: "abc " }, after: { n: 2 } } });
  });
  test("has its content type in an attribute too", () => {
    const { "ce-datacontenttype": _, ...own } = message().attributes;
    expect(deliveryIn(pushed({ subscription: "s", message: message({ attributes: { ...own, "content-type": "application/json; charset=utf-8" } }) }).items).told!()).toMatchObject({ change: { after: { n: 2 } } });
  });
  test("whose request has the event in its headers is that one", () => {
    const rawHeaders = ["content-type", "application/json", ...Object.entries({ ...attributes, id: "e-9" }).flatMap(([key, value]) => [`ce-${key}`, value])];
    expect(deliveryIn(changesEvent.decode({ rawBody: Buffer.from("{}"), rawHeaders, url }).items).id).toBe("e-9");
  });
  test("without the query's word is none", () => {
    for (const given of ["/", "/?__GCP_CloudEventsMode=CUSTOM_PUBSUB_projects%2Fp%2Ftopics%2Ft", "/?__GCP_CloudEventsMode=CE_PUBSUB_BINDINGS", undefined]) expect(() => changesEvent.decode({ rawBody: Buffer.from(JSON.stringify({ subscription: "s", message: message() })), rawHeaders: [], ...(given === undefined ? {} : { url: given }) }), given ?? "none").toThrow(refused);
  });
  test.each<[string, unknown]>([["no push", {}], ["data that are not base64", { subscription: "s", message: message({ data: "*" }) }], ["attributes that are no texts", { subscription: "s", message: message({ attributes: { ...message().attributes, x: 1 } }) }], ["no attributes", { subscription: "s", message: message({ attributes: undefined }) }]])("with %s is none", (_, body) => expect(() => pushed(body)).toThrow(refused));
});
