import { describe, expect, test } from "vitest";
import { binaryCloudEventOf, cloudEventOf, cloudEventsOf } from "./cloudevents.ts";

const minimal = { specversion: "1.0", id: "a-1", source: "/shop", type: "order.placed" };
const refused = (work: () => unknown, why: RegExp | string) => {
  expect(work).toThrow(expect.objectContaining({ name: "IsobarError", code: "invalid-native-event" }));
  expect(work).toThrow(why);
};

describe("structured mode", () => {
  test("an event with all of its attributes; what is not of the context is an extension", () => {
    expect(cloudEventOf({ ...minimal, subject: "order-1", time: "2030-01-01T00:00:00.123456789+02:00", datacontenttype: "application/json", dataschema: "/schema", sequence: 7, flag: true, data: { total: 1 } })).toEqual({
      ...minimal, subject: "order-1", time: "2030-01-01T00:00:00.123456789+02:00", datacontenttype: "application/json", data: { total: 1 }, extensions: { dataschema: "/schema", sequence: 7, flag: true },
    });
  });
  test.each<[string, object, unknown]>([
    ["no data", {}, undefined],
    ["null data", { data: null }, undefined],
    ["a JSON value that is a text", { datacontenttype: "application/json", data: "text" }, "text"],
    ["text of another media type", { datacontenttype: "text/xml", data: "<a/>" }, "<a/>"],
    ["a text without a media type, which is a JSON value", { data: "text" }, "text"],
    ["a text that spells JSON, which is not parsed again", { datacontenttype: "application/json", data: '{"a":1}' }, '{"a":1}'],
    ["a number", { data: 1.5 }, 1.5],
    ["false", { data: false }, false],
    ["bytes in base64", { data_base64: "AP8=" }, new Uint8Array([0, 255])],
    ["empty base64", { data_base64: "" }, new Uint8Array(0)],
    ["null data_base64", { data_base64: null, data: 1 }, 1],
    ["null data beside data_base64", { data_base64: "AP8=", data: null }, new Uint8Array([0, 255])],
  ])("data: %s", (_, more, data) => expect(cloudEventOf({ ...minimal, ...more }).data).toEqual(data));
  test("optional attributes that are null are absent", () => {
    expect(cloudEventOf({ ...minimal, subject: null, time: null, datacontenttype: null, custom: null })).toEqual({ ...minimal, subject: undefined, time: undefined, datacontenttype: undefined, data: undefined, extensions: {} });
  });
  test.each<[string, unknown, string]>([
    ["null", null, "it is no object"],
    ["a list", [minimal], "it is no object"],
    ["a text", "x", "it is no object"],
    ["no id", { ...minimal, id: undefined }, "it has no id"],
    ["an empty id", { ...minimal, id: "" }, "id is empty"],
    ["a number as id", { ...minimal, id: 25 }, "id is no text"],
    ["no source", { ...minimal, source: null }, "it has no source"],
    ["no type", { ...minimal, type: undefined }, "it has no type"],
    ["an empty type", { ...minimal, type: "" }, "type is empty"],
    ["no specversion", { ...minimal, specversion: undefined }, "it has no specversion"],
    ["a version of the future", { ...minimal, specversion: "1.1" }, 'specversion "1.1" is neither'],
    ["an empty subject", { ...minimal, subject: "" }, "subject is empty"],
    ["an empty datacontenttype", { ...minimal, datacontenttype: "" }, "datacontenttype is empty"],
    ["a datacontenttype that is none", { ...minimal, datacontenttype: "xyz" }, "is no media type"],
    ["a time to the minute", { ...minimal, time: "2018-04-05T18:31Z" }, "is not RFC 3339"],
    ["an offset in hours alone", { ...minimal, time: "2018-04-05T18:31:00+05" }, "is not RFC 3339"],
    ["no such day", { ...minimal, time: "2018-13-45T18:31:00Z" }, "is not RFC 3339"],
    ["data twice", { ...minimal, data: "text", data_base64: "AA==" }, "both data and data_base64"],
    ["data_base64 that is none", { ...minimal, data_base64: "***" }, "no base64"],
    ["data_base64 that is a number", { ...minimal, data_base64: 1234 }, "no base64"],
    ["data_base64 that is padded within", { ...minimal, data_base64: "A===" }, "no base64"],
    ["data_base64 of a wrong length", { ...minimal, data_base64: "AAA" }, "no base64"],
  ])("%s is no event", (_, value, why) => refused(() => cloudEventOf(value), why));
  test("version 0.3: datacontentencoding says that data is base64, JSON in it is parsed", () => {
    const old = { ...minimal, specversion: "0.3" };
    expect(cloudEventOf({ ...old, schemaurl: "/s", data: { a: 1 } })).toMatchObject({ specversion: "0.3", data: { a: 1 }, extensions: { schemaurl: "/s" } });
    expect(cloudEventOf({ ...old, datacontentencoding: "base64", datacontenttype: "application/json", data: "eyJhIjoxfQ==" }).data).toEqual({ a: 1 });
    expect(cloudEventOf({ ...old, datacontentencoding: "base64", datacontenttype: "application/octet-stream", data: "eyJhIjoxfQ==" }).data).toEqual(new TextEncoder().encode('{"a":1}'));
    expect(cloudEventOf({ ...old, datacontentencoding: "base64", datacontenttype: "text/plain", data: "YQ==" }).data).toBe("a");
    expect(cloudEventOf({ ...old, datacontentencoding: "base64", data: "AP8=" }).data).toEqual(new Uint8Array([0, 255]));
    expect(cloudEventOf({ ...old, data_base64: "AP8=", data: 1 })).toMatchObject({ data: 1, extensions: { data_base64: "AP8=" } });
    expect(cloudEventOf({ ...old, data: "AP8=" }).data).toBe("AP8=");
    expect(cloudEventOf({ ...old, datacontentencoding: null, data: "AP8=" })).toMatchObject({ data: "AP8=", extensions: {} });
    expect(cloudEventOf({ ...old, datacontentencoding: "base64", datacontenttype: "text/plain", data: "YQ==" }).extensions).toEqual({});
    refused(() => cloudEventOf({ ...old, datacontentencoding: "gzip", data: "AP8=" }), 'datacontentencoding "gzip"');
    refused(() => cloudEventOf({ ...old, datacontentencoding: "base64", data: "*" }), "no base64");
  });
  test.each<[string, unknown, unknown]>([
    ["base64", { a: 1 }, { a: 1 }], ["base64", 1, 1], ["base64", null, undefined], ["gzip", [1], [1]], ["Base64", "YQ==", "a"], ["BASE64", "YQ==", "a"], ["7bit", "YQ==", "YQ=="], ["8bit", "grüße", "grüße"], ["binary", "YQ==", "YQ=="], ["8bit", { a: 1 }, { a: 1 }],
  ])("version 0.3: datacontentencoding %j of data %j is of RFC 2045, and ignored where data are no text", (datacontentencoding, data, read) => {
    expect(cloudEventOf({ ...minimal, specversion: "0.3", datacontenttype: "text/plain", datacontentencoding, data }).data).toEqual(read);
  });
  test.each(["2030-01-01T00:00:00Z", "2030-01-01t00:00:00z", "2030-01-01 00:00:00Z", "2030-01-01T00:00:00.1-05:30"])("%s is a time, kept as it was sent", (time) => expect(cloudEventOf({ ...minimal, time }).time).toBe(time));
  test("an event of version 1.0 may have an attribute called datacontentencoding", () => {
    expect(cloudEventOf({ ...minimal, datacontentencoding: "base64", data: "AP8=" })).toMatchObject({ data: "AP8=", extensions: { datacontentencoding: "base64" } });
  });
  test("a key like __proto__ is an extension and nothing else", () => {
    const event = cloudEventOf(JSON.parse(`{"specversion":"1.0","id":"1","source":"/s","type":"t","__proto__":{"polluted":1}}`));
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(event.extensions)).toBe(Object.prototype);
  });
  test("a batch is a list of events, and one that is none refuses it", () => {
    expect(cloudEventsOf([minimal, { ...minimal, id: "a-2" }]).map(({ id }) => id)).toEqual(["a-1", "a-2"]);
    expect(cloudEventsOf(minimal).map(({ id }) => id)).toEqual(["a-1"]);
    expect(cloudEventsOf([])).toEqual([]);
    refused(() => cloudEventsOf([minimal, {}]), "it has no specversion");
  });
});

