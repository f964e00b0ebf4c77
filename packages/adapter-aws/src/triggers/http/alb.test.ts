import { describe, expect, test } from "vitest";
import { IsobarError, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import type { AlbEvent } from "../../native.ts";
import { alb } from "./alb.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer */
const requestContext = { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-target-group/6d0ecf831eec9f09" } };
const headers = { accept: "text/html", host: "lambda-846800462-us-east-2.elb.amazonaws.com", "x-forwarded-for": "72.21.198.66", "x-forwarded-port": "443", "x-forwarded-proto": "https" };
const event = (change: object = {}): AlbEvent => ({ requestContext, httpMethod: "GET", path: "/a", queryStringParameters: {}, headers, isBase64Encoded: false, body: "", ...change });
const multi = (change: object = {}): AlbEvent => event({ headers: undefined, queryStringParameters: undefined, multiValueHeaders: { host: ["shop.example"], cookie: ["a=1", "b=2"] }, multiValueQueryStringParameters: { k: ["1", "2"] }, ...change });
const asked = (change: object = {}) => alb.decode(event(change)).request;
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof IsobarError)) throw error;
    return error.code;
  }
  return undefined;
};

describe("the request", () => {
  test.each([["/a%20b", "/a%20b"], ["/a%2Fb", "/a%2Fb"], ["/a/", "/a/"], ["/a b?c", "/a%20b%3Fc"]])("edge 1, 3 and 18: the path %s keeps its encoding and its slashes", (path, expected) => {
    expect(asked({ path }).path).toBe(expected);
  });
  test("edge 4: names and values of the query come encoded, and stay so", () => {
    expect(asked({ queryStringParameters: { "q%24": "foo%3Fbar", "a%5B%5D": "1", "b[]": "2" } }).query).toBe("q%24=foo%3Fbar&a%5B%5D=1&b[]=2");
  });
  test("edge 5: + in a query is a blank, %2B a plus", () => {
    const query = new URLSearchParams(asked({ queryStringParameters: { literal: "a+b", encoded: "a%2Bb" } }).query);
    expect([query.get("literal"), query.get("encoded")]).toEqual(["a b", "a+b"]);
  });
  test("what a tool has decoded does not split the query again", () => {
    expect(asked({ queryStringParameters: { a: "1&admin=1#x y" } }).query).toBe("a=1%26admin=1%23x%20y");
  });
  test("edge 7 and 10: repeated and empty values of the multi-value map are all there", () => {
    expect(alb.decode(multi({ multiValueQueryStringParameters: { k: ["1", "2", ""], flag: [""] } })).request.query).toBe("k=1&k=2&k=&flag=");
  });
  test.each([[undefined], [null]])("edge 13: in multi-value mode headers of %j are not missed, and cookies are one", (none) => {
    const { request } = alb.decode(multi({ headers: none, queryStringParameters: none }));
    expect([request.headers(), request.query, request.origin()]).toEqual([[["host", "shop.example"], ["cookie", "a=1; b=2"]], "k=1&k=2", "https://shop.example"]);
  });
  test("edge 15: a health check has no host, no address and no protocol", () => {
    const request = asked({ headers: { "user-agent": "ELB-HealthChecker/2.0" }, path: "/" });
    expect([request.origin(), request.clientAddress, request.header("user-agent")]).toEqual(["https://host.invalid", undefined, "ELB-HealthChecker/2.0"]);
  });
  test("the scheme is x-forwarded-proto's", () => {
    expect([asked().origin(), asked({ headers: { ...headers, "x-forwarded-proto": "http" } }).origin(), asked({ headers: { ...headers, "x-forwarded-proto": "javascript" } }).origin()]).toEqual(["https", "http", "https"].map((scheme) => `${scheme}://${headers.host}`));
  });
  test.each([["203.0.113.66, 72.21.198.66", "72.21.198.66"], ["72.21.198.66:5000", "72.21.198.66"], ["a, 2001:db8::1", "2001:db8::1"], ["[2001:db8::1]:5000", "2001:db8::1"], ["[2001:db8::1]", "2001:db8::1"], ["", undefined], ["a,", undefined]])("edge 15: of x-forwarded-for %j the last is the caller, %s", (forwarded, address) => {
    expect(asked({ headers: { ...headers, "x-forwarded-for": forwarded } }).clientAddress).toBe(address);
  });
  test("edge 20 to 22: the body is text, base64, present when empty; null and absent are none", () => {
    expect([asked({ body: "AP8=", isBase64Encoded: true }).body(), asked({ body: "é" }).body(), asked().body(), asked({ body: null }).body(), asked({ body: undefined }).body()]).toEqual([new Uint8Array([0, 255]), "é", "", undefined, undefined]);
    expect(codeOf(() => asked({ body: "*", isBase64Encoded: true }).body())).toBe("invalid-native-event");
  });
  test.each([
    ["null", null], ["an empty object", {}], ["a REST API's", { ...event(), requestContext: { stage: "prod" } }], ["no elb", event({ requestContext: {} })], ["an elb without its target group", event({ requestContext: { elb: {} } })], ["format 2.0", { version: "2.0", rawPath: "/", requestContext: { http: { method: "GET" } } }],
    ["no method", event({ httpMethod: "" })], ["no path", event({ path: null })], ["headers that are a text", event({ headers: "x" })], ["a body that is an object", event({ body: {} })],
  ])("any other envelope is an invalid event: %s", (_, native) => {
    expect(codeOf(() => alb.decode(native))).toBe("invalid-native-event");
  });
});

