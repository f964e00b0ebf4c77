import { describe, expect, test } from "vitest";
import { IsobarError, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import type { HttpEvent } from "../../native.ts";
import { functionUrl, httpApi, type HttpAnswer } from "./codec.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, its example cut down. */
const http = { method: "GET", path: "/a", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "agent" };
const requestContext = { accountId: "123456789012", apiId: "r3pmxmplak", domainName: "r3pmxmplak.execute-api.us-east-2.amazonaws.com", http, requestId: "JKJaXmPLvHcESHA=", stage: "$default" };
const event = (change: object = {}): HttpEvent => ({ version: "2.0", routeKey: "$default", rawPath: "/a", rawQueryString: "", headers: { host: "shop.example" }, requestContext, isBase64Encoded: false, ...change });
const asked = (change: object = {}) => httpApi.decode(event(change)).request;
const url = (change: object = {}) => functionUrl.decode(event(change)).request;
const staged = (rawPath: string, stage: string, domainName = requestContext.domainName) => asked({ rawPath, requestContext: { ...requestContext, stage, domainName } });

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (!(error instanceof IsobarError)) throw error;
    return error.code;
  }
  return undefined;
}

describe("the path", () => {
  test.each([
    ["/a b", "/a%20b", "/a%20b"],
    ["/grün/東京", "/gr%C3%BCn/%E6%9D%B1%E4%BA%AC", "/gr%C3%BCn/%E6%9D%B1%E4%BA%AC"],
    ["/a%20b", "/a%2520b", "/a%20b"],
    ["/100%", "/100%25", "/100%"],
    ["/~a/!$&'()*+,;=:@-._", "/~a/!$&'()*+,;=:@-._", "/~a/!$&'()*+,;=:@-._"],
    ["/\ud800", "/%EF%BF%BD", "/%EF%BF%BD"],
  ])("edge 1: %s, percent-decoded by an HTTP API, is encoded again; a Function URL's keeps its encoding", (rawPath, api, own) => {
    expect([asked({ rawPath }).path, url({ rawPath }).path]).toEqual([api, own]);
  });
  test("edge 2: a decoded ? or # in the path does not split the URL again", () => {
    const { path, query } = asked({ rawPath: "/a?admin=1#top", rawQueryString: "b=2" });
    expect([path, query]).toEqual(["/a%3Fadmin=1%23top", "b=2"]);
  });
  test("edge 3: %2F stays apart from / behind a Function URL; an HTTP API has decoded it before, and what it left is a percent sign", () => {
    expect([url({ rawPath: "/a%2Fb" }).path, asked({ rawPath: "/a/b" }).path, asked({ rawPath: "/a%2Fb" }).path]).toEqual(["/a%2Fb", "/a/b", "/a%252Fb"]);
  });
  test("edge 16: a named stage in front of the path is taken off, once, and only where it is a whole segment", () => {
    expect(["/dev/a", "/dev", "/dev/", "/dev/dev/a", "/developers"].map((rawPath) => staged(rawPath, "dev").path)).toEqual(["/a", "/", "/", "/dev/a", "/developers"]);
  });
  test("edge 16: without a domain name a named stage is taken off as well", () => {
    expect(asked({ rawPath: "/dev/a", requestContext: { http, stage: "dev" } }).path).toBe("/a");
  });
  test("edge 17: behind a custom domain the path has no stage to take off", () => {
    expect(staged("/dev/a", "dev", "api.shop.example").path).toBe("/dev/a");
  });
  test("the stage $default, no stage and a stage of null leave the path alone", () => {
    expect([staged("/$default/a", "$default").path, asked({ rawPath: "/null/a", requestContext: { http, stage: null, domainName: null } }).path]).toEqual(["/$default/a", "/null/a"]);
  });
  test("edge 18: a trailing slash survives", () => {
    expect([asked({ rawPath: "/a/" }).path, url({ rawPath: "/a/" }).path, asked({ rawPath: "/" }).path, asked({ rawPath: "//a//" }).path]).toEqual(["/a/", "/a/", "/", "//a//"]);
  });
});

describe("the query", () => {
  test("edge 7: repeated keys are read from rawQueryString, where a literal comma is no separator", () => {
    expect(asked({ rawQueryString: "a=1&a=2&b=x%2Cy", queryStringParameters: { a: "1,2", b: "x,y" } }).query).toBe("a=1&a=2&b=x%2Cy");
  });
  test("edge 8: an empty rawQueryString is an empty query, whatever queryStringParameters says; so are null and absent", () => {
    expect(["", null, undefined].map((rawQueryString) => asked({ rawQueryString, queryStringParameters: { a: "1" } }).query)).toEqual(["", "", ""]);
  });
  test("edge 10: ?x=1&x= keeps the empty value", () => {
    expect(asked({ rawQueryString: "x=1&x=" }).query).toBe("x=1&x=");
  });
  test("a key __proto__ is a key", () => {
    expect(asked({ rawQueryString: "__proto__=1" }).query).toBe("__proto__=1");
  });
});

