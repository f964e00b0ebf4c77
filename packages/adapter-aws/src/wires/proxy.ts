/** What REST APIs and load balancers share of a request: two maps of headers and two of the query, one with all values and one with a single value of each name. */
import { byteString, isHeaderName, IsobarError, originOf, type HeaderPairs, type IncomingRequest, type WholeBody } from "@isobar/core/adapter";
import type { AlbEvent, RestEvent } from "../native.ts";
import { bodyOf } from "./base64.ts";
import { fieldsOf } from "./records.ts";

export type ProxyEvent = RestEvent | AlbEvent;
/** Names the front end in its refusals. */
export type Wrong = (why: string) => never;
export const wrongIn = (what: string): Wrong => (why) => {
  throw new IsobarError("invalid-native-event", `no ${what} event: ${why}`);
};

const mapNames = ["headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters"] as const;
const isMap = (value: unknown): boolean => value === undefined || value === null || (typeof value === "object" && !Array.isArray(value));

/** What has to be there for a request, and is of the right type where it is there. */
export function checkedProxy<E extends ProxyEvent>(native: unknown, wrong: Wrong): E {
  const event = fieldsOf(native) as unknown as E;
  if (typeof event.httpMethod !== "string" || event.httpMethod === "") wrong("httpMethod is missing");
  if (typeof event.path !== "string" || event.path[0] !== "/") wrong("path is no path");
  if (typeof event.requestContext !== "object" || event.requestContext === null) wrong("requestContext is missing");
  for (const name of mapNames) if (!isMap(event[name])) wrong(`${name} is no object`);
  if (typeof (event.body ?? "") !== "string") wrong("body is no text");
  return event;
}

/**
 * Every value of every name: all that the multi-value map has, and what only the other one has, as hand-written events do. A value of null is an
 * empty one, which is how some tools write `?flag`.
 */
export function pairsOf(multi: object | null | undefined, single: object | null | undefined, wrong: Wrong): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = [];
  const known = new Set<string>();
  const add = (name: string, value: unknown) => void pairs.push([name, typeof value === "object" && value !== null ? wrong(`${JSON.stringify(name)} is no text`) : String(value ?? "")]);
  for (const [name, values] of Object.entries(multi ?? {}) as [string, unknown][]) {
    known.add(name.toLowerCase());
    for (const value of Array.isArray(values) ? (values as unknown[]) : [values]) add(name, value);
  }
  for (const [name, value] of Object.entries(single ?? {}) as [string, unknown][]) if (!known.has(name.toLowerCase())) add(name, value);
  return pairs;
}

/** What the front ends differ in. */
export interface Front {
  readonly path: string;
  readonly query: string;
  readonly clientAddress: (header: (name: string) => string | undefined) => string | undefined;
  readonly scheme: (header: (name: string) => string | undefined) => string;
  readonly domainName: string | undefined;
}

export class ProxyRequest implements IncomingRequest {
  readonly #event: ProxyEvent;
  readonly #front: Front;
  readonly #wrong: Wrong;
  #pairs: HeaderPairs | undefined;
  constructor(event: ProxyEvent, front: Front, wrong: Wrong) {
    this.#event = event;
    this.#front = front;
    this.#wrong = wrong;
  }
  get method(): string {
    return this.#event.httpMethod;
  }
  get path(): string {
    return this.#front.path;
  }
  get query(): string {
    return this.#front.query;
  }
  get clientAddress(): string | undefined {
    return this.#front.clientAddress((name) => this.header(name));
  }
  origin(): string {
    return originOf(this.#front.scheme((name) => this.header(name)), this.header("host"), this.#front.domainName);
  }
  header(name: string): string | undefined {
    const values = this.headers().flatMap(([each, value]) => (each === name ? [value] : []));
    return values.length === 0 ? undefined : values.join(", ");
  }
  headers(): HeaderPairs {
    return (this.#pairs ??= this.#read());
  }
  body(): WholeBody {
    return bodyOf(this.#event, this.#wrong);
  }
  #read(): HeaderPairs {
    const pairs: HeaderPairs = [];
    const cookies: string[] = [];
    for (const [key, value] of pairsOf(this.#event.multiValueHeaders, this.#event.headers, this.#wrong)) {
      const name = key.toLowerCase();
      if (name === "cookie") cookies.push(byteString(name, value));
      else if (isHeaderName(name)) pairs.push([name, byteString(name, value)]);
    }
    if (cookies.length > 0) pairs.push(["cookie", cookies.join("; ")]);
    return pairs;
  }
}
