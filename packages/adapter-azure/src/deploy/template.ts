/**
 * Resources as templates: who waits for whom, and what is in which file. A large app's units are in files of their own, deployed after what they share: which file a resource is in follows from who needs it and
 * from its unit's name, and nothing else.
 */
import { createHash } from "node:crypto";
import { eachText, fromOutside, idOf, idsIn, outside, parentsOf, tokenOf, type Made } from "./ids.ts";

export interface Part {
  readonly resource: Made;
  readonly functions: readonly string[];
  /** Where those functions are. */
  readonly units: readonly string[];
}
export type Parts = ReadonlyMap<string, Part>;
/** By its path below `<out>/azure/`. */
export const mainFile = "azuredeploy.json";
/** What can be made only once the code is there: Event Grid asks a function whether it is one. https://learn.microsoft.com/azure/event-grid/handler-functions */
export const laterFile = "azuredeploy.events.json";
export const isLater = ({ properties }: Made): boolean => (properties as { readonly destination?: { readonly endpointType?: string } } | undefined)?.destination?.endpointType === "AzureFunction";

const schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
/** https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits */
export const mostResources = 800;
export interface Head {
  readonly app: string;
  readonly stage: string;
  readonly location: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/** Its variables that are used, and those that they are made of. */
function usedOf(value: unknown, variables: Head["variables"]): Head["variables"] {
  const used = new Set<string>();
  const look = (of: unknown): void =>
    eachText(of, (text) => {
      if (!text.includes("variables('")) return;
      for (const [, name = ""] of text.matchAll(/variables\('([^']+)'\)/g)) if (!used.has(name) && Object.hasOwn(variables, name)) {
        used.add(name);
        look(variables[name]);
      }
    });
  look(value);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => used.has(name)));
}
const parametersOf = ({ app, stage, location }: Head): object => ({
  stage: { type: "string", defaultValue: stage, minLength: 1, maxLength: 10, metadata: { description: `part of every name, so that two copies of ${app} live in one subscription` } },
  location: { type: "string", defaultValue: location ?? "[resourceGroup().location]", metadata: { description: "the region of everything" } },
});

/** An account of Cosmos DB makes one at a time, and refuses others meanwhile (terraform-provider-azurerm#15842, "another user operation in progress which requires an exclusive lock"): each waits for the one before. */
const inTurn = "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments";
/** Its parts with all that they wait for, and with ids of others as ids of others. */
function madeOf(parts: Parts): readonly Made[] {
  const tokens = new Map([...parts.values()].map(({ resource: each }) => [tokenOf(each), idOf(each)]));
  const ids = new Set(tokens.values());
  const turns = new Map<Made, string>();
  let last: string | undefined;
  for (const { resource: each } of parts.values()) if (each.type === inTurn) {
    if (last !== undefined) turns.set(each, last);
    last = tokenOf(each);
  }
  return [...parts.values()].map(({ resource: each }) => {
    const { dependsOn: said = [] } = each;
    const self = idOf(each);
    const parent = parentsOf(each).find((id) => ids.has(id));
    const needed = [...said.filter((token) => tokens.has(token)), ...[...(parent === undefined ? [] : [parent]), ...[...idsIn(each)].filter((id) => ids.has(id) && id !== self)].map((id) => `[${id}]`), ...(turns.has(each) ? [turns.get(each)!] : [])];
    const { type, apiVersion, name, comments, dependsOn: _, ...more } = fromOutside(each, (id) => ids.has(id));
    return { type, apiVersion, name, comments, ...(needed.length === 0 ? {} : { dependsOn: [...new Set(needed.map((token) => outside(token, (id) => ids.has(id))))] }), ...more };
  });
}
export interface Template {
  readonly $schema: string;
  readonly contentVersion: string;
  readonly parameters: object;
  readonly variables: Readonly<Record<string, string>>;
  readonly resources: readonly Made[];
  readonly outputs?: object;
}

/** The unit that a resource is made with; none where several need it, or where another unit's resources name it. */
function homesOf(parts: Parts): ReadonlyMap<string, string | undefined> {
  const homes = new Map([...parts].map(([key, { units }]) => [key, units.length === 1 ? units[0] : undefined]));
  const byToken = new Map([...parts].flatMap(([key, { resource: each }]) => [[tokenOf(each), key], [`[${idOf(each)}]`, key]] as const));
  const needs = [...parts].map(([key, { resource: each }]) => [key, [...new Set([...(each.dependsOn ?? []), ...[...idsIn(each), ...parentsOf(each)].map((id) => `[${id}]`)].flatMap((token) => byToken.get(token) ?? []))]] as const);
  for (let moved = true; moved; ) {
    moved = false;
    for (const [key, needed] of needs) for (const other of needed) if (homes.get(other) !== undefined && homes.get(other) !== homes.get(key)) {
      homes.set(other, undefined);
      moved = true;
    }
  }
  return homes;
}
/** One of sixteen files, the same for a unit whatever else there is. */
const fileOfUnit = (unit: string): string => `azuredeploy.units-${createHash("sha256").update(unit).digest("hex")[0]!}.json`;

/** What is deployed file by file, in that order. In: everything but what is made later. Out: one template where it holds all of them; else one with what several units need, and units in others. */
export function filesOf(parts: Parts): ReadonlyMap<string, Parts> {
  if (parts.size <= mostResources) return new Map([[mainFile, parts]]);
  const homes = homesOf(parts);
  const byFile = Map.groupBy(parts, ([key]) => (homes.get(key) === undefined ? mainFile : fileOfUnit(homes.get(key)!)));
  return new Map([[mainFile, new Map(byFile.get(mainFile) ?? [])] as const, ...[...byFile].filter(([file]) => file !== mainFile).sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, all]) => [file, new Map(all)] as const)]);
}
/** A file. In: its parts, and what whoever deploys asks for. */
export const templateOf = (parts: Parts, head: Head, outputs: Readonly<Record<string, unknown>> = {}): Template => {
  const resources = madeOf(parts);
  return {
    $schema: schema,
    contentVersion: "1.0.0.0",
    parameters: parametersOf(head),
    variables: usedOf([resources, outputs], head.variables),
    resources,
    ...(Object.keys(outputs).length === 0 ? {} : { outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { type: "object", value }])) }),
  };
};