describe("headers and cookies", () => {
  test("edge 11: cookies become one header joined by a semicolon", () => {
    const request = asked({ cookies: ["a=1", "b=2"] });
    expect([request.header("cookie"), request.headers()]).toEqual(["a=1; b=2", [["host", "shop.example"], ["cookie", "a=1; b=2"]]]);
  });
  test("edge 12: a Function URL's cookies are not doubled", () => {
    const request = url({ cookies: ["a=1", "b=2"], headers: { Cookie: "a=1; b=2", accept: "*/*" } });
    expect([request.header("cookie"), request.headers()]).toEqual(["a=1; b=2", [["accept", "*/*"], ["cookie", "a=1; b=2"]]]);
  });
  test.each([undefined, null, []])("cookies of %j leave a cookie header as it is", (cookies) => {
    const request = asked({ cookies, headers: { cookie: "a=1" } });
    expect([request.header("cookie"), request.headers()]).toEqual(["a=1", [["cookie", "a=1"]]]);
  });
  test.each([null, undefined])("edge 14: headers of %s are none", (headers) => {
    const request = asked({ headers });
    expect([request.headers(), request.header("accept"), request.origin()]).toEqual([[], undefined, "https://r3pmxmplak.execute-api.us-east-2.amazonaws.com"]);
  });
  test("edge 23: names are found whatever their case, and come in lower case", () => {
    const request = asked({ headers: { "Content-Type": "text/plain", "X-API-Key": "k" } });
    expect([request.header("content-type"), request.headers()]).toEqual(["text/plain", [["content-type", "text/plain"], ["x-api-key", "k"]]]);
  });
  test("edge 23: a value decoded from UTF-8 becomes those bytes again, in headers and cookies; bytes stay bytes", () => {
    const request = asked({ headers: { "x-city": "東", "x-latin": "caf\u00e9" }, cookies: ["n=€"] });
    expect(request.headers()).toEqual([["x-city", "\u00e6\u009d\u00b1"], ["x-latin", "caf\u00e9"], ["cookie", "n=\u00e2\u0082\u00ac"]]);
    expect([request.header("x-city"), request.header("cookie")]).toEqual(["\u00e6\u009d\u00b1", "n=\u00e2\u0082\u00ac"]);
  });
  test("a name that is no token is left to native(ctx)", () => {
    expect(asked({ headers: { "a b": "x", "": "y", "x-a": "z" } }).headers()).toEqual([["x-a", "z"]]);
  });
  test("a hand-written number is taken as its text", () => {
    expect(asked({ headers: { "x-count": 5 } }).header("x-count")).toBe("5");
  });
  test.each([{ headers: { "x-bad": "a\r\nset-cookie: b" } }, { headers: { "x-bad": "a\0" } }, { headers: { "x-bad": null } }, { headers: { "x-bad": { a: 1 } } }])("a header that no front end lets through is an invalid event: %j", (change) => {
    expect([codeOf(() => asked(change).headers()), codeOf(() => asked(change).header("x-bad"))]).toEqual(["invalid-native-event", "invalid-native-event"]);
  });
  test("a cookie with a line break is an invalid event", () => {
    const request = asked({ cookies: ["a=1\r\nx-admin: 1"] });
    expect([codeOf(() => request.headers()), codeOf(() => request.header("cookie"))]).toEqual(["invalid-native-event", "invalid-native-event"]);
  });
  test("a header __proto__ is a header and changes no prototype", () => {
    const request = httpApi.decode(JSON.parse('{"version":"2.0","rawPath":"/","headers":{"__proto__":"x","constructor":"y"},"requestContext":{"http":{"method":"GET"}}}')).request;
    expect([request.headers(), request.header("__proto__"), request.header("toString"), Object.hasOwn(Object.prototype, "x")]).toEqual([[["__proto__", "x"], ["constructor", "y"]], "x", undefined, false]);
  });
});

describe("method, origin and caller", () => {
  test("edge 19: the method is requestContext.http.method and nothing else", () => {
    expect(asked({ httpMethod: "GET", requestContext: { ...requestContext, http: { ...http, method: "POST" } } }).method).toBe("POST");
  });
  test("the origin is the Host header's, else the domain name; a host that no URL holds is passed over", () => {
    expect([asked().origin(), asked({ headers: { Host: "shop.example:8443" } }).origin(), asked({ headers: { host: "evil.example/x?" } }).origin(), asked({ headers: null, requestContext: { http } }).origin()]).toEqual([
      "https://shop.example", "https://shop.example:8443", "https://r3pmxmplak.execute-api.us-east-2.amazonaws.com", "https://host.invalid",
    ]);
  });
  test("the caller's address is sourceIp, IPv6 as well", () => {
    expect([asked().clientAddress, asked({ requestContext: { ...requestContext, http: { ...http, sourceIp: "2001:db8::1" } } }).clientAddress]).toEqual(["192.0.2.1", "2001:db8::1"]);
  });
});

