/** Queues and topics that functions send to, and where letters go: which service each is of, what is made of it, and how a unit is told. */
import type { App, Channel, ConsumerOptions, Queue } from "@isobar/core";
import type { Grant, PlannedBinding } from "@isobar/core/plan";
import { isoOf, type Resources } from "./arm.ts";
import { busSettings, queueVariable, topicVariable } from "./function-app.ts";
import { keptSeconds, queueEntity, topicEntity } from "./entities.ts";
import { addressOf, storageQueueEntity } from "./storage-queue.ts";

const storageVariant = "storage-queue";
const optionsOf = (app: App, name: string): Partial<ConsumerOptions> => app.functions[name]!.options as Partial<ConsumerOptions>;
export function lettersOf(app: App, name: string): Queue | undefined {
  const { deadLetter = "discard" } = optionsOf(app, name).delivery ?? {};
  return deadLetter === "discard" ? undefined : deadLetter;
}
export const sendsOf = (app: App, name: string): readonly Channel[] => optionsOf(app, name).sends ?? [];

/** Which queues are Storage queues: what is read as one, and what the letters of that are written to. A queue that is both is a fault, with who wants what. */
export function storageQueuesOf(app: App, bindings: readonly PlannedBinding[]): { readonly names: ReadonlySet<string>; readonly faults: readonly string[] } {
  const users = new Map<string, { readonly storage: string[]; readonly bus: string[] }>();
  const use = (queue: string, name: string, isStorage: boolean): void => {
    const known = users.get(queue) ?? { storage: [], bus: [] };
    known[isStorage ? "storage" : "bus"].push(name);
    users.set(queue, known);
  };
  for (const { function: name, kind, variant, source } of bindings) {
    const isStorage = kind === "queue" && variant === storageVariant;
    if (kind === "queue") use(source, `${name}, which reads it`, isStorage);
    const letters = lettersOf(app, name);
    if (letters !== undefined) use(letters.name, `${name}, whose dead letters it has`, isStorage);
  }
  const all = [...users];
  return {
    names: new Set(all.filter(([, { storage }]) => storage.length > 0).map(([queue]) => queue)),
    faults: all.filter(([, { storage, bus }]) => storage.length > 0 && bus.length > 0).map(([queue, { storage, bus }]) => `queue "${queue}" · ${storage.join("; ")} · wants it as a Storage queue, as one of Service Bus ${bus.join("; ")} · one variant for all of them, or a dead letter of its own`),
  };
}

/** What a unit needs to send to a channel. */
interface Sending {
  readonly resources: Resources;
  readonly environment: Readonly<Record<string, string>>;
  readonly grant: Grant;
}
/** In: who sends where; whether the channel is a Storage queue; whether somebody else says what it is. Throws nothing: what disagrees is told where resources are merged. */
export function sendingTo(name: string, to: Channel, isStorage: boolean, isKnown: boolean): Sending {
  const why = `${name} sends to it`;
  if (to.resource === "topic")
    return { resources: { [`topic ${to.name}`]: topicEntity(to, why) }, environment: { ...busSettings, [topicVariable(to.name)]: to.name }, grant: { actions: ["Azure Service Bus Data Sender"], on: `topic ${to.name}`, for: "sending" } };
  if (isStorage) return { resources: { [`storage queue ${to.name}`]: storageQueueEntity(to.name, why) }, environment: { [queueVariable(to.name)]: addressOf(to.name) }, grant: { actions: ["Storage Queue Data Message Sender"], on: `storage queue ${to.name}`, for: "sending" } };
  const alone = { defaultMessageTimeToLive: isoOf(keptSeconds), deadLetteringOnMessageExpiration: true };
  return {
    resources: { [`queue ${to.name}`]: queueEntity(to.name, why, { requiresSession: to.order === "by-key", ...(isKnown ? {} : alone) }) },
    environment: { ...busSettings, [queueVariable(to.name)]: to.name },
    grant: { actions: ["Azure Service Bus Data Sender"], on: `queue ${to.name}`, for: "sending" },
  };
}
