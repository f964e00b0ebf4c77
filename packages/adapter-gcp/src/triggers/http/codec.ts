/**
 * HTTP on Cloud Run functions: the functions framework's request (Express over node:http).
 * https://cloud.google.com/run/docs/write-http-functions · https://github.com/GoogleCloudPlatform/functions-framework-nodejs
 *
 * | Isobar        | native                                                                                                   |
 * |---------------|----------------------------------------------------------------------------------------------------------|
 * | method        | request.method                                                                                           |
 * | path, query   | request.originalUrl, as it was sent                                                                      |
 * | headers       | request.rawHeaders, lower-cased; repeated ones apart, several cookies joined by "; " (RFC 9113 §8.2.3)    |
 * | origin        | x-forwarded-proto (Cloud Run's front end sets it), Host                                                  |
 * | body          | the request's stream, bytes as they were sent (runtime/bodies.ts keeps the framework's parsers away);    |
 * |               | a rawBody that a parser left was inflated, so its content-encoding and content-length are dropped         |
 * | clientAddress | the last entry of x-forwarded-for, which the front end appends                                           |
 * | only native() | the parsed body, the trailers, the socket                                                                |
 *
 * Limits: 32 MB each way, 10 MB for an answer that streams: https://cloud.google.com/run/quotas
 */
import type { Request as ExpressRequest } from "@google-cloud/functions-framework";
import { IsobarError, originOf, pathOf, type ExchangeCodec, type HeaderPairs, type IncomingRequest, type ResponseHead, type WholeBody } from "@isobar/core/adapter";

export interface HttpAnswer extends ResponseHead {
  readonly body: WholeBody;
}
const maxAnswerBytes = 32 * 1024 * 1024;

async function readAll(request: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}
/**
 * A body as the framework left it: unread, where no parser took it (runtime/bodies.ts sees to that), else the bytes that a parser kept.
 * `undefined` where the request has none (RFC 9112 §6.3).
 */
export function bodyOf(request: Pick<ExpressRequest, "rawBody" | "rawHeaders"> & AsyncIterable<Uint8Array>): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> | undefined {
  const { rawBody, rawHeaders } = request;
  if (rawBody !== undefined) return new Uint8Array(rawBody.buffer as ArrayBuffer, rawBody.byteOffset, rawBody.byteLength);
  return rawHeaders.some((text, i) => i % 2 === 0 && /^(?:content-length|transfer-encoding)$/i.test(text)) ? readAll(request) : undefined;
}

class Incoming implements IncomingRequest {
  readonly #request: ExpressRequest;
  #pairs: HeaderPairs | undefined;
  #body: { readonly read: WholeBody | Promise<WholeBody> } | undefined;
  readonly path: string;
  readonly query: string;
  constructor(request: ExpressRequest) {
    this.#request = request;
    const mark = request.originalUrl.indexOf("?");
    this.path = pathOf(mark < 0 ? request.originalUrl : request.originalUrl.slice(0, mark), false);
    this.query = mark < 0 ? "" : request.originalUrl.slice(mark + 1);
  }
  get method(): string {
    return this.#request.method;
  }
  get clientAddress(): string | undefined {
    return this.header("x-forwarded-for")?.split(",").at(-1)?.trim() || undefined;
  }
  origin(): string {
    return originOf(this.header("x-forwarded-proto") === "http" ? "http" : "https", this.header("host"));
  }
  header(name: string): string | undefined {
    let found: string | undefined;
    for (const [key, value] of this.headers()) if (key === name) found = found === undefined ? value : `${found}, ${value}`;
    return found;
  }
  headers(): HeaderPairs {
    if (this.#pairs !== undefined) return this.#pairs;
    const pairs: HeaderPairs = [];
    const cookies: string[] = [];
    const { rawHeaders, rawBody } = this.#request;
    const inflated = rawBody !== undefined && rawHeaders.some((text, i) => i % 2 === 0 && text.toLowerCase() === "content-encoding");
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!.toLowerCase();
      if (name === "cookie") cookies.push(rawHeaders[i + 1]!);
      else if (!inflated || (name !== "content-encoding" && name !== "content-length")) pairs.push([name, rawHeaders[i + 1]!]);
    }
    if (cookies.length > 0) pairs.push(["cookie", cookies.join("; ")]);
    return (this.#pairs = pairs);
  }
  body(): WholeBody | Promise<WholeBody> {
    this.#body ??= { read: bodyOf(this.#request) };
    return this.#body.read;
  }
}

export const framework: ExchangeCodec<ExpressRequest, HttpAnswer> = {
  decode(native) {
    const request = native as ExpressRequest | null | undefined;
    if (typeof request?.method !== "string" || typeof request.originalUrl !== "string" || request.originalUrl[0] !== "/" || !Array.isArray(request.rawHeaders) || !request.rawHeaders.every((text) => typeof text === "string"))
      throw new IsobarError("invalid-native-event", "no request of the functions framework: it has no method, originalUrl that is a path, and rawHeaders");
    return { native: request, request: new Incoming(request) };
  },
  encode(head, body) {
    const bytes = typeof body === "string" ? Buffer.byteLength(body) : (body?.length ?? 0);
    if (bytes > maxAnswerBytes) throw new IsobarError("payload-too-large", `the answer is ${bytes} bytes; Cloud Run takes ${maxAnswerBytes}`);
    return { ...head, body };
  },
  encodeHead: (head) => head,
};
