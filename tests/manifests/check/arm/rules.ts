/** What Azure refuses and its types do not say. Ranges: delivery-semantics §2.2, with the page that it has them from. */
import { below, isList, isObject, objectOf, oneOf, spell, type Json } from "../json.ts";
import { namedBy, parsed, resolved, type ArmResource, type ArmTemplate } from "./template.ts";
import { literalsAt } from "../places.ts";

interface Rule {
  readonly is: (value: Json) => boolean;
  readonly what: string;
}
const range = (from: number, to: number, source: string): Rule => ({ is: (value) => typeof value !== "number" || (value >= from && value <= to), what: `${from} to ${to} (${source})` });
const among = (source: string, ...values: readonly Json[]): Rule => ({ is: (value) => values.includes(value), what: `${oneOf(values.map(spell))} (${source})` });
/** ISO 8601, days and smaller. */
const duration = /^P(?!$)(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const secondsOf = (text: string): number => {
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = duration.exec(text)!;
  return Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
};
const lasting = (mostSeconds: number, source: string): Rule => ({ is: (value) => typeof value !== "string" || (duration.test(value) && secondsOf(value) <= mostSeconds), what: `an ISO 8601 duration${mostSeconds === Number.POSITIVE_INFINITY ? "" : ` of ${mostSeconds} s at most (${source})`}` });
const anyDuration = lasting(Number.POSITIVE_INFINITY, "");
const quotas = "learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas";
const eventGrid = "learn.microsoft.com/azure/event-grid/delivery-and-retry";
const flex = "learn.microsoft.com/azure/azure-functions/flex-consumption-plan";
const entity = { "properties.lockDuration": lasting(300, quotas), "properties.maxDeliveryCount": range(1, 2_000, quotas), "properties.defaultMessageTimeToLive": anyDuration, "properties.autoDeleteOnIdle": anyDuration };
const retryPolicy = { "properties.retryPolicy.maxDeliveryAttempts": range(1, 30, eventGrid), "properties.retryPolicy.eventTimeToLiveInMinutes": range(1, 1_440, eventGrid) };

const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  "Microsoft.ServiceBus/namespaces/queues": { ...entity, "properties.duplicateDetectionHistoryTimeWindow": lasting(604_800, quotas) },
  "Microsoft.ServiceBus/namespaces/topics": { "properties.duplicateDetectionHistoryTimeWindow": lasting(604_800, quotas), "properties.defaultMessageTimeToLive": anyDuration },
  "Microsoft.ServiceBus/namespaces/topics/subscriptions": entity,
  "Microsoft.EventGrid/systemTopics/eventSubscriptions": retryPolicy,
  "Microsoft.EventGrid/topics/eventSubscriptions": retryPolicy,
  "Microsoft.Web/sites": {
    // Newer pages have a lower minimum than 40: unsure, so only what no page allows is refused.
    "properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount": range(1, 1_000, flex),
    "properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB": among(flex, 512, 2048, 4096),
    "properties.functionAppConfig.scaleAndConcurrency.triggers.http.perInstanceConcurrency": range(1, 1_000, flex),
    "properties.functionAppConfig.runtime.version": among("learn.microsoft.com/azure/azure-functions/functions-reference-node, and what Isobar runs on", "22", "24"),
  },
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
/** `forwardTo` and `forwardDeadLetteredMessagesTo` name an entity of the same namespace that has to be there first. A subscription with sessions cannot forward. */
function forwardFaults({ type, name, path, body }: ArmResource, { resources, variables }: ArmTemplate): readonly string[] {
  if (!/^Microsoft\.ServiceBus\/namespaces\/(?:queues|topics\/subscriptions)$/.test(type)) return [];
  const properties = objectOf(body["properties"]);
  const [namespace] = name.split("/");
  const missing = ["forwardTo", "forwardDeadLetteredMessagesTo"].filter((key) => key in properties).flatMap((key) => {
    const to = `${namespace!}/${resolved(properties[key], variables)}`;
    const found = resources.some((other) => same(other.name, to) && /^Microsoft\.ServiceBus\/namespaces\/(?:queues|topics)$/.test(other.type));
    return found ? [] : [`${path}.properties.${key}: the namespace has no queue and no topic ${spell(properties[key])}`];
  });
  return [...missing, ...(properties["forwardTo"] !== undefined && properties["requiresSession"] === true ? [`${path}.properties.forwardTo: what requires sessions cannot forward`] : [])];
}
/** Names that stay the same, principals that need not be looked up while they are new. https://learn.microsoft.com/azure/role-based-access-control/role-assignments-template */
function roleFaults({ type, path, body }: ArmResource): readonly string[] {
  if (type !== "Microsoft.Authorization/roleAssignments") return [];
  const { roleDefinitionId, principalType } = objectOf(body["properties"]);
  const [name, definition] = [parsed(body["name"]), parsed(roleDefinitionId)];
  const guid = definition?.is === "call" && definition.name.toLowerCase() === "subscriptionresourceid" ? definition.args.at(-1) : undefined;
  const [scope, , role] = name?.is === "call" && name.name.toLowerCase() === "guid" ? name.args : [];
  return [
    ...(scope === undefined || role === undefined ? [`${path}.name: is no guid of scope, principal and role`] : []),
    ...(principalType === undefined ? [`${path}.properties: principalType is missing`] : []),
    ...(roleDefinitionId !== undefined && !(guid !== undefined && ((guid.is === "string" && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(guid.text)) || namedBy(guid, "variables") !== undefined)) ? [`${path}.properties.roleDefinitionId: names no role by its GUID`] : []),
  ];
}
/** App settings by name: two of one name overwrite each other, and an unbound secret is in the open. */
function settingFaults({ type, path, body }: ArmResource): readonly string[] {
  if (type !== "Microsoft.Web/sites") return [];
  const settings = objectOf(objectOf(body["properties"])["siteConfig"])["appSettings"];
  const names = (isList(settings) ? settings : []).map((each) => (isObject(each) ? String(each["name"]) : ""));
  return names.flatMap((each, i) => (names.indexOf(each) < i ? [`${below(`${path}.properties.siteConfig.appSettings`, i)}: there are two of ${each}`] : []));
}
const tableFaults = ({ type, path, body }: ArmResource): readonly string[] =>
  Object.entries(rules[type] ?? {}).flatMap(([where, rule]) => literalsAt(body, where, path).filter(([, value]) => parsed(value) === undefined && !rule.is(value)).map(([at, value]) => `${at}: ${spell(value)} is not ${rule.what}`));

export const ruleFaults = (resource: ArmResource, template: ArmTemplate): readonly string[] => [...tableFaults(resource), ...forwardFaults(resource, template), ...roleFaults(resource), ...settingFaults(resource)];
