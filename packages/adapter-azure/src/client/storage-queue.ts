/** The REST interface of Storage queues, as far as sending and looking after dead letters need it: https://learn.microsoft.com/rest/api/storageservices/operations-on-messages */
import { bytesOf, IsobarError, systemClock, type Clock } from "@isobar/core/adapter";
import { bearer, sharedKey, type Authorize, type Token } from "./credentials.ts";
import { addressOf, ask, type Answered } from "./http.ts";

export type StorageQueueOptions = {
  /** The queue's whole address: "https://shop.queue.core.windows.net/orders". */
  readonly url: string;
  readonly clock?: Clock;
} & ({ readonly token: Token } | { readonly connection: string });

export interface StoredMessage {
  readonly id: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly dequeueCount: number;
  /** Milliseconds since 1970. */
  readonly insertedAt: number;
}
/** Every call rejects with the signal's reason once it aborts, else with an Error that names the call and its status. */
export interface StorageQueue {
  /** A body alone: these queues carry nothing else. It never expires of itself. Rejects with `payload-too-large` before anything is sent, and with `send-failed` for more than seven days. */
  send(body: string | Uint8Array<ArrayBuffer>, options: { readonly afterMs?: number | undefined }, signal: AbortSignal): Promise<void>;
  /** One message, hidden from others for so many milliseconds; `undefined` where none is there. Rejects for a text that is not base64: the message comes again. */
  receive(options: { readonly hideMs: number }, signal: AbortSignal): Promise<(StoredMessage & { readonly popReceipt: string }) | undefined>;
  delete(message: { readonly id: string; readonly popReceipt: string }, signal: AbortSignal): Promise<void>;
  /** At most `max`, 1 to 32, of those that are not hidden. */
  peek(options: { readonly max: number }, signal: AbortSignal): Promise<readonly StoredMessage[]>;
}

/** Tokens are taken from 2017-11-09 on, messages that never expire from 2017-07-29 on (https://learn.microsoft.com/rest/api/storageservices/put-message). */
const apiVersion = "2021-12-02";
/** 64 KiB as the message is encoded (the page above). */
const maxBytes = 65_536;
const maxHiddenSeconds = 604_800;

const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000);

/** Where a queue is, and what lets one in. */
export interface Store {
  readonly url: string;
  readonly authorize: Authorize;
  readonly clock?: Clock;
}
async function asked({ url, authorize, clock = systemClock }: Store, verb: string, method: "GET" | "POST" | "DELETE", path: string, signal: AbortSignal, body?: Uint8Array): Promise<Answered> {
  const address = addressOf(url);
  const headers = { "x-ms-version": apiVersion, "x-ms-date": new Date(clock.now()).toUTCString(), ...(body === undefined ? {} : { "content-type": "application/xml" }) };
  const what = { method, url: `${address}/messages${path}`, headers, ...(body === undefined ? {} : { body }) };
  return ask({ ...what, operation: `${verb} ${new URL(address).pathname.slice(1)}`, headers: { ...headers, ...(await authorize(what, signal)) } }, clock, signal);
}

/** `send`, for bundles. https://learn.microsoft.com/rest/api/storageservices/put-message */
export async function putInto(store: Store, body: string | Uint8Array<ArrayBuffer>, { afterMs = 0 }: { readonly afterMs?: number | undefined }, signal: AbortSignal): Promise<void> {
  const bytes = bytesOf(body);
  const length = Math.ceil(bytes.length / 3) * 4;
  if (length > maxBytes) throw new IsobarError("payload-too-large", `a message has ${length} bytes in base64; a Storage queue takes ${maxBytes}`);
  const seconds = wholeSeconds(afterMs);
  if (seconds > maxHiddenSeconds) throw new IsobarError("send-failed", `a Storage queue holds a message back for ${maxHiddenSeconds} s at most, not for ${seconds} s`);
  // In base64, which is what the host takes texts for by default: https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue#hostjson-settings
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  const xml = Buffer.from(`<QueueMessage><MessageText>${text}</MessageText></QueueMessage>`);
  // Without a time to live it would be gone after seven days.
  await asked(store, "send to", "POST", `?visibilitytimeout=${seconds}&messagettl=-1`, signal, xml);
}

const strictBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** https://learn.microsoft.com/rest/api/storageservices/get-messages#response-body. Throws for an answer that is not of this form. */
function messagesIn({ body }: Answered, operation: string): readonly (StoredMessage & { readonly popReceipt: string })[] {
  return [...body.toString().matchAll(/<QueueMessage>(.*?)<\/QueueMessage>/gs)].map(([, xml]) => {
    const told: Readonly<Record<string, string | undefined>> = Object.fromEntries([...xml!.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, text]) => [name, text]));
    const { MessageId: id, InsertionTime, DequeueCount, PopReceipt: popReceipt = "", MessageText = "" } = told;
    const [insertedAt, dequeueCount] = [Date.parse(InsertionTime ?? ""), Number(DequeueCount)];
    if (id === undefined || Number.isNaN(insertedAt) || Number.isNaN(dequeueCount)) throw new Error(`${operation}: the answer is not a list of messages`);
    if (!strictBase64.test(MessageText)) throw new Error(`${operation}: message ${id} is not in base64`);
    const bytes = Buffer.from(MessageText, "base64");
    return { id, body: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), dequeueCount, insertedAt, popReceipt };
  });
}

const storeOf = (options: StorageQueueOptions): Store => ({ ...options, authorize: "token" in options ? bearer(options.token) : sharedKey(options.connection) });
/** A client. Nothing is loaded, asked or read before its first call. */
export function storageQueue(options: StorageQueueOptions): StorageQueue {
  return {
    send: async (body, more, signal) => putInto(storeOf(options), body, more, signal),
    async receive({ hideMs }, signal) {
      const [message] = messagesIn(await asked(storeOf(options), "receive from", "GET", `?numofmessages=1&visibilitytimeout=${wholeSeconds(hideMs)}`, signal), "receive");
      return message;
    },
    async delete({ id, popReceipt }, signal) {
      await asked(storeOf(options), "delete from", "DELETE", `/${encodeURIComponent(id)}?popreceipt=${encodeURIComponent(popReceipt)}`, signal);
    },
    async peek({ max }, signal) {
      const messages = messagesIn(await asked(storeOf(options), "peek at", "GET", `?numofmessages=${max}&peekonly=true`, signal), "peek");
      return messages.map(({ popReceipt: _, ...message }) => message);
    },
  };
}
