/** What all units of an app have in common: namespaces and accounts that their paths lie in, and where logs go. */
import { literal, location, resource, type Shared } from "./arm.ts";
import type { Made } from "./ids.ts";
import { accountStem, appPart, uniqueLength } from "./names.ts";
import type { AzureSettings } from "./target.ts";

/** Encrypted in transit, and for identities alone. */
export const storageAccount = (name: string, comments: string): Made =>
  resource("Microsoft.Storage/storageAccounts", { name, location, sku: { name: "Standard_LRS" }, kind: "StorageV2", comments, properties: { allowBlobPublicAccess: false, allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2", supportsHttpsTrafficOnly: true } });

const insightsType = "Microsoft.Insights/components";
const workspaceType = "Microsoft.OperationalInsights/workspaces";
const insightsName = "concat(variables('prefix'), '-insights')";
const workspaceName = "concat(variables('prefix'), '-logs')";
/** Where logs and traces are sent to. */
export const insightsId = `resourceId('${insightsType}', ${insightsName})`;
const workspaceId = `resourceId('${workspaceType}', ${workspaceName})`;

/** What of logs and traces Application Insights writes to: each keeps them for 90 days unless its own table says otherwise. https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure */
const tables = ["AppTraces", "AppExceptions", "AppRequests", "AppDependencies"];
/** A workspace keeps everything for a month at least; its tables may keep less. */
const leastWorkspaceDays = 30;
export const defaultRetentionDays = 30;

/** The workspace, its tables and what sends to it. */
function logsOf({ logRetentionDays: days = defaultRetentionDays, existing = {} }: AzureSettings): Readonly<Record<string, Made>> {
  const insights = resource(insightsType, {
    name: `[${insightsName}]`,
    location,
    kind: "web",
    comments: "logs and traces of all functions",
    properties: { Application_Type: "web", IngestionMode: "LogAnalytics", WorkspaceResourceId: existing.workspace === undefined ? `[${workspaceId}]` : literal(existing.workspace), DisableLocalAuth: true },
  });
  if (existing.workspace !== undefined) return { insights };
  return {
    logs: resource(workspaceType, { name: `[${workspaceName}]`, location, comments: "where logs and traces are kept", properties: { sku: { name: "PerGB2018" }, retentionInDays: Math.max(leastWorkspaceDays, days) } }),
    insights,
    ...Object.fromEntries(tables.map((table) => [`logs ${table}`, resource(`${workspaceType}/tables`, { name: `[concat(variables('prefix'), '-logs/${table}')]`, comments: `kept for ${days} days`, dependsOn: [`[${insightsId}]`], properties: { retentionInDays: days, totalRetentionInDays: days } })])),
  };
}

interface Place {
  readonly key: string;
  /** How types begin of what lies in it. */
  readonly holds: string;
  readonly shared: Shared;
  readonly make: (keys: ReadonlySet<string>) => Made;
}
const named = (shared: Shared) => `[variables('${shared}')]`;
/** Basic has no topics and no sessions, Premium another price: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-premium-messaging */
const places: readonly Place[] = [
  {
    key: "service bus", holds: "Microsoft.ServiceBus/namespaces/", shared: "serviceBus",
    make: () => resource("Microsoft.ServiceBus/namespaces", { name: named("serviceBus"), location, sku: { name: "Standard", tier: "Standard" }, comments: "queues and topics of the app", properties: { disableLocalAuth: true, minimumTlsVersion: "1.2" } }),
  },
  {
    key: "event hubs", holds: "Microsoft.EventHub/namespaces/", shared: "eventHubs",
    // A diagnostic setting writes by a shared access rule, and by nothing else.
    make: (keys) => resource("Microsoft.EventHub/namespaces", { name: named("eventHubs"), location, sku: { name: "Standard", tier: "Standard", capacity: 1 }, comments: "event hubs of the app", properties: { disableLocalAuth: !keys.has("rule diagnostics"), minimumTlsVersion: "1.2" } }),
  },
  {
    key: "cosmos db", holds: "Microsoft.DocumentDB/databaseAccounts/", shared: "cosmosDb",
    make: () =>
      resource("Microsoft.DocumentDB/databaseAccounts", {
        name: named("cosmosDb"), location, kind: "GlobalDocumentDB", comments: "tables of the app",
        properties: { databaseAccountOfferType: "Standard", locations: [{ locationName: location, failoverPriority: 0 }], consistencyPolicy: { defaultConsistencyLevel: "Session" }, capabilities: [{ name: "EnableServerless" }], disableLocalAuth: true, minimalTlsVersion: "Tls12" },
      }),
  },
  { key: "storage", holds: "Microsoft.Storage/storageAccounts/", shared: "storage", make: () => storageAccount(named("storage"), "buckets and Storage queues of the app") },
];

/** Whether it lies in the app's own namespace or account, not in a unit's. */
const liesIn = ({ holds, shared }: Place, { type, name }: Made): boolean => (type.startsWith(holds) && name.includes(`variables('${shared}')`)) || (shared === "storage" && type === "Microsoft.EventGrid/systemTopics");
/** In: everything else, by its name in the manifest, with the functions that it is for. Out: what that needs to lie in, but what is there already. */
export function sharedOf(resources: ReadonlyMap<string, { readonly resource: Made; readonly functions: readonly string[] }>, settings: AzureSettings, all: readonly string[]): ReadonlyMap<string, { readonly resource: Made; readonly functions: readonly string[] }> {
  const { existing = {} } = settings;
  const keys = new Set(resources.keys());
  const used = places.flatMap((place) => {
    const users = [...resources.values()].filter(({ resource: each }) => liesIn(place, each)).flatMap(({ functions }) => functions);
    return users.length === 0 || existing[place.shared as keyof typeof existing] !== undefined ? [] : [[place.key, { resource: place.make(keys), functions: [...new Set(users)] }] as const];
  });
  return new Map([...Object.entries(logsOf(settings)).map(([key, made]) => [key, { resource: made, functions: all }] as const), ...used]);
}

/** Variables of the template, by who uses them. World's names have the resource group's hash in them, so that two copies of an app are two. https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#uniquestring */
export function variablesOf(app: string, units: readonly string[], { existing = {} }: AzureSettings): Readonly<Record<string, string>> {
  const there = (name: string | undefined) => (name === undefined ? undefined : literal(name));
  return {
    unique: `[take(uniqueString(resourceGroup().id, parameters('stage')), ${uniqueLength})]`,
    prefix: `[concat('${appPart(app)}-', parameters('stage'), '-', variables('unique'))]`,
    // One zone of names for both: they cannot be called the same.
    serviceBus: there(existing.serviceBus) ?? "[concat(variables('prefix'), '-bus')]",
    eventHubs: there(existing.eventHubs) ?? "[concat(variables('prefix'), '-hubs')]",
    cosmosDb: there(existing.cosmosDb) ?? "[toLower(concat(variables('prefix'), '-db'))]",
    storage: there(existing.storage) ?? `[concat('${accountStem(app)}', uniqueString(resourceGroup().id, parameters('stage')))]`,
    ...Object.fromEntries(units.map((unit) => [`${unit}.storage`, `[concat('${accountStem(unit)}', uniqueString(resourceGroup().id, parameters('stage'), '${unit}'))]`])),
  };
}
