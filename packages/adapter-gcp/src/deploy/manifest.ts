/** A planned target as Terraform's JSON, for version 6 and 7 of Google's provider. https://developer.hashicorp.com/terraform/language/syntax/json */
import { IsobarError, type App, type ConsumerOptions, type Queue, type Target } from "@isobar/core";
import { manifestText, mergeResources, overlay, unitsOf, type ComposeOptions, type Manifest, type Merged, type Plan, type PlannedBinding } from "@isobar/core/plan";
import { alarmsOf } from "./alarms.ts";
import { replacing, withoutGone } from "./existing.ts";
import { commentOf, explainedOf } from "./explained.ts";
import { faultsOf } from "./faults.ts";
import { functionKey } from "./function.ts";
import { urlsOf } from "./http.ts";
import { limitFaults } from "./limits.ts";
import { packageOf } from "./package.ts";
import { addressOf } from "./push.ts";
import { labelOf, ref, type Resource, type Resources } from "./resources.ts";
import { headOf, settingsFaults } from "./settings.ts";
import { deployerOf, stepsOf } from "./steps.ts";
import type { GcpSettings } from "./target.ts";
import { channelsOf, codeBucket, codeKey, composedOf } from "./unit.ts";

export const manifestFile = "main.tf.json";
type Fragment = { readonly function: string; readonly resources: Resources };
type Final = Map<string, Merged<Resource>>;

const optionsOf = (app: App, name: string): Partial<ConsumerOptions> => app.functions[name]!.options as Partial<ConsumerOptions>;
const lettersOf = (app: App, name: string): readonly Queue[] => {
  const { deadLetter = "discard" } = optionsOf(app, name).delivery ?? {};
  return deadLetter === "discard" ? [] : [deadLetter];
};

/** Every resource of every function: its path's, those of what it sends to, its unit's, and alerts on its dead letters. */
function fragmentsOf(target: Target<GcpSettings>, bindings: readonly PlannedBinding[]): { readonly fragments: readonly Fragment[]; readonly faults: readonly string[] } {
  const { app, settings } = target;
  const byUnit = Map.groupBy(bindings, ({ unit }) => unit);
  const units = unitsOf(app, "together").map((unit) => ({ unit, ...composedOf(target, unit, byUnit.get(unit.name) ?? []) }));
  const fragments = [
    ...Object.keys(app.functions).map((name): Fragment => ({ function: name, resources: { [codeKey]: codeBucket(app) } })),
    ...units.flatMap(({ unit, resources: own }) => [
      ...(byUnit.get(unit.name) ?? []).flatMap(({ function: name, rendered: { resources } }): readonly Fragment[] => {
        // The function as a whole is the unit's to say.
        const { [functionKey(unit.name)]: _, ...path } = resources as Resources;
        return [{ function: name, resources: path }, { function: name, resources: channelsOf(app, optionsOf(app, name).sends) }];
      }),
      ...unit.functions.map((name): Fragment => ({ function: name, resources: own })),
    ]),
  ];
  const keys = new Set(fragments.flatMap(({ resources }) => Object.keys(resources)));
  const alarms = Object.keys(app.functions).flatMap((name) => lettersOf(app, name).map((letters): Fragment => ({ function: name, resources: alarmsOf(app, letters, settings, (key) => keys.has(key)) })));
  return { fragments: [...fragments, ...alarms], faults: units.flatMap(({ faults }) => faults) };
}

