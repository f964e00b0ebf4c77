import fc from "fast-check";
import { expect, test } from "vitest";
import { checkDuration, toMs, type Duration } from "./duration.ts";

test.each([["500ms", 500], ["30s", 30_000], ["10m", 600_000], ["6h", 21_600_000], ["2d", 172_800_000], ["0s", 0], ["1.5s", 1_500], ["0.25m", 15_000], ["007s", 7_000]] as const)("%s is %i milliseconds", (duration, ms) => {
  expect(toMs(duration)).toBe(ms);
});

test.each(["", "30", "s", "30 s", "30sec", "30S", "-1s", "+1s", "1e3s", ".5s", "5.s", "1,5s", "1s1s", " 1s", "1s\n", "Infinitys", "0x10s", 30, undefined, null])("%j is refused as no duration", (wrong) => {
  expect(() => toMs(wrong as Duration)).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining("is not a duration") }));
});

test("a duration in a larger unit is as long as the same in a smaller one", () => {
  fc.assert(fc.property(fc.nat(100_000), (n) => {
    expect(toMs(`${n}d`)).toBe(toMs(`${n * 24}h`));
    expect(toMs(`${n}h`)).toBe(toMs(`${n * 60}m`));
    expect(toMs(`${n}m`)).toBe(toMs(`${n * 60}s`));
    expect(toMs(`${n}s`)).toBe(toMs(`${n * 1_000}ms`));
  }));
});

test("where nothing is no length of time, the option is named", () => {
  expect(() => checkDuration("timeout", "0s")).toThrow(expect.objectContaining({ code: "invalid-definition", message: 'timeout is "0s": it must be more than nothing' }));
  expect(() => checkDuration("timeout", "1ms")).not.toThrow();
});