describe("binary mode", () => {
  const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
  test.each<[string, string | undefined, Uint8Array<ArrayBuffer>, unknown]>([
    ["JSON", "application/json; charset=utf-8", bytes('{"a":1}'), { a: 1 }],
    ["JSON of a vendor", "application/vnd.shop+json", bytes("[1]"), [1]],
    ["text", "text/plain", bytes("grüße"), "grüße"],
    ["bytes", "application/protobuf", new Uint8Array([8, 1]), new Uint8Array([8, 1])],
    ["JSON, with a space before its parameters", "application/json ; v=1", bytes("1"), 1],
    ["bytes of a type that only begins like JSON", "application/jsonl", bytes("1"), bytes("1")],
    ["bytes of a type that only speaks of JSON", "application/x; of=text/json", bytes("1"), bytes("1")],
    ["bytes of a type that only speaks of text", "application/x; of=text/plain", bytes("1"), bytes("1")],
    ["bytes without a media type", undefined, bytes("{}"), bytes("{}")],
    ["nothing", "application/json", new Uint8Array(0), undefined],
  ])("data is read by its media type: %s", (_, mediaType, body, data) => expect(binaryCloudEventOf(minimal, mediaType, body).data).toEqual(data));
  test("attributes beside the context's are extensions; the media type is the event's", () => {
    expect(binaryCloudEventOf({ ...minimal, traceparent: "00-1" }, "text/plain", bytes("x"))).toEqual({ ...minimal, subject: undefined, time: undefined, datacontenttype: "text/plain", data: "x", extensions: { traceparent: "00-1" } });
  });
  test("data that is not what its media type says, and attributes that are none, are refused", () => {
    refused(() => binaryCloudEventOf(minimal, "application/json", bytes("{")), "not JSON");
    refused(() => binaryCloudEventOf(minimal, "text/plain", new Uint8Array([255])), "not UTF-8");
    refused(() => binaryCloudEventOf({ ...minimal, id: "" }, undefined, bytes("")), "id is empty");
  });
});