/** The rules of each path, with the user's own words laid over what is rendered. */
function overriddenFaults(bindings: readonly PlannedBinding[], laid: ReadonlyMap<string, Merged<Resource>>, overrides: object): readonly string[] {
  const touched = bindings.filter(({ rendered: { resources } }) => Object.keys(overrides).some((key) => Object.hasOwn(resources, key)));
  return touched.flatMap(({ function: name, rendered }) => faultsOf({ ...rendered, resources: Object.fromEntries(Object.keys(rendered.resources).map((key) => [key, laid.get(key)!.resource])) }).map((sentence) => `${name}, as it is overridden: ${sentence}`));
}
const resourceKey = /^[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*$/;

/** Merged resources with everything that the target says of single ones. */
function finalOf({ existing = {}, overrides = {}, resources: raw = {} }: GcpSettings, merged: ReadonlyMap<string, Merged<Resource>>, bindings: readonly PlannedBinding[]): { readonly resources: Final; readonly faults: readonly string[] } {
  const replaced = replacing(existing, (key) => merged.has(key));
  const laid = new Map([...merged].map(([key, each]) => [key, Object.hasOwn(overrides, key) ? { ...each, resource: overlay(each.resource, overrides[key]) } : each] as const));
  const resources: Final = new Map([...laid].filter(([key]) => !replaced.gone.has(key)).map(([key, { resource, functions }]) => [key, { functions, resource: withoutGone(resource, replaced) }]));
  const faults = [
    ...replaced.faults,
    ...Object.keys(overrides).filter((key) => !resources.has(key)).map((key) => `overrides: there is no resource ${JSON.stringify(key)}${replaced.gone.has(key) ? ", which is there already and not made here" : ""}`),
    ...overriddenFaults(bindings, laid, overrides),
    ...Object.keys(raw).filter((key) => !resourceKey.test(key)).map((key) => `resources: ${JSON.stringify(key)} is no name of a resource: a type, a dot, and a label`),
    ...Object.keys(raw).filter((key) => resources.has(key)).map((key) => `resources: ${JSON.stringify(key)} is taken; \`overrides\` changes it`),
  ];
  for (const [key, resource] of Object.entries(raw as Resources)) resources.set(key, { resource, functions: [] });
  return { resources, faults };
}

/** What `isobar dead-letters` wants in its environment: https://developer.hashicorp.com/terraform/cli/commands/output prints it. */
function lettersOutput(app: App, resources: Final): Readonly<Record<string, Resource>> {
  const names = Object.keys(app.functions).filter((name) => lettersOf(app, name).length > 0);
  const addresses = [
    ...names.flatMap((name) => lettersOf(app, name).map(({ name: letters }) => [addressOf("subscription", letters), `google_pubsub_subscription.${labelOf(letters, "queue")}`] as const)),
    ...names.map((name) => [addressOf("source", name), `google_pubsub_subscription.${labelOf(name)}`] as const),
  ].filter(([, key]) => resources.has(key));
  return addresses.length === 0 ? {} : { dead_letters: { description: "the environment of isobar dead-letters", value: Object.fromEntries(addresses.map(([name, key]) => [name, ref(key)])) } };
}

/** Resources by type and label. */
function grouped(resources: ReadonlyMap<string, Resource>): Readonly<Record<string, Resources>> {
  const types = new Map<string, Map<string, Resource>>();
  for (const [key, resource] of resources) {
    const [type, label] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
    types.set(type, (types.get(type) ?? new Map<string, Resource>()).set(label, resource));
  }
  return Object.fromEntries([...types].map(([type, labelled]) => [type, Object.fromEntries(labelled)]));
}

export function compose(given: Target, { bindings }: Plan, { origin = () => undefined }: ComposeOptions = {}): Manifest {
  const target = given as Target<GcpSettings>;
  const { app, settings } = target;
  const { fragments, faults } = fragmentsOf(target, bindings);
  const { resources, faults: more } = finalOf(settings, mergeResources(fragments), bindings);
  const plain = Object.fromEntries([...resources].map(([key, { resource }]) => [key, resource]));
  const known = settings.existing?.secrets ?? {};
  const secrets = [...new Set(Object.values(app.functions).flatMap(({ options }) => options.secrets ?? []))].sort();
  const strangers = Object.keys(known).filter((name) => !secrets.includes(name)).map((name) => `existing.secrets: no function of the app has a secret ${JSON.stringify(name)}`);
  const lines = [...settingsFaults(target), ...faults, ...more, ...strangers, ...limitFaults(plain)];
  if (lines.length > 0) throw new IsobarError("unsupported", `what Google Cloud does not take:\n${lines.map((line) => `  ${line}`).join("\n")}`);

  const units = unitsOf(app, "together").map(({ name }) => name);
  const commented = new Map([...resources].map(([key, { resource, functions }]) => [key, functions.length === 0 ? resource : { "//": commentOf(key, functions, origin), ...resource }] as const));
  const output = { ...urlsOf(bindings), ...lettersOutput(app, resources) };
  return {
    files: { [manifestFile]: manifestText({ ...headOf(target, plain), resource: grouped(commented), ...(Object.keys(output).length === 0 ? {} : { output }) }) },
    units: Object.fromEntries(units.map((unit) => [unit, { "package.json": packageOf(app, unit) }])),
    explained: explainedOf(resources, units, origin),
    steps: stepsOf(target, plain, secrets.filter((name) => !Object.hasOwn(known, name))),
    deployer: deployerOf(settings, plain),
  };
}
