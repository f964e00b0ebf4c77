/** Faults are put into a copy of a good sample. An edit names a place that is there and changes it, or throws: no test injects nothing. */
import { isDeepStrictEqual } from "node:util";
import type { Json } from "./check/json.ts";

type Edit = (manifest: Json) => void;
type Open = Record<string, Json>;

/** `Resources/Queue/Properties`, list items by number; steps by themselves where a key has a slash. */
type Path = string | readonly string[];
const spellPath = (path: Path): string => (typeof path === "string" ? path : path.join("/"));

/** The holder of the last step. */
function holderOf(manifest: Json, path: Path): readonly [holder: Open, key: string] {
  const steps = typeof path === "string" ? path.split("/") : [...path];
  const key = steps.pop()!;
  const holder = steps.reduce<unknown>((value, step) => (value as Open | undefined)?.[step], manifest);
  if (typeof holder !== "object" || holder === null) throw new Error(`${spellPath(path)}: there is no such place`);
  return [holder as Open, key];
}
const there = (holder: Open, key: string, path: Path): Json => {
  if (!(key in holder)) throw new Error(`${spellPath(path)}: there is nothing`);
  return holder[key]!;
};
export const set = (path: Path, value: Json): Edit => (manifest) => {
  const [holder, key] = holderOf(manifest, path);
  holder[key] = value;
};
export const drop = (path: Path): Edit => (manifest) => {
  const [holder, key] = holderOf(manifest, path);
  there(holder, key, path);
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
};
export const rename = (path: Path, to: string): Edit => (manifest) => {
  const [holder, key] = holderOf(manifest, path);
  holder[to] = there(holder, key, path);
  delete holder[key];
};
export const replace = (path: Path, from: string, to: string): Edit => (manifest) => {
  const [holder, key] = holderOf(manifest, path);
  holder[key] = String(there(holder, key, path)).replaceAll(from, to);
};

/** Every place in it as steps, outside in. */
export function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const inside = typeof value === "object" && value !== null ? Object.entries(value).flatMap(([key, each]) => placesOf(each, [...path, key])) : [];
  return path.length === 0 ? inside : [path, ...inside];
}
export function edited(sample: object, ...edits: readonly Edit[]): Json {
  const copy = structuredClone(sample) as Json;
  for (const edit of edits) edit(copy);
  if (isDeepStrictEqual(copy, sample)) throw new Error("the edits change nothing");
  return copy;
}
