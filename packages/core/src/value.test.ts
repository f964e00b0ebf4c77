import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { isDecimal, numberOf, spellValue } from "./value.ts";

describe("a number from its text", () => {
  test.each<[string, number]>([
    ["0", 0], ["7", 7], ["-7", -7], ["+7", 7], ["007", 7], ["0.5", 0.5], ["1.10", 1.1], ["0.1", 0.1], ["-0.25", -0.25], ["1e3", 1000], ["1E-2", 0.01], [".5", 0.5], ["5.", 5],
    ["9007199254740991", 9_007_199_254_740_991], ["-9007199254740991", -9_007_199_254_740_991], ["1.7976931348623157e308", Number.MAX_VALUE], ["5e-324", 5e-324], ["12300", 12_300],
    ["-0", -0], ["-0.0", -0], ["0e99", 0], ["000.500", 0.5], ["1.10e1", 11], ["9007199254740992.0", 9_007_199_254_740_992], ["0.00001e5", 1],
  ])("%s is the number itself", (text, number) => expect(numberOf(text)).toBe(number));
  test.each<[string, bigint]>([
    ["9007199254740992", 9_007_199_254_740_992n], ["9007199254740993", 9_007_199_254_740_993n], ["-9223372036854775808", -9_223_372_036_854_775_808n], ["+9007199254740993", 9_007_199_254_740_993n],
    ["99999999999999999999999999999999999999", 99_999_999_999_999_999_999_999_999_999_999_999_999n],
  ])("%s is beyond what a number keeps: a bigint", (text, integer) => expect(numberOf(text)).toBe(integer));
  test.each(["0.1234567890123456789", "3.14159265358979323846264338327950288419", "1e400", "1e-400", "9007199254740993.5", "1.00000000000000000001"])("%s would change as a double: a decimal with its text", (text) => {
    const value = numberOf(text);
    expect(isDecimal(value) && value.decimal).toBe(text);
  });
  test.each(["", " ", "x", "1x", "0x10", "1_000", "NaN", "Infinity", ".", "e5", "1e", "--1", "1,5", "٣"])("%j is no number", (text) => expect(numberOf(text)).toBeUndefined());
  test("what a double spells comes back as that double, and every digit of an integer is kept", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Object.is(each, -0) && (!Number.isInteger(each) || Number.isSafeInteger(each))), (double) => numberOf(String(double)) === double), { seed: 1 });
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), (integer) => String(numberOf(String(integer))) === String(integer)), { seed: 1 });
  });
  test("a text costs no more than its length, whatever stands in it", { timeout: 1_000 }, () => {
    const zeros = "0".repeat(50_000);
    expect([`${zeros}x`, `1.${zeros}x`, `${zeros}.${zeros}e`].map(numberOf)).toEqual([undefined, undefined, undefined]);
    expect(numberOf(`${zeros}7`)).toBe(7);
    expect(numberOf(`1.5${zeros}`)).toBe(1.5);
    expect(isDecimal(numberOf(`1.${zeros}1`))).toBe(true);
  });
  test("an exponent of any length is compared and never counted out", () => {
    expect([`1e${"9".repeat(400)}`, `1e-${"9".repeat(400)}`].map((text) => isDecimal(numberOf(text)))).toEqual([true, true]);
  });
  test("a map with a field called decimal is no decimal", () => {
    expect(isDecimal({ decimal: "1" })).toBe(false);
    expect(isDecimal(null)).toBe(false);
  });
});

describe("a value in JSON", () => {
  test("what JSON has no word for is an object with one key", () => {
    expect(spellValue({ id: "a", n: 1, none: null, yes: true, big: 9_007_199_254_740_993n, long: numberOf("0.1234567890123456789"), raw: new Uint8Array([0, 255]), set: new Set(["a", 2n]), list: [1n, { deep: new Set([1]) }] })).toEqual({
      id: "a", n: 1, none: null, yes: true, big: { $integer: "9007199254740993" }, long: { $decimal: "0.1234567890123456789" }, raw: { $bytes: "AP8=" }, set: { $set: ["a", { $integer: "2" }] }, list: [{ $integer: "1" }, { deep: { $set: [1] } }],
    });
  });
  test("a key like __proto__ stays a key", () => {
    const spelled = spellValue(JSON.parse('{"__proto__":{"polluted":1}}')) as object;
    expect(JSON.stringify(spelled)).toBe('{"__proto__":{"polluted":1}}');
    expect(Object.getPrototypeOf(spelled)).toBe(Object.prototype);
  });
  test("JSON has no word for a number that is none, nor for what has no end", () => {
    expect(spellValue([NaN, Infinity, -Infinity, 1])).toEqual([{ $number: "NaN" }, { $number: "Infinity" }, { $number: "-Infinity" }, 1]);
  });
  test("undefined is left to JSON", () => expect(spellValue(undefined)).toBeUndefined());
});
