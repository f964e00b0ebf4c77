/** Pub/Sub's REST interface, version 1, as far as sending and looking after dead letters need it: https://cloud.google.com/pubsub/docs/reference/rest */
import { IsobarError, systemClock, type Clock } from "@isobar/core/adapter";
import type { PubsubMessage } from "../native.ts";
import { ask } from "./http.ts";
import type { Token } from "./token.ts";

export interface PubsubOptions {
  /** Not asked for where the emulator takes the messages. */
  readonly token: Token;
  /**
   * Default: the emulator's, where `PUBSUB_EMULATOR_HOST` names one (https://cloud.google.com/pubsub/docs/emulator), else the global one. That is routed to the region that asks
   * (https://cloud.google.com/pubsub/docs/reference/service_apis_overview#pubsub_endpoints), and order holds among what one region published (https://cloud.google.com/pubsub/docs/ordering):
   * publishers of one key in several regions all need one region's own, "https://europe-west1-pubsub.googleapis.com".
   */
  readonly endpoint?: string;
  readonly clock?: Clock;
}
export interface Publishable {
  /** May be empty only where there is an attribute. */
  readonly data: string | Uint8Array;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
}
/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/pull#ReceivedMessage */
export interface ReceivedMessage {
  readonly ackId: string;
  readonly message: PubsubMessage;
  /** Only with a dead-letter policy. */
  readonly deliveryAttempt?: number;
}
/** Names are whole: "projects/p/topics/t", "projects/p/subscriptions/s". Every call rejects with the signal's reason once it aborts, else with an Error that names the call and its status. */
export interface Pubsub {
  /** The messages' ids, in their order. Rejects with `payload-too-large` before anything is sent. */
  publish(topic: string, messages: readonly Publishable[], signal: AbortSignal): Promise<readonly string[]>;
  /** At most `maxMessages`; fewer do not mean that no more are there. Without `returnImmediately` an empty subscription is waited for, as long as Pub/Sub likes. */
  pull(subscription: string, options: { readonly maxMessages: number; readonly returnImmediately?: boolean }, signal: AbortSignal): Promise<readonly ReceivedMessage[]>;
  acknowledge(subscription: string, ackIds: readonly string[], signal: AbortSignal): Promise<void>;
  /** 0 to 600 seconds from now; 0 gives the messages back at once. */
  modifyAckDeadline(subscription: string, ackIds: readonly string[], ackDeadlineSeconds: number, signal: AbortSignal): Promise<void>;
}

/** https://cloud.google.com/pubsub/quotas#resource_limits: a message has 10 MB, an attribute's value 1,024 bytes; an ordering key 1 KB (https://cloud.google.com/pubsub/docs/ordering). */
export const maxAttributeBytes = 1_024;
const maxKeyBytes = 1_024;
/** Data travels in base64, and the REST interface counts a request as it is written: "Request payload size exceeds the limit: 10485760 bytes" (apache/beam#19772). So 7.8 MB of data go, and not 10. */
const maxRequestBytes = 10_485_760;

const limitMs = 10_000;
/** Pub/Sub answers a pull from an empty subscription after "a bounded amount of time" (the reference of pull), which it does not tell. */
const pullLimitMs = 100_000;

const tooLarge = (what: string, bytes: number, max: number) => new IsobarError("payload-too-large", `${what} is ${bytes} bytes; Pub/Sub takes ${max}`);

/** A message as the wire has it. Throws `payload-too-large`. */
function spelled({ data, attributes = {}, orderingKey = "" }: Publishable): Omit<PubsubMessage, "messageId"> {
  for (const [name, value] of Object.entries(attributes)) {
    const bytes = Buffer.byteLength(value);
    if (bytes > maxAttributeBytes) throw tooLarge(`the attribute ${JSON.stringify(name)}`, bytes, maxAttributeBytes);
  }
  if (Buffer.byteLength(orderingKey) > maxKeyBytes) throw tooLarge("the ordering key", Buffer.byteLength(orderingKey), maxKeyBytes);
  const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length > maxRequestBytes) throw tooLarge("a message in base64", Math.ceil(bytes.length / 3) * 4, maxRequestBytes);
  return { data: bytes.toString("base64"), ...(Object.keys(attributes).length === 0 ? {} : { attributes }), ...(orderingKey === "" ? {} : { orderingKey }) };
}

/** A client. Nothing is loaded, asked or read before its first call. */
/* @__NO_SIDE_EFFECTS__ */
export function pubsub({ token, endpoint, clock = systemClock }: PubsubOptions): Pubsub {
  async function call(resource: string, verb: string, content: object, signal: AbortSignal, tryMs = limitMs): Promise<Readonly<Record<string, unknown>>> {
    const operation = `${verb} ${resource}`;
    const body = JSON.stringify(content);
    const bytes = Buffer.byteLength(body);
    if (bytes > maxRequestBytes) throw tooLarge(`${operation}: a request with its data in base64`, bytes, maxRequestBytes);
    const emulator = process.env.PUBSUB_EMULATOR_HOST;
    const emulated = endpoint === undefined && emulator !== undefined && emulator !== "";
    const headers = { "content-type": "application/json", "content-length": bytes, ...(emulated ? {} : { authorization: `Bearer ${await token(signal)}` }) };
    const base = emulated ? `http://${emulator}` : (endpoint ?? "https://pubsub.googleapis.com");
    // A topic's name may hold "%" and "+" (https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names).
    const url = `${base}/v1/${resource.split("/").map(encodeURIComponent).join("/")}:${verb}`;
    const { text } = await ask({ operation, method: "POST", url, headers, body, limitMs: tryMs }, clock, signal);
    try {
      return JSON.parse(text) as Readonly<Record<string, unknown>>;
    } catch {
      // The parser's own error would repeat the answer.
      throw new Error(`${operation}: the answer is not JSON`);
    }
  }
  return {
    async publish(topic, messages, signal) {
      const { messageIds } = await call(topic, "publish", { messages: messages.map(spelled) }, signal);
      if (!Array.isArray(messageIds) || messageIds.length !== messages.length) throw new Error(`publish ${topic}: the answer does not name every message`);
      return messageIds as readonly string[];
    },
    async pull(subscription, { maxMessages, returnImmediately = false }, signal) {
      const { receivedMessages = [] } = await call(subscription, "pull", { maxMessages, ...(returnImmediately ? { returnImmediately } : {}) }, signal, pullLimitMs);
      return receivedMessages as readonly ReceivedMessage[];
    },
    acknowledge: async (subscription, ackIds, signal) => void (await call(subscription, "acknowledge", { ackIds }, signal)),
    modifyAckDeadline: async (subscription, ackIds, ackDeadlineSeconds, signal) => void (await call(subscription, "modifyAckDeadline", { ackIds, ackDeadlineSeconds }, signal)),
  };
}
