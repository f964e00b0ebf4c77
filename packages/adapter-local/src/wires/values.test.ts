import { expect, test } from "vitest";
import fc from "fast-check";
import { isDecimal, spellValue, type Value } from "@isobar/core";
import { numberOf } from "@isobar/core/adapter";
import { mapIn, valueIn } from "./values.ts";

const name = fc.string({ maxLength: 8 }).filter((each) => !each.startsWith("$"));
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 }, fc.constant(null), fc.boolean(), fc.string(), fc.double().filter((each) => !Object.is(each, -0)), fc.bigInt().filter((each) => !Number.isSafeInteger(Number(each))), fc.constantFrom("0.1234567890123456789", "1e400").map((text) => numberOf(text)!),
    fc.uint8Array().map((bytes) => new Uint8Array(bytes)), fc.array(tie("value")), fc.array(fc.string()).map((each) => new Set(each)), fc.dictionary(name, tie("value"), { noNullPrototype: true }),
  ),
}));

test("every value comes back from JSON as it was", () => {
  fc.assert(fc.property(value, (given) => void expect(valueIn(JSON.parse(JSON.stringify(spellValue(given))))).toEqual(given)), { seed: 1 });
});
test("a decimal is one again, and not a map of its text", () => {
  const read = valueIn({ $decimal: "0.1234567890123456789" });
  expect(isDecimal(read) && read.decimal).toBe("0.1234567890123456789");
});
test.each<[unknown]>([
  [undefined], [{ $integer: 1 }], [{ $integer: "1.5" }], [{ $integer: "" }], [{ $decimal: "x" }], [{ $decimal: 0.5 }], [{ $number: "1" }], [{ $number: "toString" }], [{ $number: null }], [{ $bytes: "***" }], [{ $bytes: "AP8" }], [{ $bytes: 1 }], [{ $set: {} }], [{ $set: [{ $integer: "x" }] }],
  [[{ $bytes: "***" }]], [{ a: { b: { $decimal: "x" } } }],
])("%j is no value", (json) => expect(valueIn(json)).toBeUndefined());
test("a map with such a key beside others is a map", () => expect(valueIn({ $integer: "1", b: 2 })).toEqual({ $integer: "1", b: 2 }));
test("the attributes of an item are a map, whatever they are called", () => {
  expect(mapIn({ $integer: "1" })).toEqual({ $integer: "1" });
  expect([mapIn([]), mapIn(null), mapIn("x"), mapIn(undefined)]).toEqual([undefined, undefined, undefined, undefined]);
  const read = mapIn(JSON.parse('{"__proto__":{"polluted":1}}'));
  expect([JSON.stringify(read), Object.getPrototypeOf(read) === Object.prototype]).toEqual(['{"__proto__":{"polluted":1}}', true]);
});
