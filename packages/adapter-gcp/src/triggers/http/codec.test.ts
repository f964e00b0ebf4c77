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
  test("a body that a parser inflated loses the headers that speak of other bytes", () => {
    const request = decode({ rawHeaders: ["Content-Encoding", "gzip", "Content-Length", "99", "Content-Type", "text/plain"], rawBody: Buffer.from("inflated") });
    expect([request.headers(), new TextDecoder().decode(request.body() as Uint8Array)]).toEqual([[["content-type", "text/plain"]], "inflated"]);
  });
});
test("edges 20, 22: an answer over 32 MB is refused with its reason; one within is the head and the body", () => {
  const native = {} as never;
  expect(framework.encode({ status: 201, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]] }, "x", native)).toEqual({ status: 201, headers: [["set-cookie", "a=1"], ["set-cookie", "b=2"]], body: "x" });
  expect(() => framework.encode({ status: 200, headers: [] }, new Uint8Array(33_554_433), native)).toThrow(expect.objectContaining({ code: "payload-too-large" }));
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
