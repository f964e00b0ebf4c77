/**
 * HTTP on Lambda, payload format 2.0: API Gateway HTTP API, and Function URL.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 *
 * | Isobar          | native                                                                                                     |
 * |-----------------|------------------------------------------------------------------------------------------------------------|
 * | method          | requestContext.http.method                                                                                 |
 * | path            | rawPath; HTTP API has percent-decoded it (honojs/hono#2156) and put a named stage in front; a URL has not  |
 * | query           | rawQueryString, still encoded; queryStringParameters joins repeated keys by comma and is not read          |
 * | headers         | headers (lower-case, repeated ones joined by comma); `cookie` is cookies[] joined by "; " (a URL sends both) |
 * | origin          | headers.host, else requestContext.domainName; always https                                                 |
 * | body            | body, base64 where isBase64Encoded; null and absent are none, "" is present                                 |
 * | clientAddress   | requestContext.http.sourceIp                                                                               |
 * | only native()   | headers whose name is no token (no front end lets one through), routeKey, pathParameters, stageVariables, authorizer, authentication, time, requestId, accountId, apiId     |
 *
 * Answer: set-cookie leaves in cookies[] even when it is one; other repeated headers are joined by ", ". Limits: 6 MB each way.
 */
import { byteString, isHeaderName, IsobarError, originOf, pathOf, type ExchangeCodec, type HeaderPairs, type IncomingRequest, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import type { HttpEvent } from "../../native.ts";

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}
export type StreamHead = Pick<HttpAnswer, "statusCode" | "headers" | "cookies">;

/** Bytes of a synchronous answer as JSON, 6 MB and 100 bytes: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxAnswerBytes = 6 * 1024 * 1024 + 100;
/** JSON spells one UTF-16 unit in at most six characters ("\u0000"): a shorter body needs no exact count. */
const surelyFits = maxAnswerBytes / 6 - 65_536;

