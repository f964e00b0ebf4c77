/** Who calls, and where to: credentials, endpoints and regions. Nothing here touches the network. */
import { IsobarError, type ChannelName, type Clock } from "@isobar/core/adapter";
import { textOf } from "../wires/records.ts";
import type { Credentials } from "./sign.ts";

export type Service = "sqs" | "sns" | "secretsmanager";
/** As variables name it: a service's id in upper case. https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html */
const variableIds: { readonly [S in Service]: string } = { sqs: "SQS", sns: "SNS", secretsmanager: "SECRETS_MANAGER" };
export interface Access {
  /** Asked before every try, since temporary credentials are refreshed. */
  readonly credentials: () => Credentials | Promise<Credentials>;
  /** Instead of the service's own: a local broker, a VPC endpoint. Only here may it be http. */
  readonly endpoint?: string | undefined;
  /** Where a queue's URL tells none. */
  readonly region?: string | undefined;
  readonly clock?: Clock | undefined;
}
export type Environment = Readonly<Record<string, string | undefined>>;

function required(environment: Environment, name: string): string {
  const value = textOf(environment[name]);
  if (value === undefined) throw new IsobarError("send-failed", `${name} is not set`);
  return value;
}

/**
 * As Lambda gives them (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime), with the endpoints that SDKs
 * read too (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html). `send-failed` where one is missing, at the call.
 */
export const accessFrom = (environment: Environment, service: Service, clock?: Clock): Access => ({
  credentials: () => ({ accessKeyId: required(environment, "AWS_ACCESS_KEY_ID"), secretAccessKey: required(environment, "AWS_SECRET_ACCESS_KEY"), sessionToken: textOf(environment.AWS_SESSION_TOKEN) }),
  endpoint: textOf(environment[`AWS_ENDPOINT_URL_${variableIds[service]}`]) ?? textOf(environment.AWS_ENDPOINT_URL),
  region: textOf(environment.AWS_REGION),
  clock,
});

/** The variable that holds a channel's address in its unit: queue "orders-failed" → ISOBAR_QUEUE_ORDERS_FAILED, a URL; topic "news" → ISOBAR_TOPIC_NEWS, an ARN. */
export const addressVariable = ({ resource, name }: ChannelName): string => `ISOBAR_${resource}_${name}`.toUpperCase().replaceAll("-", "_");
/** The variable that holds the URL of the queue that only this function reads: "greetAll" → ISOBAR_SOURCE_GREETALL. For whoever operates it: the function itself needs none. */
export const sourceVariable = (functionName: string): string => `ISOBAR_SOURCE_${functionName.toUpperCase()}`;
/** The variable that holds the name or the ARN of a secret: "stripe-key" → ISOBAR_SECRET_STRIPE_KEY. */
export const secretVariable = (name: string): string => `ISOBAR_SECRET_${name}`.toUpperCase().replaceAll("-", "_");
/** Throws `send-failed` for a channel without an address, naming the variable. */
export function addressOf(to: ChannelName, environment: Environment): string {
  const address = textOf(environment[addressVariable(to)]);
  if (address === undefined) throw new IsobarError("send-failed", `${to.resource} "${to.name}" has no address: ${addressVariable(to)} is not set`);
  return address;
}

/** By id, beginning of the regions' names, and domain; the last is everyone else's. botocore `data/partitions.json` (the file of all SDKs). */
const partitions = [
  ["aws-cn", "cn-", "amazonaws.com.cn"],
  ["aws-us-gov", "us-gov-", "amazonaws.com"],
  ["aws-eusc", "eusc-", "amazonaws.eu"],
  ["aws-iso", "us-iso-", "c2s.ic.gov"],
  ["aws-iso-b", "us-isob-", "sc2s.sgov.gov"],
  ["aws-iso-e", "eu-isoe-", "cloud.adc-e.uk"],
  ["aws-iso-f", "us-isof-", "csp.hci.ic.gov"],
  ["aws", "", "amazonaws.com"],
] as const;

/** The service's own endpoint in a region: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
export function endpointIn(service: Service, region: string): string {
  const [, , domain] = partitions.find(([, start]) => region.startsWith(start))!;
  return `https://${service}.${region}.${domain}`;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html; an account has twelve digits. */
const arns = /^arn:(aws[a-z-]*):(sqs|sns):([a-z]+(?:-[a-z]+)+-\d+):(\d{12}):([\w-]+(?:\.fifo)?)$/;
/** Where the resource of an ARN is called. `undefined` for what is no ARN of this service, in a partition whose domain is known. */
export function resourceOf(arn: string, service: Service): { readonly endpoint: string; readonly region: string; readonly account: string; readonly name: string } | undefined {
  const [, partition, of, region, account, name] = arns.exec(arn) ?? [];
  const known = partitions.find(([id]) => id === partition);
  return known === undefined || of !== service ? undefined : { endpoint: `https://${service}.${region!}.${known[2]}`, region: region!, account: account!, name: name! };
}
/** A queue's URL by its ARN: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
export function queueUrlOf(arn: string): string | undefined {
  const queue = resourceOf(arn, "sqs");
  return queue && `${queue.endpoint}/${queue.account}/${queue.name}`;
}

/** The region that a host names in one of its labels, whatever kind of endpoint it is; queue.amazonaws.com is us-east-1's of old. */
function regionOf({ hostname }: URL): string | undefined {
  return hostname === "queue.amazonaws.com" ? "us-east-1" : hostname.split(".").find((label) => /^[a-z]{2,4}(?:-[a-z]+)+-\d+$/.test(label));
}

/**
 * Where to call, and for which region to sign. `own`: the URL that the resource itself tells; of it only the host counts. Throws `send-failed` for http
 * that is no override, for a URL that is none or holds more than a place, and where no region is told.
 */
export function placeOf(own: string, { endpoint, region: fallback }: Access): { readonly url: URL; readonly region: string } {
  const what = endpoint === undefined ? "the address" : "the endpoint";
  const place = endpoint ?? own;
  const url = URL.canParse(place) ? new URL(place) : undefined;
  if (url === undefined || !(url.protocol === "https:" || (url.protocol === "http:" && endpoint !== undefined))) throw new IsobarError("send-failed", `${what} is no https URL`);
  // A URL with a password, or with a query that would not be signed.
  if (url.username + url.password + url.search !== "" || !/^[\w.~/-]*$/.test(url.pathname)) throw new IsobarError("send-failed", `${what} at ${url.host} is more than a host and a plain path`);
  const region = (URL.canParse(own) ? regionOf(new URL(own)) : undefined) ?? fallback;
  if (region === undefined) throw new IsobarError("send-failed", `${what} at ${url.host} names no region, and AWS_REGION is not set`);
  return { url: new URL(endpoint === undefined ? "/" : url.pathname.replace(/\/*$/, "/"), url), region };
}
