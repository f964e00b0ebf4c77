/**
 * Event Grid's topics and subscriptions, always in the CloudEvents schema, and what they filter. By default a subscription fills a queue of the function's own.
 * https://learn.microsoft.com/azure/event-grid/delivery-and-retry · https://learn.microsoft.com/azure/event-grid/event-filtering
 */
import type { BusFunction, StorageChange, StorageFunction } from "@isobar/core";
import { approximated, exact, type Verdict } from "@isobar/core/plan";
import { idInShared, idOfPrefixed, inner, inShared, literal, location, prefixed, resource, variable, type Resource, type Resources } from "./arm.ts";
import { eventSubscription } from "./names.ts";
import { roleName, roleOf, systemIdentity, type Role } from "./roles.ts";
import { queueId } from "./entities.ts";
import type { Hop } from "./service-bus.ts";

export const mostAttempts = 30;
export const mostMinutes = 1_440;
/** Where it leaves what it gives up: one container of the app's storage account. */
export const undelivered = "isobar-undelivered";

const [typePrefix, typesOf] = ["Microsoft.Storage.", { created: "BlobCreated", deleted: "BlobDeleted", updated: "BlobTierChanged", archived: "BlobTierChanged", restored: "BlobTierChanged" } as const];
type Options = StorageFunction["options"];
/** Every change that a function asks for. Default: `created` alone. */
const changesOf = ({ on = ["created"] }: Options): readonly StorageChange[] => on;

/** Which objects, by native filters; the run time looks again. https://learn.microsoft.com/azure/event-grid/event-filtering */
interface Filter {
  readonly subjectBeginsWith: string;
  readonly subjectEndsWith?: string;
  readonly isSubjectCaseSensitive: true;
  readonly includedEventTypes?: readonly string[];
}
export function storageFilter({ source, options }: Pick<StorageFunction, "source" | "options">): Filter {
  const changes = changesOf(options);
  const types = [...new Set(changes.flatMap((change) => (change === "other" ? [] : [`${typePrefix}${typesOf[change]}`])))];
  return {
    subjectBeginsWith: `/blobServices/default/containers/${source.name}/blobs/${options.prefix ?? ""}`,
    ...(options.suffix === undefined ? {} : { subjectEndsWith: literal(options.suffix) }),
    isSubjectCaseSensitive: true,
    // What only one cloud knows has no list of types.
    ...(changes.includes("other") ? {} : { includedEventTypes: types }),
  };
}
export function assessFilter({ source, options }: Pick<StorageFunction, "source" | "options">): Verdict {
  const { subjectBeginsWith, subjectEndsWith, includedEventTypes } = storageFilter({ source, options });
  const words = { subjectBeginsWith, subjectEndsWith, includedEventTypes: includedEventTypes?.join(", ") };
  const by = Object.fromEntries(Object.entries(words).flatMap(([name, value]) => (value === undefined ? [] : [[`Microsoft.EventGrid eventSubscriptions filter.${name}`, value]])));
  if (changesOf(options).includes("updated")) return approximated("Event Grid tells of a blob's new tier only: changed metadata, tags and access make no event", 'no "updated" in `on`', by);
  return exact(by);
}
const mostValues = 25;
export function busFilter({ options: { sources, detailTypes } }: BusFunction): object {
  return {
    ...(detailTypes === undefined ? {} : { includedEventTypes: detailTypes.map(literal) }),
    // A filter takes 25 values: https://learn.microsoft.com/azure/event-grid/event-filtering#limitations. The run time looks again.
    ...(sources === undefined || sources.length > mostValues ? {} : { advancedFilters: [{ operatorType: "StringIn", key: "source", values: sources.map(literal) }] }),
  };
}

