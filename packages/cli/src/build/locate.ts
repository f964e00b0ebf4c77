/** Which module exports each function of an app, and at which line: found by identity in the loaded module graph, so that any layout of files works. */
import { readFileSync } from "node:fs";
import { IsobarError, type App, type Target } from "@isobar/core";
import { shown } from "./compile-error.ts";
import { load, type Loaded } from "./load.ts";
import { linesOf } from "./origins.ts";

/** Where a function is imported from. */
export interface Place {
  /** Absolute. */
  readonly module: string;
  /** Its name there; `default.functions.name` for a function that lives only in the app's literal. */
  readonly export: string;
  /** What this place costs. */
  readonly note?: string;
}
/** The user's sources, as far as a build needs them. */
export interface Sources {
  /** The folder that everything is found from: packages, relative imports, a tsconfig. */
  readonly root: string;
  /** Throws `invalid-definition` for a function that no module exports. */
  place(app: App, functionName: string): Place;
  /** Where a person finds it: "functions/charge.ts:5", or without a line where the module does not say. Throws as `place` does. */
  origin(app: App, functionName: string): string;
}

const importable = /^[A-Za-z_$][\w$]*$/;
/** A module is evaluated before those that re-export from it, so the first is where a value is at home. Out: for each value its module, and its names there. */
function homesOf(modules: Loaded["modules"]): ReadonlyMap<unknown, { readonly file: string; readonly keys: string[] }> {
  const homes = new Map<unknown, { readonly file: string; readonly keys: string[] }>();
  for (const { file, exports } of modules)
    for (const key of Object.keys(exports)) {
      const home = homes.get(exports[key]);
      if (!importable.test(key) || typeof exports[key] !== "object") continue;
      if (home === undefined) homes.set(exports[key], { file, keys: [key] });
      else if (home.file === file) home.keys.push(key);
    }
  return homes;
}

function sourcesOf({ root, modules }: Loaded): Sources {
  const homes = homesOf(modules);
  const lines = new Map<string, (exported: string) => number | undefined>();
  const lineOf = (file: string, exported: string): number | undefined => {
    const known = lines.get(file) ?? linesOf(readFileSync(file, "utf8"), file);
    lines.set(file, known);
    return known(exported);
  };
  const place = (app: App, name: string): Place => {
    const appFile = modules.find(({ exports }) => exports.default === app)?.file;
    const note = (file: string) => `${name} is defined in ${shown(root, file)} together with the app: its bundle carries all functions and what they import; move it to a module of its own`;
    const found = homes.get(app.functions[name]);
    if (found !== undefined) return { module: found.file, export: found.keys.includes(name) ? name : found.keys[0]!, ...(found.file === appFile ? { note: note(found.file) } : {}) };
    if (appFile === undefined)
      throw new IsobarError("invalid-definition", `no module exports ${name}, nor the app "${app.name}" as its default: export the function from a module of its own, or the app with "export default defineApp(…)"`);
    return { module: appFile, export: `default.functions.${name}`, note: note(appFile) };
  };
  return {
    root,
    place,
    origin(app, name) {
      const { module, export: exported } = place(app, name);
      const line = lineOf(module, exported);
      return `${shown(root, module)}${line === undefined ? "" : `:${line}`}`;
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isApp = (value: unknown): value is App => isObject(value) && typeof value.name === "string" && isObject(value.functions);
const isTarget = (value: unknown): value is Target => isObject(value) && typeof value.cloud === "string" && isApp(value.app);

const defaultOf = ({ modules }: Loaded): unknown => modules.at(-1)!.exports.default;

/** In: the module whose default export is the app. Out: the app and its sources. Throws `invalid-definition`. */
export async function loadApp(file: string): Promise<{ readonly app: App; readonly sources: Sources }> {
  const loaded = await load(file);
  const app = defaultOf(loaded);
  if (!isApp(app)) throw new IsobarError("invalid-definition", `${file} has no app as its default export: export default defineApp("name", functions)`);
  return { app, sources: sourcesOf(loaded) };
}

const isTargets = (value: unknown): value is readonly Target[] => Array.isArray(value) && value.length > 0 && value.every(isTarget);

/**
 * In: an `isobar.config.ts`, or the module of an app with the clouds to look at. Out: the configuration's targets, or one without settings for the app on each of the clouds. Throws `invalid-definition`, also
 * for an app alone without a cloud.
 */
export async function loadTargets(file: string, clouds: readonly string[] | undefined): Promise<{ readonly targets: readonly Target[]; readonly sources: Sources }> {
  const loaded = await load(file);
  const found = defaultOf(loaded);
  if (isTargets(found)) return { targets: found, sources: sourcesOf(loaded) };
  if (!isApp(found)) throw new IsobarError("invalid-definition", `${file} has neither an app nor a list of targets as its default export`);
  if (clouds === undefined || clouds.length === 0) throw new IsobarError("invalid-definition", `${file} is an app, which names no cloud: say --cloud NAME, or name its configuration`);
  return { targets: [...new Set(clouds)].map((cloud) => ({ cloud, app: found, settings: {} })), sources: sourcesOf(loaded) };
}

/** In: an `isobar.config.ts`. Out: its targets, whose apps are the very objects that it imports, and their sources. Throws `invalid-definition`. */
export async function loadConfig(file: string): Promise<{ readonly targets: readonly Target[]; readonly sources: Sources }> {
  const loaded = await load(file);
  const targets = defaultOf(loaded);
  if (!isTargets(targets))
    throw new IsobarError("invalid-definition", `${file} has no list of targets as its default export: import each cloud's target from its adapter, as in "export default [cloud(app)]"`);
  return { targets, sources: sourcesOf(loaded) };
}
