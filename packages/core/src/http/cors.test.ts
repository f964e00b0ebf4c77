import { describe, expect, test } from "vitest";
import { incoming } from "../testing/incoming.ts";
import * as http from "../triggers/http.ts";
import { checkCors, corsHeaders, isPreflight, type CorsOptions } from "./cors.ts";
import { empty } from "./response.ts";

const fn = (cors: CorsOptions, build = http.get) => build("/a", { access: "public", cors }, () => empty());
const from = (origin: string | undefined, headers: Record<string, string> = {}) => incoming("/a", { headers: { ...(origin === undefined ? {} : { origin }), ...headers } });
const preflight = (origin: string, headers: Record<string, string> = {}) => incoming("/a", { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET", ...headers } });

test("an OPTIONS that lacks the origin or the method to come is a request like any other, and so is any other method with both", () => {
  const both = { origin: "https://a.example", "access-control-request-method": "GET" };
  expect([isPreflight(incoming("/a", { method: "OPTIONS", headers: { origin: both.origin } })), isPreflight(incoming("/a", { method: "OPTIONS", headers: { "access-control-request-method": "GET" } })), isPreflight(incoming("/a", { method: "POST", headers: both }))]).toEqual([false, false, false]);
});
test("a function that takes every method allows the one that was asked for; lists of methods and headers are said as they are", () => {
  const asked = preflight("https://a.example", { "access-control-request-method": "PATCH" });
  expect(corsHeaders(fn({ origins: "*" }, http.all as never), asked, true)).toEqual([["access-control-allow-origin", "*"], ["access-control-allow-methods", "PATCH"]]);
  expect(corsHeaders(fn({ origins: "*", methods: ["GET", "PUT"], headers: ["x-a", "x-b"] }), asked, true)).toEqual([["access-control-allow-origin", "*"], ["access-control-allow-methods", "GET, PUT"], ["access-control-allow-headers", "x-a, x-b"]]);
});
test("a request without an origin hears nothing but that answers vary", () => {
  expect(corsHeaders(fn({ origins: ["https://a.example"] }), from(undefined), false)).toEqual([["vary", "Origin"]]);
});
describe("what browsers accept is taken", () => {
  test.each<[CorsOptions]>([[{ origins: "*" }], [{ origins: "*", maxAgeSeconds: 0 }], [{ origins: ["https://a.example"], credentials: true, maxAgeSeconds: 600 }], [{ origins: ["http://localhost:3000", "chrome-extension://abcdefgh", "https://[2001:db8::1]:8443"] }]])("%j", (cors) => {
    expect(() => checkCors(cors)).not.toThrow();
  });
});
test("a preflight is an OPTIONS that names an origin and the method to come", () => {
  expect([isPreflight(preflight("https://a.example")), isPreflight(incoming("/a", { method: "OPTIONS" })), isPreflight(from("https://a.example"))]).toEqual([true, false, false]);
});
test("an origin that may call hears so, with credentials and what scripts may read", () => {
  expect(corsHeaders(fn({ origins: ["https://a.example"], credentials: true, expose: ["x-a", "x-b"] }), from("https://a.example"), false)).toEqual([
    ["vary", "Origin"], ["access-control-allow-origin", "https://a.example"], ["access-control-allow-credentials", "true"], ["access-control-expose-headers", "x-a, x-b"],
  ]);
});
test("one that may not hears nothing but that answers vary", () => {
  expect(corsHeaders(fn({ origins: ["https://a.example"] }), from("https://evil.example"), false)).toEqual([["vary", "Origin"]]);
});
test("any origin is answered with a star, and answers do not vary", () => {
  expect(corsHeaders(fn({ origins: "*" }), from("https://a.example"), false)).toEqual([["access-control-allow-origin", "*"]]);
});
test("a preflight hears methods, the headers that it asked for, and how long to remember", () => {
  expect(corsHeaders(fn({ origins: "*", maxAgeSeconds: 600 }), preflight("https://a.example", { "access-control-request-headers": "x-a" }), true)).toEqual([
    ["access-control-allow-origin", "*"], ["access-control-allow-methods", "GET"], ["access-control-allow-headers", "x-a"], ["access-control-max-age", "600"],
  ]);
});
describe("what no browser would accept is refused", () => {
  test.each<[CorsOptions]>([[{ origins: "*", credentials: true }], [{ origins: ["https://a.example/"] }], [{ origins: ["a.example"] }], [{ origins: ["https://A.example"] }], [{ origins: "*", maxAgeSeconds: -1 }], [{ origins: "*", maxAgeSeconds: 1.5 }], [{ origins: ["https://a.example?x"] }], [{ origins: ["https://a.example", "*"] }], [{ origins: ["https://"] }], [{ origins: ["x https://a.example"] }]])("%j", (cors) => {
    expect(() => checkCors(cors)).toThrow(expect.objectContaining({ code: "invalid-definition" }));
  });
});