/** Where events come from: the topic, its name in ids, and what its subscriptions are. */
export interface Source {
  readonly key: string;
  readonly topic: Resource;
  /** The topic's id and its type, for a role and a subscription. */
  readonly id: string;
  readonly type: "Microsoft.EventGrid/systemTopics" | "Microsoft.EventGrid/topics";
  readonly subscription: (name: string) => string;
}
const identity = { type: "SystemAssigned" } as const;
/** One system topic for an account, whoever asks. */
export const blobEvents: Source = {
  key: "system topic",
  type: "Microsoft.EventGrid/systemTopics",
  id: idInShared("Microsoft.EventGrid/systemTopics", "storage"),
  topic: resource("Microsoft.EventGrid/systemTopics", { name: variable("storage"), location, identity, comments: "events of the app's storage account", properties: { source: idInShared("Microsoft.Storage/storageAccounts", "storage"), topicType: "Microsoft.Storage.StorageAccounts" } }),
  subscription: (name) => inShared("storage", name),
};
export const busEvents = (bus: string): Source => ({
  key: `bus ${bus}`,
  type: "Microsoft.EventGrid/topics",
  id: idOfPrefixed("Microsoft.EventGrid/topics", bus),
  topic: resource("Microsoft.EventGrid/topics", { name: prefixed("Microsoft.EventGrid/topics", bus), location, identity, comments: `the bus ${bus}`, properties: { inputSchema: "CloudEventSchemaV1_0" } }),
  subscription: (name) => prefixed("Microsoft.EventGrid/topics", bus, name),
});

/** A role of a topic's own identity: what needs it waits for its name. */
const roleOfTopic = ({ type, id }: Source, role: Role, scope: string, comments: string) => ({ name: roleName(systemIdentity(type, inner(id)), role, inner(scope)), resource: roleOf(systemIdentity(type, inner(id)), role, inner(scope), comments) });
const containerNamed = (name: string, comments: string): Resource => resource("Microsoft.Storage/storageAccounts/blobServices/containers", { name: inShared("storage", `default/${name}`), comments, properties: { publicAccess: "None" } });
const container = containerNamed(undelivered, "what Event Grid could not deliver");
const containerId = idInShared("Microsoft.Storage/storageAccounts/blobServices/containers", "storage", "default", undelivered);
/** The bucket: a container of the app's storage account. */
export const bucketOf = (name: string, functionName: string): Resources => ({ [`container ${name}`]: containerNamed(name, `${functionName} hears of its objects`) });

interface Subscribed {
  readonly source: Source;
  readonly filter: object;
  readonly delivery: object;
  readonly retryPolicy: { readonly maxDeliveryAttempts: number; readonly eventTimeToLiveInMinutes: number };
  readonly keeps: boolean;
  readonly dependsOn: readonly string[];
  readonly roles: Resources;
}
/** A subscription with its topic, and with a place for what it cannot deliver: each hop has its own. */
export function subscribed(name: string, { source, filter, delivery, retryPolicy, keeps, dependsOn, roles }: Subscribed): Resources {
  const leaves = roleOfTopic(source, "Storage Blob Data Contributor", containerId, `${source.key} leaves there what it cannot deliver`);
  const deadLetterDestination = { endpointType: "StorageBlob", properties: { resourceId: idInShared("Microsoft.Storage/storageAccounts", "storage"), blobContainerName: undelivered } };
  return {
    [source.key]: source.topic,
    ...(keeps ? { [`container ${undelivered}`]: container, [`role ${source.key} ${undelivered}`]: leaves.resource } : {}),
    ...roles,
    [`event subscription ${name}`]: resource(`${source.type}/eventSubscriptions`, {
      name: source.subscription(eventSubscription(name)),
      comments: `events for ${name}`,
      dependsOn: [source.id, ...dependsOn, ...(keeps ? [containerId, leaves.name] : [])],
      properties: { eventDeliverySchema: "CloudEventSchemaV1_0", ...delivery, filter, retryPolicy, ...(keeps ? { deadLetterWithResourceIdentity: { identity, deadLetterDestination } } : {}) },
    }),
  };
}
/** What that hop keeps, and what not. */
export const gridHop: Hop = { who: "Event Grid", leaves: `in a day lies as a blob in the container "${undelivered}"` };
/** A hop into the function's own queue: it tries for a day. */
export function intoQueue(name: string, queue: string, source: Source, filter: object): Resources {
  const fills = roleOfTopic(source, "Azure Service Bus Data Sender", queueId(queue), `${source.key} fills the queue of ${name}`);
  return subscribed(name, {
    source, filter, keeps: true,
    delivery: { deliveryWithResourceIdentity: { identity, destination: { endpointType: "ServiceBusQueue", properties: { resourceId: queueId(queue) } } } },
    retryPolicy: { maxDeliveryAttempts: mostAttempts, eventTimeToLiveInMinutes: mostMinutes },
    dependsOn: [queueId(queue), fills.name],
    roles: { [`role ${source.key} ${queue}`]: fills.resource },
  });
}
