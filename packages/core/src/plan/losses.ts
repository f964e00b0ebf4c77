/** What a change of a manifest would lose: what a resource holds that goes or is replaced, and what would no longer be kept. */

/** Files of a manifest: text by path below `<out>/<cloud>/`. */
export type ManifestFiles = Readonly<Record<string, string>>;
export interface Loss {
  /** The resource's name in the manifest as it was. */
  readonly resource: string;
  /** In the provider's words. */
  readonly type: string;
  /** The property that would be changed, by its path; absent where the resource itself goes. */
  readonly property?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** A sentence that goes on after the resource's name: "is deleted, with its messages". */
  readonly what: string;
}
/** A resource as its manifest has it. */
export interface ManifestResource {
  readonly type: string;
  readonly properties: object;
  /** Whether the platform keeps it when it is no longer in the manifest. */
  readonly kept?: boolean;
}
/** What one platform's resources hold, and which changes they do not survive. Properties are named by their path, dots between; a number is a place in a list. */
export interface LossRules {
  /** Types that hold something, and what it is: "messages". No other type loses anything when it goes. */
  readonly holds: Readonly<Record<string, string>>;
  /** Properties that no update changes in place, by type. */
  readonly immutable: Readonly<Record<string, readonly string[]>>;
  /** Properties without which what fails is kept nowhere, by type. */
  readonly letters: Readonly<Record<string, readonly string[]>>;
  /** Properties that say how long something is kept, by type. */
  readonly retention: Readonly<Record<string, readonly string[]>>;
  /** A retention as a number, to be compared: in whatever unit, always the same. `undefined`: not known before it is deployed. */
  lasting(value: unknown): number | undefined;
  /** What becomes of a resource that is no longer in the manifest, as `Loss.what`. */
  removed(held: string): string;
  /** What becomes of one whose property cannot be changed. */
  replaced(held: string): string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
function same(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}
const at = (properties: unknown, path: string): unknown => path.split(".").reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), properties);
const of = <T>(table: Readonly<Record<string, T>>, type: string): T | undefined => (Object.hasOwn(table, type) ? table[type] : undefined);

/** What becomes of one that is there before and after. */
function changed(name: string, { type, properties: before }: ManifestResource, { properties: after }: ManifestResource, held: string | undefined, rules: LossRules): readonly Loss[] {
  const loss = (property: string, what: string): Loss => ({ resource: name, type, property, before: at(before, property), after: at(after, property), what });
  const immutable = held === undefined ? [] : (of(rules.immutable, type) ?? []).filter((path) => !same(at(before, path), at(after, path)));
  const letters = (of(rules.letters, type) ?? []).filter((path) => at(before, path) !== undefined && at(after, path) === undefined);
  const retention = (of(rules.retention, type) ?? []).filter((path) => {
    const [was, is] = [rules.lasting(at(before, path)), rules.lasting(at(after, path))];
    return was !== undefined && is !== undefined && is < was;
  });
  return [
    ...immutable.map((path) => loss(path, rules.replaced(held!))),
    ...letters.map((path) => loss(path, "keeps nothing of what fails any more")),
    ...retention.map((path) => loss(path, "keeps it for a shorter time: what is older is deleted")),
  ];
}

/**
 * In: the resources of two manifests by name, and the platform's rules. Out: everything that deploying the second over the first would lose, in the first one's order: what goes with a resource that is
 * removed or renamed, what goes with one that has to be replaced, dead letters that are written nowhere any more, and what a shorter retention deletes.
 */
export function lossesOf(before: ReadonlyMap<string, ManifestResource>, after: ReadonlyMap<string, ManifestResource>, rules: LossRules): readonly Loss[] {
  const added = [...after].filter(([name]) => !before.has(name));
  return [...before].flatMap(([name, resource]): readonly Loss[] => {
    const held = of(rules.holds, resource.type);
    const next = after.get(name);
    if (next?.type === resource.type) return changed(name, resource, next, held, rules);
    if (held === undefined || resource.kept === true) return [];
    const alike = added.filter(([, { type }]) => type === resource.type);
    const [to] = alike.find(([, { properties }]) => same(properties, resource.properties)) ?? (alike.length === 1 ? alike[0]! : []);
    const renamed = next !== undefined ? `is no longer of its type, but ${next.type}: it ` : to === undefined ? "" : `is not there any more, ${to} is new: if it was renamed, it `;
    return [{ resource: name, type: resource.type, what: `${renamed}${rules.removed(held)}` }];
  });
}
