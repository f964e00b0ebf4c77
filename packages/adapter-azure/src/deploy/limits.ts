/** What Azure takes of a composed app: names, sizes, counts. Every fault is a sentence: what · where · why · what would do. */
import { IsobarError } from "@isobar/core";
import { lastSegment, segmentsOf } from "./ids.ts";
import { connectionOf } from "./registration.ts";
import { defaultRetentionDays } from "./shared.ts";
import { settingsOf, type UnitParts } from "./site.ts";
import { vaultOf, type AzureSettings } from "./target.ts";
import { mostResources, type Parts, type Template } from "./template.ts";

const fault = (broken: boolean, ...words: readonly [what: string, where: string, why: string, nearest: string]): readonly string[] => (broken ? [words.join(" · ")] : []);

const subnet = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;
const vaultName = /^[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/;
/** What the target says of all functions. */
export function targetFaults({ stage = "dev", location, resourceGroup, runtime = "22", logRetentionDays: days = defaultRetentionDays, subnetId, existing, alarms = {} }: AzureSettings): readonly string[] {
  const vault = vaultOf(existing);
  const groups = [["resourceGroup", resourceGroup], ["existing.vault.resourceGroup", vault?.resourceGroup]] as const;
  return [
    ...fault(!/^[a-z][a-z0-9]{0,9}$/.test(stage), `stage ${JSON.stringify(stage)}`, "target", "it is part of every name: a lower-case letter, then lower-case letters and digits, 10 at most", 'as "dev"'),
    ...fault(location !== undefined && !/^[a-z][a-z0-9]*$/.test(location), `location ${JSON.stringify(location)}`, "target", "a region's name has lower-case letters and digits alone", 'as "westeurope"'),
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
    ...groups.flatMap(([where, name]) => fault(name !== undefined && !/^[\w.()-]{0,89}[\w()-]$/.test(name), `${where} ${JSON.stringify(name)}`, "target", "a resource group's name has letters, digits, underscores, hyphens, brackets and dots, no dot last, 90 at most", "another name")),
    ...fault(vault !== undefined && !vaultName.test(vault.name), `existing.vault ${JSON.stringify(vault?.name)}`, "target", "a vault's name has 3 to 24 letters, digits and hyphens", "its name, and not its address"),
    // From JavaScript, where no type says so.
    ...fault(runtime !== "22" && runtime !== "24", `runtime ${JSON.stringify(runtime)}`, "target", "Isobar runs on Node.js 22 and 24", "one of them"),
    // The bicep type of Microsoft.OperationalInsights/workspaces/tables.
    ...fault(!(Number.isInteger(days) && days >= 4 && days <= 730), `logRetentionDays ${String(days)}`, "target", "a table of Log Analytics keeps its rows for 4 to 730 days", "another number"),
    ...fault(subnetId !== undefined && !subnet.test(subnetId), `subnetId ${JSON.stringify(subnetId)}`, "target", "it is the id of a subnet", '"/subscriptions/…/virtualNetworks/…/subnets/…"'),
    ...(alarms === false ? [] : (alarms.actionGroups ?? [])).flatMap((id) => fault(!/\/actionGroups\/[^/]+$/i.test(id), `alarms.actionGroups ${JSON.stringify(id)}`, "target", "it is the id of an action group", '"/subscriptions/…/actionGroups/…"')),
  ];
}

/** The platform's, and settings of the host, which those of host.json would yield to. https://learn.microsoft.com/azure/azure-functions/functions-app-settings */
const reserved = /^(?:AzureWebJobs|AzureFunctions|FUNCTIONS_|WEBSITE|WEBJOBS_|APPINSIGHTS_|APPLICATIONINSIGHTS_|APPSETTING_|SCM_|ENABLE_ORYX_BUILD$|AZURE_CLIENT_ID$|IDENTITY_|MSI_|CONTAINER_|HOME$|PORT$|TZ$)/i;
/** Of one setting (delivery-semantics §9, an unsure fact). */
const mostBytes = 10_240;
/** What a unit is called, and what is in its environment. */
export function unitFaults(parts: UnitParts, settings: AzureSettings): readonly string[] {
  const { unit, needs: { environment, secrets } } = parts;
  const where = `unit "${unit}"`;
  const [ours, own] = [settingsOf(parts, settings), Object.entries(environment)];
  // App settings know no case.
  const said = new Map<string, string>();
  const twice = ours.flatMap(([name, value]) => {
    const other = said.get(name.toLowerCase());
    said.set(name.toLowerCase(), value);
    return other !== undefined && other !== value ? [name] : [];
  });
  const connections = new Set(ours.flatMap(([name]) => (name.includes("__") ? [connectionOf(name.slice(0, name.indexOf("__")))] : [])));
  return [
    ...own.flatMap(([name]) => fault(reserved.test(name) || (name.includes("__") && connections.has(connectionOf(name.slice(0, name.indexOf("__"))))) || said.has(name.toLowerCase()), `environment ${name}`, where, "the platform has a use of its own for that name", "another name")),
    ...twice.flatMap((name) => fault(true, `setting ${name}`, where, "two channels of different names have one variable", "another name for one of them")),
    ...[...ours, ...own].flatMap(([name, value]) => fault(Buffer.byteLength(name) + Buffer.byteLength(value) > mostBytes, `environment ${name}`, where, `a setting has ${mostBytes} bytes at most, its name included`, "a blob that the function reads")),
    ...fault(secrets.length > 0 && vaultOf(settings.existing) === undefined, `secrets ${secrets.join(", ")}`, where, "secrets are read from a key vault, and no vault is said", 'existing: { vault: "…" }'),
  ];
}

interface NameRule {
  readonly is: RegExp;
  readonly what: string;
}
const entity: NameRule = { is: /^[A-Za-z0-9](?:[\w.\-/]{0,258}[\w])?$/, what: "1 to 260 letters, digits, dots, hyphens, underscores and slashes" };
const lower: NameRule = { is: /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, what: "3 to 63 lower-case letters, digits and single hyphens" };
/** Of what lies in something: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const nameRules: Readonly<Record<string, NameRule>> = {
  "Microsoft.ServiceBus/namespaces/queues": entity,
  "Microsoft.ServiceBus/namespaces/topics": entity,
  "Microsoft.EventHub/namespaces/eventhubs": { is: /^[A-Za-z0-9](?:[\w.-]{0,254}[A-Za-z0-9])?$/, what: "1 to 256 letters, digits, dots, hyphens and underscores" },
  "Microsoft.Storage/storageAccounts/blobServices/containers": lower,
  "Microsoft.Storage/storageAccounts/queueServices/queues": lower,
  "Microsoft.DocumentDB/databaseAccounts/sqlDatabases": { is: /^[^/\\#?]{1,254}[^/\\#? ]$|^[^/\\#? ]$/, what: "1 to 255 characters, none of them / \\ # ?, and no space last" },
};
const nameFaults = (parts: Parts): readonly string[] =>
  [...parts].flatMap(([key, { resource: made }]) => {
    const rule = nameRules[made.type];
    const name = lastSegment(made);
    return rule === undefined || name.startsWith("concat(") ? [] : fault(!rule.is.test(name), `${key}`, made.type, `its name has ${rule.what}, not ${JSON.stringify(name)}`, "another name");
  });
/** Azure's names know no case, and those that are cut may meet. */
function collisionFaults(parts: Parts): readonly string[] {
  const known = new Map<string, string>();
  return [...parts].flatMap(([key, { resource: { type, name } }]) => {
    const id = `${type} ${name}`.toLowerCase();
    const other = known.get(id);
    known.set(id, key);
    return fault(other !== undefined, `${other} and ${key}`, type, "on Azure both have the same name", "another name for one of them");
  });
}
const countOf = (parts: Parts, type: string): number => [...parts.values()].filter(({ resource: made }) => made.type === type).length;
/** What one of its kind holds. */
function countFaults(parts: Parts, { existing = {} }: AzureSettings): readonly string[] {
  const hubs = countOf(parts, "Microsoft.EventHub/namespaces/eventhubs");
  const roles = countOf(parts, "Microsoft.Authorization/roleAssignments");
  const readers = Map.groupBy([...parts.values()].filter(({ resource: { type } }) => type === "Microsoft.EventHub/namespaces/eventhubs/consumergroups"), ({ resource: { name } }) => segmentsOf(name)[1]!);
  return [
    // https://learn.microsoft.com/azure/event-hubs/event-hubs-quotas
    ...fault(hubs > 10 && existing.eventHubs === undefined, `${hubs} event hubs`, "the app's Event Hubs namespace", "one of the Standard tier has 10", "existing.eventHubs, of the Premium tier"),
    ...[...readers].flatMap(([hub, all]) => fault(all.length > 20, `${all.length} functions`, `event hub ${hub}`, "on the Standard tier 20 groups read one hub", "a topic, or existing.eventHubs of the Premium tier")),
    // https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits
    ...fault(roles > 4_000, `${roles} role assignments`, "the subscription", "it has 4,000", "several apps, in subscriptions of their own"),
  ];
}
export const partFaults = (parts: Parts, settings: AzureSettings): readonly string[] => [...nameFaults(parts), ...collisionFaults(parts), ...countFaults(parts, settings)];

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits */
const [mostTemplateBytes, mostVariables] = [4 * 1_024 * 1_024, 512];
export const templateFaults = (file: string, text: string, { resources, variables }: Template): readonly string[] => [
  ...fault(resources.length > mostResources, `${resources.length} resources`, file, `a template has ${mostResources}`, "several apps"),
  ...fault(Object.keys(variables).length > mostVariables, `${Object.keys(variables).length} variables`, file, `a template has ${mostVariables}`, "several apps"),
  ...fault(Buffer.byteLength(text) > mostTemplateBytes, `${Buffer.byteLength(text)} bytes`, file, "a template has 4 MB", "several apps"),
];
/** Throws `unsupported` with every line, where there is one. */
export function refuseAll(lines: readonly string[]): void {
  if (lines.length > 0) throw new IsobarError("unsupported", `what Azure does not take:\n${[...new Set(lines)].map((line) => `  ${line}`).join("\n")}`);
}
