import { describe, expect, test } from "vitest";
import { IsobarError, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import type { RestEvent } from "../../native.ts";
import { restApi } from "./rest-api.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html, its example cut down. */
const requestContext = { accountId: "123456789012", apiId: "r3pmxmplak", domainName: "r3pmxmplak.execute-api.us-east-2.amazonaws.com", httpMethod: "GET", identity: { sourceIp: "192.0.2.1", userAgent: null }, path: "/prod/a", requestId: "JKJaXmPLvHcESHA=", resourcePath: "/{proxy+}", stage: "prod" };
const event = (change: object = {}): RestEvent => ({ resource: "/{proxy+}", path: "/a", httpMethod: "GET", headers: { Host: "shop.example" }, multiValueHeaders: { Host: ["shop.example"] }, queryStringParameters: null, multiValueQueryStringParameters: null, pathParameters: { proxy: "a" }, stageVariables: null, requestContext, body: null, isBase64Encoded: false, ...change });
const asked = (change: object = {}) => restApi.decode(event(change)).request;
const custom = { ...requestContext, domainName: "api.shop.example" };
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof IsobarError)) throw error;
    return error.code;
  }
  return undefined;
};

describe("the path", () => {
  test.each([["/a%20b", "/a%20b"], ["/a%2Fb", "/a%2Fb"], ["/100%25", "/100%25"], ["/gr%C3%BCn", "/gr%C3%BCn"], ["/a/", "/a/"], ["/", "/"], ["//a//", "//a//"], ["/a b?c#d", "/a%20b%3Fc%23d"]])("edge 1, 3 and 18: %s keeps its encoding and its slashes", (path, expected) => {
    expect(asked({ path }).path).toBe(expected);
  });
  test("it is path, and never requestContext.path, which has the stage in front", () => {
    expect(asked({ path: "/users", requestContext: { ...requestContext, path: "/prod/users" } }).path).toBe("/users");
  });
  // The four cases of localstack/localstack#12296, seen on AWS: https://github.com/localstack/localstack/pull/12296
  test.each([
    ["no custom domain", requestContext, "/a", "/a"],
    ["a mapping without base path that names the stage", custom, "/a", "/a"],
    ["a mapping without base path and stage", custom, "/prod/a", "/a"],
    ["a mapping with a base path and without a stage", custom, "/shop/prod/a", "/a"],
    ["a mapping with a base path that names the stage", custom, "/shop/a", "/a"],
    ["a base path of two parts", custom, "/v1/shop/a", "/a"],
    ["a trailing slash, which parameters are without", custom, "/shop/a/", "/a/"],
  ])("edge 17: %s", (_, context, path, expected) => {
    expect(asked({ path, requestContext: context }).path).toBe(expected);
  });
  test.each([
    ["/users/{id}", { id: "a b" }, "/shop/users/a%20b", "/users/a%20b"], ["/users/{id}", { id: "a%20b" }, "/shop/users/a%20b", "/users/a%20b"], ["/", null, "/shop", "/"], ["/", null, "/shop/", "/"], ["/{proxy+}", { proxy: "x/y" }, "/shop/x/y", "/x/y"],
    ["/users/{id}", null, "/shop/users/1", "/shop/users/1"], ["/users", null, "/other", "/other"], [null, null, "/shop/a", "/shop/a"], ["/a", null, "/sho%70/a", "/sho%70/a"],
  ])("edge 17: behind a custom domain the resource %s with %j makes of %s %s", (resource, pathParameters, path, expected) => {
    expect(asked({ resource, pathParameters, path, requestContext: custom }).path).toBe(expected);
  });
  test("a REST API's path has no stage in front: a resource of the stage's name is a resource", () => {
    expect([asked({ path: "/prod/a" }).path, asked({ path: "/prod" }).path]).toEqual(["/prod/a", "/prod"]);
  });
  test("behind a custom domain a path that is no percent-encoding is taken as it is", () => {
    expect([asked({ path: "/shop/100%", pathParameters: { proxy: "100%" }, requestContext: custom }).path, asked({ path: "/shop/100%", resource: "/other", requestContext: custom }).path]).toEqual(["/100%", "/shop/100%"]);
  });
  test("edge 16: an HTTP API's format 1.0 has a named stage in front, which is taken off", () => {
    const api = (path: string, stage: string) => asked({ version: "1.0", resource: "$default", path, requestContext: { ...requestContext, stage } }).path;
    expect([api("/dev/a", "dev"), api("/dev", "dev"), api("/developers", "dev"), api("/$default/a", "$default")]).toEqual(["/a", "/", "/developers", "/$default/a"]);
  });
});

