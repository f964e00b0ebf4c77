import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, IsobarError, type ExchangeSide, type IncomingRequest, type NeutralAnswer, type NeutralRequest, type WholeBody } from "@isobar/core/adapter";
import { functionUrl, httpApi } from "./codec.ts";
import { functionUrlSide, httpApiSide } from "./testing.ts";

const text = (units: readonly string[], minLength = 0) => fc.string({ unit: fc.constantFrom(...units), minLength, maxLength: 12 });
const legal = [..."azAZ09-._~!$&'()*+,;=:@", "%20", "%25", "%3F", "%23", "%2B", "%C3%A9", "%22"];
/** Byte strings as RFC 9110 §5.5 has them: visible or above 0x7F, blanks inside. */
const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code < 0x7f || code > 0x9f).map((code) => String.fromCharCode(code)), maxLength: 20 }).map((each) => each.trim());
const name = fc.oneof(text([..."abcxyz0-_"], 1), fc.constantFrom("__proto__", "constructor", "accept")).filter((each) => !/^(?:host|cookie|content-type|set-cookie)$/.test(each));
const headers = fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, maxLength: 5 });
const types = ["application/json", "text/plain;charset=UTF-8", "application/octet-stream", "image/png"];
const body = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: "grapheme" }).map((each) => new TextEncoder().encode(each))) as fc.Arbitrary<Uint8Array<ArrayBuffer>>;
const requests = (path: fc.Arbitrary<string>) =>
  fc.record({ method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), path, query: text([...legal, "&", "="]), headers, type: fc.option(fc.constantFrom(...types)), cookies: fc.array(text([..."ab=1"], 1), { maxLength: 3 }), body: fc.option(body, { nil: undefined }), address: fc.ipV4() })
    .map(({ method, path: given, query, headers: own, type, cookies, body: content, address }): NeutralRequest => ({
      method,
      url: `https://shop.example${given}${query === "" ? "" : `?${query}`}`,
      headers: [...own, ...(type === null ? [] : [["content-type", type] as const]), ...(cookies.length === 0 ? [] : [["cookie", cookies.join("; ")] as const])],
      body: content,
      clientAddress: address,
    }));
