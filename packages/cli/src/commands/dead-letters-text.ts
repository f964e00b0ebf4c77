/** Dead letters as text and as JSON. What a message holds is anyone's: nothing of it reaches a terminal as a command to it. */
import type { DeadLetter } from "@isobar/core/plan";
import type { Terminal } from "../terminal.ts";
import { table } from "./table.ts";

/** Control characters, and those that turn the direction of what follows. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
/** In one line. */
export const shown = (text: string): string => text.replace(unprintable, escaped);
const shownLines = (text: string): string => text.replace(unprintable, (character) => (character === "\n" || character === "\t" ? character : escaped(character)));
const none = "–";

const bytesText = (bytes: number): string => `${String(bytes).replace(/\B(?=(?:\d{3})+$)/g, ",")} B`;
/** Whole units, the largest that there is one of; no less than nothing, whatever the clocks say. */
export function ageText(ms: number): string {
  for (const [unit, size] of [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000]] as const) if (ms >= size) return `${Math.floor(ms / size)}${unit}`;
  return `${Math.max(0, Math.floor(ms / 1_000))}s`;
}
const iso = (at: number | undefined): string | undefined => (at === undefined || Math.abs(at) > 8.64e15 ? undefined : new Date(at).toISOString());

/** The body as text; `undefined` for bytes that are none. */
export function bodyText(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The oldest first; those that tell no time last. */
export const inTime = (letters: readonly DeadLetter[]): readonly DeadLetter[] => {
  const at = ({ last, first }: DeadLetter) => last ?? first ?? Number.POSITIVE_INFINITY;
  // Infinity less itself is no number.
  return [...letters].sort((a, b) => at(a) - at(b) || 0);
};

const leastReason = 16;
/** One line for each letter. Reasons are cut, visibly, to what the terminal has room for; ids never. */
export function listText(letters: readonly DeadLetter[], now: number, { columns }: Terminal): readonly string[] {
  const rows = letters.map(({ id, function: name, reason, attempts, last, first, body }) => {
    const since = last ?? first;
    return [shown(id), shown(name ?? none), shown(reason), attempts === undefined ? none : String(attempts), since === undefined ? none : ageText(now - since), bytesText(body.length)];
  });
  const head = ["id", "function", "reason", "attempts", "age", "size"];
  const all = [head, ...rows];
  const others = [0, 1, 3, 4, 5].reduce((sum, column) => sum + 2 + Math.max(...all.map((row) => row[column]!.length)), 0);
  const room = Math.max(leastReason, columns - others);
  return table(all.map((row) => row.map((cell, column) => (column === 2 && cell.length > room ? `${cell.slice(0, room - 1)}…` : cell))), new Set([3, 4, 5]));
}

/** Names with dots for what is inside of something. */
const flat = (fields: Readonly<Record<string, unknown>>, before = ""): readonly (readonly [name: string, text: string])[] =>
  Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return flat(value as Readonly<Record<string, unknown>>, `${before}${name}.`);
    return [[`${before}${name}`, typeof value === "string" ? value : String(JSON.stringify(value))] as const];
  });

/** All of one letter, its body below. */
export function letterText(letter: DeadLetter, now: number): readonly string[] {
  const { id, function: name, reason, attempts, first, last, key, place, body, native } = letter;
  const when = (at: number | undefined) => (iso(at) === undefined ? none : `${iso(at)}, ${ageText(now - at!)} ago`);
  const rows = [
    ["id", id], ["function", name ?? none], ["reason", reason], ["attempts", attempts === undefined ? none : String(attempts)],
    ["first", when(first)], ["last", when(last)],
    ["key", key ?? none], ["place", place], ...flat(native), ["size", bytesText(body.length)],
  ];
  const text = bodyText(body);
  return [...table(rows.map((row) => row.map((cell) => shown(cell!)))), "", ...(text === undefined ? ["body, in base64:", Buffer.from(body).toString("base64")] : ["body:", shownLines(text)])];
}

/** As JSON; times in ISO 8601, what is not told is null. `whole`: with the body, as `body` where it is text and `body_base64` where not, and what the platform tells beside. */
export function letterJson(letter: DeadLetter, whole: boolean): object {
  const { id, function: name = null, reason, attempts = null, first, last, key = null, place, body, native } = letter;
  const text = whole ? bodyText(body) : undefined;
  const content = text === undefined ? { body_base64: Buffer.from(body).toString("base64") } : { body: text };
  return { id, function: name, reason, attempts, first: iso(first) ?? null, last: iso(last) ?? null, key, bytes: body.length, place, ...(whole ? { ...content, native } : {}) };
}
