import { describe, expect, test } from "vitest";
import { incoming } from "../testing/incoming.ts";
import * as http from "../triggers/http.ts";
import { checkCors, corsHeaders, isPreflight, type CorsOptions } from "./cors.ts";
import { empty } from "./response.ts";

const fn = (cors: CorsOptions, build = http.get) => build("/a", { access: "public", cors }, () => empty());
const from = (origin: string | undefined, headers: Record<string, string> = {}) => incoming("/a", { headers: { ...(origin === undefined ? {} : { origin }), ...headers } });
const preflight = (origin: string, headers: Record<string, string> = {}) => incoming("/a", { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET", ...headers } });

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
  test.each<[CorsOptions]>([[{ origins: "*", credentials: true }], [{ origins: ["https://a.example/"] }], [{ origins: ["a.example"] }], [{ origins: ["https://A.example"] }], [{ origins: "*", maxAgeSeconds: -1 }]])("%j", (cors) => {
    expect(() => checkCors(cors)).toThrow(expect.objectContaining({ code: "invalid-definition" }));
  });
});
