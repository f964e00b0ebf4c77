/** A planned target as an ARM template: https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax */
import { IsobarError, type App, type Target } from "@isobar/core";
import { manifestText, needsOf, unitsOf, type ComposeOptions, type Manifest, type Plan, type PlannedBinding, type Unit } from "@isobar/core/plan";
import { alarmsOf } from "./alarms.ts";
import { lettersOf, storageQueuesOf } from "./channels.ts";
import { elsewhere, isSetting, placeFaults } from "./diagnostics.ts";
import { called, databasesOf, existingFaults, isThere } from "./existing.ts";
import { commentOf, explainedOf, type Origin } from "./explained.ts";
import { hostOf, unitFiles } from "./files.ts";
import { partFaults, refuseAll, targetFaults, templateFaults, unitFaults } from "./limits.ts";
import { outputsOf } from "./outputs.ts";
import { finalOf, overriddenFaults } from "./overrides.ts";
import { pathsOf, type Known } from "./paths.ts";
import { sharedOf, variablesOf } from "./shared.ts";
import { deployerOf, stepsOf } from "./steps.ts";
import type { AzureSettings } from "./target.ts";
import { filesOf, isLater, laterFile, mainFile, templateOf, type Head, type Parts } from "./template.ts";
import { ofUnitInHand, unitInHand, type UnitInHand } from "./unit.ts";

/** Units as their members want them. Throws `unsupported` with every unit whose members disagree. */
function unitsInHand(app: App, units: readonly Unit[], bindings: readonly PlannedBinding[], sends: ReturnType<typeof pathsOf>["sends"]): readonly UnitInHand[] {
  const byUnit = Map.groupBy(bindings, ({ unit }) => unit);
  const faults: string[] = [];
  const inHand = units.flatMap((unit) => {
    try {
      return [unitInHand(unit, needsOf(app, unit), byUnit.get(unit.name) ?? [], sends)];
    } catch (error) {
      if (!(error instanceof IsobarError) || error.code !== "unsupported") throw error;
      faults.push(error.message);
      return [];
    }
  });
  refuseAll(faults);
  return inHand;
}
/** Queues of dead letters, and whose they are. */
function lettersIn(app: App, storageQueues: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const names = Object.keys(app.functions).flatMap((name) => {
    const { name: queue } = lettersOf(app, name) ?? {};
    return queue === undefined || storageQueues.has(queue) ? [] : [[queue, name] as const];
  });
  return new Map([...Map.groupBy(names, ([queue]) => queue)].map(([queue, all]) => [queue, all.map(([, name]) => name)]));
}

/** Everything that is made, and what is there already. */
interface Composed {
  readonly made: Known;
  readonly there: Known;
  readonly units: readonly UnitInHand[];
  /** Sentences of roles, by their names in the manifest. */
  readonly told: ReadonlyMap<string, string>;
  readonly faults: readonly string[];
}
function composedOf(target: Target<AzureSettings>, { bindings }: Plan, units: readonly Unit[]): Composed {
  const { app, settings } = target;
  const { existing = {} } = settings;
  const { names: storageQueues, faults } = storageQueuesOf(app, bindings);
  // What disagrees on a queue would be told as two resources of one name.
  refuseAll(faults);
  const { resources: paths, sends } = pathsOf(target, bindings, storageQueues);
  const inHand = unitsInHand(app, units, bindings, sends);
  const unitOwn = inHand.map((each) => ofUnitInHand(each, settings, paths));
  const databases = databasesOf(paths.keys(), existing);
  const isHere = ([key]: readonly [string, unknown]): boolean => isThere(key, existing, databases);
  const [there, rest] = [new Map([...paths].filter(isHere)), [...paths].filter((each) => !isHere(each))];
  const own = [...rest, ...unitOwn.flatMap(({ resources }) => [...resources])];
  const alarms = alarmsOf(lettersIn(app, storageQueues), new Map(own), settings);
  const all: Known = new Map([...sharedOf(new Map([...own, ...there]), settings, Object.keys(app.functions)), ...own, ...alarms]);
  const places = [...all].filter(([, { resource }]) => isSetting(resource)).flatMap(([key, { resource }]) => placeFaults(key, resource));
  const made = new Map([...all].map(([key, { resource, functions }]) => {
    const named = settings.existing === undefined ? resource : called(resource, existing);
    return [key, { functions, resource: isSetting(named) ? elsewhere(named) : named }] as const;
  }));
  return { made, there, units: inHand, told: new Map(unitOwn.flatMap(({ permissions }) => permissions.map(({ key, text }) => [key, text] as const))), faults: places };
}

function partsOf(known: Known, units: readonly Unit[], origin: Origin, all: number): Parts {
  const unitOf = new Map(units.flatMap(({ name, functions }) => functions.map((each) => [each, name] as const)));
  return new Map([...known].map(([key, { resource, functions }]) => {
    const part = { resource, functions, units: [...new Set(functions.map((name) => unitOf.get(name)!))] };
    return [key, { ...part, resource: { ...resource, comments: commentOf(key, part, origin, all) } }];
  }));
}
const hostKey = (unit: string): string => `host.json ${unit}`;

/** Throws `invalid-definition` where two functions want one resource to be different, `unsupported` with everything that Azure does not take. */
export function compose(given: Target, plan: Plan, { origin = () => undefined }: ComposeOptions = {}): Manifest {
  const target = given as Target<AzureSettings>;
  const { app, settings } = target;
  const units = unitsOf(app, "together");
  const { made, there, units: inHand, told, faults } = composedOf(target, plan, units);
  const hosts = new Map(inHand.map(({ unit, host }) => [hostKey(unit), hostOf(host as Readonly<Record<string, unknown>>, settings.tracing ?? true)]));
  const final = finalOf(settings, made, hosts);
  const count = Object.keys(app.functions).length;
  const parts = partsOf(final.known, units, origin, count);
  refuseAll([...targetFaults(settings), ...existingFaults(settings.existing ?? {}), ...faults, ...final.faults, ...inHand.flatMap((each) => unitFaults(each, settings)), ...partFaults(parts, settings), ...overriddenFaults(plan.bindings, settings, final.known, final.hosts)]);

  const { stage = "dev", location } = settings;
  const head: Head = { app: app.name, stage, location, variables: variablesOf(app.name, units.map(({ name }) => name), settings) };
  const [now, later] = [new Map([...parts].filter(([, { resource }]) => !isLater(resource))), new Map([...parts].filter(([, { resource }]) => isLater(resource)))];
  const first = filesOf(now);
  const templates = new Map([...[...first].map(([file, all]) => [file, templateOf(all, head, file === mainFile ? outputsOf(app, units, plan.bindings, settings.existing) : {})] as const), ...(later.size === 0 ? [] : [[laterFile, templateOf(later, head)] as const])]);
  const files = Object.fromEntries([...templates].map(([file, template]) => [file, manifestText(template)]));
  refuseAll([...templates].flatMap(([file, template]) => templateFaults(file, files[file]!, template)));

  const secrets = [...new Set(inHand.flatMap(({ needs }) => needs.secrets))].sort();
  const work = { app: app.name, settings, units: units.map(({ name }) => name), secrets, parts, there: partsOf(there, units, origin, count), files: [...first.keys()], hasLater: later.size > 0 };
  return {
    files,
    units: Object.fromEntries(units.map(({ name }) => [name, unitFiles(app.name, name, final.hosts.get(hostKey(name))!)])),
    explained: explainedOf(parts, told, origin),
    steps: stepsOf(work),
    deployer: deployerOf(work),
  };
}
