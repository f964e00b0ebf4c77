import type { HttpRequest, app as App } from "@azure/functions";
import fc from "fast-check";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { bytesOf, IsobarError, type IncomingRequest, type NeutralAnswer, type NeutralRequest, type ResponseHead, type Seen, type WholeBody } from "@isobar/core/adapter";
import { drive, failureOf } from "../../testing/drive.ts";
import { installCore, registeredFunctions } from "../../testing/functions-core.ts";
import { nativeInvocation, withBindingName } from "../../testing/native.ts";
import { v4 } from "./codec.ts";
import { httpSide } from "./testing.ts";

/** The library's own invocation model, in this process: what is law here holds through its conversions too. */
const core = installCore(() => {});
const { app } = createRequire(import.meta.url)("@azure/functions") as { app: typeof App };
let handle: (request: HttpRequest) => unknown;
app.http("echo", { methods: ["GET"], handler: (request) => handle(request) as never });
const [registered] = registeredFunctions(core);

async function invoke(native: unknown, handler: typeof handle): Promise<Seen> {
  handle = handler;
  try {
    return { returned: await drive(core, "echo", { ...withBindingName(nativeInvocation(native), registered!), invocationId: "i", functionId: registered!.functionId! }) };
  } catch (error) {
    return { threw: failureOf(error) };
  }
}

const text = (units: readonly string[], minLength = 0) => fc.string({ unit: fc.constantFrom(...units), minLength, maxLength: 12 });
const legal = [..."azAZ09-._~!$&()*+,;=:@", "%20", "%25", "%3F", "%23", "%2B", "%2F", "%C3%A9", "%22"];
const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code < 0x7f || code > 0x9f).map((code) => String.fromCharCode(code)), maxLength: 20 }).map((each) => each.trim());
// The library builds its map of headers by assignment, so that "__proto__" is lost before us (4.16.5, fromRpcNullable.ts).
const name = fc.oneof(text([..."abcxyz0-_"], 1).map((each) => `x${each}`), fc.constantFrom("constructor", "accept"));
const headers = fc.uniqueArray(fc.tuple(name, value), { selector: ([each]) => each, maxLength: 5 });
const types = ["application/json", "text/plain;charset=UTF-8", "application/octet-stream", "image/png"];
const body = fc.uint8Array({ maxLength: 40 }) as fc.Arbitrary<Uint8Array<ArrayBuffer>>;
// Dot segments are resolved on the way, and "'" in a query is encoded (https://url.spec.whatwg.org/#special-query-percent-encode-set).
const path = fc.array(text([...legal, "'"]).filter((each) => !/^\.{1,2}$/.test(each)), { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join("/")}`);
const request = fc
  .record({ method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), path, query: text([...legal, "&"]), headers, cookies: fc.array(text([..."ab=1"], 1), { maxLength: 3 }), body: fc.option(body, { nil: undefined }), address: fc.oneof(fc.ipV4(), fc.ipV6()) })
  .map(({ method, path: given, query, headers: own, cookies, body: content, address }): NeutralRequest => ({
    method,
    url: `https://shop.azurewebsites.net${given}${query === "" ? "" : `?${query}`}`,
    headers: [...own, ...(cookies.length === 0 ? [] : [["cookie", cookies.join("; ")] as const])],
    body: method === "GET" || method === "HEAD" ? undefined : content,
    clientAddress: address,
  }));
const sorted = <T extends { readonly headers: NeutralRequest["headers"] }>(given: T): T => ({ ...given, headers: given.headers.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))) });
const ours = ["host", "x-forwarded-for", "content-type"];
async function spelled(asked: IncomingRequest): Promise<NeutralRequest> {
  const content = await asked.body();
  return { method: asked.method, url: `${asked.origin()}${asked.path}${asked.query === "" ? "" : `?${asked.query}`}`, headers: asked.headers().filter(([each]) => !ours.includes(each)), body: content === undefined ? undefined : bytesOf(content), clientAddress: asked.clientAddress! };
}

