/** Service Bus's REST interface, as far as sending and looking after dead letters need it: https://learn.microsoft.com/rest/api/servicebus/service-bus-runtime-rest */
import { bytesOf, IsobarError, isHeaderName, systemClock, type Clock } from "@isobar/core/adapter";
import { bearer, sharedAccess, type Authorize, type Token } from "./credentials.ts";
import { addressOf, ask, type Answered, type Asked } from "./http.ts";

export type ServiceBusOptions = {
  /** What a message may have in all. Default: 262,144. */
  readonly maxBytes?: number | undefined;
  readonly clock?: Clock;
} & (
  | {
      /** "shop.servicebus.windows.net"; or the whole address of something that stands in for it on 127.0.0.1. */
      readonly namespace: string;
      readonly token: Token;
    }
  /** `namespace`: where the one that the string names is not to be asked. */
  | { readonly connection: string; readonly namespace?: string }
);
type Scalar = string | number | boolean | null;
export interface BusMessage {
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** The same for each try, so that one that came through twice counts once where the entity detects duplicates. */
  readonly messageId: string;
  readonly sessionId?: string | undefined;
  /** Milliseconds since 1970 by the sender's clock; the wire has seconds, so that up to one later. */
  readonly enqueueAt?: number | undefined;
  readonly contentType?: string | undefined;
  /** HTTP knows no case: names arrive in lower case or as they were. */
  readonly properties?: Readonly<Record<string, Scalar>>;
}
export interface ReceivedBusMessage {
  readonly body: Uint8Array<ArrayBuffer>;
  /** `MessageId`, `SessionId`, `DeliveryCount`, …; whole numbers beyond 2^53 (sequence numbers of partitioned entities) are `bigint`. */
  readonly brokerProperties: Readonly<Record<string, unknown>>;
  /** Lower-case names. One that HTTP has a header for (`date`, `location`, …) cannot be told from it and is left out. */
  readonly properties: Readonly<Record<string, Scalar>>;
  readonly contentType: string | undefined;
  /** Where the locked message lies, for `complete` and `unlock`: a path, since tokens go to the namespace's host and no other. */
  readonly lock: `/${string}`;
}
/**
 * `entity`: "orders", "news", "news/subscriptions/mail", "orders/$deadletterqueue". Every call rejects with the signal's reason once it aborts, else with an Error that names the call and its status.
 */
export interface ServiceBus {
  /** Rejects with `payload-too-large` before anything is sent. */
  send(entity: string, message: BusMessage, signal: AbortSignal): Promise<void>;
  /** One message, locked for the entity's lock duration; `undefined` where none came in time. Entities with sessions cannot be read over REST. */
  receive(entity: string, options: { readonly waitSeconds: number }, signal: AbortSignal): Promise<ReceivedBusMessage | undefined>;
  complete(lock: ReceivedBusMessage["lock"], signal: AbortSignal): Promise<void>;
  /** Gives a message back at once; the delivery counts. */
  unlock(lock: ReceivedBusMessage["lock"], signal: AbortSignal): Promise<void>;
}

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas: 256 KB of body and properties on Basic and Standard; 32 KB for a property, 64 KB for all. */
export const standardMaxBytes = 262_144;
const maxPropertyBytes = 32_768;
const maxPropertiesBytes = 65_536;

/** JSON for a header: in ASCII, since what a front end makes of other characters is its own affair. */
const asciiJson = (value: unknown): string => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);

const tooLarge = (what: string, bytes: number, max: number) => new IsobarError("payload-too-large", `${what} has ${bytes} bytes; Service Bus takes ${max}`);
/** Throws `payload-too-large`. What the broker itself adds is not known here: one that is but just within the limit may still be refused. */
function requireSize(body: Uint8Array, { messageId, sessionId = "", properties = {} }: BusMessage, maxBytes: number): void {
  let bytes = Buffer.byteLength(messageId) + Buffer.byteLength(sessionId);
  for (const [name, value] of Object.entries(properties)) {
    const own = Buffer.byteLength(name) + Buffer.byteLength(String(value));
    if (own > maxPropertyBytes) throw tooLarge(`the property ${JSON.stringify(name)}`, own, maxPropertyBytes);
    bytes += own;
  }
  if (bytes > maxPropertiesBytes) throw tooLarge("a message's properties", bytes, maxPropertiesBytes);
  if (body.length + bytes > maxBytes) throw tooLarge("a message with its properties", body.length + bytes, maxBytes);
}

/** Where a namespace is, and what lets one in. */
export interface Bus {
  readonly namespace: string;
  readonly authorize: Authorize;
  readonly maxBytes?: number | undefined;
  readonly clock?: Clock;
}
async function asked({ namespace, authorize, clock = systemClock }: Bus, { path, ...what }: Omit<Asked, "url"> & { readonly path: `/${string}` }, signal: AbortSignal): Promise<Answered> {
  const whole = { ...what, url: `${addressOf(namespace)}${path}` };
  return ask({ ...whole, headers: { ...what.headers, ...(await authorize(whole, signal)) } }, clock, signal);
}