class Incoming implements IncomingRequest {
  readonly #event: HttpEvent;
  readonly path: string;
  constructor(event: HttpEvent, path: string) {
    this.#event = event;
    this.path = path;
  }
  get method(): string {
    return this.#event.requestContext.http.method;
  }
  get query(): string {
    return this.#event.rawQueryString ?? "";
  }
  get clientAddress(): string | undefined {
    return this.#event.requestContext.http.sourceIp;
  }
  /** An empty list says no more than an absent one. */
  get #cookie(): string | undefined {
    const { cookies } = this.#event;
    return cookies && cookies.length > 0 ? cookies.join("; ") : undefined;
  }
  origin(): string {
    return originOf("https", this.header("host"), this.#event.requestContext.domainName);
  }
  header(name: string): string | undefined {
    const { headers } = this.#event;
    if (name === "cookie" && this.#cookie !== undefined) return byteString(name, this.#cookie);
    if (!headers) return undefined;
    // Front ends lower-case names; captured and hand-written events do not always.
    const key = Object.hasOwn(headers, name) ? name : Object.keys(headers).find((each) => each.toLowerCase() === name);
    return key === undefined ? undefined : valueOf(name, headers[key]);
  }
  headers(): HeaderPairs {
    const pairs: HeaderPairs = [];
    for (const [key, value] of Object.entries(this.#event.headers ?? {})) {
      const name = key.toLowerCase();
      if (isHeaderName(name) && (name !== "cookie" || this.#cookie === undefined)) pairs.push([name, valueOf(name, value)]);
    }
    if (this.#cookie !== undefined) pairs.push(["cookie", byteString("cookie", this.#cookie)]);
    return pairs;
  }
  body(): WholeBody {
    const { body, isBase64Encoded } = this.#event;
    if (body === null || body === undefined) return undefined;
    return isBase64Encoded ? bytesIn(body) : body;
  }
}

const wrong = (why: string): never => {
  throw new IsobarError("invalid-native-event", `no event of payload format 2.0: ${why}`);
};
const said = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : value === null ? "null" : typeof value);

/** Numbers and booleans are hand-written events' way; any other value would become a text that nobody sent. */
const valueOf = (name: string, value: unknown): string => (typeof value === "object" ? wrong(`header ${JSON.stringify(name)} is no text`) : byteString(name, String(value)));

/** Node passes over what is no base64; the length shows it. */
function bytesIn(base64: string): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = Buffer.from(base64, "base64");
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  return bytes.length === (base64.length / 4) * 3 - padding ? bytes : wrong("body is no base64");
}

function checked(native: unknown): HttpEvent {
  const event = (typeof native === "object" && native !== null ? native : {}) as HttpEvent;
  if (event.version !== "2.0") wrong(`version is ${said(event.version)}`);
  if (typeof event.rawPath !== "string" || event.rawPath[0] !== "/") wrong("rawPath is no path");
  if (typeof event.requestContext?.http?.method !== "string") wrong("requestContext.http.method is missing");
  for (const name of ["rawQueryString", "body"] as const) if (typeof (event[name] ?? "") !== "string") wrong(`${name} is no text`);
  if (typeof (event.headers ?? {}) !== "object" || Array.isArray(event.headers)) wrong("headers is no object");
  if (!(Array.isArray(event.cookies ?? []) && (event.cookies ?? []).every((each) => typeof each === "string"))) wrong("cookies is no list of texts");
  return event;
}

/** A named stage stands in front of the path, except behind a custom domain, whose mapping replaces it. */
function withoutStage({ rawPath, requestContext: { stage, domainName } }: HttpEvent): string {
  if (typeof stage !== "string" || stage === "$default" || (typeof domainName === "string" && !domainName.includes(".execute-api."))) return rawPath;
  const prefix = `/${stage}`;
  return rawPath === prefix ? "/" : rawPath.startsWith(`${prefix}/`) ? rawPath.slice(prefix.length) : rawPath;
}

function spelledHead({ status, headers }: ResponseHead): StreamHead {
  const spelled: Record<string, string> = Object.create(null) as Record<string, string>;
  let cookies: string[] | undefined;
  for (const [name, value] of headers) {
    if (name === "set-cookie") (cookies ??= []).push(value);
    else spelled[name] = spelled[name] === undefined ? value : `${spelled[name]}, ${value}`;
  }
  return cookies === undefined ? { statusCode: status, headers: spelled } : { statusCode: status, headers: spelled, cookies };
}

const textual = /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml)|application\/(?:javascript|x-www-form-urlencoded|x-ndjson))[^;]*(?:;\s*charset="?utf-8"?)?\s*$/i;
let strict: TextDecoder | undefined;
/** Text where the media type says so and the bytes are UTF-8; base64 costs a third more of the limit. An encoded body is never text (honojs/hono#4670). */
function spelledBody(body: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>): Pick<HttpAnswer, "body" | "isBase64Encoded"> {
  if (headers["content-encoding"] === undefined && textual.test(headers["content-type"] ?? "")) {
    try {
      return { body: (strict ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })).decode(body), isBase64Encoded: false };
    } catch {
      // Not UTF-8 after all: the bytes go as they are.
    }
  }
  return { body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64"), isBase64Encoded: true };
}

function encode(head: ResponseHead, body: WholeBody): HttpAnswer {
  const { statusCode, headers, cookies } = spelledHead(head);
  const spelled = body === undefined ? { isBase64Encoded: false } : typeof body === "string" ? { body, isBase64Encoded: false } : spelledBody(body, headers);
  const answer: HttpAnswer = cookies === undefined ? { statusCode, headers, ...spelled } : { statusCode, headers, cookies, ...spelled };
  if (spelled.body !== undefined && spelled.body.length > surelyFits) {
    const size = Buffer.byteLength(JSON.stringify(answer));
    if (size > maxAnswerBytes) throw new IsobarError("payload-too-large", `the answer is ${size} bytes as JSON; Lambda takes ${maxAnswerBytes}`);
  }
  return answer;
}

const codec = (path: (event: HttpEvent) => string): ExchangeCodec<HttpEvent, HttpAnswer> => ({
  decode(native) {
    const event = checked(native);
    return { native: event, request: new Incoming(event, path(event)) };
  },
  encode,
  encodeHead: spelledHead,
});

export const httpApi = /* @__PURE__ */ codec((event) => pathOf(withoutStage(event), true));
export const functionUrl = /* @__PURE__ */ codec((event) => pathOf(event.rawPath, false));
