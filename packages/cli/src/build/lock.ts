/** A lock file for a few packages, cut from the one that the app has: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json. */
import { IsobarError } from "@isobar/core";

/** One installed package, as npm writes it; what is not named here is kept as it is. */
export interface LockedPackage {
  readonly [key: string]: unknown;
  /** The package's own name, where its folder has another. */
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  /** Part of the archive of the package that it lies in. */
  readonly inBundle?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
export interface Lock {
  readonly lockfileVersion?: number;
  /** By path; "" is the folder of the lock file. */
  readonly packages?: Readonly<Record<string, LockedPackage>>;
}
/** What a unit's own lock file holds. */
export interface CutLock {
  /** For its package.json: each package at exactly its version. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** By path. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

type EdgeKind = "needs" | "optional" | "peer";
interface Edge {
  readonly name: string;
  readonly kind: EdgeKind;
}
interface Placed {
  /** Its path in the app's lock file. */
  readonly from: string;
  readonly edges: { readonly to: string; readonly kind: EdgeKind }[];
}
/** Deeper than any tree of packages: a lock file that goes on is not npm's. */
const deepest = 50;
const folder = "node_modules/";
const join = (place: string, name: string): string => (place === "" ? `${folder}${name}` : `${place}/${folder}${name}`);
const named = (path: string): string => path.slice(path.lastIndexOf(folder) + folder.length);
const wrong = (message: string): never => {
  throw new IsobarError("invalid-definition", message);
};

/** As Node looks for it: in the folder itself, then in each that it lies in. */
function find(place: string, name: string, has: (path: string) => boolean): string | undefined {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const path = join(at, name);
    if (!/(?:^|\/)node_modules$/.test(at) && has(path)) return path;
    if (at === "") return undefined;
  }
}

function edgesOf({ dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: LockedPackage): readonly Edge[] {
  const edges = new Map<string, EdgeKind>();
  for (const name of Object.keys(peerDependencies)) if (peerDependenciesMeta[name]?.optional !== true) edges.set(name, "peer");
  for (const name of Object.keys(dependencies)) edges.set(name, "needs");
  for (const name of Object.keys(optionalDependencies)) edges.set(name, "optional");
  return [...edges].map(([name, kind]) => ({ name, kind }));
}
/** Where a package of somebody's archive is to stay: as far from whoever needs it as it was. */
const beside = (from: string, to: string, place: string, name: string): string => {
  const levels = (path: string) => path.split(folder).length;
  const up = levels(from) - (levels(to) - 1);
  return join(place.split(`/${folder}`).slice(0, place.split(`/${folder}`).length - up).join(`/${folder}`), name);
};

/** What a package.json says of one: its version, or where it comes from when that is no registry. */
function spec(name: string, { name: own, version, resolved = "" }: LockedPackage): string {
  if (resolved.startsWith("git")) return resolved;
  if (version === undefined) return wrong(`${name} has no version in the app's package-lock.json: run "npm install"`);
  return own === undefined || own === name ? version : `npm:${own}@${version}`;
}

/** As npm writes it, so that its next install changes nothing: objects come last, these come first, the rest by name. */
const first = ["name", "version", "resolved", "integrity", "dependencies"];
export function ordered(each: LockedPackage): LockedPackage {
  const rank = ([key, value]: readonly [string, unknown]): string => `${typeof value === "object" && !Array.isArray(value) ? 1 : 0}${first.includes(key) ? first.indexOf(key) : first.length}${key}`;
  return Object.fromEntries(Object.entries(each).sort((a, b) => (rank(a) < rank(b) ? -1 : 1)));
}

function reached(placed: ReadonlyMap<string, Placed>, roots: readonly string[], follows: (kind: EdgeKind) => boolean): ReadonlySet<string> {
  const seen = new Set(roots);
  for (const place of seen) for (const { to, kind } of placed.get(place)!.edges) if (follows(kind)) seen.add(to);
  return seen;
}

/**
 * In: the app's lock, where the app lies below it ("" where it lies beside it), and the names of packages. Out: those with all that they need, placed anew, since what was hoisted beside others need not be.
 * Throws `invalid-definition`, with the command that mends it: a lock of another version, a package that is not in it, one that nobody can install elsewhere.
 */
export function cutLock({ lockfileVersion, packages }: Lock, app: string, names: readonly string[]): CutLock {
  if (packages === undefined || (lockfileVersion !== 2 && lockfileVersion !== 3)) return wrong(`the app's package-lock.json is of version ${lockfileVersion ?? "none"}, which does not say where packages lie: run "npm install --package-lock-only --lockfile-version 3"`);
  const has = (path: string): boolean => Object.hasOwn(packages, path);
  const placed = new Map<string, Placed>();
  const waiting: string[] = [];
  const put = (from: string, place: string): string => {
    const { link, resolved = "" } = packages[from]!;
    if (link === true || resolved.startsWith("file:")) wrong(`${named(from)} is linked to a folder of this machine, from which no platform can install it: install a published version`);
    if (place.split(folder).length > deepest) wrong(`the app's package-lock.json nests ${from} without end: run "npm install"`);
    placed.set(place, { from, edges: [] });
    waiting.push(place);
    return place;
  };
  const roots = [...new Set(names)].sort().map((name) => {
    const from = find(app, name, has) ?? wrong(`${name} is not in the app's package-lock.json: run "npm install ${name}"`);
    return { name, from, place: put(from, join("", name)) };
  });
  for (const place of waiting) {
    const { from, edges } = placed.get(place)!;
    for (const { name, kind } of edgesOf(packages[from]!)) {
      const needed = find(from, name, has);
      if (needed === undefined) {
        if (kind === "optional") continue;
        wrong(`${name}, which ${named(from)} needs, is not in the app's package-lock.json: run "npm install"`);
      }
      const there = find(place, name, (path) => placed.has(path));
      if (there !== undefined && placed.get(there)!.from === needed) edges.push({ to: there, kind });
      else {
        const { inBundle } = packages[needed!]!;
        edges.push({ to: put(needed!, inBundle === true ? beside(from, needed!, place, name) : join(there === undefined ? "" : place, name)), kind });
      }
    }
  }
  const starts = roots.map(({ place }) => place);
  const [surely, properly] = [reached(placed, starts, (kind) => kind !== "optional"), reached(placed, starts, (kind) => kind !== "peer")];
  const cut = [...placed].sort(([a], [b]) => a.localeCompare(b, "en")).map(([place, { from }]) => {
    const { dev: _, devOptional: __, optional: ___, peer: ____, extraneous: _____, ...rest } = packages[from]!;
    return [place, ordered({ ...rest, ...(surely.has(place) ? {} : { optional: true }), ...(properly.has(place) ? {} : { peer: true }) })] as const;
  });
  return { dependencies: Object.fromEntries(roots.map(({ name, from }) => [name, spec(name, packages[from]!)])), packages: Object.fromEntries(cut) };
}
