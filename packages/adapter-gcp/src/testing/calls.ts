/** Requests as Google's front end posts them, and captures of them in the forms that captures come in. */
import { IsobarError, type Malformed, type MessageCodec, type MessageSide, type NeutralMessage, type Rendered, type Rules, type Seen, type Unsure, type Wire } from "@isobar/core/adapter";
import type { AsynchronousKind, ToldOf } from "@isobar/core";
import type { PushAnswer, RawRequest } from "../wires/request.ts";
import { enter } from "./enter.ts";
import type { HttpCall } from "./exchange.ts";

export type Headers = readonly (readonly [name: string, value: string])[];
export const posting = (body: string | Uint8Array, headers: Headers): HttpCall => ({ method: "POST", path: "/", headers, body: typeof body === "string" ? Buffer.from(body) : body });
/** As Google's services name themselves: https://cloud.google.com/pubsub/docs/push#receive_push */
export const agent = ["user-agent", "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)"] as const;

const wrong = (why: string): never => {
  throw new IsobarError("invalid-native-event", `no captured request: ${why}`);
};
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? wrong("it holds nothing");
  } catch (cause) {
    throw new IsobarError("invalid-native-event", "no captured request: it is no JSON", { cause });
  }
}
/** What express tells of a request (https://expressjs.com/en/5x/api.html#req); an object with anything else in it is another platform's event. */
const ofExpress: ReadonlySet<string> = new Set(["baseUrl", "body", "complete", "cookies", "fresh", "headers", "hostname", "httpVersion", "ip", "ips", "method", "originalUrl", "params", "path", "protocol", "query", "rawBody", "rawHeaders", "route", "secure", "subdomains", "trailers", "url", "xhr"]);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);
const isPair = (value: unknown): value is readonly [string, string] => Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === "string");

/** Headers by name, as express tells them: texts, lists of texts, or what JSON made of a number. */
const pairsOf = (headers: Readonly<Record<string, unknown>>): Headers => Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((each: unknown) => [name, typeof each === "string" ? each : jsonText(each)] as const));
const bodyIn = (body: unknown): Pick<HttpCall, "body"> => (body === undefined || body === null ? {} : { body: typeof body === "string" || body instanceof Uint8Array ? body : jsonText(body) });

/** A Buffer as JSON spells it: https://nodejs.org/api/buffer.html#buftojson */
const bufferIn = (value: unknown): unknown => (isObject(value) && value.type === "Buffer" && Array.isArray(value.data) ? Uint8Array.from(value.data as readonly number[]) : value);

/**
 * A request. In: one as the harness takes it, `{ method, path, headers: [name, value][], body }`; or as express tells it, `{ method, url, headers: { name: value }, body }`, where body may be parsed JSON
 * with its bytes beside it as rawBody (https://github.com/GoogleCloudPlatform/functions-framework-nodejs), and method and url may be left out (POST, "/"); or, where `bare` names its content type, the JSON
 * of the body alone. A captured request without a content type has that one too, if it has JSON for a body. Throws `invalid-native-event` for anything else.
 */
export function callOf(captured: unknown, bare: ((body: unknown) => string) | undefined): HttpCall {
  if (isObject(captured) && typeof captured.method === "string" && Array.isArray(captured.headers)) {
    const { method, path = "/", headers, body } = captured;
    if (typeof path !== "string" || !headers.every(isPair)) return wrong("its path is no text, or its headers are no pairs of texts");
    return { method, path, headers, ...bodyIn(body) };
  }
  if (isObject(captured) && isObject(captured.headers) && Object.keys(captured).every((key) => ofExpress.has(key))) {
    const { method = "POST", path, url = path ?? "/", headers, body: parsed, rawBody } = captured;
    const body = rawBody === undefined || rawBody === null ? parsed : bufferIn(rawBody);
    if (typeof method !== "string" || typeof url !== "string") return wrong("its method or its url is no text");
    const pairs = pairsOf(headers);
    const typed = bare === undefined || !isObject(parsed) || pairs.some(([name]) => name.toLowerCase() === "content-type") || pairs.some(([name]) => name.toLowerCase() === "ce-specversion");
    return { method, path: url.replace(/^\w+:\/\/[^/?#]*/, "") || "/", headers: typed ? pairs : [...pairs, ["content-type", bare(parsed)]], ...bodyIn(body) };
  }
  if (bare === undefined) return wrong("it is no request as express tells one: headers, and of the rest only what a request has");
  return { method: "POST", path: "/", headers: [["content-type", bare(captured)]], body: jsonText(captured) };
}
export const json = () => "application/json";

export const bytesOf = ({ body = "" }: HttpCall): Uint8Array => (typeof body === "string" ? Buffer.from(body) : body);
/** The request as the run time hands it to a codec. */
export const rawOf = (call: HttpCall): RawRequest => ({ rawBody: bytesOf(call), rawHeaders: call.headers.flat(), url: call.path });

/** Settled by five statuses and by nothing else: https://cloud.google.com/pubsub/docs/push#receive_push */
const acknowledged: ReadonlySet<number> = new Set([102, 200, 201, 202, 204]);
export const fate = (seen: Seen): "done" | "again" => ("returned" in seen && acknowledged.has((seen.returned as { readonly status: number }).status) ? "done" : "again");

/** The one message of a request. Throws RangeError for more, or none. */
export function only<Told>(messages: readonly NeutralMessage<Told>[]): NeutralMessage<Told> {
  const [message, second] = messages;
  if (message === undefined || second !== undefined) throw new RangeError(`${messages.length} messages in one request`);
  return message;
}
/** The event that a message stands for. Throws RangeError where it tells none. */
export function toldOf<Told>({ told }: NeutralMessage<Told>): NonNullable<Told> {
  if (told === undefined || told === null) throw new RangeError("the message tells no event");
  return told;
}

interface Posted<K extends AsynchronousKind> {
  readonly kind: K;
  readonly variant: string;
  readonly service: string;
  readonly decodesOnly?: string;
  readonly codec: Pick<MessageCodec<unknown, PushAnswer, ToldOf<K>>, "decode">;
  /** The content type of a capture that is a body alone; a wire whose headers are half of it has no such captures. */
  readonly bare: ((body: unknown) => string) | undefined;
  readonly tellsAttempt: boolean;
  readonly malformed: readonly Malformed[];
  readonly drops?: MessageSide["drops"];
  readonly fabricate: (message: NeutralMessage<ToldOf<K>>, source: string) => HttpCall;
  /** The broker's own id of what was posted; "" where a malformed request has none. */
  readonly idOf: (call: HttpCall) => string;
  /** The services' rules on this path; absent where no app is deployed behind it. */
  readonly rules?: (rendered: Rendered, unsure?: Unsure) => Rules;
}
/** A wire that posts one event in each request. */
export function postedWire<K extends AsynchronousKind>({ codec, bare, tellsAttempt, malformed, drops, fabricate, idOf, ...about }: Posted<K>): Wire<K> {
  const side: MessageSide<ToldOf<K>> = {
    maxBatch: 1,
    tellsAttempt,
    carriesBytes: true,
    malformed,
    ...(drops === undefined ? {} : { drops }),
    fabricate: (messages, source) => fabricate(only(messages), source),
    interpret: (seen, native) => [{ id: idOf(native as HttpCall), then: fate(seen) }],
  };
  return {
    ...about,
    decode: (captured) => ({ items: codec.decode(rawOf(callOf(captured, bare))).items }),
    native: (captured) => callOf(captured, bare),
    side,
    ...(about.rules === undefined ? {} : { enter }),
  };
}
