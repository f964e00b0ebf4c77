/** Builds units: for each target its adapter's units, for each unit one entry, for each entry one bundle. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { IsobarError, type Target } from "@isobar/core";
import type { Adapter, Entry, Unit } from "@isobar/core/plan";
import { bundle } from "./bundle.ts";
import type { Sources } from "./locate.ts";

export interface BuildOptions {
  /** From `loadConfig` or `loadApp`. */
  readonly sources: Sources;
  /** The folder to write to. */
  readonly out: string;
  /** Import specifier of a module that exports `outbox`; a relative one is found from the sources' root. */
  readonly outbox?: string;
  readonly minify?: boolean;
  readonly sourcemap?: boolean;
}
/** A unit as it lies in the output folder. */
export interface Built {
  readonly cloud: string;
  readonly unit: string;
  readonly functions: readonly string[];
  /** Absolute: what is deployed. */
  readonly folder: string;
  /** The file in it that the cloud calls. */
  readonly entry: string;
  readonly bytes: number;
  /** The generated module that was bundled, as its adapter wrote it. */
  readonly text: string;
  readonly notes: readonly string[];
}

interface Planned {
  readonly cloud: string;
  readonly unit: Unit;
  readonly entry: Entry;
  readonly file: string;
  readonly notes: readonly string[];
}

/** The names come from an app and an adapter; none of them may name a place outside of its folder. */
function fileIn(out: string, ...names: readonly [cloud: string, unit: string, file: string]): string {
  for (const name of names) if (!/^[\w-][\w.-]*$/.test(name)) throw new IsobarError("invalid-definition", `${JSON.stringify(name)} cannot name a file or folder`);
  const file = resolve(out, ...names);
  const inside = relative(resolve(out), file);
  if (isAbsolute(inside) || inside.split(sep).length !== names.length) throw new IsobarError("internal", `${file} is not in ${out}`);
  return file;
}

function plan(target: Target, adapters: readonly Adapter[], { sources, out, outbox }: BuildOptions): readonly Planned[] {
  const { cloud, app } = target;
  const adapter = adapters.find((each) => each.cloud === cloud);
  if (adapter === undefined) throw new IsobarError("invalid-definition", `no adapter for the cloud ${JSON.stringify(cloud)}`);
  return adapter.units(target).map((unit) => {
    const notes: string[] = [];
    const locate = (name: string) => {
      const { module, export: exported, note } = sources.place(app, name);
      if (note !== undefined) notes.push(note);
      const path = relative(sources.root, module).split(sep).join("/");
      return { module: path.startsWith(".") ? path : `./${path}`, export: exported };
    };
    const entry = adapter.entry(target, unit, locate, outbox === undefined ? {} : { outbox });
    return { cloud, unit, entry, file: fileIn(out, cloud, unit.name, entry.file), notes: [...new Set(notes)] };
  });
}

/**
 * Builds every unit of every target to `<out>/<cloud>/<unit>/<file>`. Out: one record per unit, in the targets' order. Nothing is written
 * unless all units can be. Throws `invalid-definition`: two units of one name, a name that is no file's, what `bundle` and `Sources.place`
 * refuse; and whatever the adapter refuses.
 */
export async function buildUnits(targets: readonly Target[], adapters: readonly Adapter[], options: BuildOptions): Promise<readonly Built[]> {
  const planned = targets.flatMap((target) => plan(target, adapters, options));
  const folders = new Map<string, Planned>();
  for (const each of planned) {
    const folder = dirname(each.file);
    if (folders.has(folder)) throw new IsobarError("invalid-definition", `two units are called "${each.unit.name}" on ${each.cloud}: give their apps names of their own, or put them in configurations of their own`);
    folders.set(folder, each);
  }
  const { sources, minify = false, sourcemap = false } = options;
  const bundles = await Promise.all(planned.map(async (each) => ({ ...each, ...(await bundle(each.entry, { root: sources.root, file: each.file, minify, sourcemap })), place: each.notes })));
  return Promise.all(
    bundles.map(async ({ cloud, unit, entry, file, code, map, place, notes }) => {
      const folder = dirname(file);
      await mkdir(folder, { recursive: true });
      await writeFile(file, code);
      if (map !== undefined) await writeFile(`${file}.map`, map);
      return { cloud, unit: unit.name, functions: unit.functions, folder, entry: entry.file, bytes: Buffer.byteLength(code), text: entry.text, notes: [...place, ...notes] };
    }),
  );
}
