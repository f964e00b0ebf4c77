/** What lies beside a bundle whose platform installs packages: a package.json and a lock file, from the app's own lock. */
import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { IsobarError } from "@isobar/core";
import { manifestText, type Entry } from "@isobar/core/plan";
import { cutLock, ordered, type CutLock, type Lock, type LockedPackage } from "./lock.ts";

interface AppLock {
  readonly lock: Lock;
  /** Where the app lies below the lock file, slashes between; "" beside it. */
  readonly app: string;
}
/** The nearest lock file of npm's to the app. Throws `invalid-definition` for one that is no JSON. */
function appLockOf(root: string): AppLock | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    let text: string | undefined;
    try {
      text = readFileSync(join(folder, "package-lock.json"), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (text !== undefined) {
      try {
        return { lock: JSON.parse(text) as Lock, app: relative(folder, root).split(sep).join("/") };
      } catch (cause) {
        throw new IsobarError("invalid-definition", `${join(folder, "package-lock.json")} is not JSON: run "npm install"`, { cause });
      }
    }
    if (dirname(folder) === folder) return undefined;
  }
}

interface PackageJson {
  readonly [key: string]: unknown;
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
/** npm takes no capitals, and nothing but a letter or digit first. */
const packageName = (unit: string): string => unit.toLowerCase().replace(/[^a-z0-9-]+/g, "-").replace(/^-+/, "") || "unit";
/** What a lock file repeats of its package.json. */
const repeated = ["name", "version", "license", "dependencies", "engines"];

/** Cuts the app's lock, once for all units that ask for the same packages. `undefined` where the app has none. */
export type Cutting = (names: readonly string[]) => CutLock | undefined;
export function cuttingFor(root: string): Cutting {
  let found: { readonly lock: AppLock | undefined } | undefined;
  const cuts = new Map<string, CutLock>();
  return (names) => {
    found ??= { lock: appLockOf(root) };
    if (found.lock === undefined) return undefined;
    const key = JSON.stringify(names);
    const cut = cuts.get(key) ?? cutLock(found.lock.lock, found.lock.app, names);
    cuts.set(key, cut);
    return cut;
  };
}

/**
 * In: a unit, its entry, the files that its adapter composed for it, and the app's lock. Out: those files; where packages are to be installed, with a package.json and a lock file that say which. Throws
 * `invalid-definition` with the command that mends it.
 */
export function withInstalled(unit: string, { file, installed = [] }: Pick<Entry, "file" | "installed">, composed: Readonly<Record<string, string>>, cutting: Cutting): Readonly<Record<string, string>> {
  if (installed.length === 0) return composed;
  const own = (composed["package.json"] === undefined ? { private: true, main: file } : JSON.parse(composed["package.json"])) as PackageJson;
  const cut = cutting([...installed, ...Object.keys(own.dependencies ?? {})]);
  if (cut === undefined) throw new IsobarError("invalid-definition", `unit "${unit}" is deployed with ${installed.join(", ")} at the versions of the app's package-lock.json, and there is none: run "npm install ${installed.join(" ")}"`);
  const packageJson: PackageJson = { ...(own.name === undefined ? { name: packageName(unit) } : {}), ...own, dependencies: cut.dependencies };
  const root = ordered(Object.fromEntries(Object.entries(packageJson).filter(([key]) => repeated.includes(key))) as LockedPackage);
  const { name, version } = packageJson;
  const lock = { name, ...(version === undefined ? {} : { version }), lockfileVersion: 3, requires: true, packages: { "": root, ...cut.packages } };
  return { ...composed, "package.json": manifestText(packageJson), "package-lock.json": manifestText(lock) };
}
