/**
 * HTTP, the reference: a request as JSON. Copy this file to begin an adapter.
 *
 * | Isobar        | native                                    |
 * |---------------|-------------------------------------------|
 * | method        | method                                    |
 * | path, query   | url, as it was sent                       |
 * | headers       | headers, pairs in order                   |
 * | origin        | url                                       |
 * | body          | body: text as it is, bytes in base64      |
 * | clientAddress | clientAddress                             |
 */
import { byteString, isHeaderName, IsobarError, pathOf, type ExchangeCodec, type HeaderPairs, type IncomingRequest, type ResponseHead, type WholeBody } from "@isobar/core/adapter";
import { contentOf, type LocalBody, type LocalRequest } from "../../native.ts";

export interface LocalAnswer extends ResponseHead {
  readonly body?: LocalBody;
}

class Incoming implements IncomingRequest {
  readonly #request: LocalRequest;
  readonly #start: number;
  readonly path: string;
  readonly query: string;
  constructor(request: LocalRequest) {
    this.#request = request;
    const { url } = request;
    this.#start = url.indexOf("/", url.indexOf("//") + 2);
    const mark = url.indexOf("?");
    this.path = pathOf(url.slice(this.#start, mark < 0 ? undefined : mark), false);
    this.query = mark < 0 ? "" : url.slice(mark + 1);
  }
  get method(): string {
    return this.#request.method;
  }
  get clientAddress(): string | undefined {
    return this.#request.clientAddress;
  }
  origin(): string {
    return this.#request.url.slice(0, this.#start);
  }
  header(name: string): string | undefined {
    let found: string | undefined;
    for (const [key, value] of this.headers()) if (key === name) found = found === undefined ? value : `${found}, ${value}`;
    return found;
  }
  headers(): HeaderPairs {
    return this.#request.headers.filter(([name]) => isHeaderName(name)).map(([name, value]) => [name.toLowerCase(), byteString(name, value)]);
  }
  body(): WholeBody {
    const { body } = this.#request;
    if (body === undefined) return undefined;
    const content = contentOf(body);
    if (content === undefined) throw new IsobarError("invalid-native-event", "the body is neither text nor base64");
    return content;
  }
}

const isPairs = (value: unknown): boolean => Array.isArray(value) && value.every((pair) => Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "string");

export const localHttp: ExchangeCodec<LocalRequest, LocalAnswer> = {
  decode(native) {
    const request = native as Partial<LocalRequest> | null | undefined;
    if (typeof request?.method !== "string" || typeof request.url !== "string" || !/^https?:\/\/[^/]+\//.test(request.url) || !isPairs(request.headers))
      throw new IsobarError("invalid-native-event", "no request: it has no method, absolute url and headers");
    return { native: request as LocalRequest, request: new Incoming(request as LocalRequest) };
  },
  encode: (head, body) => (body === undefined ? head : { ...head, body: typeof body === "string" ? { text: body } : { base64: Buffer.from(body).toString("base64") } }),
};
