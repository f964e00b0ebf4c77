/** Values of `changes` in JSON: what JSON has no word for is an object with one key, as core's `spellValue` writes it. */
import { numberOf } from "@isobar/core/adapter";
import type { Value, ValueMap } from "@isobar/core";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const inWords: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };
const bytesIn = (base64: string): Value | undefined => {
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? new Uint8Array(bytes) : undefined;
};
/** What `spellValue` spells as an object with one key. */
const spelled: ReadonlyMap<string, (inside: unknown) => Value | undefined> = /* @__PURE__ */ new Map<string, (inside: unknown) => Value | undefined>([
  ["$integer", (inside) => (typeof inside === "string" && /^-?\d+$/.test(inside) ? numberOf(inside) : undefined)],
  ["$decimal", (inside) => (typeof inside === "string" ? numberOf(inside) : undefined)],
  ["$number", (inside) => (typeof inside === "string" && Object.hasOwn(inWords, inside) ? inWords[inside] : undefined)],
  ["$bytes", (inside) => (typeof inside === "string" ? bytesIn(inside) : undefined)],
  ["$set", (inside) => { const members = Array.isArray(inside) ? all(inside) : undefined; return members && new Set(members); }],
]);

/** The reverse of `spellValue`; `undefined` for what it does not spell, such as a `$decimal` that is no number or `$bytes` that are no base64. */
export function valueIn(json: unknown): Value | undefined {
  if (json === null || typeof json === "string" || typeof json === "number" || typeof json === "boolean") return json;
  if (Array.isArray(json)) return all(json);
  if (!isObject(json)) return undefined;
  const [[key, inside] = ["", undefined], second] = Object.entries(json);
  const read = second === undefined ? spelled.get(key) : undefined;
  return read === undefined ? mapIn(json) : read(inside);
}
function all(list: readonly unknown[]): readonly Value[] | undefined {
  const values = list.map(valueIn);
  return values.every((value) => value !== undefined) ? values : undefined;
}
/** The same of an item's attributes. Entries, so that a key like "__proto__" stays a key. */
export function mapIn(json: unknown): ValueMap | undefined {
  if (!isObject(json)) return undefined;
  const values = Object.entries(json).map(([key, value]) => [key, valueIn(value)] as const);
  return values.every((entry): entry is [string, Value] => entry[1] !== undefined) ? Object.fromEntries(values) : undefined;
}
