import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkedPair, LightHeaders, pairsOf } from "./headers.ts";

const name = fc.constantFrom("a", "B", "x-Custom", "set-cookie", "cookie", "__proto__", "constructor");
const value = fc.string({ unit: fc.constantFrom("a", "é", " ", ",", ";", "=", "\t") });
const step = fc.oneof(
  fc.tuple(fc.constant("append" as const), name, value),
  fc.tuple(fc.constant("set" as const), name, value),
  fc.tuple(fc.constant("delete" as const), name, fc.constant("")),
);

test("whatever is done to it, it reads as the web's own Headers do", () => {
  fc.assert(fc.property(fc.array(fc.tuple(name, value)), fc.array(step), (pairs, steps) => {
    const light = new LightHeaders(() => pairsOf(pairs));
    const web = new Headers(pairs);
    for (const [how, key, text] of steps) {
      if (how === "delete") [light.delete(key), web.delete(key)];
      else [light[how](key, text), web[how](key, text)];
    }
    const seen = (headers: Headers) => ({ all: [...headers], keys: [...headers.keys()], values: [...headers.values()], cookies: headers.getSetCookie(), a: headers.get("A"), has: headers.has("X-Custom") });
    expect(seen(light)).toEqual(seen(web));
  }), { seed: 1, numRuns: 300 });
});

describe("what no wire can carry is refused", () => {
  test.each([["a b", "x"], ["", "x"], ["ä", "x"], ["a", "one\r\ntwo"], ["a", "nul\0"], ["a", "smile \u{1F600}"], ["a", "\u0100"]])("%j: %j", (key, text) => {
    expect(() => checkedPair(key, text)).toThrow(TypeError);
  });
  test("blanks around a value go, as on the web", () => expect(checkedPair("A", " \tx ")).toEqual(["a", "x"]));
});

test("a record may hold several values for a name, and a key like __proto__ is a name", () => {
  expect(pairsOf({ "Set-Cookie": ["a=1", "b=2"], x: "1" })).toEqual([["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x", "1"]]);
  expect(pairsOf(JSON.parse('{"__proto__":"1"}') as Record<string, string>)).toEqual([["__proto__", "1"]]);
});

test("pairs are asked for once, and only when something is read", () => {
  let asked = 0;
  const light = new LightHeaders(() => (asked++, [["a", "1"]]));
  expect(asked).toBe(0);
  expect([light.get("a"), light.get("a"), asked]).toEqual(["1", "1", 1]);
});
