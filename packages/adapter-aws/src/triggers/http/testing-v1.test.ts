import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesOf, IsobarError, type ExchangeCodec, type ExchangeSide, type NeutralAnswer, type NeutralRequest, type WholeBody } from "@isobar/core/adapter";
import { alb } from "./alb.ts";
import { restApi } from "./rest-api.ts";
import { albMultiValueSide, albSide, restApiSide } from "./testing-v1.ts";

const fronts: readonly (readonly [name: string, side: ExchangeSide, codec: ExchangeCodec<never, unknown>])[] = [["a REST API", restApiSide, restApi as never], ["a load balancer", albSide, alb as never], ["a load balancer with multi-value headers", albMultiValueSide, alb as never]];
const overJson = (native: unknown): unknown => JSON.parse(JSON.stringify(native));
/** Letters first, so that JSON keeps their order; each name once, since one of the maps has the last value alone. */
const word = fc.stringMatching(/^[a-z][a-z0-9._~!$(),;:@-]{0,8}$/);
const query = fc.uniqueArray(fc.tuple(word, fc.string({ unit: "grapheme", maxLength: 6 }).filter((each) => each.isWellFormed())), { selector: ([name]) => name, maxLength: 4 }).map((pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll("'", "%27")}`).join("&"));
const request = fc.record({ method: fc.constantFrom("GET", "POST", "DELETE"), segments: fc.array(fc.stringMatching(/^(?:[A-Za-z0-9._~!$'()*,;:@-]|%2F|%20|%C3%A9){1,8}$/), { minLength: 1, maxLength: 3 }), query, value: fc.stringMatching(/^[\x21-\x7e]{1,20}$/), body: fc.option(fc.uint8Array({ minLength: 1, maxLength: 20 }), { nil: undefined }) }).map(
  ({ method, segments, query: search, value, body }): NeutralRequest => ({ method, url: `https://shop.example/${segments.join("/")}${search === "" ? "" : `?${search}`}`, headers: [["x-any", value], ["content-type", "application/octet-stream"]], body: body as Uint8Array<ArrayBuffer> | undefined, clientAddress: "192.0.2.7" }),
);

describe.each(fronts)("behind %s", (name, side, codec) => {
  test("what it makes of a request, decoded, is that request", () => {
    fc.assert(fc.property(request, (sent) => {
      const { request: arrived } = codec.decode(overJson(side.fabricate(sent)));
      const content = arrived.body() as WholeBody;
      const { body = new Uint8Array(0) } = sent;
      expect([arrived.method, `${arrived.origin()}${arrived.path}${arrived.query === "" ? "" : `?${arrived.query}`}`, arrived.header("x-any"), arrived.clientAddress, bytesOf(content)]).toEqual([sent.method, sent.url, sent.headers[0]![1], "192.0.2.7", body]);
    }));
  });
  test("a client that writes x-forwarded-for is not believed", () => {
    const { request: arrived } = codec.decode(overJson(side.fabricate({ method: "GET", url: "https://shop.example/", headers: [["x-forwarded-for", "203.0.113.66"]], body: undefined, clientAddress: "192.0.2.7" })));
    expect(arrived.clientAddress).toBe("192.0.2.7");
  });
  test("what a client gets is the answer", () => {
    const native = codec.decode(overJson(side.fabricate({ method: "GET", url: "https://shop.example/", headers: [], body: undefined }))).native;
    const given = codec.encode({ status: 201, headers: [["x-a", "1"], ["set-cookie", "a=1"]] }, new Uint8Array([0, 255]), native);
    expect(side.interpret({ returned: overJson(given) })).toEqual({ status: 201, headers: [["x-a", "1"], ["set-cookie", "a=1"]], body: new Uint8Array([0, 255]) } satisfies NeutralAnswer);
  });
  test.each([["a throw", { threw: { type: "E", message: "no" } }], ["nothing", { returned: null }], ["no status", { returned: { headers: {} } }], ["edge 25: a cookies key", { returned: { statusCode: 200, cookies: ["a=1"] } }], ["a number for a body", { returned: { statusCode: 200, body: 5 } }], ["edge 28: a header that is a number", { returned: { statusCode: 200, headers: { a: 1 }, multiValueHeaders: { a: [1] } } }]] as const)("it answers in our place for %s", (_, seen) => {
    expect(Object.keys(side.interpret(seen))).toEqual(["failed"]);
  });
  test("what its own list calls malformed is refused", () => {
    for (const { why, native } of side.malformed) expect(() => codec.decode(native), why).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("any JSON is a request, or an invalid event", () => {
    fc.assert(fc.property(fc.record({ httpMethod: fc.oneof(fc.constant("GET"), fc.jsonValue()), path: fc.oneof(fc.constant("/a"), fc.jsonValue()), resource: fc.oneof(fc.constant("/{p+}"), fc.jsonValue()), pathParameters: fc.oneof(fc.constant({ p: "a" }), fc.jsonValue()), headers: fc.oneof(fc.constant({ host: "a" }), fc.jsonValue()), multiValueHeaders: fc.jsonValue(), queryStringParameters: fc.jsonValue(), multiValueQueryStringParameters: fc.jsonValue(), body: fc.jsonValue(), isBase64Encoded: fc.jsonValue(), requestContext: fc.oneof(fc.constant({ domainName: "a.b", stage: "c" }), fc.constant({ elb: { targetGroupArn: "arn" } }), fc.jsonValue()) }, { requiredKeys: [] }), (native) => {
      const refusable = (work: () => unknown) => {
        try {
          return work();
        } catch (error) {
          if (!(error instanceof IsobarError) || error.code !== "invalid-native-event") throw error;
          return undefined;
        }
      };
      const arrived = refusable(() => codec.decode(native).request) as ReturnType<typeof codec.decode>["request"] | undefined;
      for (const read of [() => arrived?.headers(), () => arrived?.origin(), () => arrived?.clientAddress, () => arrived?.body()]) refusable(read);
    }), { numRuns: 300 });
    expect(name).not.toBe("");
  });
});
