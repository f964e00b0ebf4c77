/** The front ends' half of payload format 1.0: what a REST API and a load balancer make of a request, and what their client gets back. */
import type { ExchangeSide, NeutralAnswer, NeutralRequest, Seen } from "@isobar/core/adapter";
import type { AlbEvent, RestEvent } from "../../native.ts";
import type { AlbAnswer } from "./alb.ts";
import type { RestAnswer } from "./rest-api.ts";

type Pairs = readonly (readonly [name: string, value: string])[];
/** A name's values in the order they came; no prototype, so that "__proto__" is a name. */
function listed(pairs: Pairs): Record<string, string[]> {
  const all = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of pairs) (all[name] ??= []).push(value);
  return all;
}
function lastOf(pairs: Pairs): Record<string, string> {
  const all = Object.create(null) as Record<string, string>;
  for (const [name, value] of pairs) all[name] = value;
  return all;
}
const decoded = (text: string, plusIsBlank: boolean): string => {
  try {
    return decodeURIComponent(plusIsBlank ? text.replaceAll("+", " ") : text);
  } catch {
    return text;
  }
};
function partsOf({ url, headers, body, clientAddress = "192.0.2.1" }: NeutralRequest) {
  const { host } = new URL(url);
  const [, path = "/", query = ""] = /^\w+:\/\/[^/?#]*(\/[^?#]*)?(?:\?([^#]*))?/.exec(url)!;
  const asked: Pairs = query === "" ? [] : query.split("&").map((part) => [part.split("=")[0]!, part.includes("=") ? part.slice(part.indexOf("=") + 1) : ""] as const);
  const hosted: Pairs = headers.some(([name]) => name === "host") ? headers : [["host", host], ...headers];
  return { host, path, asked, headers: hosted, body, clientAddress };
}
/** Text or base64, by the media type: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer */
function bodyOf(body: NeutralRequest["body"], headers: Pairs): { readonly text: string; readonly isBase64Encoded: boolean } {
  if (body === undefined) return { text: "", isBase64Encoded: false };
  const value = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  const text = Buffer.from(body).toString("utf8");
  const isText = /^(?:text\/|application\/(?:json|javascript|xml))/.test(value("content-type") ?? "") && value("content-encoding") === undefined && Buffer.from(body).equals(Buffer.from(text));
  return { text: isText ? text : Buffer.from(body).toString("base64"), isBase64Encoded: !isText };
}

/** The query is decoded, absent maps are null, and the last value of a name is the single one: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
function restEvent(request: NeutralRequest): RestEvent {
  const { host, path, asked, headers, body, clientAddress } = partsOf(request);
  const query = asked.map(([name, value]) => [decoded(name, true), decoded(value, true)] as const);
  const { text, isBase64Encoded } = bodyOf(body, headers);
  return {
    resource: path === "/" ? "/" : "/{proxy+}",
    path,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: listed(headers),
    queryStringParameters: query.length === 0 ? null : lastOf(query),
    multiValueQueryStringParameters: query.length === 0 ? null : listed(query),
    pathParameters: path === "/" ? null : { proxy: decoded(path.slice(1).replace(/\/$/, ""), false) },
    stageVariables: null,
    requestContext: { accountId: "123456789012", apiId: "r3pmxmplak", domainName: host, extendedRequestId: "JJbxmplHYosFVYQ=", httpMethod: request.method, identity: { sourceIp: clientAddress, userAgent: null }, path: `/prod${path}`, protocol: "HTTP/1.1", requestId: "id", resourceId: "2gxmpl", resourcePath: "/{proxy+}", stage: "prod" },
    body: body === undefined ? null : text,
    isBase64Encoded,
  };
}
/** Headers come with what the load balancer adds; the query as it was sent. */
function albEvent(request: NeutralRequest, multi: boolean): AlbEvent {
  const { path, asked, headers, body, clientAddress } = partsOf(request);
  const { text, isBase64Encoded } = bodyOf(body, headers);
  const before = headers.filter(([name]) => name === "x-forwarded-for").map(([, value]) => value);
  const all: Pairs = [...headers.filter(([name]) => !name.startsWith("x-forwarded-")), ["x-amzn-trace-id", "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520"], ["x-forwarded-for", [...before, clientAddress].join(", ")], ["x-forwarded-port", "443"], ["x-forwarded-proto", "https"]];
  return {
    requestContext: { elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/6d0ecf831eec9f09" } },
    httpMethod: request.method,
    path,
    ...(multi ? { multiValueQueryStringParameters: listed(asked), multiValueHeaders: listed(all) } : { queryStringParameters: lastOf(asked), headers: lastOf(all) }),
    body: text,
    isBase64Encoded,
  };
}

/** A malformed answer is a 502: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#apigateway-lambda-proxy-integration-output */
function interpreted(seen: Seen, named: "headers" | "multiValueHeaders" | undefined): NeutralAnswer {
  if (!("returned" in seen)) return { failed: JSON.stringify(seen) };
  const answer = seen.returned as (Partial<RestAnswer & AlbAnswer> & { readonly cookies?: unknown }) | null;
  if (typeof answer?.statusCode !== "number") return { failed: "malformed answer: no statusCode" };
  if (answer.cookies !== undefined) return { failed: "malformed answer: cookies" };
  if (typeof (answer.body ?? "") !== "string") return { failed: "malformed answer: the body is no text" };
  const headers = Object.entries({ ...(named === "multiValueHeaders" ? {} : answer.headers), ...(named === "headers" ? {} : answer.multiValueHeaders) }).flatMap(([name, values]) => [values].flat().map((value) => [name.toLowerCase(), value] as const));
  if (headers.some(([, value]) => typeof value !== "string")) return { failed: "malformed answer: a header is no text" };
  return { status: answer.statusCode, headers, body: new Uint8Array(Buffer.from(answer.body ?? "", answer.isBase64Encoded ? "base64" : "utf8")) };
}

const malformed: ExchangeSide["malformed"] = [
  { why: "null", native: null },
  { why: "an empty object", native: {} },
  { why: "an event of format 2.0", native: { version: "2.0", rawPath: "/", headers: {}, requestContext: { http: { method: "GET" } } } },
  { why: "an SQS batch", native: { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] } },
  { why: "no method", native: { path: "/", headers: {}, requestContext: {} } },
];
const rest = { httpMethod: "GET", path: "/", headers: {}, requestContext: { stage: "prod" } };
const balanced = { ...rest, requestContext: { elb: { targetGroupArn: "arn" } } };
/** A request is 6 MB as JSON at most, the body in it (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); the load balancer itself takes 1 MB, which the harness does not enforce. */
const refusedBodyBytes = 6 * 1024 * 1024 + 1;

/** Both hand over maps of values. */
const respellsQuery = "maps of a query's keys and values: \"z\" and \"z=\" are one, and the order of different keys is lost";

export const restApiSide: ExchangeSide = { respellsQuery, fabricate: restEvent, interpret: (seen) => interpreted(seen, undefined), malformed: [...malformed, { why: "a load balancer's event", native: balanced }, { why: "an authorizer's event", native: { ...rest, type: "REQUEST", methodArn: "arn" } }], refusedBodyBytes };
export const albSide: ExchangeSide = { respellsQuery, keepsLastValue: "without multi-value headers the last value of a key alone", maxSetCookies: 1, fabricate: (request) => albEvent(request, false), interpret: (seen) => interpreted(seen, "headers"), malformed: [...malformed, { why: "a REST API's event", native: rest }], refusedBodyBytes };
export const albMultiValueSide: ExchangeSide = { respellsQuery, fabricate: (request) => albEvent(request, true), interpret: (seen) => interpreted(seen, "multiValueHeaders"), malformed: albSide.malformed, refusedBodyBytes };
