/**
 * HTTP on Lambda, payload format 1.0: API Gateway REST API, and HTTP API where its integration says 1.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * | Isobar        | native                                                                                                                  |
 * |---------------|-------------------------------------------------------------------------------------------------------------------------|
 * | method        | httpMethod                                                                                                              |
 * | path          | path, as it was sent, less what a custom domain's mapping put in front of the resource (see below); never requestContext.path |
 * | query         | multiValueQueryStringParameters, decoded by the gateway and encoded again; else queryStringParameters, which has the last value of each |
 * | headers       | multiValueHeaders, else headers; several cookies are one, joined by "; "                                                |
 * | origin        | the header host, else requestContext.domainName; always https                                                           |
 * | body          | body, base64 where isBase64Encoded; null and absent are none, "" is present                                             |
 * | clientAddress | requestContext.identity.sourceIp                                                                                        |
 * | only native() | headers whose name is no token, resource, pathParameters, stageVariables, requestContext.authorizer, requestId, stage, and all else of it |
 * | lost          | the order of different query names, whether an empty value had its "=", which characters were percent-encoded           |
 *
 * Path: a REST API's `path` is without the stage. Behind a custom domain it begins with the mapping's base path, and with the stage where the mapping names
 * none (four cases in localstack/localstack#12296). There `resource` with its parameters filled in is the path as the API sees it: what stands in front is taken off.
 *
 * Answer: all headers in multiValueHeaders; a top-level `cookies` would be a 502. Limits: 10 MB from the client, 6 MB to and from Lambda.
 */
import { pathOf, type ExchangeCodec, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import type { RestEvent } from "../../native.ts";
import { fitting, maxAnswerBytes, spelledBody, type SpelledBody } from "../../wires/answer.ts";
import { checkedProxy, pairsOf, ProxyRequest, wrongIn } from "../../wires/proxy.ts";
import { fieldsOf, textOf } from "../../wires/records.ts";
import { withoutStage } from "./codec.ts";

export interface RestAnswer extends SpelledBody {
  readonly statusCode: number;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

const wrong = wrongIn("REST API");

function checked(native: unknown): RestEvent {
  const event = checkedProxy<RestEvent>(native, wrong);
  const { version } = event as { readonly version?: unknown };
  if (version !== undefined && version !== null && version !== "1.0") wrong(`version is ${typeof version === "string" ? JSON.stringify(version) : typeof version}`);
  const { elb, connectionId } = fieldsOf(event.requestContext);
  if (elb !== undefined) wrong("it is a load balancer's");
  if (connectionId !== undefined && connectionId !== null) wrong("it is a WebSocket API's");
  // A REQUEST authorizer's event has a request's fields, and an answer to it would be a policy.
  if (fieldsOf(event).methodArn !== undefined) wrong("it is an authorizer's");
  return event;
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
/** The resource with its parameters filled in; `undefined` where one is missing. */
function resourcePath({ resource, pathParameters }: RestEvent): string | undefined {
  if (typeof resource !== "string" || resource[0] !== "/") return undefined;
  let whole = true;
  const filled = resource.replace(/\{([^{}+]+)\+?\}/g, (_, name: string) => {
    const value = fieldsOf(pathParameters)[name];
    whole &&= typeof value === "string";
    return String(value);
  });
  return whole ? filled : undefined;
}
/** Base paths hold nothing that is percent-encoded (https://docs.aws.amazon.com/apigateway/latest/api/API_CreateBasePathMapping.html), so that the prefix is the same in the encoded path. */
function ownPath(event: RestEvent): string {
  const { version, path, requestContext } = event;
  // Without a custom domain a REST API's path is its own; an HTTP API's has a named stage in front, as in format 2.0.
  if (textOf(requestContext.domainName)?.includes(".execute-api.") !== false) return version === "1.0" ? withoutStage(path, requestContext) : path;
  const own = resourcePath(event);
  if (own === undefined) return path;
  const all = decoded(path);
  // Parameters are without the path's trailing slash; whether they were decoded differs by their place in the resource.
  const end = [own, `${own}/`, decoded(own), `${decoded(own)}/`].find((each) => all.endsWith(each));
  // The root behind a base path may come without its slash.
  if (end === undefined) return own === "/" ? "/" : path;
  const prefix = all.slice(0, all.length - end.length);
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

/** As clients that follow the URL Standard spell it, which has the apostrophe in its query set: https://url.spec.whatwg.org/#special-query-percent-encode-set */
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed()).replaceAll("'", "%27");

function encode({ status, headers }: ResponseHead, body: WholeBody): RestAnswer {
  const multiValueHeaders = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of headers) (multiValueHeaders[name] ??= []).push(value);
  return fitting({ statusCode: status, multiValueHeaders, ...spelledBody(body, headers) }, maxAnswerBytes, "Lambda");
}

export const restApi: ExchangeCodec<RestEvent, RestAnswer> = {
  decode(native) {
    const event = checked(native);
    const { multiValueQueryStringParameters: multi, queryStringParameters: single, requestContext } = event;
    const query = pairsOf(multi, single, wrong).map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
    const sourceIp = textOf(requestContext.identity?.sourceIp);
    const front = { path: pathOf(ownPath(event), false), query, clientAddress: () => sourceIp, scheme: () => "https", domainName: textOf(requestContext.domainName) };
    return { native: event, request: new ProxyRequest(event, front, wrong) };
  },
  encode,
};
