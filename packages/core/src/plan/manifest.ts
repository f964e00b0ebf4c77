/** What a plan becomes on disk, and what compositions of every cloud share: resources merged by name, overrides laid over them, a unit's members that agree. */
import type { App } from "../app.ts";
import type { Channel, Queue } from "../channel.ts";
import { IsobarError } from "../errors.ts";
import { timeoutOf } from "../run/deadline.ts";
import type { ConsumerOptions } from "../triggers/consumer.ts";

/** One resource, for whom it is there, and what it lets them do. */
export interface Explained {
  /** Its name in the manifest. */
  readonly name: string;
  /** Its type, in the provider's words. */
  readonly type: string;
  readonly functions: readonly string[];
  /** Where those functions stand, "functions/charge.ts:5", as far as it is known. */
  readonly lines: readonly string[];
  /** Actions on other resources that it carries, in the provider's words. */
  readonly allows: readonly string[];
}
/** One thing to do to deploy, in order. */
export interface DeployStep {
  readonly what: string;
  /** As typed into a shell, in the folder of the manifest. */
  readonly command: string;
}
export interface Manifest {
  /** Text by path below `<out>/<cloud>/`. */
  readonly files: Readonly<Record<string, string>>;
  /** Text by path beside a unit's bundle, by the unit's name. */
  readonly units: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly explained: readonly Explained[];
  readonly steps: readonly DeployStep[];
  /** What whoever deploys must be allowed to do, in the provider's words. */
  readonly deployer: readonly string[];
}
export interface ComposeOptions {
  /** Where a function stands in the user's sources: "functions/charge.ts:5". */
  readonly origin?: (functionName: string) => string | undefined;
}

/** JSON as a manifest has it: two spaces, the order it was made in, a line's end at the end. */
export const manifestText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
/**
 * Two values as one: objects have the properties of both, and what both say is the same; `clash` hears of the first place where it is not. A queue that one binding reads, and another's messages end in, is
 * said more of by the first.
 */
function united(a: unknown, b: unknown, clash: (path: string) => never, path = ""): unknown {
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return a.map((each: unknown, i) => united(each, b[i], clash, `${path}[${i}]`));
  if (!isObject(a) || !isObject(b)) return Object.is(a, b) ? a : clash(path === "" ? "all of it" : path);
  const both = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) both.set(key, both.has(key) ? united(both.get(key), value, clash, path === "" ? key : `${path}.${key}`) : value);
  return Object.fromEntries(both);
}

/** A resource that one binding or several need. */
export interface Merged<R> {
  readonly resource: R;
  readonly functions: readonly string[];
}
/**
 * Resources of several bindings as one set, in the order in which they first come. Those of one name are united: each may say what the others do not, none may say otherwise. `bare`: a resource without what
 * only says whom it is for, which is then the adapter's to write. Throws `invalid-definition` where two bindings say different things of one resource, with both functions and the first place.
 */
export function mergeResources<R extends object>(bindings: readonly { readonly function: string; readonly resources: Readonly<Record<string, R>> }[], bare: (resource: R) => R = (resource) => resource): ReadonlyMap<string, Merged<R>> {
  const merged = new Map<string, { resource: R; readonly functions: string[] }>();
  for (const { function: name, resources } of bindings)
    for (const [id, resource] of Object.entries(resources)) {
      const known = merged.get(id);
      if (known === undefined) {
        merged.set(id, { resource: bare(resource), functions: [name] });
        continue;
      }
      const clash = (place: string): never => {
        throw new IsobarError("invalid-definition", `${known.functions[0]} and ${name} both need ${id}, and want it to differ in ${place}: make them agree, or give each a channel of its own`);
      };
      known.resource = united(known.resource, bare(resource), clash) as R;
      if (!known.functions.includes(name)) known.functions.push(name);
    }
  return merged;
}

/** A resource with the user's own words laid over it: objects are merged, anything else is replaced, `null` takes a property away. */
export function overlay<T>(resource: T, over: unknown): T {
  if (!isObject(resource) || !isObject(over)) return over as T;
  const laid = new Map(Object.entries(resource));
  for (const [key, value] of Object.entries(over)) {
    if (value === null) laid.delete(key);
    else laid.set(key, laid.has(key) ? overlay(laid.get(key), value) : value);
  }
  // By entries: a key "__proto__" is a key.
  return Object.fromEntries(laid) as T;
}

/** What the members of a unit have in common, and all that they need. */
export interface UnitNeeds {
  readonly memoryMb: number;
  /** The longest of its members'. */
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  /** Channels that it sends to. */
  readonly sends: readonly Channel[];
  /** Where its members' messages end. */
  readonly deadLetters: readonly Queue[];
}
export const defaultMemoryMb = 512;

/** Throws `unsupported` for members of one unit that say different things about its memory, timeout or environment: a unit has one of each. */
export function needsOf(app: App, unit: { readonly name: string; readonly functions: readonly string[] }): UnitNeeds {
  const members = unit.functions.map((name) => ({ name, ...(app.functions[name]!.options as Partial<ConsumerOptions>) }));
  const one = <T>(what: string, of: (member: (typeof members)[number]) => T | undefined): T | undefined => {
    const said = members.flatMap((member) => (of(member) === undefined ? [] : [{ name: member.name, value: of(member)! }]));
    const other = said.find(({ value }) => value !== said[0]!.value);
    if (other !== undefined) throw new IsobarError("unsupported", `${what}: ${String(said[0]!.value)} for ${said[0]!.name}, ${String(other.value)} for ${other.name} · unit "${unit.name}" · its members are deployed together, with one of each · say the same, or give them groups of their own`);
    return said[0]?.value;
  };
  const timeout = one("timeout", (member) => member.timeout);
  const environment: Record<string, string> = {};
  for (const name of new Set(members.flatMap((member) => Object.keys(member.environment ?? {})))) environment[name] = one(`environment ${name}`, (member) => member.environment?.[name])!;
  const channels = new Map(members.flatMap(({ sends = [] }) => sends.map((to) => [`${to.resource} ${to.name}`, to] as const)));
  const letters = new Map(members.flatMap(({ delivery }) => (delivery === undefined || delivery.deadLetter === "discard" ? [] : [[delivery.deadLetter.name, delivery.deadLetter] as const])));
  return {
    memoryMb: one("memoryMb", (member) => member.memoryMb) ?? defaultMemoryMb,
    timeoutMs: timeoutOf(timeout),
    environment,
    secrets: [...new Set(members.flatMap(({ secrets = [] }) => secrets))].sort(),
    sends: [...channels.values()],
    deadLetters: [...letters.values()],
  };
}
