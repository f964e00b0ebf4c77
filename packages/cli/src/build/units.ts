/** What is to be bundled: for each target its adapter's units, for each unit one entry. */
import { availableParallelism } from "node:os";
import { relative, sep } from "node:path";
import { IsobarError, type Target } from "@isobar/core";
import type { Adapter, Entry, Unit } from "@isobar/core/plan";
import { adapterFor } from "../plan/plans.ts";
import type { Sources } from "./locate.ts";
import { pathIn } from "./output.ts";

export interface PlannedUnit {
  readonly cloud: string;
  readonly unit: Unit;
  readonly entry: Entry;
  /** Where its bundle will lie; absolute. */
  readonly file: string;
  readonly notes: readonly string[];
}
export interface UnitOptions {
  /** From `loadConfig` or `loadApp`. */
  readonly sources: Sources;
  /** The folder to write to. */
  readonly out: string;
  /** Import specifier of a module that exports `outbox`; a relative one is found from the sources' root. */
  readonly outbox?: string;
}

function unitsOf(target: Target, adapter: Adapter, { sources, out, outbox }: UnitOptions): readonly PlannedUnit[] {
  const { cloud, app } = target;
  return adapter.units(target).map((unit) => {
    const notes: string[] = [];
    const locate = (name: string) => {
      const { module, export: exported, note } = sources.place(app, name);
      if (note !== undefined) notes.push(note);
      const path = relative(sources.root, module).split(sep).join("/");
      return { module: path.startsWith(".") ? path : `./${path}`, export: exported };
    };
    const entry = adapter.entry(target, unit, locate, outbox === undefined ? {} : { outbox });
    return { cloud, unit, entry, file: pathIn(out, cloud, unit.name, entry.file), notes: [...new Set(notes)] };
  });
}

/**
 * In the targets' order. Throws `invalid-definition`: a cloud without an adapter, two units of one name, a name that is no file's, a function that no module exports; and whatever an adapter refuses.
 */
export function plannedUnits(targets: readonly Target[], adapters: readonly Adapter[], options: UnitOptions): readonly PlannedUnit[] {
  const planned = targets.flatMap((target) => unitsOf(target, adapterFor(target.cloud, adapters), options));
  const folders = new Map<string, PlannedUnit>();
  for (const each of planned) {
    const { cloud, unit: { name } } = each;
    const folder = `${cloud}/${name.toLowerCase()}`;
    const other = folders.get(folder)?.unit.name;
    if (other === name) throw new IsobarError("invalid-definition", `two units are called "${name}" on ${cloud}: give their apps names of their own, or put them in configurations of their own`);
    if (other !== undefined) throw new IsobarError("invalid-definition", `the units "${other}" and "${name}" on ${cloud} are one folder where names are the same in capitals: rename one`);
    folders.set(folder, each);
  }
  return planned;
}

/**
 * Several at a time: the bundler has threads of its own, and every bundle that is being made holds all its modules in memory. Rejects when all have ended: with what is no IsobarError, or else with everything
 * that the others said, each once.
 */
export async function eachInTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R>, atATime = availableParallelism() * 2): Promise<readonly R[]> {
  const results = new Array<R>(items.length);
  const errors: unknown[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, async () => {
    while (next < items.length) {
      const i = next++;
      try {
        results[i] = await run(items[i]!);
      } catch (error) {
        errors[i] = error;
      }
    }
  }));
  const all = Object.values(errors);
  const own = all.filter((error) => error instanceof IsobarError);
  if (own.length < all.length) throw all.find((error) => !(error instanceof IsobarError));
  if (own.length > 0) throw new IsobarError(own[0]!.code, [...new Set(own.flatMap(({ message }) => message.split("\n")))].join("\n"), { cause: own[0]!.cause });
  return results;
}
