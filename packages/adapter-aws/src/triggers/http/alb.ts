/**
 * HTTP on Lambda behind an Application Load Balancer, in both header modes of its target group.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 *
 * | Isobar        | native                                                                                                              |
 * |---------------|---------------------------------------------------------------------------------------------------------------------|
 * | method        | httpMethod                                                                                                          |
 * | path          | path, as it was sent                                                                                                |
 * | query         | multiValueQueryStringParameters, or queryStringParameters (the last value of each name), as they were sent: encoded, "+" and all |
 * | headers       | multiValueHeaders, or headers (the last value of each name); several cookies are one, joined by "; "                |
 * | origin        | the header host; the scheme is x-forwarded-proto, else https. A health check has neither                            |
 * | body          | body, base64 where isBase64Encoded; null and absent are none, "" is present: a load balancer always writes one       |
 * | clientAddress | the last of x-forwarded-for, which the load balancer appends; with its port, where the target group keeps ports      |
 * | only native() | headers whose name is no token, requestContext.elb.targetGroupArn                                                    |
 * | lost          | the order of different query names, whether an empty value had its "="; in single-value mode all but the last value  |
 *
 * Answer: in the mode of the request, values as texts. Single-value mode carries one header of each name: repeated ones are joined by ", ", and a second
 * Set-Cookie is an error (`unsupported`): several spellings of one name are what some do, and what no document promises. Limits: 1 MB each way.
 */
import { IsobarError, pathOf, type ExchangeCodec, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import type { AlbEvent } from "../../native.ts";
import { fitting, spelledBody, type SpelledBody } from "../../wires/answer.ts";
import { checkedProxy, pairsOf, ProxyRequest, wrongIn } from "../../wires/proxy.ts";
import { fieldsOf, textOf } from "../../wires/records.ts";

export interface AlbAnswer extends SpelledBody {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
}

/** "The maximum size of the response JSON that the Lambda function can send is 1 MB": the document above, under Limits. */
const maxAlbAnswerBytes = 1024 * 1024;
const wrong = wrongIn("load balancer's");

function checked(native: unknown): AlbEvent {
  const event = checkedProxy<AlbEvent>(native, wrong);
  if (textOf(fieldsOf(event.requestContext.elb).targetGroupArn) === undefined) wrong("requestContext.elb is missing");
  return event;
}

/** What no query holds (RFC 3986 §3.4), and "&", which would split a value that a tool has decoded. */
const queryPart = (text: string): string => text.replace(/[^\w\-.~!$'()*+,;=:@/?%[\]]+/g, (each) => encodeURIComponent(each.toWellFormed()));

/** "192.0.2.1:5000" and "[2001:db8::1]:5000" where ports are kept: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html */
function lastAddress(forwarded: string | undefined): string | undefined {
  const last = forwarded?.split(",").at(-1)?.trim();
  return textOf(last?.replace(/^\[([^\]]*)\](?::\d+)?$/, "$1").replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1"));
}

/** RFC 9110 §15; the load balancer wants a status and a reason. */
const reasons: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable", 504: "Gateway Timeout" };

function singleHeaders(headers: ResponseHead["headers"]): Record<string, string> {
  const single = Object.create(null) as Record<string, string>;
  for (const [name, value] of headers) {
    if (single[name] !== undefined && name === "set-cookie") throw new IsobarError("unsupported", "two Set-Cookie headers — AWS, ALB in single-value mode — it carries one of each name — turn on lambda.multi_value_headers.enabled in the target group");
    single[name] = single[name] === undefined ? value : `${single[name]}, ${value}`;
  }
  return single;
}
function multiHeaders(headers: ResponseHead["headers"]): Record<string, string[]> {
  const multi = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of headers) (multi[name] ??= []).push(value);
  return multi;
}

function encode({ status, headers }: ResponseHead, body: WholeBody, { multiValueHeaders }: AlbEvent): AlbAnswer {
  const head = { statusCode: status, statusDescription: `${status} ${reasons[status] ?? "Status"}` };
  const named = multiValueHeaders ? { multiValueHeaders: multiHeaders(headers) } : { headers: singleHeaders(headers) };
  return fitting({ ...head, ...named, ...spelledBody(body, headers) }, maxAlbAnswerBytes, "a load balancer");
}

export const alb: ExchangeCodec<AlbEvent, AlbAnswer> = {
  decode(native) {
    const event = checked(native);
    const query = pairsOf(event.multiValueQueryStringParameters, event.queryStringParameters, wrong).map(([name, value]) => `${queryPart(name)}=${queryPart(value)}`).join("&");
    const front = {
      path: pathOf(event.path, false),
      query,
      clientAddress: (header: (name: string) => string | undefined) => lastAddress(header("x-forwarded-for")),
      scheme: (header: (name: string) => string | undefined) => (header("x-forwarded-proto") === "http" ? "http" : "https"),
      domainName: undefined,
    };
    return { native: event, request: new ProxyRequest(event, front, wrong) };
  },
  encode,
};
