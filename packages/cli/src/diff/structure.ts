/** Two JSON values, place by place. */

export interface Change {
  /** "Resources.Orders.Properties.Tags[0]"; in a list of named things by their names; "[]" for a list of plain values, in which places tell nothing. */
  readonly path: string;
  /** Absent where it was added. */
  readonly before?: unknown;
  /** Absent where it was removed. */
  readonly after?: unknown;
}
type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null;

const member = (path: string, key: string): string => (/^[\w$@/-]+$/.test(key) ? (path === "" ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`);

/** What tells the things of a list apart, in the order of trying. */
const identities = [["type", "name"], ["name"], ["Name"], ["id"], ["Id"], ["Sid"], ["key"], ["Key"]];
/** Both lists by what their things are called; `undefined` where they have no names, or not each its own. */
function byName(before: readonly unknown[], after: readonly unknown[]): readonly [Fields, Fields] | undefined {
  const all = [...before, ...after];
  if (!all.every(isObject)) return undefined;
  const fields = identities.find((each) => all.every((item) => each.every((field) => typeof (item as Fields)[field] === "string")));
  if (fields === undefined) return undefined;
  const named = (list: readonly unknown[]) => new Map(list.map((item) => [fields.map((field) => (item as Fields)[field] as string).join(" "), item]));
  const [was, is] = [named(before), named(after)];
  return was.size === before.length && is.size === after.length ? [Object.fromEntries(was), Object.fromEntries(is)] : undefined;
}
/** What one list of plain values has and the other has not, each as often as it is there. */
function missing(of: readonly unknown[], from: readonly unknown[]): readonly unknown[] {
  const left = from.map((each) => JSON.stringify(each));
  return of.filter((each) => {
    const at = left.indexOf(JSON.stringify(each));
    if (at === -1) return true;
    left.splice(at, 1);
    return false;
  });
}

function inFields(before: Fields, after: Fields, at: (key: string) => string): readonly Change[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): readonly Change[] => {
    const path = at(key);
    if (!Object.hasOwn(after, key)) return [{ path, before: before[key] }];
    if (!Object.hasOwn(before, key)) return [{ path, after: after[key] }];
    return changesBetween(before[key], after[key], path);
  });
}
function inLists(before: readonly unknown[], after: readonly unknown[], path: string): readonly Change[] {
  if (before.every(isPlain) && after.every(isPlain)) {
    const [gone, fresh] = [missing(before, after), missing(after, before)];
    if (gone.length + fresh.length > 0) return [...gone.map((value) => ({ path: `${path}[]`, before: value })), ...fresh.map((value) => ({ path: `${path}[]`, after: value }))];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  }
  const named = byName(before, after);
  if (named !== undefined) return inFields(...named, (name) => `${path}[${JSON.stringify(name).slice(1, -1)}]`);
  return inFields({ ...before }, { ...after }, (index) => `${path}[${index}]`);
}

/** In: two JSON values, and where they stand. Out: every place at which they differ, as far down as both have it; nothing where they are equal, whatever the order of keys. */
export function changesBetween(before: unknown, after: unknown, path = ""): readonly Change[] {
  if (isObject(before) && isObject(after)) return inFields(before, after, (key) => member(path, key));
  if (Array.isArray(before) && Array.isArray(after)) return inLists(before, after, path);
  return Object.is(before, after) ? [] : [{ path, before, after }];
}
