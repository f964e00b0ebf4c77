import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { framework } from "./codec.ts";

interface Over { readonly originalUrl?: string; readonly rawHeaders?: readonly string[]; readonly rawBody?: Buffer; readonly method?: string; readonly stream?: string }
const decode = ({ stream = "", ...over }: Over = {}) => framework.decode(Object.assign(Readable.from(stream === "" ? [] : [Buffer.from(stream)]), { method: "POST", originalUrl: "/a%2Fb/?x=1&x=", rawHeaders: ["Host", "shop.example", "X-Forwarded-Proto", "https"], ...over })).request;

describe("a request of the framework", () => {
  test("edges 3, 8, 10, 18: path and query are as they were sent", () => {
    const request = decode();
    expect([request.method, request.path, request.query, request.origin()]).toEqual(["POST", "/a%2Fb/", "x=1&x=", "https://shop.example"]);
    expect([decode({ originalUrl: "/a" }).query, decode({ originalUrl: "/a?" }).query]).toEqual(["", ""]);
  });
  test("edges 11, 23: repeated headers stay apart, several cookies are one, names are lower-case", () => {
    const request = decode({ rawHeaders: ["X-A", "1", "COOKIE", "a=1", "x-a", "2", "cookie", "b=2"] });
    expect(request.headers()).toEqual([["x-a", "1"], ["x-a", "2"], ["cookie", "a=1; b=2"]]);
    expect([request.header("x-a"), request.header("cookie"), request.header("none")]).toEqual(["1, 2", "a=1; b=2", undefined]);
  });
  test("edge 15: without a host its origin is a name that never resolves", () => expect(decode({ rawHeaders: [] }).origin()).toBe("https://host.invalid"));
  test.each([[["X-Forwarded-For", "203.0.113.66, 192.0.2.7"], "192.0.2.7"], [["x-forwarded-for", " 2001:db8::1 "], "2001:db8::1"], [[], undefined]])("the client of %j is %s", (rawHeaders, address) => expect(decode({ rawHeaders }).clientAddress).toBe(address));
  test("a body that no parser took is read from the request, once, however often it is asked for", async () => {
    const request = decode({ rawHeaders: ["content-length", "5"], stream: "hello" });
    expect(new TextDecoder().decode((await request.body()) as Uint8Array)).toBe("hello");
    expect(new TextDecoder().decode((await request.body()) as Uint8Array)).toBe("hello");
    expect(decode({ rawHeaders: [] }).body()).toBeUndefined();
  });
  test("its origin is http only where the front end says so", () => {
    const origin = (...rawHeaders: string[]) => decode({ rawHeaders: ["host", "shop.example", ...rawHeaders] }).origin();
    expect([origin("x-forwarded-proto", "http"), origin("x-forwarded-proto", "https"), origin("x-forwarded-proto", "ftp"), origin(), origin("x-other", "http")]).toEqual(["http://shop.example", "https://shop.example", "https://shop.example", "https://shop.example", "https://shop.example"]);
  });
  test.each([[["x-forwarded-for", ""]], [["x-forwarded-for", "192.0.2.7,"]]])("the client of %j is not told", (rawHeaders) => expect(decode({ rawHeaders }).clientAddress).toBeUndefined());
  test.each([
    [["Content-Length", "0"], true], [["TRANSFER-ENCODING", "chunked"], true], [[], false], [["x-content-length", "5"], false], [["content-length-hint", "5"], false], [["x-a", "content-length"], false], [["x-a", "transfer-encoding", "x-b", "1"], false],
  ])("RFC 9112 §6.3: of headers %j it has a body: %s", (rawHeaders, has) => expect(decode({ rawHeaders }).body() !== undefined).toBe(has));
  test("the length and the encoding of a body that nobody inflated stay", () => {
    const rawHeaders = ["content-encoding", "gzip", "content-length", "99"];
    const pairs = [["content-encoding", "gzip"], ["content-length", "99"]];
    expect(decode({ rawHeaders }).headers()).toEqual(pairs);
    for (const headers of [["content-length", "8"], ["x-a", "content-encoding", "content-length", "8"]]) expect(decode({ rawHeaders: headers, rawBody: Buffer.from("as sent.") }).header("content-length")).toBe("8");
  });
  test("a body that a parser inflated loses the headers that speak of other bytes", () => {
    const request = decode({ rawHeaders: ["Content-Type", "text/plain", "Content-Encoding", "gzip", "Content-Length", "99"], rawBody: Buffer.from("inflated") });
    expect([request.headers(), new TextDecoder().decode(request.body() as Uint8Array)]).toEqual([[["content-type", "text/plain"]], "inflated"]);
  });
});
test("edges 20, 22: an answer over 32 MB is refused with its reason; one within is the head and the body", () => {
  const native = {} as never;
  expect(framework.encode({ status: 201, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }, "x", native)).toEqual({ status: 201, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]], body: "x" });
  const refused = expect.objectContaining({ code: "payload-too-large" });
  expect(() => framework.encode({ status: 200, headers: [] }, new Uint8Array(33_554_433), native)).toThrow(refused);
  expect(() => framework.encode({ status: 200, headers: [] }, "ü".repeat(16_777_217), native)).toThrow(refused);
  expect(framework.encode({ status: 200, headers: [] }, new Uint8Array(33_554_432), native).body).toHaveLength(33_554_432);
  expect(framework.encode({ status: 204, headers: [] }, undefined, native)).toEqual({ status: 204, headers: [], body: undefined });
});
test.each([[{ originalUrl: "shop.example:443" }], [{ originalUrl: "*" }], [{ originalUrl: "" }], [{ originalUrl: ["/"] }], [{ method: 1 }], [{ rawHeaders: ["x-a", 1] }], [{ rawHeaders: { "x-a": "1" } }]])("%j is no request of the framework", (over) => {
  expect(() => decode(over as Over)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
});
test("anything else is a typed error", () => {
  fc.assert(fc.property(fc.anything(), (value) => {
    try {
      framework.decode(value);
    } catch (error) {
      expect(error).toMatchObject({ code: "invalid-native-event" });
    }
  }), { seed: 1, numRuns: 500 });
});
