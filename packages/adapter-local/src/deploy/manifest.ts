/** The manifest of an app on this machine: one file, `isobar.json`, with its units and all resources as the store, its readers and the simulator read them. */
import type { Channel, Target } from "@isobar/core";
import { IsobarError } from "@isobar/core";
import { lossesOf, manifestText, mergeResources, needsOf, unitsOf, type ComposeOptions, type Explained, type Grant, type Loss, type LossRules, type Manifest, type ManifestFiles, type ManifestResource, type Plan, type PlannedBinding, type Unit } from "@isobar/core/plan";
import { secretVariable } from "../runtime/secret.ts";
import { called, type LocalResource, type LocalResources } from "./resources.ts";

export const manifestFile = "isobar.json";
/** Every unit's, on this machine. */
export const entryFile = "index.mjs";

interface LocalUnit {
  readonly entry: string;
  readonly functions: readonly string[];
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The variable of each secret. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly may: readonly Grant[];
}

/** Queues that a function sends to: one that nobody consumes is still to be there. A topic is its subscriptions, and needs nothing. */
const sentTo = (name: string, sends: readonly Channel[] = []): LocalResources =>
  Object.fromEntries(sends.flatMap((to) => (to.resource === "queue" ? [[called("queue", to.name), { type: "queue", for: name, order: to.order } satisfies LocalResource]] : [])));

function unitOf({ app }: Target, unit: Unit, bindings: readonly PlannedBinding[]): LocalUnit {
  const { memoryMb, environment, secrets, sends } = needsOf(app, unit);
  const own = bindings.filter(({ unit: of }) => of === unit.name);
  const grants = [...own.flatMap(({ rendered }) => rendered.grants), ...sends.map((to): Grant => ({ actions: ["send"], on: called(to.resource as "queue", to.name), for: "sending" }))];
  return {
    entry: `${unit.name}/${entryFile}`,
    functions: unit.functions,
    memoryMb,
    environment,
    secrets: Object.fromEntries(secrets.map((name) => [name, secretVariable(name)])),
    may: [...new Map(grants.map((grant) => [JSON.stringify([grant.actions, grant.on]), grant])).values()],
  };
}
const grantText = ({ actions, on, for: why }: Grant): string => `${actions.join(", ")} on ${on}: ${why}`;

/** Throws `invalid-definition` where two functions want one resource to be different, `unsupported` where a unit's members disagree. */
export function compose(target: Target, { app: name, bindings }: Plan, { origin = () => undefined }: ComposeOptions = {}): Manifest {
  const { functions } = target.app;
  const merged = mergeResources(
    bindings.map(({ function: fn, rendered: { resources } }) => ({ function: fn, resources: { ...(resources as LocalResources), ...missing(resources, sentTo(fn, functions[fn]!.options.sends)) } })),
    ({ for: _, ...rest }): LocalResource => rest as LocalResource,
  );
  const units = unitsOf(target.app, "together").map((unit) => [unit.name, unitOf(target, unit, bindings)] as const);
  const from = (names: readonly string[]): readonly string[] => names.flatMap((each) => origin(each) ?? []);
  const resources = [...merged].map(([id, { resource, functions: names }]) => {
    const lines = from(names);
    return [id, { ...resource, for: names.join(", "), ...(lines.length === 0 ? {} : { from: lines.join(", ") }) }] as const;
  });
  const explained = [...merged].map(([id, { resource: { type }, functions: names }]): Explained => {
    const allows = type === "function" ? units.flatMap(([, unit]) => (unit.functions.includes(names[0]!) ? unit.may.map(grantText) : [])) : [];
    return { name: id, type, functions: names, lines: from(names), allows };
  });
  return {
    files: { [manifestFile]: manifestText({ app: name, units: Object.fromEntries(units), resources: Object.fromEntries(resources) }) },
    units: {},
    explained,
    steps: [],
    deployer: units.some(([, { may }]) => may.length > 0) ? ["read and write the file that ISOBAR_STORE names"] : [],
  };
}
const missing = (there: Readonly<Record<string, object>>, wanted: LocalResources): LocalResources => Object.fromEntries(Object.entries(wanted).filter(([id]) => !Object.hasOwn(there, id)));

/** The store knows a queue by its name, and makes it when it is first named. */
const rules: LossRules = {
  holds: { queue: "messages" },
  immutable: { queue: ["order"] },
  letters: {},
  retention: {},
  lasting: () => undefined,
  removed: (held) => `stays in the store with its ${held}, which nobody reads any more`,
  replaced: (held) => `keeps its ${held}, which were sent without that order`,
};
function resourcesIn({ [manifestFile]: text }: ManifestFiles): ReadonlyMap<string, ManifestResource> {
  if (text === undefined) return new Map();
  try {
    const { resources } = JSON.parse(text) as { readonly resources: LocalResources };
    return new Map(Object.entries(resources).map(([id, { type, ...properties }]) => [id, { type, properties }]));
  } catch (cause) {
    throw new IsobarError("invalid-definition", `${manifestFile} is no manifest of this machine`, { cause });
  }
}
export const losses = (before: ManifestFiles, after: ManifestFiles): readonly Loss[] => lossesOf(resourcesIn(before), resourcesIn(after), rules);
