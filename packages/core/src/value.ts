/** Plain values of stores that know more than JSON does, without loss. */

/** A number with more digits than a double keeps; `decimal` is its text as the store wrote it. Made by `number` only: branded, so that a map with a field of that name is none. */
export interface Decimal {
  readonly decimal: string;
  readonly [decimalBrand]: true;
}
declare const decimalBrand: unique symbol;
const brand: typeof decimalBrand = Symbol.for("isobar.decimal") as never;

/**
 * A value of an item or document. Whole numbers beyond 2^53 are `bigint`, other numbers that a double would change are `Decimal`. Points in time are RFC 3339 texts with all
 * their digits; a geographical point is `{ latitude, longitude }`; a reference is its path.
 */
export type Value = null | boolean | number | bigint | Decimal | string | Uint8Array<ArrayBuffer> | ReadonlySet<Value> | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [name: string]: Value;
}

export const isDecimal = (value: unknown): value is Decimal => typeof value === "object" && value !== null && brand in value;

/** No two parts of it can take the same character, so that a long text costs no more than its length. */
const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Digits and exponent of a number's text: two texts of one number give one answer. `undefined` for what is no number. */
function canonical(text: string): string | undefined {
  const parts = form.exec(text);
  if (parts === null || !/^[+-]?\.?\d/.test(text)) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const digits = whole + fraction;
  let [first, end] = [0, digits.length];
  while (digits[first] === "0") first++;
  if (first === end) return "0";
  while (digits[end - 1] === "0") end--;
  return `${sign === "-" ? "-" : ""}${digits.slice(first, end)}e${BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end)}`;
}

/** A number from its text: a `number` where that is the very same, else a `bigint`, else a `Decimal`. `undefined` for what is no number. */
export function numberOf(text: string): number | bigint | Decimal | undefined {
  const exact = canonical(text);
  if (exact === undefined) return undefined;
  const double = Number(text);
  if (/^[+-]?\d+$/.test(text)) return Number.isSafeInteger(double) ? double : BigInt(text.replace(/^\+/, ""));
  if (Number.isFinite(double) && canonical(String(double)) === exact) return double;
  return { decimal: text, [brand]: true };
}

const base64Of = (bytes: Uint8Array): string => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
/**
 * A value in JSON, for people and for tests: what JSON has no word for is an object with one key: `$integer`, `$decimal` (text), `$number`
 * ("NaN", "Infinity", "-Infinity"), `$bytes` (base64), `$set` (a list).
 */
export function spellValue(value: unknown): unknown {
  if (typeof value === "bigint") return { $integer: String(value) };
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (typeof value !== "object" || value === null) return value;
  if (isDecimal(value)) return { $decimal: value.decimal };
  if (value instanceof Uint8Array) return { $bytes: base64Of(value) };
  if (value instanceof Set) return { $set: [...value].map(spellValue) };
  if (Array.isArray(value)) return value.map(spellValue);
  // Entries, so that a key like "__proto__" stays a key.
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spellValue(each)]));
}