/** `send`, for bundles: names of properties are the caller's affair. https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue */
export async function sendTo(bus: Bus, entity: string, message: BusMessage, signal: AbortSignal): Promise<void> {
  const body = bytesOf(message.body);
  requireSize(body, message, bus.maxBytes ?? standardMaxBytes);
  const { messageId, sessionId, enqueueAt, contentType = typeof message.body === "string" ? "text/plain; charset=utf-8" : "application/octet-stream", properties = {} } = message;
  // What is undefined is left out. Times are RFC 1123: https://learn.microsoft.com/rest/api/servicebus/message-headers-and-properties
  const brokerProperties = { MessageId: messageId, SessionId: sessionId, ScheduledEnqueueTimeUtc: enqueueAt === undefined ? undefined : new Date(Math.ceil(enqueueAt / 1_000) * 1_000).toUTCString() };
  // The service reads a property's value as JSON: quotes in a text come back as they were (Azure/azure-sdk-for-python#739).
  const headers = { ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, asciiJson(value)])), brokerproperties: asciiJson(brokerProperties), "content-type": contentType };
  await asked(bus, { operation: `send to ${entity}`, method: "POST", path: `/${encodeURI(entity)}/messages`, headers, body }, signal);
}

/** Headers that HTTP, or a server on the way, has its own use for. */
const reserved: ReadonlySet<string> = new Set(["authorization", "brokerproperties", "connection", "content-length", "content-type", "date", "expect", "host", "keep-alive", "location", "server", "strict-transport-security", "transfer-encoding", "upgrade"]);

/** Whole numbers that a double would change stay whole. `source`: the number's own text, which Node 22 tells. */
const whole = (_: string, value: unknown, { source = "" }: { readonly source?: string }): unknown => (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value);
/** JSON in headers is UTF-8, as JSON is; Node reads headers byte by byte. Throws SyntaxError. */
const parsed = (header: string): unknown => JSON.parse(Buffer.from(header, "latin1").toString(), whole as (key: string, value: unknown) => unknown);
/** The headers that are properties: those with a value in JSON, which neither HTTP's own nor a proxy's have. https://learn.microsoft.com/rest/api/servicebus/message-headers-and-properties */
function propertiesIn(headers: Answered["headers"]): Readonly<Record<string, Scalar>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, Scalar][] => {
      if (reserved.has(name) || typeof value !== "string" || !/^(?:".*"|-?\d.*|true|false|null)$/.test(value)) return [];
      try {
        return [[name, parsed(value) as Scalar]];
      } catch {
        // Begins like a number and is none: a header of somebody's on the way, for a property is always JSON.
        return [];
      }
    }),
  );
}

function busOf(options: ServiceBusOptions): Bus {
  if ("token" in options) return { ...options, authorize: bearer(options.token) };
  const { namespace, authorize } = sharedAccess(options.connection, options.clock ?? systemClock);
  return { namespace, ...options, authorize };
}
/** A client. Nothing is loaded, asked or read before its first call. */
export function serviceBus(options: ServiceBusOptions): ServiceBus {
  const settling = (method: "DELETE" | "PUT", verb: string) => async (lock: ReceivedBusMessage["lock"], signal: AbortSignal) => void (await asked(busOf(options), { operation: `${verb} a message`, method, path: lock, headers: {} }, signal));
  return {
    async send(entity, message, signal) {
      const unspeakable = Object.keys(message.properties ?? {}).find((name) => !isHeaderName(name) || reserved.has(name.toLowerCase()));
      if (unspeakable !== undefined) throw new IsobarError("send-failed", `send to ${entity}: HTTP has no place for a property named ${JSON.stringify(unspeakable)}`);
      await sendTo(busOf(options), entity, message, signal);
    },
    // https://learn.microsoft.com/rest/api/servicebus/peek-lock-message-non-destructive-read: 201 with a message, 204 without.
    async receive(entity, { waitSeconds }, signal) {
      const operation = `receive from ${entity}`;
      const path = `/${encodeURI(entity)}/messages/head?timeout=${waitSeconds}` as const;
      const { status, headers, body } = await asked(busOf(options), { operation, method: "POST", path, headers: {}, limitMs: waitSeconds * 1_000 + 10_000 }, signal);
      if (status === 204) return undefined;
      const { location, brokerproperties } = headers;
      if (location === undefined || typeof brokerproperties !== "string") throw new Error(`${operation}: the answer has no Location or no BrokerProperties`);
      const { pathname, search } = new URL(location, "https://namespace");
      return {
        body: new Uint8Array(body.buffer, body.byteOffset, body.length),
        brokerProperties: parsed(brokerproperties) as Readonly<Record<string, unknown>>,
        properties: propertiesIn(headers),
        contentType: headers["content-type"],
        lock: `/${pathname.slice(1)}${search}`,
      };
    },
    // https://learn.microsoft.com/rest/api/servicebus/delete-message and https://learn.microsoft.com/rest/api/servicebus/unlock-message
    complete: settling("DELETE", "complete"),
    unlock: settling("PUT", "unlock"),
  };
}