const answer = (native: AlbEvent, given: ResponseHead["headers"], body?: WholeBody, status = 200) => JSON.parse(JSON.stringify(alb.encode({ status, headers: given }, body, native))) as unknown;
describe("the answer", () => {
  test("edge 26: it is in the mode of the request", () => {
    const given: ResponseHead["headers"] = [["x-a", "1"], ["x-a", "2"], ["set-cookie", "a=1"]];
    expect([answer(event(), given, "hello"), answer(multi(), given, "hello")]).toEqual([
      { statusCode: 200, statusDescription: "200 OK", headers: { "x-a": "1, 2", "set-cookie": "a=1" }, body: "hello", isBase64Encoded: false },
      { statusCode: 200, statusDescription: "200 OK", multiValueHeaders: { "x-a": ["1", "2"], "set-cookie": ["a=1"] }, body: "hello", isBase64Encoded: false },
    ]);
  });
  test("edge 26 and 27: two Set-Cookie leave in multi-value mode; in single-value mode they are an error that says what to do", () => {
    const cookies: ResponseHead["headers"] = [["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], ["set-cookie", "b=2"]];
    expect(answer(multi(), cookies)).toMatchObject({ multiValueHeaders: { "set-cookie": ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"] } });
    expect(() => answer(event(), cookies)).toThrow(expect.objectContaining({ code: "unsupported", message: "two Set-Cookie headers — AWS, ALB in single-value mode — it carries one of each name — turn on lambda.multi_value_headers.enabled in the target group" }));
  });
  test("edge 28 and 30: header values and bodies are texts; a status without a reason of its own has one", () => {
    expect([answer(event(), [["content-length", "3"]], new Uint8Array([0, 255])), answer(event(), [], undefined, 418)]).toEqual([
      { statusCode: 200, statusDescription: "200 OK", headers: { "content-length": "3" }, body: "AP8=", isBase64Encoded: true }, { statusCode: 418, statusDescription: "418 Status", headers: {}, isBase64Encoded: false },
    ]);
  });
  test("edge 29: an encoded body is base64, whatever its media type", () => {
    expect(answer(event(), [["content-type", "text/html"], ["content-encoding", "gzip"]], new TextEncoder().encode("x"))).toMatchObject({ body: "eA==", isBase64Encoded: true });
  });
  test("edge 31: a status without a body has none", () => {
    expect(answer(event(), [], undefined, 304)).toEqual({ statusCode: 304, statusDescription: "304 Not Modified", headers: {}, isBase64Encoded: false });
  });
  test("more than 1 MB is payload-too-large", () => {
    expect([codeOf(() => answer(event(), [], "a".repeat(1024 * 1024))), codeOf(() => answer(event(), [], "a".repeat(1_000_000)))]).toEqual(["payload-too-large", undefined]);
  });
});
