/** Builds units alone, without a manifest: what a runtime is handed. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Target } from "@isobar/core";
import type { Adapter } from "@isobar/core/plan";
import { bundle } from "./bundle.ts";
import { eachInTurn, plannedUnits, type UnitOptions } from "./units.ts";

export interface BuildOptions extends UnitOptions {
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

/**
 * Builds every unit of every target to `<out>/<cloud>/<unit>/<file>`. Out: one record per unit, in the targets' order. Nothing is written
 * unless all units can be. Throws `invalid-definition`: what `plannedUnits` and `bundle` refuse; and whatever the adapter refuses.
 */
export async function buildUnits(targets: readonly Target[], adapters: readonly Adapter[], options: BuildOptions): Promise<readonly Built[]> {
  const { sources, minify = false, sourcemap = false } = options;
  const bundles = await eachInTurn(plannedUnits(targets, adapters, options), async (each) => ({ ...each, place: each.notes, ...(await bundle(each.entry, { root: sources.root, file: each.file, minify, sourcemap })) }));
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
