/**
 * A letter on its way back: to the function's own queue, and to nobody else's.
 *
 * | sent          | Service Bus                                                                                             | Storage queue |
 * |---------------|---------------------------------------------------------------------------------------------------------|---------------|
 * | body          | as it lies there, with its content type                                                                 | as it lies there |
 * | id, trace     | the property `isobar`                                                                                   | not carried: a body is all that it has |
 * | subject       | of a topic's message, in `isobar`                                                                       | not carried   |
 * | key           | SessionId                                                                                               | not carried   |
 * | MessageId     | this letter's, so that one that was sent twice counts once, and is no copy of its first life             | the broker's  |
 * | properties    | as they were, but for DeadLetterReason and DeadLetterErrorDescription; HTTP tells their names in lower case | not carried   |
 * | not carried   | CorrelationId, To, ReplyTo, ReplyToSessionId, PartitionKey, TimeToLive                                   |               |
 */
import { IsobarError, type Clock } from "@isobar/core/adapter";
import { redrivenAttribute, type DeadLetter, type Machine, type Recipient } from "@isobar/core/plan";
import { serviceBusResource, storageResource } from "../client/credentials.ts";
import { serviceBus, type BusMessage, type ServiceBus } from "../client/service-bus.ts";
import { storageQueue, type StorageQueueOptions } from "../client/storage-queue.ts";
import { isStorageQueue, maxBytesIn, required, sourceOf } from "./addresses.ts";
import { tokenOn } from "./credentials.ts";

/** Clients by what the environment says. Nothing is read or asked before they are used. */
export interface Clients {
  bus(): ServiceBus;
  storage(url: string): StorageQueueOptions;
}
export function clientsOn(machine: Machine, clock: Clock): Clients {
  const { env } = machine;
  const [toBus, toStorage] = [serviceBusResource, storageResource].map((resource) => tokenOn(machine, resource, clock)) as [ReturnType<typeof tokenOn>, ReturnType<typeof tokenOn>];
  return {
    bus: () => serviceBus({ namespace: required(env, "ISOBAR_SERVICE_BUS", "the host of the namespace"), token: toBus, clock, maxBytes: maxBytesIn(env) }),
    storage: (url) => ({ url, clock, ...(env.ISOBAR_STORAGE_CONNECTION ? { connection: env.ISOBAR_STORAGE_CONNECTION } : { token: toStorage }) }),
  };
}

/** What the message had where it lies, beside the letter. */
export interface Had {
  readonly attribute?: string | undefined;
  readonly subject?: string | undefined;
  readonly contentType?: string | undefined;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Where the broker moved it from, as it names entities. */
  readonly from?: string | undefined;
  /** No other letter's, in whatever queue it lies. */
  readonly letterId: string;
}
const ofTheMove: ReadonlySet<string> = new Set(["isobar", "deadletterreason", "deadlettererrordescription"]);

/** Entities are named without regard to case: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftservicebus */
export const isEntity = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase();

function propertiesOf(letter: DeadLetter, { attribute, subject, properties = {} }: Had, topic: boolean): NonNullable<BusMessage["properties"]> {
  const isobar = JSON.parse(redrivenAttribute(letter.id, attribute)) as object;
  const own = Object.entries(properties).filter(([name]) => !ofTheMove.has(name.toLowerCase()));
  const [long] = own.find(([, value]) => typeof value === "bigint") ?? [];
  if (long !== undefined) throw new IsobarError("unsupported", `${letter.id} has a property ${JSON.stringify(long)} whose number is beyond 2^53, which would be sent rounded`);
  return { ...Object.fromEntries(own), isobar: JSON.stringify(topic && subject !== undefined ? { ...isobar, subject } : isobar) } as NonNullable<BusMessage["properties"]>;
}

/** Throws before anything is sent, as `LetterInHand.redrive` says. */
export async function sendBack(letter: DeadLetter, had: Had, to: Recipient, clients: Clients, { env }: Machine, signal: AbortSignal): Promise<void> {
  const { name, fn } = to;
  const target = sourceOf(to, env);
  if (had.from !== undefined && !isEntity(target, had.from)) throw new IsobarError("invalid-definition", `${letter.id} comes from ${had.from}, which is not the queue of ${name}`);
  if (isStorageQueue(target)) return storageQueue(clients.storage(target)).send(letter.body, {}, signal);
  if ((fn.source as { readonly order?: string }).order === "by-key" && letter.key === undefined) throw new IsobarError("invalid-definition", `${letter.id} has no key, and ${name} is ordered by key`);
  const properties = propertiesOf(letter, had, fn.kind === "topic");
  await clients.bus().send(target, { body: letter.body, messageId: `redrive:${had.letterId}`, sessionId: letter.key, contentType: had.contentType, properties }, signal);
}
