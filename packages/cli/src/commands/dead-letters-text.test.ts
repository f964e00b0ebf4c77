import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeadLetter } from "@isobar/core/plan";
import { ageText, bodyText, inTime, letterJson, letterText, listText, shown } from "./dead-letters-text.ts";

const letter = (more: Partial<DeadLetter> = {}): DeadLetter => ({ id: "o-1", function: "charge", reason: "no", attempts: 1, first: 0, last: 0, body: new Uint8Array(), key: undefined, place: "heap", native: {}, ...more });

test.each([[-5_000, "0s"], [0, "0s"], [59_999, "59s"], [60_000, "1m"], [3_599_999, "59m"], [3_600_000, "1h"], [86_399_999, "23h"], [86_400_000, "1d"], [100 * 86_400_000, "100d"]])("%i ms are %s old", (ms, text) => expect(ageText(ms)).toBe(text));

describe("a table", () => {
  test("cuts reasons to the terminal, visibly, and ids never", () => {
    const long = letter({ id: "i".repeat(40), reason: "r".repeat(200) });
    const [head, row] = listText([long], 0, { columns: 100, colours: false });
    expect([row!.length, row, head!.startsWith("id  ")]).toEqual([100, `${"i".repeat(40)}  charge    ${"r".repeat(26)}…         1   0s   0 B`, true]);
    expect(listText([long], 0, { columns: 20, colours: false })[1]).toContain(` ${"r".repeat(15)}… `);
  });
  test("leaves what fits as it is", () => expect(listText([letter({ reason: "r".repeat(20) })], 0, { columns: 100, colours: false })[1]).toContain("r".repeat(20)));
  test("takes the first enqueue where nothing else is told", () => expect(listText([letter({ first: 1_000, last: undefined })], 61_000, { columns: 100, colours: false })[1]).toContain(" 1m "));
});
test("the oldest comes first, and what tells no time last, in its order", () => {
  const letters = [letter({ id: "c", first: undefined, last: undefined }), letter({ id: "b", last: 2 }), letter({ id: "d", first: undefined, last: undefined }), letter({ id: "a", first: 1, last: undefined })];
  expect(inTime(letters).map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
});
test("what the platform tells has a line for each, whatever it is inside of", () => {
  const native = { count: 9, more: { isobar: { text: "x" }, none: {} }, list: [1, { a: 2 }], no: null, gone: undefined };
  expect(letterText(letter({ native }), 0).slice(8, -4)).toEqual(["count             9", "more.isobar.text  x", 'list              [1,{"a":2}]', "no                null", "gone              undefined"]);
});
test("a time that is none is not told", () => expect([letterText(letter({ first: 1e300 }), 0)[4], (letterJson(letter({ first: 1e300 }), false) as { first: unknown }).first]).toEqual(["first     –", null]));
test("a body keeps its byte order mark", () => expect([bodyText(Buffer.from("\ufeff{}")), bodyText(new Uint8Array([0xc3]))]).toEqual(["\ufeff{}", undefined]));
test("whatever a letter holds, no line of it moves the cursor or turns the direction", () => {
  const anything = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(anything, anything, anything, fc.uint8Array(), (id, reason, key, bytes) => {
      const each = letter({ id, reason, key, function: reason, place: key, body: new Uint8Array(bytes), native: { [key]: { [id]: reason } } });
      for (const line of [...letterText(each, 0), ...listText([each], 0, { columns: 80, colours: false })]) expect(line).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
      expect(shown(shown(id))).toBe(shown(id));
      const { body, body_base64: base64 } = letterJson(each, true) as { readonly body?: string; readonly body_base64?: string };
      expect(Buffer.from(body ?? base64!, body === undefined ? "base64" : "utf8").equals(Buffer.from(bytes))).toBe(true);
    }),
  );
});
