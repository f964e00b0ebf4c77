import { describe, expect, test } from "vitest";
import { defineApp } from "../app.ts";
import { defineQueue, defineTopic } from "../channel.ts";
import { empty } from "../http/response.ts";
import * as http from "../triggers/http.ts";
import { queue } from "../triggers/queue.ts";
import { manifestText, mergeResources, needsOf, overlay } from "./manifest.ts";

describe("resources of several bindings", () => {
  const of = (name: string, resources: Readonly<Record<string, object>>) => ({ function: name, resources });
  test("that say the same are one, for all who need it, in the order in which they come", () => {
    const merged = mergeResources([of("charge", { Failed: { keep: 14 }, Orders: {} }), of("refund", { Refunds: {}, Failed: { keep: 14 } }), of("charge", { Failed: { keep: 14 } })]);
    expect([...merged].map(([id, { functions }]) => [id, functions])).toEqual([["Failed", ["charge", "refund"]], ["Orders", ["charge"]], ["Refunds", ["refund"]]]);
  });
  test("may differ in what says whom they are for, and in nothing else", () => {
    const two = [of("charge", { Failed: { for: "charge", policy: { keep: [14] } } }), of("refund", { Failed: { for: "refund", policy: { keep: [7] } } })];
    const bare = ({ for: _, ...rest }: { readonly for?: string }) => rest;
    expect(() => mergeResources(two, bare)).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining("charge and refund both need Failed, and want it to differ in policy.keep[0]") }));
    expect(mergeResources([two[0]!, of("refund", { Failed: { for: "refund", policy: { keep: [14] } } })], bare).get("Failed")?.functions).toEqual(["charge", "refund"]);
  });
});

test("a resource that one binding says more of than another is both together, whichever comes first", () => {
  const [sink, queue] = [{ Type: "Queue", Properties: { keep: 14 } }, { Type: "Queue", Properties: { keep: 14, hide: 12, to: { Ref: "Failed" } } }];
  for (const [first, second] of [[sink, queue], [queue, sink]]) expect(mergeResources([{ function: "a", resources: { Orders: first! } }, { function: "b", resources: { Orders: second! } }]).get("Orders")).toEqual({ resource: queue, functions: ["a", "b"] });
});

test("overrides are merged into objects, replace anything else, and take away with null", () => {
  const resource = { Type: "Queue", Properties: { VisibilityTimeout: 12, Tags: ["a"], Policy: { max: 5, of: "x" } } };
  expect(overlay(resource, { Properties: { VisibilityTimeout: 60, Tags: ["b", "c"], Policy: { max: null }, Extra: { on: true } } })).toEqual({ Type: "Queue", Properties: { VisibilityTimeout: 60, Tags: ["b", "c"], Policy: { of: "x" }, Extra: { on: true } } });
  expect(resource.Properties.Policy).toEqual({ max: 5, of: "x" });
});
test("a key __proto__ in an override is a key", () => {
  const laid = overlay({}, JSON.parse('{"__proto__":{"polluted":1}}')) as { readonly polluted?: number };
  expect([Object.keys(laid), laid.polluted, ({} as { readonly polluted?: number }).polluted]).toEqual([["__proto__"], undefined, undefined]);
});
test("JSON is written in the order it was made in, with a line's end", () => expect(manifestText({ b: 1, a: [1] })).toBe('{\n  "b": 1,\n  "a": [\n    1\n  ]\n}\n'));

describe("what a unit needs", () => {
  const [orders, failed, news] = [defineQueue("orders"), defineQueue("failed"), defineTopic("news")];
  const get = (path: `/${string}`, options: object = {}) => http.get(path, { access: "public", ...options }, () => empty());
  const app = defineApp("shop", {
    a: get("/a", { memoryMb: 1024, environment: { LEVEL: "debug" }, secrets: ["stripe-key"], sends: [orders] }),
    b: get("/b", { timeout: "5s", secrets: ["mail-key", "stripe-key"], sends: [orders, news] }),
    c: get("/c", { memoryMb: 256 }),
    d: get("/d", { environment: { LEVEL: "info" } }),
    charge: queue(orders, { delivery: { maxAttempts: 3, deadLetter: failed } }, () => {}),
  });
  test("is all that its members need, and what they say together", () => {
    expect(needsOf(app, { name: "web", functions: ["a", "b"] })).toEqual({ memoryMb: 1024, timeoutMs: 5_000, environment: { LEVEL: "debug" }, secrets: ["mail-key", "stripe-key"], sends: [orders, news], deadLetters: [] });
    expect(needsOf(app, { name: "charge", functions: ["charge"] })).toEqual({ memoryMb: 512, timeoutMs: 20_000, environment: {}, secrets: [], sends: [], deadLetters: [failed] });
  });
  test.each([["memoryMb", ["a", "c"]], ["environment LEVEL", ["a", "d"]]])("members that disagree on %s are refused", (what, functions) => {
    expect(() => needsOf(app, { name: "web", functions })).toThrow(expect.objectContaining({ code: "unsupported", message: expect.stringContaining(`${what}: `) }));
  });
});
