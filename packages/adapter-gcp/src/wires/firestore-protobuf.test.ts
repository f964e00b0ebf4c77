import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value, ValueMap } from "@isobar/core";
import { documentsIn } from "./firestore-protobuf.ts";

/** Protobuf's wire format, written: https://protobuf.dev/programming-guides/encoding/ */
const varint = (value: bigint): number[] => (value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)]);
const number = (field: number, value: bigint | number): number[] => [...varint(BigInt(field) << 3n), ...varint(BigInt.asUintN(64, BigInt(value)))];
const bytes = (field: number, value: Iterable<number>): number[] => {
  const all = [...value];
  return [...varint((BigInt(field) << 3n) | 2n), ...varint(BigInt(all.length)), ...all];
};
const text = (field: number, value: string) => bytes(field, new TextEncoder().encode(value));
const double = (field: number, value: number): number[] => [...varint((BigInt(field) << 3n) | 1n), ...new Uint8Array(new Float64Array([value]).buffer)];
/** Entries of a map field. */
const map = (field: number, entries: Readonly<Record<string, readonly number[]>>) => Object.entries(entries).flatMap(([key, value]) => bytes(field, [...text(1, key), ...bytes(2, value)]));

const name = "projects/p/databases/(default)/documents/users/abc";
const document = (fields: Readonly<Record<string, readonly number[]>>) => [...text(1, name), ...map(2, fields), ...bytes(3, number(1, 1)), ...bytes(4, number(1, 2))];
const read = (message: readonly number[]) => documentsIn(new Uint8Array(message));
const fields = (given: Readonly<Record<string, readonly number[]>>) => read(bytes(1, document(given))).after!.fields;
const invalid = expect.objectContaining({ code: "invalid-input" });