describe("what the host makes of a request, decoded, is that request", () => {
  test("every method, path, query, header, address and body", async () => {
    await fc.assert(fc.asyncProperty(request, async (sent) => {
      let seen: NeutralRequest | undefined;
      expect(await invoke(httpSide.fabricate(sent), async (given) => void (seen = await spelled(v4.decode(given).request)))).toHaveProperty("returned");
      expect(sorted(seen!)).toEqual(sorted(sent));
    }));
  });
  test("headers that came twice arrive joined, cookies by a semicolon; the front end's address comes last", async () => {
    const seen: IncomingRequest[] = [];
    await invoke(httpSide.fabricate({ method: "GET", url: "https://shop.example", headers: [["accept", "a"], ["accept", "b"], ["cookie", "c=1"], ["cookie", "d=2"], ["x-forwarded-for", "10.0.0.1"]], body: undefined, clientAddress: "203.0.113.9" }), (given) => void seen.push(v4.decode(given).request));
    expect([seen[0]!.headers(), seen[0]!.clientAddress]).toEqual([[["accept", "a,b"], ["cookie", "c=1; d=2"], ["host", "shop.example"], ["x-forwarded-for", "10.0.0.1, 203.0.113.9:54321"]], "203.0.113.9"]);
  });
});

const head = fc.record({
  status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 205 && status !== 304),
  headers: fc.tuple(headers, fc.constantFrom(...types), fc.uniqueArray(fc.constantFrom("a=1", "b=%20x", "c=%C3%A9-._~"), { maxLength: 3 })).map(([own, type, cookies]) => [...own, ["content-type", type] as const, ...cookies.map((each) => ["set-cookie", each] as const)]),
});
const answered = async (given: ResponseHead, content: WholeBody): Promise<NeutralAnswer> => httpSide.interpret(await invoke(httpSide.fabricate({ method: "GET", url: "https://shop.example/", headers: [], body: undefined }), (native) => v4.encode(given, content, native)));

describe("what a client gets is the answer", () => {
  test("every status, header, body, and cookie whose value is unreserved or percent-encoded", async () => {
    await fc.assert(fc.asyncProperty(head, fc.oneof(body, fc.string({ unit: "grapheme" }), fc.constant(undefined)), async (given, content) => {
      const got = await answered(given, content);
      expect("status" in got && sorted(got)).toEqual({ ...sorted(given), body: bytesOf(content) });
    }));
  });
  test("cookies with every attribute arrive with every attribute", async () => {
    const full = "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Max-Age=60; Domain=shop.example; Path=/; Secure; SameSite=None; HttpOnly";
    expect(await answered({ status: 200, headers: [["set-cookie", "a=x y; Partitioned"], ["set-cookie", full], ["set-cookie", "c=3"]] }, undefined)).toMatchObject({
      headers: [["set-cookie", "a=x y; Partitioned"], ["set-cookie", "b=2; expires=Wed, 21 Oct 2026 07:28:00 GMT; max-age=60; domain=shop.example; path=/; secure; samesite=none; httponly"], ["set-cookie", "c=3"]],
    });
  });
  test.each([["a throw", { threw: { type: "Error", message: "no" } }], ["a time-out", { timedOut: true }], ["an exit", { exited: null, signal: "SIGKILL" }], ["no answer", { returned: {} }], ["an answer that is no HTTP", { returned: { returnValue: { json: "{}" } } }], ["a stream that broke off", { returned: { status: 200, headers: [], chunks: [], failed: { type: "E", message: "half way" } } }]] as const)("the host answers in our place for %s", (_, seen) => {
    expect(Object.keys(httpSide.interpret(seen))).toEqual(["failed"]);
  });
  test("a streamed answer counts its pieces", () => {
    expect(httpSide.interpret({ returned: { status: 201, headers: [["X-A", "1"]], chunks: [new Uint8Array([1]), new Uint8Array([2])] } })).toEqual({ status: 201, headers: [["x-a", "1"]], body: new Uint8Array([1, 2]), pieces: 2 });
  });
});

describe("whatever arrives is a request or an invalid event", () => {
  const prototype = Reflect.ownKeys(Object.prototype);
  test.each([["JSON", fc.jsonValue()], ["object", fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true })]] as const)("any %s", (_, each) => {
    const or = (good: unknown) => fc.oneof(fc.constant(good), each);
    fc.assert(fc.property(fc.oneof(each, fc.record({ method: or("GET"), url: or("https://a/b"), headers: or(new Headers()) }, { requiredKeys: [] })), (native) => {
      try {
        const { request: known } = v4.decode(native);
        expect([typeof known.method, known.path[0], typeof known.query]).toEqual(["string", "/", "string"]);
      } catch (error) {
        if (!(error instanceof IsobarError) || error.code !== "invalid-native-event") throw error;
      }
    }), { numRuns: 500 });
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
  });
  test("what the host's own list calls malformed never reaches a handler as a request", async () => {
    for (const { native } of httpSide.malformed) expect(await invoke(native, (given) => v4.decode(given))).toHaveProperty("threw");
  });
});
