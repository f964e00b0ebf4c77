/**
 * What a unit sends: through a thin client of our own over HTTPS, loaded at the first send. Addresses are in the unit's environment, which the manifest renders:
 *
 * | variable                                                | holds                                                                                        |
 * |---------------------------------------------------------|----------------------------------------------------------------------------------------------|
 * | ISOBAR_SERVICE_BUS                                      | the namespace's host, "shop.servicebus.windows.net"                                          |
 * | ISOBAR_QUEUE_<NAME>, ISOBAR_TOPIC_<NAME>                | a channel's address: an entity's path; of a Storage queue its whole address, "https://…"     |
 * | ISOBAR_SOURCE_<FUNCTION>                                | the entity's path of the queue that a function reads                                         |
 * | ISOBAR_SERVICE_BUS_MAX_BYTES                            | what a message may have in all; default 262,144, the Standard tier's                         |
 * | ISOBAR_STORAGE_CONNECTION                               | local use: a connection string with the account's key, instead of the identity               |
 * | IDENTITY_ENDPOINT, IDENTITY_HEADER, AZURE_CLIENT_ID     | the platform's, and which identity of several                                                |
 *
 * A Storage queue carries a body alone. What is sent there loses its attribute (trace), and a dead letter its own (id, function, reason, attempts, times); see triggers/queue/codec.ts. A key is refused
 * there, and so is a copy behind a delay, which would begin to count anew.
 */
import { IsobarError, systemClock, type Clock, type Effect, type Outbox } from "@isobar/core/adapter";
import { bearer, managedIdentity, serviceBusResource, sharedKey, storageResource, type Environment } from "../client/credentials.ts";
import { sendTo } from "../client/service-bus.ts";
import { putInto } from "../client/storage-queue.ts";

type Sent = Exclude<Effect, { readonly do: "postpone" }>;

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas: 128 characters. */
const maxIdLength = 128;

const variableOf = (kind: string, name: string): string => `ISOBAR_${kind}_${name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
/** Throws `send-failed` that names what is missing. */
function required(env: Environment, variable: string, what: string): string {
  const value = env[variable];
  if (!value) throw new IsobarError("send-failed", `${variable} is not set: it holds ${what}`);
  return value;
}
const addressIn = (env: Environment, effect: Sent): string =>
  effect.do === "requeue"
    ? required(env, variableOf("SOURCE", effect.functionName), `the queue that ${effect.functionName} reads`)
    : required(env, variableOf(effect.to.resource === "queue" ? "QUEUE" : "TOPIC", effect.to.name), `the address of ${effect.to.resource} "${effect.to.name}"`);

function maxBytesIn({ ISOBAR_SERVICE_BUS_MAX_BYTES: text }: Environment): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new IsobarError("send-failed", `ISOBAR_SERVICE_BUS_MAX_BYTES is ${JSON.stringify(text)}, which is no number of bytes`);
  return Number(text);
}

/** A copy's id is ours alone, the sender's travels in the attribute: one that is too long for the broker becomes its digest, the same each time. */
function messageIdOf(effect: Sent): string {
  const { randomUUID, createHash } = process.getBuiltinModule("node:crypto");
  if (effect.do === "requeue" && effect.deduplicationId.length > maxIdLength) return createHash("sha256").update(effect.deduplicationId).digest("base64url");
  return (effect.do === "dead-letter" ? undefined : effect.deduplicationId) ?? randomUUID();
}

/** An outbox of this environment. Nothing of it is read before the first effect. */
/* @__NO_SIDE_EFFECTS__ */
export function outboxIn(env: Environment, clock: Clock = systemClock): Outbox {
  const identity = (resource: string) => bearer(managedIdentity(resource, { env, clock }));
  const [toBus, toStorage] = [identity(serviceBusResource), identity(storageResource)];
  async function toStorageQueue(url: string, effect: Sent, signal: AbortSignal): Promise<void> {
    if (effect.do === "requeue") throw new IsobarError("unsupported", `${effect.functionName} reads a Storage queue: a copy there would not carry the attempts that are used up`);
    if (effect.key !== undefined) throw new IsobarError("unsupported", `${effect.to.resource} "${effect.to.name}" is a Storage queue, which nothing orders by key`);
    const connection = env.ISOBAR_STORAGE_CONNECTION;
    await putInto({ url, clock, authorize: connection ? sharedKey(connection) : toStorage }, effect.body, effect.do === "send" ? { afterMs: effect.afterMs } : {}, signal);
  }
  return {
    async perform(effect, signal) {
      if (effect.do === "postpone") throw new IsobarError("unsupported", "the host holds the lock of the message, or its pop receipt: nothing here can hide it for a while");
      const address = addressIn(env, effect);
      if (/^https?:\/\//.test(address)) return toStorageQueue(address, effect, signal);
      const namespace = required(env, "ISOBAR_SERVICE_BUS", "the host of the namespace");
      const afterMs = effect.do === "dead-letter" ? undefined : effect.afterMs;
      const { attribute } = effect;
      const message = {
        body: effect.body,
        messageId: messageIdOf(effect),
        sessionId: effect.key,
        enqueueAt: afterMs ? clock.now() + afterMs : undefined,
        properties: attribute === undefined ? {} : { isobar: attribute },
      };
      await sendTo({ namespace, authorize: toBus, maxBytes: maxBytesIn(env), clock }, address, message, signal);
    },
  };
}

/** The outbox of the unit that this runs in. */
export const outbox: Outbox = /* @__PURE__ */ outboxIn(process.env);
