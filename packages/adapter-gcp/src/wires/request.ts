/** What every asynchronous wire of Google Cloud is: an HTTP request that acknowledges by its answer's status. */
import { IsobarError, strictTextOf, unreadableBody, type MessageCodec } from "@isobar/core/adapter";

/** The part of the framework's request that is read, with its body in full. */
export interface RawRequest {
  readonly rawBody?: Uint8Array | undefined;
  /** Names and values in turn, as node:http tells them. */
  readonly rawHeaders?: readonly string[] | undefined;
  /** Path and query, for wires that say in it how an event is carried. */
  readonly url?: string | undefined;
}
/** 204 acknowledges; what is not among 102, 200, 201, 202 and 204 brings all of it again: https://cloud.google.com/pubsub/docs/push#receive_push */
export interface PushAnswer {
  readonly status: 204 | 500;
}
/** One status speaks for the whole request. */
export const answer: MessageCodec<unknown, PushAnswer>["encode"] = (outcomes) => ({ respond: { status: outcomes.every(({ then }) => then === "done") ? 204 : 500 } });

export const wrongEnvelope = (message: string, cause?: unknown): IsobarError => new IsobarError("invalid-native-event", message, cause === undefined ? {} : { cause });

/** The request of an invocation. Throws `invalid-native-event` for what is none. */
export function requestOf(native: unknown): RawRequest {
  const { rawBody, rawHeaders, url } = (native ?? {}) as RawRequest;
  if ((rawBody !== undefined && !(rawBody instanceof Uint8Array)) || (rawHeaders !== undefined && !(Array.isArray(rawHeaders) && rawHeaders.every((text) => typeof text === "string")))) throw wrongEnvelope("no request: it has no bytes as its body and texts as its headers");
  return { rawBody, rawHeaders, url: typeof url === "string" ? url : undefined };
}
/** Headers by lower-case name; of repeated ones the first. */
export function headersOf({ rawHeaders = [] }: RawRequest): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (!headers.has(name)) headers.set(name, rawHeaders[i + 1]!);
  }
  return headers;
}
export const bodyIn = ({ rawBody = new Uint8Array() }: RawRequest): Uint8Array<ArrayBuffer> => new Uint8Array(rawBody);

export type JsonObject = Readonly<Record<string, unknown>>;
export const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
/** A text that is there; "" is what protobuf's JSON writes for none. */
export const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** A request's body as JSON. Throws `invalid-native-event` for what is none, or no UTF-8; `what`: "a Pub/Sub push". */
export function envelopeOf({ rawBody = new Uint8Array() }: RawRequest, what: string): { readonly text: string; readonly json: unknown } {
  try {
    const text = strictTextOf(new Uint8Array(rawBody));
    return { text, json: JSON.parse(text) as unknown };
  } catch (cause) {
    throw wrongEnvelope(`no ${what}: the body is not JSON`, cause);
  }
}
/** A good envelope's content as JSON. Throws `invalid-input` for what is none. */
export function contentOf(body: string | Uint8Array<ArrayBuffer>, what: string): unknown {
  try {
    return JSON.parse(strictTextOf(body)) as unknown;
  } catch (cause) {
    throw unreadableBody(`no ${what}: it is not JSON`, cause);
  }
}

/** One class, not groups of four: V8's stack does not hold a group's repetitions in 10 MB. */
const base64Form = /^[A-Za-z0-9+/_-]*={0,2}$/;
/** Bytes of a field. Protobuf's JSON takes both alphabets, padded or not (https://protobuf.dev/programming-guides/json/); `undefined` for anything else. */
export function bytesInBase64(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof value !== "string" || !base64Form.test(value)) return undefined;
  const digits = value.indexOf("=");
  if (digits < 0 ? value.length % 4 === 1 : value.length % 4 !== 0) return undefined;
  return new Uint8Array(Buffer.from(value, "base64"));
}

const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
/** Milliseconds of an RFC 3339 text; `undefined` for what is none. */
export function instantOf(value: unknown): number | undefined {
  const instant = typeof value === "string" && instantForm.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
