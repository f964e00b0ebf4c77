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
import { fitting, maxAnswerBytes, spelledBody } from "../../wires/answer.ts";
import { bytesIn } from "../../wires/base64.ts";

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}
export type StreamHead = Pick<HttpAnswer, "statusCode" | "headers" | "cookies">;

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
    return isBase64Encoded ? (bytesIn(body) ?? wrong("body is no base64")) : body;
  }
}

const wrong = (why: string): never => {
  throw new IsobarError("invalid-native-event", `no event of payload format 2.0: ${why}`);
};
const said = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : value === null ? "null" : typeof value);

/** Numbers and booleans are hand-written events' way; any other value would become a text that nobody sent. */
const valueOf = (name: string, value: unknown): string => (typeof value === "object" ? wrong(`header ${JSON.stringify(name)} is no text`) : byteString(name, String(value)));

function checked(native: unknown): HttpEvent {
  const event = (typeof native === "object" && native !== null ? native : {}) as HttpEvent;
  if (event.version !== "2.0") wrong(`version is ${said(event.version)}`);
  // An authorizer's request has the same envelope and a type (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html).
  if ((event as { readonly type?: unknown }).type !== undefined) wrong("it is an authorizer's");
  if (typeof event.rawPath !== "string" || event.rawPath[0] !== "/") wrong("rawPath is no path");
  if (typeof event.requestContext?.http?.method !== "string") wrong("requestContext.http.method is missing");
  for (const name of ["rawQueryString", "body"] as const) if (typeof (event[name] ?? "") !== "string") wrong(`${name} is no text`);
  if (typeof (event.headers ?? {}) !== "object" || Array.isArray(event.headers)) wrong("headers is no object");
  if (!(Array.isArray(event.cookies ?? []) && (event.cookies ?? []).every((each) => typeof each === "string"))) wrong("cookies is no list of texts");
  return event;
}

/** A named stage stands in front of an HTTP API's path, except behind a custom domain, whose mapping replaces it. */
export function withoutStage(path: string, { stage, domainName }: { readonly stage?: string | null; readonly domainName?: string | null }): string {
  if (typeof stage !== "string" || stage === "$default" || (typeof domainName === "string" && !domainName.includes(".execute-api."))) return path;
  const prefix = `/${stage}`;
  return path === prefix ? "/" : path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
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

function encode(head: ResponseHead, body: WholeBody): HttpAnswer {
  const { statusCode, headers, cookies } = spelledHead(head);
  const spelled = spelledBody(body, head.headers);
  return fitting(cookies === undefined ? { statusCode, headers, ...spelled } : { statusCode, headers, cookies, ...spelled }, maxAnswerBytes, "Lambda");
}

const codec = (path: (event: HttpEvent) => string): ExchangeCodec<HttpEvent, HttpAnswer> => ({
  decode(native) {
    const event = checked(native);
    return { native: event, request: new Incoming(event, path(event)) };
  },
  encode,
  encodeHead: spelledHead,
});

export const httpApi = /* @__PURE__ */ codec((event) => pathOf(withoutStage(event.rawPath, event.requestContext), true));
export const functionUrl = /* @__PURE__ */ codec((event) => pathOf(event.rawPath, false));
