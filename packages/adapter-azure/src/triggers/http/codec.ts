/**
 * HTTP on Azure Functions, programming model v4 (@azure/functions 4.16).
 * https://learn.microsoft.com/azure/azure-functions/functions-reference-node#http-request
 *
 * | Isobar        | native                                                                                                   |
 * |---------------|----------------------------------------------------------------------------------------------------------|
 * | method        | request.method                                                                                           |
 * | path, query   | request.url, still encoded; `.` and `..` segments were resolved                                          |
 * | headers       | request.headers: a map on the worker's wire, so repeated ones come joined                                |
 * | origin        | request.url's; the host made it from the Host header                                                     |
 * | body          | request.arrayBuffer(), bytes as they were sent; the library has none on GET and HEAD                     |
 * | clientAddress | the last entry of x-forwarded-for, which App Service's front end appends, without its port               |
 * | only native() | user, route parameters as the host decoded them                                                          |
 *
 * Answer: several cookies leave as structures (see cookies.ts), whose values the host percent-encodes: approximated where a value
 * holds more than unreserved characters. Limit: 100 MB in; 230 s to the first byte.
 */
import type { HttpRequest } from "@azure/functions";
import { IsobarError, pathOf, type ExchangeCodec, type HeaderPairs, type IncomingRequest, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import { splitCookies, type StructuredCookie } from "./cookies.ts";

/** @azure/functions `HttpResponseInit`. */
export interface HttpAnswer {
  status: number;
  headers: [string, string][];
  cookies?: StructuredCookie[];
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** "192.0.2.1:54321", "[2001:db8::1]:54321"; an IPv6 address without brackets has no port. */
const withoutPort = (address: string) => /^\[([^\]]+)\]/.exec(address)?.[1] ?? /^([^:]+):\d+$/.exec(address)?.[1] ?? address;

class Incoming implements IncomingRequest {
  readonly #request: HttpRequest;
  readonly #origin: string;
  #body: Promise<WholeBody> | undefined;
  readonly path: string;
  readonly query: string;
  constructor(request: HttpRequest) {
    this.#request = request;
    const { url } = request;
    const start = url.indexOf("/", url.indexOf("//") + 2);
    const mark = url.indexOf("?");
    this.#origin = url.slice(0, start);
    this.path = pathOf(mark < 0 ? url.slice(start) : url.slice(start, mark), false);
    this.query = mark < 0 ? "" : url.slice(mark + 1);
  }
  get method(): string {
    return this.#request.method;
  }
  get clientAddress(): string | undefined {
    const last = this.header("x-forwarded-for")?.split(",").at(-1)?.trim();
    return last ? withoutPort(last) : undefined;
  }
  origin(): string {
    return this.#origin;
  }
  header(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined;
  }
  headers(): HeaderPairs {
    const pairs: HeaderPairs = [];
    this.#request.headers.forEach((value, name) => void pairs.push([name, value]));
    return pairs;
  }
  body(): Promise<WholeBody> | undefined {
    if (this.#body === undefined && this.#request.body === null) return undefined;
    return (this.#body ??= this.#request.arrayBuffer().then((buffer) => new Uint8Array(buffer)));
  }
}

function spelledHead({ status, headers }: ResponseHead, streams: boolean): HttpAnswer {
  const { verbatim, structured } = splitCookies(headers.flatMap(([name, value]) => (name === "set-cookie" ? [value] : [])), streams);
  const pairs = headers.filter(([name]) => name !== "set-cookie") as [string, string][];
  if (verbatim !== undefined) pairs.push(["set-cookie", verbatim]);
  return structured.length === 0 ? { status, headers: pairs } : { status, headers: pairs, cookies: [...structured] };
}

export const v4: ExchangeCodec<HttpRequest, HttpAnswer> = {
  decode(native) {
    const request = native as HttpRequest | null | undefined;
    if (typeof request?.method !== "string" || typeof request.url !== "string" || !/^https?:\/\/[^/]+\//.test(request.url) || typeof request.headers?.get !== "function")
      throw new IsobarError("invalid-native-event", "no HttpRequest of the v4 programming model: it has no method, absolute url and headers");
    return { native: request, request: new Incoming(request) };
  },
  encode: (head, body) => (body === undefined ? spelledHead(head, false) : { ...spelledHead(head, false), body }),
  encodeHead: (head) => spelledHead(head, true),
};