describe("the body", () => {
  test("edge 21: a base64 body is decoded to its bytes", () => {
    expect(asked({ body: "AP+ACg==", isBase64Encoded: true }).body()).toEqual(new Uint8Array([0x00, 0xff, 0x80, 0x0a]));
  });
  test("edge 22: absent and null are no body, the empty string is an empty one", () => {
    expect([asked().body(), asked({ body: null }).body(), asked({ body: "" }).body(), asked({ body: "", isBase64Encoded: true }).body()]).toEqual([undefined, undefined, "", new Uint8Array()]);
  });
  test("absent and null are no body, whatever the flag says", () => {
    expect([asked({ isBase64Encoded: true }).body(), asked({ body: null, isBase64Encoded: true }).body(), asked({ body: "", isBase64Encoded: "False" }).body(), asked({ body: "x", isBase64Encoded: undefined }).body(), asked({ body: "x", isBase64Encoded: null }).body()]).toEqual([undefined, undefined, "", "x", "x"]);
  });
  test.each(["False", "true", 0, {}])("a flag of %j says neither text nor base64: with a body it is an invalid event, and nothing is guessed", (isBase64Encoded) => {
    expect(codeOf(() => asked({ body: "abcd", isBase64Encoded }).body())).toBe("invalid-native-event");
  });
  test("text is handed over as it is, a key __proto__ in it included", () => {
    expect(asked({ body: '{"__proto__":{"a":1}}' }).body()).toBe('{"__proto__":{"a":1}}');
  });
  test.each(["Hello world!", "AP+ACg=", "AP+ACg", "A", "*"])("a body that says base64 and is not, %j, is an invalid event", (body) => {
    expect(codeOf(() => asked({ body, isBase64Encoded: true }).body())).toBe("invalid-native-event");
  });
});

const rest = { resource: "/a", path: "/a", httpMethod: "GET", headers: {}, requestContext: { stage: "prod" }, isBase64Encoded: false };
describe("any other envelope is an invalid event", () => {
  test.each([
    ["null", null], ["undefined", undefined], ["a text", "{}"], ["a number", 5], ["a bigint", 5n], ["a list", []], ["an empty object", {}], ["a function", () => undefined],
    ["a REST API event", { ...rest, version: "1.0" }], ["a REST API event without version", rest],
    ["an ALB event", { ...rest, requestContext: { elb: { targetGroupArn: "arn" } } }],
    ["an SQS batch", { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] }],
    ["an authorizer's event with all that a request has", { ...event(), type: "REQUEST" }], ["a REQUEST authorizer's event", { version: "2.0", type: "REQUEST", routeArn: "arn", requestContext: {} }],
    ["a VPC Lattice event", { version: "2.0", path: "/a", method: "GET", requestContext: {} }],
    ["version as a number", { ...event(), version: 2 }], ["version as a bigint", { ...event(), version: 2n }],
    ["no rawPath", { ...event(), rawPath: undefined }], ["a relative rawPath", { ...event(), rawPath: "a" }], ["an empty rawPath", { ...event(), rawPath: "" }],
    ["no requestContext", { ...event(), requestContext: undefined }], ["no http", { ...event(), requestContext: { http: null } }], ["no method", { ...event(), requestContext: { http: {} } }],
    ["a query that is no text", { ...event(), rawQueryString: { a: "1" } }], ["headers that are a text", { ...event(), headers: "host: a" }], ["headers that are a list", { ...event(), headers: [["host", "a"]] }],
    ["cookies that are a text", { ...event(), cookies: "a=1" }], ["a cookie that is no text", { ...event(), cookies: [{ a: 1 }] }], ["a body that is no text", { ...event(), body: { a: 1 } }],
  ])("%s", (_, native) => {
    expect([codeOf(() => httpApi.decode(native)), codeOf(() => functionUrl.decode(native))]).toEqual(["invalid-native-event", "invalid-native-event"]);
  });
});

const answer = (headers: ResponseHead["headers"], body?: WholeBody, status = 200) => httpApi.encode({ status, headers }, body, event());
const wire = (given: HttpAnswer) => JSON.parse(JSON.stringify(given)) as unknown;
const bytes = new Uint8Array([0x00, 0xff, 0x80, 0x0a]);

