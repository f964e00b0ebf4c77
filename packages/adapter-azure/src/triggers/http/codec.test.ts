import { HttpRequest, HttpResponse } from "@azure/functions";
import { describe, expect, test, vi } from "vitest";
import { type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import { v4, type HttpAnswer } from "./codec.ts";

/** The library's own class: https://learn.microsoft.com/azure/azure-functions/functions-reference-node#http-request */
const native = (url: string, { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {}) =>
  new HttpRequest({ method, url, headers, ...(body === undefined ? {} : { body: typeof body === "string" ? { string: body } : { bytes: body } }) });
const asked = (...given: Parameters<typeof native>) => v4.decode(native(...given)).request;
const site = "https://shop.azurewebsites.net";
const caller = (forwarded?: string) => asked(`${site}/a`, forwarded === undefined ? {} : { headers: { "x-forwarded-for": forwarded } }).clientAddress;

describe("path, query and origin", () => {
  test.each([
    ["edge 1: percent-encoding", "/a%20b/%C3%A9", "/a%20b/%C3%A9"], ["edge 1: characters that the sender left bare", "/a b/é|{}\"", "/a%20b/%C3%A9%7C%7B%7D%22"], ["edge 2: %3F and %23", "/a%3Fadmin=1%23top", "/a%3Fadmin=1%23top"], ["edge 3: %2F", "/a%2Fb", "/a%2Fb"],
    ["edge 18: a trailing slash", "/a/", "/a/"], ["no path at all", "", "/"], ["%25", "/100%25", "/100%25"], ["broken percent-encoding", "/%zz", "/%zz"], ["sub-delimiters", "/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~"],
  ])("%s: %s is the path %s", (_, sent, path) => {
    expect(asked(`${site}${sent}?x=1`).path).toBe(path);
  });
  test("dot segments were resolved before, as the header of the codec says", () => {
    expect(asked(`${site}/a/../b/./c`).path).toBe("/b/c");
  });
  test.each([["edge 7: repeated keys", "?a=1&a=2&b=x%2Cy", "a=1&a=2&b=x%2Cy"], ["edge 8: nothing", "", ""], ["edge 8: a bare mark", "?", ""], ["edge 10: an empty value", "?x=1&x=", "x=1&x="], ["a slash and a second mark", "?next=/a?b", "next=/a?b"], ["a key __proto__", "?__proto__=1", "__proto__=1"]])("%s: %s is the query %j", (_, sent, query) => {
    expect(asked(`${site}/a${sent}`).query).toBe(query);
  });
  test("the query is the URL's, not the host's map of it, which keeps one value of each key", () => {
    expect(v4.decode(new HttpRequest({ method: "GET", url: `${site}/a?x=1&x=2`, query: { x: "2" } })).request.query).toBe("x=1&x=2");
  });
  test("the origin is the URL's, with its port", () => {
    expect([asked(`${site}/a`).origin(), asked("http://localhost:7071/a").origin(), asked("http://[::1]:7071/a?b=//c/").origin()]).toEqual([site, "http://localhost:7071", "http://[::1]:7071"]);
  });
  test("edge 19: the method is the request's", () => {
    expect([asked(`${site}/a`, { method: "DELETE" }).method, asked(`${site}/a`, { method: "HEAD" }).method]).toEqual(["DELETE", "HEAD"]);
  });
});

describe("headers and caller", () => {
  test("edge 11 and 23: names come in lower case, the cookie header is one", () => {
    const request = asked(`${site}/a`, { headers: { "X-API-Key": "k", Cookie: "a=1; b=2", "x-latin": "caf\u00e9" } });
    expect([request.headers(), request.header("x-api-key"), request.header("accept")]).toEqual([[["cookie", "a=1; b=2"], ["x-api-key", "k"], ["x-latin", "caf\u00e9"]], "k", undefined]);
  });
  test("a header named like a property of every object is a header", () => {
    expect(asked(`${site}/a`, { headers: { constructor: "c" } }).headers()).toEqual([["constructor", "c"]]);
  });
  test.each([
    [undefined, undefined], ["", undefined], ["203.0.113.9", "203.0.113.9"], ["203.0.113.9:54321", "203.0.113.9"], ["2001:db8::1", "2001:db8::1"], ["[2001:db8::1]:54321", "2001:db8::1"], ["[2001:db8::1]", "2001:db8::1"],
    ["10.0.0.1, 203.0.113.9:54321", "203.0.113.9"], ["10.0.0.1,[2001:db8::1]:443 ", "2001:db8::1"], ["203.0.113.9,", undefined],
    ["2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1"], ["2001:1::2", "2001:1::2"], ["unknown[1]", "unknown[1]"],
  ])("x-forwarded-for %j: the caller is %j, the last one and without its port", (forwarded, address) => {
    expect(caller(forwarded)).toBe(address);
  });
});

describe("the body", () => {
  test("edge 21: bytes are bytes", async () => {
    const body = await asked(`${site}/a`, { method: "POST", body: new Uint8Array([0x00, 0xff, 0x80, 0x0a]) }).body();
    expect([body, body?.constructor]).toEqual([new Uint8Array([0x00, 0xff, 0x80, 0x0a]), Uint8Array]);
  });
  test("edge 22: no body is none, an empty one is empty", async () => {
    expect([await asked(`${site}/a`, { method: "POST" }).body(), await asked(`${site}/a`, { method: "POST", body: new Uint8Array() }).body()]).toEqual([undefined, new Uint8Array()]);
  });
  test.each(["GET", "HEAD"])("edge 20: on %s there is none, whatever came", async (method) => {
    vi.spyOn(console, "warn").mockImplementationOnce(() => {});
    expect(await asked(`${site}/a`, { method, body: "x" }).body()).toBeUndefined();
  });
  test("it can be asked for again", async () => {
    const request = asked(`${site}/a`, { method: "POST", body: '{"__proto__":1}' });
    expect([await request.body(), await request.body()]).toEqual([1, 2].map(() => new TextEncoder().encode('{"__proto__":1}')));
  });
});

describe("anything else is an invalid event", () => {
  const request = native(`${site}/a`);
  test.each([
    ["null", null], ["undefined", undefined], ["a text", "GET /"], ["a number", 5], ["a list", []], ["an empty object", {}], ["a request as the gRPC wire has it", { method: "GET", url: `${site}/a`, headers: { host: "a" } }],
    ["no method", { url: `${site}/a`, headers: request.headers }], ["no url", { method: "GET", headers: request.headers }], ["no headers", { method: "GET", url: `${site}/a` }], ["headers that are a list", { method: "GET", url: `${site}/a`, headers: [["a", "b"]] }],
    ["a relative url", { method: "GET", url: "/a", headers: request.headers }], ["another scheme", { method: "GET", url: `x${site}/a`, headers: request.headers }], ["an AWS event", { version: "2.0", rawPath: "/", requestContext: { http: { method: "GET" } } }], ["a Service Bus message", { body: new Uint8Array(), metadata: {} }],
  ])("%s", (_, given) => {
    expect(() => v4.decode(given)).toThrow(expect.objectContaining({ name: "IsobarError", code: "invalid-native-event" }));
  });
});

const answer = (headers: ResponseHead["headers"], body?: WholeBody, status = 200): HttpAnswer => v4.encode({ status, headers }, body, native(`${site}/a`));
describe("the answer", () => {
  test("repeated headers stay apart, and the library joins them", () => {
    const given = answer([["vary", "Origin"], ["vary", "Accept"], ["__proto__", "x"]], "{}");
    expect([given, [...new HttpResponse(given).headers].filter(([name]) => name !== "content-type")]).toEqual([{ status: 200, headers: [["vary", "Origin"], ["vary", "Accept"], ["__proto__", "x"]], body: "{}" }, [["__proto__", "x"], ["vary", "Origin, Accept"]]]);
  });
  test("edge 24: one cookie goes as the header it is", () => {
    expect(answer([["set-cookie", "a=1; Path=/; Partitioned"]])).toEqual({ status: 200, headers: [["set-cookie", "a=1; Path=/; Partitioned"]] });
  });
  test("edge 27: of several cookies none is lost and none is split at a comma", () => {
    expect(answer([["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], ["x-a", "1"], ["set-cookie", "b=2"]])).toEqual({ status: 200, headers: [["x-a", "1"]], cookies: [{ name: "a", value: "1", expires: new Date("2026-10-21T07:28:00Z") }, { name: "b", value: "2" }] });
  });
  test("of several cookies the one that no structure holds goes as the header, with a body and without", () => {
    for (const body of [undefined, "{}"]) expect(answer([["set-cookie", "a=1; Partitioned"], ["set-cookie", "b=2"]], body)).toMatchObject({ headers: [["set-cookie", "a=1; Partitioned"]], cookies: [{ name: "b", value: "2" }] });
  });
  test("a streamed answer's cookies are all structures: the library's proxy would write them over a header", () => {
    expect(v4.encodeHead!({ status: 200, headers: [["set-cookie", "a=x y"], ["set-cookie", "b=2"]] }, native(`${site}/a`))).toEqual({ status: 200, headers: [], cookies: [{ name: "a", value: "x y" }, { name: "b", value: "2" }] });
  });
  test("edge 29 and 30: text, bytes and nothing leave as they are", () => {
    const bytes = new Uint8Array([0x00, 0xff]);
    expect([answer([["content-encoding", "gzip"]], bytes).body === bytes, answer([], "é").body, Object.hasOwn(answer([], undefined, 204), "body")]).toEqual([true, "é", false]);
  });
});
