/** The host's half: the invocation request that it sends to the worker, and what it makes of the worker's answer. */
import type { ExchangeSide, NeutralAnswer, NeutralRequest, Seen, Wire } from "@isobar/core/adapter";
import { asRequested, received } from "../../testing/http.ts";
import { v4 } from "./codec.ts";

const joinedHeaders = (headers: NeutralRequest["headers"], host: string): Record<string, string> => {
  const joined: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of headers) joined[name] = joined[name] === undefined ? value : `${joined[name]}${name === "cookie" ? "; " : ","}${value}`;
  joined.host ??= host;
  return joined;
};

/** HttpTrigger as gRPC carries it (azure-functions-host GrpcMessageConversionExtensions: headers as nullable values, the body as bytes). */
function fabricate({ method, url, headers, body, clientAddress }: NeutralRequest): unknown {
  const { host, searchParams } = new URL(url);
  const joined = joinedHeaders(headers, host);
  if (clientAddress !== undefined) {
    const own = `${clientAddress.includes(":") ? `[${clientAddress}]` : clientAddress}:54321`;
    joined["x-forwarded-for"] = joined["x-forwarded-for"] === undefined ? own : `${joined["x-forwarded-for"]}, ${own}`;
  }
  const nullable = (record: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, { value }]));
  return {
    inputData: [{ data: { http: { method, url, nullableHeaders: nullable(joined), nullableParams: {}, nullableQuery: nullable(Object.fromEntries(searchParams)), ...(body === undefined ? {} : { body: { bytes: body } }) } } }],
    triggerMetadata: {},
  };
}

interface RpcCookie {
  readonly name?: string;
  readonly value?: string;
  readonly domain?: { readonly value?: string };
  readonly path?: { readonly value?: string };
  readonly expires?: { readonly value?: unknown };
  readonly secure?: { readonly value?: boolean };
  readonly httpOnly?: { readonly value?: boolean };
  readonly maxAge?: { readonly value?: number };
  readonly sameSite?: unknown;
}
interface RpcHttpAnswer {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly RpcCookie[];
  readonly body?: { readonly bytes?: Uint8Array; readonly string?: string };
}
interface Proxied {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly chunks: readonly Uint8Array[];
  readonly failed?: { readonly type: string; readonly message: string };
}

/** Timestamps travel as Date or as protobuf's seconds. */
const dateOf = (value: unknown): Date => (typeof value === "object" && value !== null && "seconds" in value ? new Date(Number(value.seconds) * 1_000) : new Date(value as string | number | Date));
/** `Uri.EscapeDataString`, which ASP.NET Core's ResponseCookies.Append puts every value through. */
const escaped = (value: string) => encodeURIComponent(value).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

function setCookie({ name, value, domain, path, expires, secure, httpOnly, maxAge, sameSite }: RpcCookie): string {
  const parts = [`${name ?? ""}=${escaped(value ?? "")}`];
  if (expires?.value !== undefined) parts.push(`expires=${dateOf(expires.value).toUTCString()}`);
  if (maxAge?.value !== undefined) parts.push(`max-age=${maxAge.value}`);
  if (domain?.value !== undefined) parts.push(`domain=${domain.value}`);
  if (path?.value !== undefined) parts.push(`path=${path.value}`);
  if (secure?.value) parts.push("secure");
  const site = { lax: "lax", strict: "strict", explicitNone: "none", 1: "lax", 2: "strict", 3: "none" }[String(sameSite)];
  if (site !== undefined) parts.push(`samesite=${site}`);
  if (httpOnly?.value) parts.push("httponly");
  return parts.join("; ");
}

function interpret(seen: Seen): NeutralAnswer {
  if (!("returned" in seen)) return { failed: JSON.stringify(seen) };
  const returned = seen.returned as Partial<Proxied> & { readonly returnValue?: { readonly http?: RpcHttpAnswer } };
  if (returned.failed) return { failed: `${returned.failed.type}: ${returned.failed.message}` };
  if (returned.chunks !== undefined)
    return { status: returned.status!, headers: returned.headers!.map(([name, value]) => [name.toLowerCase(), value]), body: new Uint8Array(Buffer.concat(returned.chunks)), pieces: returned.chunks.length };
  const http = returned.returnValue?.http;
  if (http?.statusCode === undefined) return { failed: "the handler gave no HTTP answer" };
  const headers = Object.entries(http.headers ?? {}).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  for (const cookie of http.cookies ?? []) headers.push(["set-cookie", setCookie(cookie)]);
  return { status: Number(http.statusCode), headers, body: new Uint8Array(http.body?.bytes ?? Buffer.from(http.body?.string ?? "")) };
}

/** The host makes every request itself; what remains is another trigger's data under an HTTP function. */
const malformed: ExchangeSide["malformed"] = [
  { why: "a text", native: { inputData: [{ data: { string: "hello" } }], triggerMetadata: {} } },
  { why: "a JSON object", native: { inputData: [{ data: { json: "{}" } }], triggerMetadata: {} } },
  { why: "a request without url", native: { inputData: [{ data: { http: { method: "GET" } } }], triggerMetadata: {} } },
];
/** Kestrel's limit in the host: 100 MB (azure-functions-host ScriptConstants.DefaultMaxRequestBodySize). */
export const httpSide: ExchangeSide = { fabricate, interpret, malformed, refusedBodyBytes: 104_857_601 };

export const httpWires: readonly Wire<"http">[] = [
  { kind: "http", variant: "http-trigger", service: "HTTP trigger", decode: (captured) => ({ request: v4.decode(received(captured)).request }), native: asRequested, fronts: { "http-trigger": { side: httpSide, streams: true } } },
];
