/**
 * Resources as an ARM template has them, and how one names another: https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#resources. The template has variables for what its
 * units share: `prefix` of names that are the world's, and `serviceBus`, `eventHubs`, `cosmosDb`, `storage` for a namespace or an account.
 */
import { behindPrefix } from "./names.ts";

export type Shared = "serviceBus" | "eventHubs" | "cosmosDb" | "storage" | `${string}.storage`;
export interface Resource {
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  /** Of an extension of another resource. */
  readonly scope?: string;
  readonly kind?: string;
  readonly location?: string;
  readonly sku?: object;
  readonly identity?: object;
  /** Of a deployment in a deployment. */
  readonly subscriptionId?: string;
  readonly resourceGroup?: string;
  readonly dependsOn?: readonly string[];
  /** What of the app it is for; the template keeps it. */
  readonly comments: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
export type Resources = Readonly<Record<string, object>>;
export const isResource = (value: object): value is Resource => typeof (value as Partial<Resource>).type === "string";

const versions = {
  "Microsoft.Authorization": "2022-04-01",
  "Microsoft.DocumentDB": "2024-11-15",
  "Microsoft.EventGrid": "2025-02-15",
  "Microsoft.EventHub": "2024-01-01",
  "Microsoft.Insights": "2021-05-01-preview",
  "Microsoft.ManagedIdentity": "2023-01-31",
  "Microsoft.OperationalInsights": "2023-09-01",
  "Microsoft.Resources": "2024-03-01",
  "Microsoft.ServiceBus": "2024-01-01",
  "Microsoft.Storage": "2025-01-01",
  "Microsoft.Web": "2024-04-01",
} as const;
/** Types that go by another version than the rest of their provider's. */
const ownVersions: Readonly<Record<string, string>> = { "Microsoft.Insights/components": "2020-02-02", "Microsoft.Insights/metricAlerts": "2018-03-01" };
export const versionOf = (type: string): string => ownVersions[type] ?? versions[type.split("/")[0] as keyof typeof versions];
/** A resource with its API version. In: its type, and the rest. */
export const resource = (type: `${keyof typeof versions}/${string}`, rest: Omit<Resource, "type" | "apiVersion">): Resource => ({ type, apiVersion: versionOf(type), ...rest });

export const location = "[parameters('location')]";
/** A text inside an expression: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A text of the user's as a value: one that begins as an expression does would be read as one. */
export const literal = (text: string): string => (text.startsWith("[") ? `[concat(${quoted(text)})]` : text);
export const variable = (name: Shared): string => `[variables('${name}')]`;
/** The name of what lies in a namespace or an account. */
export const inShared = (shared: Shared, path: string): string => `[concat(variables('${shared}'), ${quoted(`/${path}`)})]`;
/** A name that no other app of the world may have, and what lies in it. */
export const prefixed = (type: string, name: string, ...path: readonly string[]): string => `[concat(variables('prefix'), ${quoted([`-${behindPrefix(type, name)}`, ...path].join("/"))})]`;
const idOf = (type: string, ...names: readonly string[]): string => `[resourceId('${type}', ${names.join(", ")})]`;
/** The id of what lies in a namespace or an account, or of that itself. */
export const idInShared = (type: string, shared: Shared, ...path: readonly string[]): string => idOf(type, `variables('${shared}')`, ...path.map(quoted));
export const idOfPrefixed = (type: string, name: string, ...path: readonly string[]): string => idOf(type, `concat(variables('prefix'), ${quoted(`-${behindPrefix(type, name)}`)})`, ...path.map(quoted));

/** The last part of a resource's name: the entity's own. */
export const ownName = ({ name }: Resource): string => /([^/']+)'\)\]$/.exec(name)?.[1] ?? name;
export const ofType = (resources: Resources, type: string): readonly Resource[] => (Object.values(resources) as readonly Partial<Resource>[]).filter((each): each is Resource => each.type === type);
export const named = (resources: Resources, type: string, name: unknown): Resource | undefined => ofType(resources, type).find((each) => ownName(each) === name);

/** An expression without its brackets, to stand inside another. */
export const inner = (expression: string): string => expression.slice(1, -1);

/** Seconds in ISO 8601, as entities have them: "P14D", "PT1M". */
export function isoOf(seconds: number): string {
  for (const [unit, size] of [["D", 86_400], ["H", 3_600], ["M", 60]] as const) if (seconds >= size && seconds % size === 0) return unit === "D" ? `P${seconds / size}D` : `PT${seconds / size}${unit}`;
  return `PT${seconds}S`;
}
/** Seconds of such a duration, NaN for anything else. */
export function secondsInIso(text: unknown): number {
  const [all, days = "0", hours = "0", minutes = "0", seconds = "0"] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(String(text)) ?? [];
  return all === undefined ? Number.NaN : Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
const two = (number: number): string => String(number).padStart(2, "0");
/** Seconds as host.json has them, "hh:mm:ss"; its schema (https://www.schemastore.org/host.json) takes less than a day. */
export const clockOf = (seconds: number): string => `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
export const longestClockSeconds = 86_399;
/** Seconds of such a time, NaN for anything else. */
export function secondsInClock(text: unknown): number {
  const [all, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d)$/.exec(String(text)) ?? [];
  return all === undefined ? Number.NaN : Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
