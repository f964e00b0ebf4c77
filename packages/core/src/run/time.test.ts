import fc from "fast-check";
import { expect, test } from "vitest";
import { timeOf } from "./time.ts";

test("every time is spelled as Date spells it, whatever was spelled before", () => {
  const near = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_003_000 });
  const any = fc.integer({ min: -62_167_219_200_000, max: 8_640_000_000_000_000 });
  fc.assert(fc.property(fc.array(fc.oneof(near, any)), (times) => {
    expect(times.map(timeOf)).toEqual(times.map((ms) => new Date(ms).toISOString()));
  }), { seed: 1 });
});
test.each([[0, "1970-01-01T00:00:00.000Z"], [7, "1970-01-01T00:00:00.007Z"], [-1, "1969-12-31T23:59:59.999Z"], [1_700_000_000_999.9, "2023-11-14T22:13:20.999Z"]])("%s is %s", (ms, spelled) => expect(timeOf(ms)).toBe(spelled));
test("what is no time is a RangeError, as of Date", () => expect(() => timeOf(Number.NaN)).toThrow(RangeError));