describe("the answer", () => {
  test("edge 24: one cookie leaves in cookies[] too, and no set-cookie stays among the headers", () => {
    expect(wire(answer([["set-cookie", "a=1"]]))).toEqual({ statusCode: 200, headers: {}, cookies: ["a=1"], isBase64Encoded: false });
  });
  test("edge 25: without cookies there is no cookies key", () => {
    expect(wire(answer([["x-a", "1"]], "hello"))).toEqual({ statusCode: 200, headers: { "x-a": "1" }, body: "hello", isBase64Encoded: false });
  });
  test("edge 27: each Set-Cookie is one, the comma of Expires in it", () => {
    expect(answer([["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], ["x-a", "1"], ["set-cookie", "b=2"]]).cookies).toEqual(["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"]);
  });
  test("edge 28: header values are texts, repeated ones joined; a header __proto__ is one", () => {
    expect(JSON.stringify(answer([["vary", "Origin"], ["vary", "Accept"], ["content-length", "3"], ["__proto__", "x"]]).headers)).toBe('{"vary":"Origin, Accept","content-length":"3","__proto__":"x"}');
  });
  test.each(["gzip", "br", "identity"])("edge 29: bytes with content-encoding %s leave as base64, whatever the media type", (encoding) => {
    expect(wire(answer([["content-type", "application/json"], ["content-encoding", encoding]], new TextEncoder().encode("{}")))).toMatchObject({ body: "e30=", isBase64Encoded: true });
  });
  test.each(["application/json", "application/json; charset=utf-8", "application/problem+json", "text/html", "TEXT/PLAIN; charset=UTF-8", "application/xml", "application/javascript", "application/x-www-form-urlencoded", "text/event-stream"])(
    "edge 29: %s as bytes leaves as text", (type) => {
      expect(wire(answer([["content-type", type]], new TextEncoder().encode("{}")))).toMatchObject({ body: "{}", isBase64Encoded: false });
    });
  test.each(["application/octet-stream", "image/png", "text/plain; charset=iso-8859-1", "image/svg+xml", ""])("bytes of %j leave as base64", (type) => {
    expect(wire(answer(type === "" ? [] : [["content-type", type]], bytes))).toMatchObject({ body: "AP+ACg==", isBase64Encoded: true });
  });
  test("bytes that say text and are no UTF-8 leave as base64, unchanged; a byte-order mark stays", () => {
    expect(wire(answer([["content-type", "text/plain"]], bytes))).toMatchObject({ body: "AP+ACg==", isBase64Encoded: true });
    expect(answer([["content-type", "text/plain"]], new Uint8Array([0xef, 0xbb, 0xbf, 0x61])).body).toBe("\ufeffa");
  });
  test("a part of a larger buffer leaves as that part", () => {
    expect(answer([], new Uint8Array(new Uint8Array([1, ...bytes, 2]).buffer, 1, 4)).body).toBe("AP+ACg==");
  });
  test("edge 30: the body is a text or absent, and isBase64Encoded always says which", () => {
    expect([wire(answer([], undefined, 204)), wire(answer([], "")), wire(answer([], new Uint8Array()))]).toEqual([
      { statusCode: 204, headers: {}, isBase64Encoded: false }, { statusCode: 200, headers: {}, body: "", isBase64Encoded: false }, { statusCode: 200, headers: {}, body: "", isBase64Encoded: true },
    ]);
  });
  test("the head of a streamed answer is the whole answer's without a body", () => {
    expect(JSON.stringify(functionUrl.encodeHead!({ status: 201, headers: [["x-a", "1"], ["set-cookie", "a=1"]] }, event()))).toBe('{"statusCode":201,"headers":{"x-a":"1"},"cookies":["a=1"]}');
  });
});

/** 6 MB and 100 bytes of JSON, of which `frame` is not the body. */
const frame = '{"statusCode":200,"headers":{},"body":"","isBase64Encoded":false}'.length;
const limit = 6 * 1024 * 1024 + 100 - frame;
describe("an answer over 6 MB as JSON", () => {
  test.each([["ASCII", "a", limit], ["two bytes a character", "é", Math.floor(limit / 2)], ["quotes, which JSON escapes", '"', Math.floor(limit / 2)], ["NUL, six characters in JSON", "\0", Math.floor(limit / 6)]])("%s: the last that fits leaves, one more is payload-too-large", (_, each, count) => {
    expect(answer([], each.repeat(count)).body).toHaveLength(count);
    expect(codeOf(() => answer([], each.repeat(count + 1)))).toBe("payload-too-large");
  });
  test("bytes count as base64", () => {
    expect(codeOf(() => answer([], new Uint8Array(4_600_000)))).toBeUndefined();
    expect(codeOf(() => answer([], new Uint8Array(4_800_000)))).toBe("payload-too-large");
  });
});
