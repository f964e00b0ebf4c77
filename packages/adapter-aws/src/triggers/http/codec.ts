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
import { bodyOf } from "../../wires/base64.ts";

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
  /** An empty list says no more than an absent one. */
  readonly #cookie: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly clientAddress: string | undefined;
  constructor(event: HttpEvent, path: string) {
    const { requestContext: { http }, rawQueryString, cookies } = event;
    this.#event = event;
    this.#cookie = cookies?.length ? cookies.join("; ") : undefined;
    this.method = http.method;
    this.path = path;
    this.query = rawQueryString ?? "";
    this.clientAddress = http.sourceIp;
  }
  origin(): string {
    return originOf("https", this.header("host"), this.#event.requestContext.domainName);
  }
  header(name: string): string | undefined {
    if (name === "cookie" && this.#cookie !== undefined) return byteString(name, this.#cookie);
    const headers = this.#event.headers ?? {};
    // Front ends lower-case names; captured and hand-written events do not always.
    const key = Object.hasOwn(headers, name) ? name : Object.keys(headers).find((each) => each.toLowerCase() === name);
    return key === undefined ? undefined : valueOf(name, headers[key]);
  }
  headers(): HeaderPairs {
    const given = Object.entries(this.#event.headers ?? {}).map(([key, value]) => [key.toLowerCase(), value] as const);
    const all = this.#cookie === undefined ? given : [...given.filter(([name]) => name !== "cookie"), ["cookie", this.#cookie] as const];
    return all.filter(([name]) => isHeaderName(name)).map(([name, value]) => [name, valueOf(name, value)]);
  }
  body(): WholeBody {
    return bodyOf(this.#event, wrong);
  }
}

const wrong = (why: string): never => {
  throw new IsobarError("invalid-native-event", `no event of payload format 2.0: ${why}`);
};
const isText = (value: unknown): value is string => typeof value === "string";

/** Numbers and booleans are hand-written events' way; any other value would become a text that nobody sent. */
const valueOf = (name: string, value: unknown): string => (typeof value === "object" ? wrong(`header ${JSON.stringify(name)} is no text`) : byteString(name, String(value)));

function checked(native: unknown): HttpEvent {
  const event = (native ?? {}) as HttpEvent & { readonly type?: unknown };
  const { version, type, rawPath, requestContext, rawQueryString, headers, cookies, body } = event;
  if (version !== "2.0") wrong(`version is ${isText(version) ? version : typeof version}`);
  // An authorizer's request has the same envelope and a type (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html).
  if (type !== undefined) wrong("it is an authorizer's");
  if (!isText(rawPath) || rawPath[0] !== "/") wrong("rawPath is no path");
  if (!isText(requestContext?.http?.method)) wrong("requestContext.http.method is missing");
  if (!isText(rawQueryString ?? "")) wrong("rawQueryString is no text");
  if (!isText(body ?? "")) wrong("body is no text");
  if (typeof (headers ?? {}) !== "object" || Array.isArray(headers)) wrong("headers is no object");
  const list: unknown = cookies ?? [];
  if (!Array.isArray(list) || !list.every(isText)) wrong("cookies is no list of texts");
  return event;
}

/** A named stage stands in front of an HTTP API's path, except behind a custom domain, whose mapping replaces it. */
export function withoutStage(path: string, { stage, domainName }: { readonly stage?: string | null; readonly domainName?: string | null }): string {
  if (typeof stage !== "string" || stage === "$default" || (typeof domainName === "string" && !domainName.includes(".execute-api."))) return path;
  const prefix = `/${stage}`;
  return path === prefix ? "/" : path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

function spelledHead({ status, headers }: ResponseHead): StreamHead {
  const spelled = Object.create(null) as Record<string, string>;
  const cookies: string[] = [];
  for (const [name, value] of headers) {
    if (name === "set-cookie") cookies.push(value);
    else spelled[name] = spelled[name] === undefined ? value : `${spelled[name]}, ${value}`;
  }
  return cookies.length === 0 ? { statusCode: status, headers: spelled } : { statusCode: status, headers: spelled, cookies };
}

function encode(head: ResponseHead, body: WholeBody): HttpAnswer {
  return fitting({ ...spelledHead(head), ...spelledBody(body, head.headers) }, maxAnswerBytes, "Lambda");
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
