/** Ids of resources inside expressions: `resourceId('Microsoft.Web/sites', concat(variables('prefix'), '-charge'))`, and whether a template makes what they name. */
import { inner, quoted, type Resource } from "./arm.ts";

/** A resource as a template has it; of some types all properties are Azure's. */
export type Made = Omit<Resource, "properties"> & Partial<Pick<Resource, "properties">>;

/** Where the bracket that opens at `from` closes; texts in quotes are passed over. */
function closing(text: string, from: number): number {
  let depth = 0;
  for (let i = from, inText = false; i < text.length; i++) {
    const each = text[i];
    if (each === "'") inText = !inText;
    else if (!inText && each === "(") depth++;
    else if (!inText && each === ")" && --depth === 0) return i;
  }
  return text.length;
}
/** Arguments of a call, split at its own commas. */
function argumentsIn(text: string): readonly string[] {
  const all: string[] = [];
  let depth = 0;
  let begin = 0;
  for (let i = 0, inText = false; i <= text.length; i++) {
    const each = text[i];
    if (each === "'") inText = !inText;
    else if (inText) continue;
    else if (each === "(") depth++;
    else if (each === ")") depth--;
    else if (each === undefined || (each === "," && depth === 0)) {
      all.push(text.slice(begin, i).trim());
      begin = i + 1;
    }
  }
  return all;
}
/** A name's segments, each an expression without brackets: of `[concat(variables('a'), '-b/c')]` they are `concat(variables('a'), '-b')` and `'c'`. */
export function segmentsOf(name: string): readonly string[] {
  if (!name.startsWith("[")) return name.split("/").map(quoted);
  const body = inner(name);
  const whole = body.startsWith("concat(") && closing(body, "concat".length) === body.length - 1;
  const segments: string[][] = [[]];
  for (const part of whole ? argumentsIn(body.slice("concat(".length, -1)) : [body]) {
    if (!part.startsWith("'")) {
      segments.at(-1)!.push(part);
      continue;
    }
    const [first = "", ...more] = part.slice(1, -1).split("/");
    if (first !== "") segments.at(-1)!.push(`'${first}'`);
    segments.push(...more.map((each) => (each === "" ? [] : [`'${each}'`])));
  }
  return segments.map((parts) => (parts.length === 1 ? parts[0]! : `concat(${parts.join(", ")})`));
}
/** The name of what lies in something, as it is called there; of a name that is made of others, the expression. */
export const lastSegment = ({ name }: Made): string => segmentsOf(name).at(-1)!.replace(/^'|'$/g, "").replaceAll("''", "'");
const idText = (type: string, segments: readonly string[]): string => `resourceId('${type}', ${segments.join(", ")})`;
/** Worked out once for a resource: a large app asks for the same again and again. */
function once<T>(of: (made: Made) => T): (made: Made) => T {
  const known = new WeakMap<Made, { readonly is: T }>();
  return (made) => {
    const before = known.get(made) ?? { is: of(made) };
    known.set(made, before);
    return before.is;
  };
}
/** The id of a resource in its template. */
export const idOf = once(({ type, name }) => idText(type, segmentsOf(name)));
/** Ids of what a resource lies in, the nearest first. */
export const parentsOf = once(({ type, name }): readonly string[] => {
  const [types, segments] = [type.split("/"), segmentsOf(name)];
  return segments.slice(1).map((_, i) => idText(types.slice(0, types.length - 1 - i).join("/"), segments.slice(0, segments.length - 1 - i)));
});
/** How what depends on it says so. A role has no id that is easily said, and a name that nobody else has. */
export const tokenOf = (made: Made): string => (made.type === "Microsoft.Authorization/roleAssignments" ? made.name : `[${idOf(made)}]`);

const call = "resourceId(";
/** Every `resourceId(…)` in a text that names what lies in the same resource group, changed or left. */
function eachId(text: string, change: (id: string) => string): string {
  let done = "";
  let from = 0;
  for (let at = text.indexOf(call); at >= 0; at = text.indexOf(call, at + call.length)) {
    if (at < from || /[A-Za-z]/.test(text[at - 1] ?? "")) continue;
    // A type has a slash: a resource group or a subscription in front says that it is elsewhere.
    if (!/^'[^'/]+\//.test(text.slice(at + call.length, at + call.length + 64))) continue;
    const end = closing(text, at + call.length - 1) + 1;
    const id = text.slice(at, end);
    const changed = change(id);
    if (changed === id) continue;
    done += text.slice(from, at) + changed;
    from = end;
  }
  return done + text.slice(from);
}
/** A value with all of its texts changed. Keys too are texts: of the identities of a site they are ids. */
export function inTexts<T>(value: T, change: (text: string, key: string) => string, key = ""): T {
  if (typeof value === "string") return change(value, key) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => inTexts(each, change, key)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [change(name, ""), inTexts(each as unknown, change, name)])) as T;
}
/** Every text in a value, keys included. */
export function eachText(value: unknown, see: (text: string) => void): void {
  if (typeof value === "string") see(value);
  else if (Array.isArray(value)) for (const each of value) eachText(each, see);
  else if (typeof value === "object" && value !== null) for (const [key, each] of Object.entries(value)) {
    see(key);
    eachText(each, see);
  }
}
/** Ids that are named anywhere in it, but in what it depends on. */
export const idsIn = once(({ dependsOn: _, ...rest }): ReadonlySet<string> => {
  const found = new Set<string>();
  eachText(rest, (text) => void (text.includes(call) && eachId(text, (id) => (found.add(id), id))));
  return found;
});
/** With the resource group said where an id names what this template does not make: it is there already, or made by another. */
export const outside = (text: string, isMade: (id: string) => boolean): string => (text.includes(call) ? eachId(text, (id) => (isMade(id) ? id : id.replace(call, `${call}resourceGroup().name, `))) : text);
export const fromOutside = (made: Made, isMade: (id: string) => boolean): Made => ([...idsIn(made)].every(isMade) ? made : inTexts(made, (text) => outside(text, isMade)));
