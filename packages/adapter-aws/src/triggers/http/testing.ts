/** The front ends' half: what API Gateway's HTTP API and a Function URL make of a request, and what their client gets back. */
import type { ExchangeCodec, ExchangeSide, Front, NeutralAnswer, NeutralRequest, Seen, Wire } from "@isobar/core/adapter";
import type { HttpEvent } from "../../native.ts";
import { enter } from "../../testing/enter.ts";
import { alb } from "./alb.ts";
import { functionUrl, httpApi, type HttpAnswer, type StreamHead } from "./codec.ts";
import { restApi } from "./rest-api.ts";
import { albMultiValueSide, albSide, restApiSide } from "./testing-v1.ts";

const textual = /^(?:text\/|application\/(?:json|javascript|xml|[\w.+-]*\+json|x-www-form-urlencoded))/;

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Repeated headers are joined by comma; bodies that are no text travel as base64. The two differ in the path (`decoded`) and in `cookie` (`both`). */
const event = ({ method, url, headers, body, clientAddress }: NeutralRequest, { decoded, both }: { readonly decoded: boolean; readonly both: boolean }): HttpEvent => {
  const { host } = new URL(url);
  const [, path = "/", query = ""] = /^\w+:\/\/[^/?#]*(\/[^?#]*)?(?:\?([^#]*))?/.exec(url)!;
  const joined: Record<string, string> = Object.create(null) as Record<string, string>;
  let cookies: string[] | undefined;
  for (const [name, value] of headers) {
    if (name === "cookie") {
      (cookies ??= []).push(...value.split("; "));
      if (!both) continue;
    }
    joined[name] = joined[name] === undefined ? value : `${joined[name]}${name === "cookie" ? "; " : ","}${value}`;
  }
  joined.host ??= host;
  const text = body !== undefined && textual.test(joined["content-type"] ?? "") && joined["content-encoding"] === undefined && Buffer.from(body).equals(Buffer.from(Buffer.from(body).toString("utf8")));
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: decoded ? decodedPath(path) : path,
    rawQueryString: query,
    ...(cookies === undefined ? {} : { cookies }),
    headers: joined,
    requestContext: {
      accountId: "123456789012",
      apiId: "api-id",
      domainName: host,
      domainPrefix: host.split(".")[0]!,
      http: { method, path: decoded ? decodedPath(path) : path, protocol: "HTTP/1.1", sourceIp: clientAddress ?? "192.0.2.1", userAgent: joined["user-agent"] ?? "" },
      requestId: "id",
      routeKey: "$default",
      stage: "$default",
      time: "12/Mar/2020:19:03:58 +0000",
      timeEpoch: 1_583_348_638_390,
    },
    ...(body === undefined ? {} : { body: text ? Buffer.from(body).toString("utf8") : Buffer.from(body).toString("base64") }),
    isBase64Encoded: body !== undefined && !text,
  };
};

interface Streamed {
  readonly contentType?: string;
  readonly prelude?: unknown;
  readonly chunks: readonly Uint8Array[];
  readonly failed?: { readonly type: string; readonly message: string };
}

function interpret(seen: Seen): NeutralAnswer {
  if (!("returned" in seen)) return { failed: JSON.stringify(seen) };
  const returned = seen.returned as (HttpAnswer & { readonly streamed?: Streamed }) | null;
  const streamed = returned?.streamed;
  if (streamed?.failed) return { failed: `${streamed.failed.type}: ${streamed.failed.message}` };
  const head = streamed === undefined ? returned : (streamed.prelude as StreamHead | undefined);
  if (typeof head?.statusCode !== "number") return { failed: "malformed answer: no statusCode" };
  if (Object.values(head.headers ?? {}).some((value) => typeof value !== "string")) return { failed: "malformed answer: a header is no text" };
  const chunks = streamed === undefined ? [Buffer.from(returned?.body ?? "", returned?.isBase64Encoded ? "base64" : "utf8")] : streamed.chunks;
  const headers = Object.entries(head.headers ?? {}).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return { status: head.statusCode, headers: [...headers, ...(head.cookies ?? []).map((value): [string, string] => ["set-cookie", value])], body: new Uint8Array(Buffer.concat(chunks)), ...(streamed === undefined ? {} : { pieces: chunks.length }) };
}

/** Other services' events and broken ones, as a wrong permission or a hand-made test would send them. */
const malformed: ExchangeSide["malformed"] = [
  { why: "null", native: null },
  { why: "an empty object", native: {} },
  { why: "a REST API event", native: { version: "1.0", httpMethod: "GET", path: "/", headers: {} } },
  { why: "an SQS batch", native: { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] } },
  { why: "no method", native: { version: "2.0", rawPath: "/", requestContext: {} } },
];
/** A request is 6 MB as JSON at most, the body in it (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const refusedBodyBytes = 6 * 1024 * 1024 + 1;

export const httpApiSide: ExchangeSide = { fabricate: (request) => event(request, { decoded: true, both: false }), interpret, malformed, refusedBodyBytes };
export const functionUrlSide: ExchangeSide = { fabricate: (request) => event(request, { decoded: false, both: true }), interpret, malformed, refusedBodyBytes };

const wire = (variant: string, service: string, codec: Pick<ExchangeCodec<unknown, unknown>, "decode">, fronts: Readonly<Record<string, Front>>): Wire<"http"> => ({ kind: "http", variant, service, decode: (captured) => ({ request: codec.decode(captured).request }), native: (captured) => captured, enter, fronts });
export const httpWires = [
  wire("http-api", "API Gateway HTTP API, payload format 2.0", httpApi, { "http-api": { side: httpApiSide, streams: false } }),
  wire("function-url", "Lambda Function URL", functionUrl, { "function-url": { side: functionUrlSide, streams: true } }),
  wire("rest-api", "API Gateway REST API; HTTP API, payload format 1.0", restApi, { "rest-api": { side: restApiSide, streams: false } }),
  wire("alb", "Application Load Balancer", alb, { alb: { side: albSide, streams: false }, "alb-multi-value": { side: albMultiValueSide, streams: false } }),
];
