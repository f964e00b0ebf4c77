/** What is there already, and is referred to instead of made. Its settings are its owner's: whoever deploys compares them with what is rendered (steps.ts). */
import { idInShared, inner, quoted } from "./arm.ts";
import { inTexts } from "./ids.ts";

type ByName = Readonly<Record<string, string>>;
/** Names in the resource group that is deployed to. By the app's names: what an entity is called where it is. */
export interface Existing {
  /** A namespace; queues and topics that are not listed are made in it. */
  readonly serviceBus?: string;
  readonly queues?: ByName;
  readonly topics?: ByName;
  readonly eventHubs?: string;
  readonly hubs?: ByName;
  /** An account of Cosmos DB, and containers of it. */
  readonly cosmosDb?: string;
  readonly tables?: ByName;
  /** A storage account, and containers and Storage queues of it; they are called as in the app. */
  readonly storage?: string;
  readonly buckets?: readonly string[];
  readonly storageQueues?: readonly string[];
  /** The account's system topic of Event Grid, of which there can be only one; it needs an identity of its own. */
  readonly systemTopic?: string;
  /** A key vault that decides by roles. */
  readonly vault?: string | { readonly name: string; readonly resourceGroup: string };
  /** The id of a Log Analytics workspace, which then keeps logs for as long as it does. */
  readonly workspace?: string;
}
/** What an entity is made in, which has to be there for it to be there. */
const within = [["queues", "serviceBus"], ["topics", "serviceBus"], ["hubs", "eventHubs"], ["tables", "cosmosDb"], ["buckets", "storage"], ["storageQueues", "storage"], ["systemTopic", "storage"]] as const;
/** What any service takes for a name; nothing of it is an expression. */
const isName = (name: string): boolean => /^[A-Za-z0-9][\w./-]*$/.test(name);
export function existingFaults(existing: Existing): readonly string[] {
  const { vault: _, workspace, ...names } = existing;
  const odd = Object.entries(names).flatMap(([what, said]) => (typeof said === "string" ? [said] : Object.values(said)).filter((name) => !isName(name)).map((name) => `existing.${what} ${JSON.stringify(name)} · target · it is the name of something on Azure, not its id or address · letters, digits, dots, hyphens, underscores and slashes`));
  return [
    ...within.flatMap(([what, place]) => (existing[what] !== undefined && existing[place] === undefined ? [`existing.${what} · target · what is there lies in something that is there · existing.${place}`] : [])),
    ...odd,
    ...(workspace === undefined || /^\/subscriptions\/.+\/workspaces\/[^/]+$/i.test(workspace) ? [] : [`existing.workspace ${JSON.stringify(workspace)} · target · it is the id of a Log Analytics workspace · "/subscriptions/…/workspaces/…"`]),
  ];
}

/** Whether a resource is there already. In: its name in the manifest. */
export function isThere(key: string, { queues = {}, topics = {}, hubs = {}, tables = {}, buckets = [], storageQueues = [], systemTopic }: Existing, databases: ReadonlySet<string>): boolean {
  const [, kind = "", name = ""] = /^(queue|topic|event hub|storage queue|container|database) (.*)$/.exec(key) ?? [];
  const table = kind === "container" && name.includes("/") ? name.slice(name.indexOf("/") + 1) : undefined;
  const there: Readonly<Record<string, boolean>> = {
    queue: Object.hasOwn(queues, name),
    topic: Object.hasOwn(topics, name),
    "event hub": Object.hasOwn(hubs, name),
    "storage queue": storageQueues.includes(name),
    container: table === undefined ? buckets.includes(name) : Object.hasOwn(tables, table),
    database: databases.has(name),
  };
  return key === "system topic" ? systemTopic !== undefined : (there[kind] ?? false);
}
/** Databases that hold a container that is there. */
export const databasesOf = (keys: Iterable<string>, { tables = {} }: Existing): ReadonlySet<string> =>
  new Set([...keys].flatMap((key) => { const [, database, table] = /^container ([^/]*)\/(.*)$/.exec(key) ?? []; return database !== undefined && Object.hasOwn(tables, table!) ? [database] : []; }));

export const own = (names: ByName, name: string): string => (Object.hasOwn(names, name) ? names[name]! : name);
/** Settings that name an entity. */
const plain: Readonly<Record<string, keyof Existing>> = { forwardTo: "queues", forwardDeadLetteredMessagesTo: "queues", queueName: "queues", eventHubName: "hubs", containerName: "tables" };
/** What a setting of the environment names. */
const variables: readonly (readonly [begins: string, what: "queues" | "topics"])[] = [["ISOBAR_QUEUE_", "queues"], ["ISOBAR_SOURCE_", "queues"], ["ISOBAR_TOPIC_", "topics"]];

/** Names of what lies in an entity: `'/news/` of a subscription's. */
const childrenOf = (shared: string, names: ByName) => Object.entries(names).map(([name, to]) => [`variables('${shared}'), ${quoted(`/${name}/`).slice(0, -1)}`, `variables('${shared}'), ${quoted(`/${to}/`).slice(0, -1)}`] as const);
/** Every way in which an entity is named, from the app's name to its own. In: a resource, or what registers a function. */
export function called<T>(value: T, existing: Existing): T {
  const { queues = {}, topics = {}, hubs = {}, systemTopic } = existing;
  const inPlace = (type: string, shared: "serviceBus" | "eventHubs", names: ByName) => Object.entries(names).map(([name, to]) => [inner(idInShared(type, shared, name)), inner(idInShared(type, shared, to))] as const);
  const pairs = [
    ...inPlace("Microsoft.ServiceBus/namespaces/queues", "serviceBus", queues),
    ...inPlace("Microsoft.ServiceBus/namespaces/topics", "serviceBus", topics),
    ...inPlace("Microsoft.EventHub/namespaces/eventhubs", "eventHubs", hubs),
    ...childrenOf("serviceBus", topics),
    ...childrenOf("eventHubs", hubs),
    ...(systemTopic === undefined ? [] : ([[inner(idInShared("Microsoft.EventGrid/systemTopics", "storage")), `resourceId('Microsoft.EventGrid/systemTopics', ${quoted(systemTopic)})`], ["[concat(variables('storage'), '/isobar-", `[concat(${quoted(systemTopic)}, '/isobar-`]] as const)),
  ];
  const texts = inTexts(value, (text, key) => {
    const named = plain[key];
    if (named !== undefined) return own((existing[named] ?? {}) as ByName, text);
    return text.startsWith("[") ? pairs.reduce((sofar, [from, to]) => sofar.replaceAll(from, to), text) : text;
  });
  return inSettings(texts, queues, topics);
}
/** Of the environment, whose values are plain. */
function inSettings<T>(value: T, queues: ByName, topics: ByName): T {
  const names = { queues, topics };
  const swap = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(swap);
    if (typeof each !== "object" || each === null) return each;
    const { name, value: text } = each as { readonly name?: unknown; readonly value?: unknown };
    const [, what] = typeof name === "string" && typeof text === "string" ? (variables.find(([begins]) => name.startsWith(begins)) ?? []) : [];
    return what === undefined ? Object.fromEntries(Object.entries(each).map(([key, inside]) => [key, swap(inside)])) : { ...each, value: own(names[what], text as string) };
  };
  return swap(value) as T;
}