const paths = (units: readonly string[]) => fc.array(text(units), { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join("/")}`);

const spelled = (request: IncomingRequest): NeutralRequest => {
  const content = request.body() as WholeBody;
  return { method: request.method, url: `${request.origin()}${request.path}${request.query === "" ? "" : `?${request.query}`}`, headers: request.headers().filter(([each]) => each !== "host"), body: content === undefined ? undefined : bytesOf(content), clientAddress: request.clientAddress! };
};
/** JSON objects put names that are numbers first; the order of different names means nothing (RFC 9110 §5.3). */
const sorted = <T extends { readonly headers: NeutralRequest["headers"] }>(given: T): T => ({ ...given, headers: given.headers.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))) });
const overJson = (native: unknown): unknown => JSON.parse(JSON.stringify(native));

describe("what a front end makes of a request, decoded, is that request", () => {
  test("a Function URL: every path, query, header and body", () => {
    fc.assert(fc.property(requests(paths([...legal, "%2F", "%2f"])), (request) => {
      expect(sorted(spelled(functionUrl.decode(overJson(functionUrlSide.fabricate(request))).request))).toEqual(sorted(request));
    }));
  });
  test("an HTTP API: the same, but for which characters of the path are percent-encoded, and for %2F, which is lost", () => {
    const decoded = ({ url, ...rest }: NeutralRequest) => ({ ...sorted(rest), path: new URL(url).pathname.split("/").map(decodeURIComponent), query: url.split("?")[1] ?? "" });
    // `new URL` resolves dot segments, which neither front end does.
    const apart = paths(legal).filter((path) => !/\/\.{1,2}(?=\/|$)/.test(path));
    fc.assert(fc.property(requests(apart), (request) => {
      expect(decoded(spelled(httpApi.decode(overJson(httpApiSide.fabricate(request))).request))).toEqual(decoded(request));
    }));
    expect(httpApi.decode(httpApiSide.fabricate({ method: "GET", url: "https://shop.example/a%2Fb", headers: [], body: undefined })).request.path).toBe("/a/b");
  });
  test("headers that came twice arrive joined, cookies by a semicolon", () => {
    const request: NeutralRequest = { method: "GET", url: "https://shop.example", headers: [["accept", "a"], ["accept", "b"], ["cookie", "c=1"], ["cookie", "d=2; e=3"]], body: undefined };
    for (const [side, codec] of [[httpApiSide, httpApi], [functionUrlSide, functionUrl]] as const)
      expect(codec.decode(side.fabricate(request)).request.headers()).toEqual([["accept", "a,b"], ["host", "shop.example"], ["cookie", "c=1; d=2; e=3"]]);
  });
  test.each([["https://shop.example", "/", ""], ["https://shop.example?a=/b", "/", "a=/b"], ["https://shop.example/x?a='|#top", "/x", "a='|"]])("%s has the path %s and the query %s", (url, path, query) => {
    const { request } = functionUrl.decode(functionUrlSide.fabricate({ method: "GET", url, headers: [], body: undefined }));
    expect([request.path, request.query]).toEqual([path, query]);
  });
});

const answers = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  headers: fc.tuple(headers, fc.option(fc.constantFrom(...types)), fc.array(fc.constantFrom("a=1", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "c=3, 4"), { maxLength: 3 })).map(([own, type, cookies]) => [...own, ...(type === null ? [] : [["content-type", type] as const]), ...cookies.map((each) => ["set-cookie", each] as const)]),
  body: fc.option(fc.oneof(body, fc.string({ unit: "grapheme" })), { nil: undefined }),
});
const seenBy = (side: ExchangeSide, returned: unknown) => sorted(side.interpret({ returned: overJson(returned) }) as Extract<NeutralAnswer, { readonly status: number }>);

describe("what a client gets is the answer", () => {
  test("every status, header, cookie and body, from both front ends", () => {
    fc.assert(fc.property(answers, ({ body: content, ...head }) => {
      const native = functionUrl.decode(functionUrlSide.fabricate({ method: "GET", url: "https://shop.example/", headers: [], body: undefined })).native;
      for (const [side, codec] of [[httpApiSide, httpApi], [functionUrlSide, functionUrl]] as const) expect(seenBy(side, codec.encode(head, content, native))).toEqual({ ...sorted(head), body: bytesOf(content) });
    }));
  });
  test.each([
    ["a throw", { threw: { type: "Error", message: "no" } }], ["a time-out", { timedOut: true }], ["an exit", { exited: 1 }], ["a refusal", { refused: { code: "413", message: "too large" } }],
    ["nothing", { returned: null }], ["a text", { returned: "ok" }], ["no status", { returned: { headers: {}, body: "x" } }], ["edge 28: a header that is a number", { returned: { statusCode: 200, headers: { a: 1 } } }],
    ["a stream that broke off", { returned: { streamed: { chunks: [], failed: { type: "E", message: "half way" } } } }], ["a stream without a head", { returned: { streamed: { chunks: [] } } }],
  ] as const)("the front end answers in our place for %s", (_, seen) => {
    expect([Object.keys(httpApiSide.interpret(seen)), Object.keys(functionUrlSide.interpret(seen))]).toEqual([["failed"], ["failed"]]);
  });
  test("a streamed answer counts its pieces; one without headers has none", () => {
    const streamed = { prelude: { statusCode: 200, cookies: ["a=1"] }, chunks: [new Uint8Array([1]), new Uint8Array([2, 3])] };
    expect(functionUrlSide.interpret({ returned: { streamed } })).toEqual({ status: 200, headers: [["set-cookie", "a=1"]], body: new Uint8Array([1, 2, 3]), pieces: 2 });
  });
});

/** A value or `invalid-native-event`; anything else fails the test. */
function valueOrRefusal<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof IsobarError) || error.code !== "invalid-native-event") throw error;
    return undefined;
  }
}
const broken = (each: fc.Arbitrary<unknown>) => {
  const or = (good: unknown) => fc.oneof(fc.constant(good), each);
  const context = fc.record({ http: or({ method: "GET" }), stage: or("dev"), domainName: or("a.execute-api.b") }, { requiredKeys: [] });
  return fc.oneof(each, fc.record({ version: or("2.0"), rawPath: or("/dev/a"), rawQueryString: or("a=1"), headers: or({ host: "a" }), cookies: or(["a=1"]), body: or("AA=="), isBase64Encoded: or(true), requestContext: or({ http: { method: "GET" } }).chain((good) => fc.oneof(fc.constant(good), context)) }, { requiredKeys: [] }));
};

describe("whatever arrives is a request or an invalid event", () => {
  const prototype = Reflect.ownKeys(Object.prototype);
  test("any JSON, read to the end", () => {
    fc.assert(fc.property(broken(fc.jsonValue()), (native) => {
      for (const codec of [httpApi, functionUrl]) {
        const request = valueOrRefusal(() => codec.decode(native).request);
        const reads: readonly (() => unknown)[] = [() => request?.origin(), () => request?.headers(), () => request?.header("host"), () => request?.header("cookie"), () => request?.body()];
        for (const read of reads) valueOrRefusal(read);
      }
    }), { numRuns: 500 });
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
  });
  test("any object", () => {
    fc.assert(fc.property(broken(fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true })), (native) => {
      for (const codec of [httpApi, functionUrl]) valueOrRefusal(() => codec.decode(native));
    }), { numRuns: 500 });
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
  });
  test("what a front end's own list calls malformed is refused", () => {
    for (const { native } of httpApiSide.malformed) expect(() => httpApi.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
    for (const { native } of functionUrlSide.malformed) expect(() => functionUrl.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
});
