/** Manifests are JSON: how the checkers read it, and how they name a place in it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}
/** A checker: one sentence for every fault, with its place in the manifest. Nothing is thrown for what a manifest says. */
export type Check = (manifest: unknown) => readonly string[];

export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
export const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
/** A member of a place: `Resources.Queue`, `Statement[0]`. */
export const below = (path: string, key: string | number): string => (typeof key === "number" ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`);
/** A value in a sentence, cut where it is long. */
export function spell(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
/** "a, b or c". */
export const oneOf = (words: readonly string[]): string => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)!}`);
/** What a value is, in a sentence. */
export const kindOf = (value: unknown): string => (value === null ? "null" : isList(value) ? "a list" : isObject(value) ? "an object" : typeof value === "number" ? (Number.isInteger(value) ? "an integer" : "a number") : `a ${typeof value}`);
/** Every value in it and itself, with its place, outside in; `enter` says where not to go. */
export function* walk(value: Json, path: string, enter: (value: Json) => boolean = () => true): Generator<readonly [path: string, value: Json]> {
  yield [path, value];
  if (!enter(value)) return;
  if (isList(value)) for (const [i, each] of value.entries()) yield* walk(each, below(path, i), enter);
  else if (isObject(value)) for (const [key, each] of Object.entries(value)) yield* walk(each, below(path, key), enter);
}
/** Keys that an object of a fixed shape may not have, and keys that it lacks. */
export function shapeFaults(value: Json | undefined, path: string, required: readonly string[], optional: readonly string[] = []): readonly string[] {
  if (!isObject(value)) return [`${path}: is ${kindOf(value ?? null)}, not an object`];
  return [
    ...Object.keys(value).filter((key) => !required.includes(key) && !optional.includes(key)).map((key) => `${below(path, key)}: no such key, ${oneOf([...required, ...optional])}`),
    ...required.filter((key) => !(key in value)).map((key) => `${path}: ${key} is missing`),
  ];
}
/** Sections of a manifest that are there and no objects. */
export const sectionFaults = (manifest: JsonObject, ...sections: readonly string[]): readonly string[] => sections.filter((section) => manifest[section] !== undefined && !isObject(manifest[section])).map((section) => `${section}: is ${kindOf(manifest[section])}, not an object`);
