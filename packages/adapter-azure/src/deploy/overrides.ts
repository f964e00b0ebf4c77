/** The user's own words: laid over what is rendered, and beside it. */
import { overlay, type PlannedBinding } from "@isobar/core/plan";
import { isResource } from "./arm.ts";
import { faultsOf } from "./faults.ts";
import type { Made } from "./ids.ts";
import { ofUnit, type Known } from "./paths.ts";
import type { AzureSettings } from "./target.ts";

const isWhole = (value: object): boolean => isResource(value) && typeof value.apiVersion === "string" && typeof value.name === "string";
/** With everything that the target says of single resources. */
export function finalOf(settings: AzureSettings, known: Known, hosts: ReadonlyMap<string, object>): { readonly known: Known; readonly hosts: ReadonlyMap<string, object>; readonly faults: readonly string[] } {
  const { overrides = {}, resources: raw = {} } = settings;
  const laid = <T>(key: string, value: T): T => (Object.hasOwn(overrides, key) ? overlay(value, overrides[key]) : value);
  const final: Known = new Map([...known].map(([key, each]) => [key, { ...each, resource: laid(key, each.resource) }]));
  const faults = [
    ...Object.keys(overrides).filter((key) => !known.has(key) && !hosts.has(key)).map((key) => `overrides ${JSON.stringify(key)} · target · nothing that is made has that name · a name that isobar build --explain tells`),
    ...Object.entries(raw).flatMap(([key, each]) => [
      ...(known.has(key) || hosts.has(key) ? [`resources ${JSON.stringify(key)} · target · the name is taken · \`overrides\`, which changes it`] : []),
      ...(isWhole(each) ? [] : [`resources ${JSON.stringify(key)} · target · a resource has a type, an apiVersion and a name · all three`]),
    ]),
  ];
  for (const [key, each] of Object.entries(raw)) if (!final.has(key) && isWhole(each)) final.set(key, { resource: { comments: "", ...each } as Made, functions: [] });
  return { known: final, hosts: new Map([...hosts].map(([key, host]) => [key, laid(key, host)])), faults };
}
/** Rules of the paths, with the user's own words laid over what is rendered. */
export function overriddenFaults(bindings: readonly PlannedBinding[], { overrides = {} }: AzureSettings, known: Known, hosts: ReadonlyMap<string, object>): readonly string[] {
  const nameOf = (unit: string, key: string): string => (ofUnit.has(key) ? `${key} ${unit}` : key);
  return bindings.filter(({ unit, rendered: { resources } }) => Object.keys(resources).some((key) => Object.hasOwn(overrides, nameOf(unit, key)))).flatMap(({ function: name, unit, rendered }) => {
    const resources = Object.fromEntries(Object.entries(rendered.resources).map(([key, own]) => [key, hosts.get(nameOf(unit, key)) ?? known.get(nameOf(unit, key))?.resource ?? own]));
    return faultsOf({ ...rendered, resources }).map((sentence) => `overrides · ${name} · ${sentence} · without it`);
  });
}
