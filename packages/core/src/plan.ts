/** Deploy time: what of an app is deployed together, and the text of the entry that a cloud calls. */
import type { App } from "./app.ts";
import type { Target } from "./config.ts";
import { IsobarError } from "./errors.ts";
import type { HttpOptions } from "./triggers/http.ts";
import type { AnyFunction, FunctionOf, TriggerKind } from "./triggers/index.ts";

export { toMs } from "./duration.ts";
export { defaultTimeoutMs, marginMs } from "./run/deadline.ts";
export type { Target } from "./config.ts";

/** What is deployed, sized and given an identity: one bundle, one entry. */
export interface Unit {
  readonly name: string;
  readonly kind: TriggerKind;
  readonly functions: readonly string[];
}

/**
 * The units of an app. Every function that is not HTTP is one of its own; HTTP functions are one each, or one together under the app's
 * name; those of one `group` are one under the group's name. Throws `unsupported` for a group of anything but HTTP functions.
 */
export function unitsOf(app: App, http: "each" | "together"): readonly Unit[] {
  const units = new Map<string, { name: string; kind: TriggerKind; functions: string[] }>();
  for (const [name, { kind, options }] of Object.entries(app.functions)) {
    if (options.group !== undefined && kind !== "http")
      throw new IsobarError("unsupported", `${name}: group "${options.group}" — a unit has one entry, and ${kind} deliveries and requests do not arrive at the same one — group HTTP functions only`);
    const unit = options.group ?? (kind === "http" && http === "together" ? app.name : name);
    const known = units.get(unit);
    if (known === undefined) units.set(unit, { name: unit, kind, functions: [name] });
    else if (known.kind !== kind) throw new IsobarError("invalid-definition", `unit "${unit}" would hold ${known.functions.join(", ")} (${known.kind}) and ${name} (${kind}): rename one`);
    else known.functions.push(name);
  }
  return [...units.values()];
}

/** A function as an entry names it: where it is imported from, and under which name. */
export interface Located {
  /** Import specifier. */
  readonly module: string;
  readonly export: string;
}
/** One function joined to what starts it on one cloud. */
export interface Binding<K extends TriggerKind, Settings = unknown> {
  readonly name: string;
  readonly fn: FunctionOf<K>;
  /** What this cloud's target says about the function. */
  readonly settings: Settings;
}
export interface EntryOptions {
  /** Import specifier of a module that exports `outbox`. */
  readonly outbox?: string;
}
/** The one file of a unit that a cloud calls. */
export interface Entry {
  readonly file: string;
  readonly text: string;
  readonly format: "esm" | "cjs";
  /** Packages that the platform provides or installs. */
  readonly external: readonly string[];
}
/** What an adapter answers for at deploy time. */
export interface Adapter {
  readonly cloud: string;
  units(target: Target): readonly Unit[];
  entry(target: Target, unit: Unit, locate: (functionName: string) => Located, options?: EntryOptions): Entry;
}

const words: ReadonlySet<string> = /* @__PURE__ */ new Set(
  "break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with yield let static await async implements interface package private protected public".split(" "),
);
/** The name of a function inside an entry. In: its name in the app, and the names that the entry's own lines take. */
export const localName = (name: string, taken: readonly string[]): string => (words.has(name) || name === "outbox" || taken.includes(name) ? `${name}$` : name);

/** The import lines of a unit's functions. */
export function importsOf(unit: Unit, locate: (functionName: string) => Located, taken: readonly string[], { outbox }: EntryOptions): string {
  const lines = outbox === undefined ? [] : [`import { outbox } from ${JSON.stringify(outbox)};`];
  for (const name of unit.functions) {
    const { module, export: exported } = locate(name);
    const local = localName(name, taken);
    // "default.functions.x" is a function that lives only in the app's literal.
    if (exported.startsWith("default.")) lines.push(`import app$${name} from ${JSON.stringify(module)};`, `const ${local} = app$${name}${exported.slice("default".length)};`);
    else lines.push(`import { ${exported === local ? local : `${exported} as ${local}`} } from ${JSON.stringify(module)};`);
  }
  return lines.join("\n");
}
/** Several functions as one object, by their names in the app. */
export const objectText = (unit: Unit, taken: readonly string[]): string =>
  `{ ${unit.functions.map((name) => (localName(name, taken) === name ? name : `${JSON.stringify(name)}: ${localName(name, taken)}`)).join(", ")} }`;

/**
 * The wiring argument of an entry maker, as text: a name, the outbox, and the parts that these functions use, from the adapter's run time
 * under its local name in the entry.
 */
export function wiringText(name: string | undefined, functions: readonly AnyFunction[], runtime: string, { outbox }: EntryOptions): string {
  const some = (used: (options: Partial<HttpOptions>) => unknown) => functions.some(({ options }) => used(options as Partial<HttpOptions>) !== undefined);
  const wiring = [
    ...(name === undefined ? [] : [`name: ${JSON.stringify(name)}`]),
    ...(outbox === undefined ? [] : ["outbox"]),
    ...(some(({ body, query, params, headers }) => body ?? query ?? params ?? headers) ? [`input: ${runtime}.input`] : []),
    ...(some(({ cors }) => cors) ? [`cors: ${runtime}.cors`] : []),
    ...(some(({ sends }) => sends?.[0]) ? [`send: ${runtime}.send`] : []),
  ];
  return wiring.length === 0 ? "" : `, { ${wiring.join(", ")} }`;
}