describe("the query", () => {
  test("edge 6: decoded names and values are encoded again", () => {
    expect(asked({ multiValueQueryStringParameters: { "a b": ["c&d=e", "100%", "東", "+", "'"] } }).query).toBe("a%20b=c%26d%3De&a%20b=100%25&a%20b=%E6%9D%B1&a%20b=%2B&a%20b=%27");
  });
  test("edge 9: all values come from the multi-value map; the single one has the last alone", () => {
    expect(asked({ queryStringParameters: { a: "2" }, multiValueQueryStringParameters: { a: ["1", "2"] } }).query).toBe("a=1&a=2");
    expect(asked({ queryStringParameters: { a: "2" } }).query).toBe("a=2");
  });
  test("edge 10: an empty value is there, and no query is none", () => {
    expect([asked({ multiValueQueryStringParameters: { x: ["1", ""] } }).query, asked().query, asked({ multiValueQueryStringParameters: {}, queryStringParameters: {} }).query]).toEqual(["x=1&x=", "", ""]);
  });
  test("a name that only the single map has is not lost; null is an empty value", () => {
    expect(asked({ queryStringParameters: { a: "1", b: null }, multiValueQueryStringParameters: { a: ["1"] } }).query).toBe("a=1&b=");
  });
  test("a name __proto__ is a name, and a lone surrogate no error", () => {
    expect(asked({ multiValueQueryStringParameters: JSON.parse('{"__proto__":["1"]}') as object, queryStringParameters: { a: "\ud800" } }).query).toBe("__proto__=1&a=%EF%BF%BD");
  });
});

describe("headers", () => {
  test("edge 23: names in any case, values of each apart, several cookies as one", () => {
    const request = asked({ headers: { Accept: "b" }, multiValueHeaders: { Accept: ["a", "b"], Cookie: ["a=1", "b=2; c=3"] } });
    expect([request.headers(), request.header("accept"), request.header("cookie"), request.header("x")]).toEqual([[["accept", "a"], ["accept", "b"], ["cookie", "a=1; b=2; c=3"]], "a, b", "a=1; b=2; c=3", undefined]);
  });
  test("a plain text in the multi-value map is its one value, in headers and query", () => {
    const request = asked({ headers: null, multiValueHeaders: { Host: "shop.example" }, multiValueQueryStringParameters: { a: "1" } });
    expect([request.headers(), request.query]).toEqual([[["host", "shop.example"]], "a=1"]);
  });
  test("the single map is read where there is no other", () => {
    expect(asked({ multiValueHeaders: null, headers: { "X-Count": 5, "X-A": "caf\u00e9東" } }).headers()).toEqual([["x-count", "5"], ["x-a", "caf\u00c3\u00a9\u00e6\u009d\u00b1"]]);
  });
  test.each([[null, null], [undefined, undefined], [{}, {}]])("edge 14: headers of %j are none", (headers, multiValueHeaders) => {
    const request = asked({ headers, multiValueHeaders });
    expect([request.headers(), request.origin()]).toEqual([[], "https://r3pmxmplak.execute-api.us-east-2.amazonaws.com"]);
  });
  test("the origin is the host's, and the address the gateway's word", () => {
    const forwarded = asked({ multiValueHeaders: { Host: ["shop.example"], "X-Forwarded-For": ["203.0.113.66"] } });
    expect([forwarded.origin(), forwarded.clientAddress, asked({ requestContext: { stage: "prod", identity: null } }).clientAddress]).toEqual(["https://shop.example", "192.0.2.1", undefined]);
  });
  test.each([{ headers: { a: "x\r\ny" }, multiValueHeaders: null }, { multiValueHeaders: { a: [{}] } }, { headers: { a: ["x"] }, multiValueHeaders: null }])("%j is an invalid event", (change) => {
    expect(codeOf(() => asked(change).headers())).toBe("invalid-native-event");
  });
  test("a name that is no token is left to native(ctx), and __proto__ is one", () => {
    expect(asked({ multiValueHeaders: JSON.parse('{"a\\"a":["1"],"__proto__":["x"]}') as object, headers: null }).headers()).toEqual([["__proto__", "x"]]);
  });
});

