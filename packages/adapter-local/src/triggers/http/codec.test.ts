import { describe, expect, test } from "vitest";
import { localHttp } from "./codec.ts";

const native = { method: "POST", url: "https://shop.test:8443/a%20b/c?q=1&q=2", headers: [["X-Tag", "one"], ["x-tag", "two"], ["bad name", "x"]], clientAddress: "192.0.2.1" };

describe("a request", () => {
  test("is read as it was sent", () => {
    const { native: kept, request } = localHttp.decode(native);
    expect([(kept as unknown) === native, request.method, request.path, request.query, request.origin(), request.clientAddress, request.body()]).toEqual([true, "POST", "/a%20b/c", "q=1&q=2", "https://shop.test:8443", "192.0.2.1", undefined]);
    expect([request.headers(), request.header("x-tag"), request.header("X-Tag"), request.header("none")]).toEqual([[["x-tag", "one"], ["x-tag", "two"]], "one, two", undefined, undefined]);
  });
  test("without a query has none", () => expect(localHttp.decode({ ...native, url: "http://shop.test/" }).request.query).toBe(""));
  test("has text, bytes, or a body that is refused when it is read", () => {
    const bodyOf = (body: unknown) => localHttp.decode({ ...native, body }).request.body();
    expect([bodyOf({ text: "grüße" }), bodyOf({ base64: "AP8=" }), bodyOf({ text: "" })]).toEqual(["grüße", new Uint8Array([0, 255]), ""]);
    for (const body of [{}, { base64: "***" }, { base64: "AP8" }, { text: 1 }, null]) expect(() => bodyOf(body)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
});
test.each<[string, unknown]>([
  ["null", null], ["a text", "GET /"], ["no method", { ...native, method: undefined }], ["a relative url", { ...native, url: "/a" }], ["a url without a path", { ...native, url: "https://shop.test" }], ["another scheme", { ...native, url: "ftp://shop.test/" }],
  ["no headers", { ...native, headers: undefined }], ["an object for headers", { ...native, headers: {} }], ["a header without a value", { ...native, headers: [["a"]] }], ["a number for a value", { ...native, headers: [["a", 1]] }],
])("%s is no request", (_, wrong) => expect(() => localHttp.decode(wrong)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
test("an answer is its head, with text or base64 where it has a body", () => {
  const head = { status: 200, headers: [["a", "b"]] as const };
  expect([localHttp.encode(head, undefined, native as never), localHttp.encode(head, "x", native as never), localHttp.encode(head, new Uint8Array([0, 255]), native as never)]).toEqual([head, { ...head, body: { text: "x" } }, { ...head, body: { base64: "AP8=" } }]);
});