describe("a DocumentEventData", () => {
  test("has the document before and after, or one of them, or none", () => {
    const [old, fresh] = [document({ n: number(2, 1) }), document({ n: number(2, 2) })];
    expect(read([...bytes(1, fresh), ...bytes(2, old), ...bytes(3, text(1, "n"))])).toEqual({ before: { name, fields: { n: 1 } }, after: { name, fields: { n: 2 } } });
    expect([read(bytes(2, old)).after, read(bytes(1, fresh)).before, read([])]).toEqual([undefined, undefined, { before: undefined, after: undefined }]);
  });
  test("an empty message is no document; one without fields is an empty one", () => expect([read(bytes(2, [])).before, read(bytes(2, text(1, name))).before]).toEqual([undefined, { name, fields: {} }]));
});
describe("a value", () => {
  test("of each type is what it says", () => {
    expect(
      fields({
        null: number(11, 0), absent: [], yes: number(1, 1), no: number(1, 0), whole: number(2, -5), big: number(2, 9_007_199_254_740_993n), least: number(2, -(2n ** 63n)), half: double(3, 0.5), nan: double(3, Number.NaN), most: double(3, Number.POSITIVE_INFINITY),
        text: text(17, "grüße ✓"), empty: text(17, ""), bytes: bytes(18, [0, 255]), reference: text(5, `${name}/x/y`), point: bytes(8, [...double(1, 48.2), ...double(2, -16.4)]), origin: bytes(8, []),
        list: bytes(9, [...bytes(1, number(2, 1)), ...bytes(1, text(17, "two"))]), map: bytes(6, map(1, { a: number(2, 1), __proto__x: [] })), none: bytes(9, []),
      }),
    ).toEqual({
      null: null, absent: null, yes: true, no: false, whole: -5, big: 9_007_199_254_740_993n, least: -(2n ** 63n), half: 0.5, nan: Number.NaN, most: Number.POSITIVE_INFINITY,
      text: "grüße ✓", empty: "", bytes: new Uint8Array([0, 255]), reference: `${name}/x/y`, point: { latitude: 48.2, longitude: -16.4 }, origin: { latitude: 0, longitude: 0 },
      list: [1, "two"], map: { a: 1, __proto__x: null }, none: [],
    });
  });
  test.each([[1_893_456_000n, 0, "2030-01-01T00:00:00Z"], [1_893_456_000n, 123_000_000, "2030-01-01T00:00:00.123Z"], [1_893_456_000n, 123_456_000, "2030-01-01T00:00:00.123456Z"], [1_893_456_000n, 1, "2030-01-01T00:00:00.000000001Z"], [-1n, 0, "1969-12-31T23:59:59Z"], [-62_135_596_800n, 0, "0001-01-01T00:00:00Z"], [253_402_300_799n, 999_999_999, "9999-12-31T23:59:59.999999999Z"]])("the timestamp %s s and %s ns is %s", (seconds, nanos, expected) => {
    expect(fields({ at: bytes(10, [...number(1, seconds), ...number(2, nanos)]) })).toEqual({ at: expected });
  });
  test.each([[2n ** 62n, 0], [253_402_300_800n, 0], [-62_135_596_801n, 0], [0n, -1], [0n, 1_000_000_000]])("the timestamp %s s and %s ns is none", (seconds, nanos) => expect(() => fields({ at: bytes(10, [...number(1, seconds), ...number(2, nanos)]) })).toThrow(invalid));
  test("may have fields that nobody knows in it, and entries without a key or a value", () => {
    expect(fields({ at: bytes(10, [...number(1, 1), ...number(7, 9)]), point: bytes(8, [...double(1, 1), ...double(7, 9)]), list: bytes(9, [...bytes(1, number(2, 1)), ...number(7, 9)]), map: bytes(6, bytes(1, [...text(1, "a"), ...bytes(2, number(2, 1)), ...text(7, "x")])) })).toEqual({ at: "1970-01-01T00:00:01Z", point: { latitude: 1, longitude: 0 }, list: [1], map: { a: 1 } });
    expect(fields({ map: bytes(6, bytes(1, bytes(2, number(2, 1)))), bare: bytes(6, bytes(1, text(1, "a"))) })).toEqual({ map: { "": 1 }, bare: { a: null } });
  });
  test("that is bytes does not change with the request's", () => {
    const message = new Uint8Array(bytes(1, document({ b: bytes(18, [1, 2]) })));
    const read = documentsIn(message).after!.fields.b;
    message.fill(9);
    expect(read).toEqual(new Uint8Array([1, 2]));
  });
  test("that is a text keeps a byte order mark", () => expect(fields({ x: text(17, "\ufeffa") })).toEqual({ x: "\ufeffa" }));
  test("of a document without a name is read too", () => expect(read(bytes(1, map(2, { n: number(2, 1) }))).after).toEqual({ name: "", fields: { n: 1 } }));
  test("of a key like __proto__ is data", () => {
    const read = fields({ ["__proto__"]: number(2, 1) });
    expect([Object.keys(read), Object.getPrototypeOf(read)]).toEqual([["__proto__"], Object.prototype]);
  });
  test("fields that nobody knows change nothing; a value's type that nobody knows is refused", () => {
    expect(read([...number(99, 7), ...bytes(1, [...document({ n: number(2, 1) }), ...double(98, 1), 0xbd, 0x06, 1, 2, 3, 4])]).after!.fields).toEqual({ n: 1 });
    expect(() => fields({ x: number(19, 1) })).toThrow(invalid);
  });
});
describe("hostile bytes", () => {
  test("the last field that there may be is passed over", () => expect(read([...varint((2n ** 29n - 1n) << 3n), 0])).toEqual({ before: undefined, after: undefined }));
  test("a number of ten bytes is read", () => expect(read([0x98, 0x06, ...Array<number>(9).fill(0x80), 0])).toEqual({ before: undefined, after: undefined }));
  const nested = (depth: number): number[] => (depth === 0 ? number(2, 1) : bytes(9, bytes(1, nested(depth - 1))));
  test("values in values are read to a depth, and refused beyond it", () => {
    let value: unknown = fields({ deep: nested(99) }).deep;
    for (let i = 0; i < 99; i++) [value] = value as readonly Value[];
    expect(value).toBe(1);
    expect(() => fields({ deep: nested(100) })).toThrow(invalid);
  });
  test.each([
    ["a number that ends early", [0x08, 0x80]],
    ["a number of more than ten bytes", [0x08, ...Array<number>(11).fill(0xff)]],
    ["a field longer than what there is", [0x0a, 0x05, 1]],
    ["a length of 2^64 - 1", [0x0a, ...Array<number>(9).fill(0xff), 1]],
    ["a number of eleven bytes", [0x98, 0x06, ...Array<number>(10).fill(0x80), 0]],
    ["a field longer than what there is, deep inside", [0x9a, 0x06, 1, 0, 0x9a, 0x06, 4, 1, 2, 3]],
    ["a field beyond 2^29 - 1", [...varint((2n ** 29n) << 3n), 0]],
    ["wire type 6", [0x9e, 0x06, 1, 2, 3, 4]],
    ["bytes where a number is", bytes(1, document({ x: bytes(2, [1]) }))],
    ["field 0", [0x00, 0x00]],
    ["a group", [0x0b]],
    ["a number where a document is", number(1, 1)],
    ["a text that is not UTF-8", bytes(1, document({ x: bytes(17, [0xff]) }))],
    ["a double of four bytes", bytes(1, document({ x: [0x1d, 0, 0, 0, 0] }))],
  ])("%s is refused", (_why, message) => expect(() => read(message)).toThrow(invalid));
  test("every truncation of a document is a document or a typed error", () => {
    const whole = bytes(1, document({ list: bytes(9, bytes(1, text(17, "two"))), at: bytes(10, number(1, 5)), half: double(3, 0.5) }));
    for (let end = 0; end < whole.length; end++) {
      try {
        read(whole.slice(0, end));
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid-input" });
      }
    }
  });
  test("any bytes are documents or a typed error", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (message, inside) => {
      try {
        documentsIn(inside ? new Uint8Array(bytes(1, message)) : new Uint8Array(message));
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid-input" });
      }
    }), { seed: 1, numRuns: 2_000 });
  });
});
test("what is written is read back, whatever it is", () => {
  const write = (value: Value): number[] => {
    if (value === null) return number(11, 0);
    if (typeof value === "boolean") return number(1, value ? 1 : 0);
    if (typeof value === "bigint") return number(2, value);
    if (typeof value === "number") return Number.isInteger(value) ? number(2, value) : double(3, value);
    if (typeof value === "string") return text(17, value);
    if (value instanceof Uint8Array) return bytes(18, value);
    if (Array.isArray(value)) return bytes(9, value.flatMap((each) => bytes(1, write(each))));
    return bytes(6, map(1, Object.fromEntries(Object.entries(value as ValueMap).map(([key, each]) => [key, write(each)]))));
  };
  const values = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((each) => !Number.isSafeInteger(Number(each))), fc.double({ noInteger: true }), fc.string({ unit: "grapheme" }).filter((each) => each.isWellFormed()), fc.uint8Array().map((each) => new Uint8Array(each)), fc.array(tie("value")), fc.dictionary(fc.string(), tie("value"), { noNullPrototype: true })) as fc.Arbitrary<Value>,
  })).value;
  fc.assert(fc.property(values, (value) => void expect(fields({ value: write(value) })).toEqual({ value })), { seed: 1, numRuns: 300 });
});