test("edge 21 and 22: a body is base64 or text; null and absent are none, \"\" is present", () => {
  expect([asked({ body: "AP+ACg==", isBase64Encoded: true }).body(), asked({ body: "é" }).body(), asked({ body: "" }).body(), asked().body(), asked({ body: undefined }).body()]).toEqual([new Uint8Array([0, 255, 128, 10]), "é", "", undefined, undefined]);
  expect(codeOf(() => asked({ body: "Hello world!", isBase64Encoded: true }).body())).toBe("invalid-native-event");
  expect([asked({ isBase64Encoded: true }).body(), asked({ body: undefined, isBase64Encoded: true }).body(), codeOf(() => asked({ body: "abcd", isBase64Encoded: "False" }).body())]).toEqual([undefined, undefined, "invalid-native-event"]);
});

test("a version, a connection and an authorizer of null are none", () => {
  expect(asked({ version: null, requestContext: { ...requestContext, connectionId: null, authorizer: null } }).path).toBe("/a");
});

describe("any other envelope is an invalid event", () => {
  test.each([
    ["null", null], ["a list", []], ["an empty object", {}], ["format 2.0", event({ version: "2.0" })], ["a number for a version", event({ version: 1 })], ["no method", event({ httpMethod: undefined })], ["no path", event({ path: undefined })], ["a relative path", event({ path: "a" })],
    ["no requestContext", event({ requestContext: undefined })], ["a null requestContext", event({ requestContext: null })], ["a load balancer's", event({ requestContext: { elb: { targetGroupArn: "arn" } } })], ["a WebSocket's", event({ requestContext: { ...requestContext, connectionId: "c" } })], ["an authorizer's", event({ type: "REQUEST", methodArn: "arn" })],
    ["headers that are a list", event({ headers: [] })], ["a query that is a text", event({ queryStringParameters: "a=1" })], ["a body that is an object", event({ body: {} })], ["a Bedrock agent's", { messageVersion: "1.0", httpMethod: "GET", apiPath: "/a" }],
  ])("%s", (_, native) => {
    expect(codeOf(() => restApi.decode(native))).toBe("invalid-native-event");
  });
});

const answer = (headers: ResponseHead["headers"], body?: WholeBody, status = 200) => JSON.parse(JSON.stringify(restApi.encode({ status, headers }, body, event()))) as unknown;
describe("the answer", () => {
  test("edge 25 and 27: every header is a list, each Set-Cookie apart, and there is no cookies key", () => {
    expect(answer([["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], ["set-cookie", "b=2"], ["x-a", "1"]], "hello")).toEqual({ statusCode: 200, multiValueHeaders: { "set-cookie": ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"], "x-a": ["1"] }, body: "hello", isBase64Encoded: false });
  });
  test("edge 29, 30 and 31: bytes are base64 unless they say they are text; no body is none", () => {
    expect([answer([["content-type", "application/json"]], new TextEncoder().encode("{}")), answer([["content-type", "application/json"], ["content-encoding", "br"]], new TextEncoder().encode("{}")), answer([], undefined, 204)]).toMatchObject([{ body: "{}", isBase64Encoded: false }, { body: "e30=", isBase64Encoded: true }, { statusCode: 204, multiValueHeaders: {}, isBase64Encoded: false }]);
  });
  test("a header __proto__ is a header", () => {
    expect(JSON.stringify(restApi.encode({ status: 200, headers: [["__proto__", "x"]] }, "", event()).multiValueHeaders)).toBe('{"__proto__":["x"]}');
  });
  test("more than 6 MB is payload-too-large", () => {
    expect(codeOf(() => answer([], "a".repeat(6_300_000)))).toBe("payload-too-large");
  });
});
