/** Cloud Run's front end: the request that it forwards, and what its client gets back. */
import type { ExchangeSide, IncomingRequest, NeutralAnswer, Seen, Wire } from "@isobar/core/adapter";
import { bytesOf, callOf } from "../../testing/calls.ts";
import { enter } from "../../testing/enter.ts";
import type { HttpCall } from "../../testing/exchange.ts";
import { framework } from "./codec.ts";

interface Call {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly chunks: readonly Uint8Array[];
  readonly failed?: { readonly type: string; readonly message: string };
}

export function interpret(seen: Seen): NeutralAnswer {
  if (!("returned" in seen)) return { failed: JSON.stringify(seen) };
  const { status, headers, chunks, failed } = seen.returned as Call;
  if (failed) return { failed: `${failed.type}: ${failed.message}` };
  return { status, headers: headers.map(([name, value]) => [name.toLowerCase(), value]), body: new Uint8Array(Buffer.concat(chunks)), pieces: chunks.length };
}

export const httpSide: ExchangeSide = {
  fabricate({ method, url, headers, body, clientAddress }) {
    const { host, protocol } = new URL(url);
    const [, path = "/", query = ""] = /^\w+:\/\/[^/?#]*(\/[^?#]*)?(\?[^#]*)?/.exec(url)!;
    const forwarded = headers.filter(([name]) => name === "x-forwarded-for").map(([, value]) => value);
    const own = headers.filter(([name]) => name !== "x-forwarded-for" && name !== "x-forwarded-proto" && name !== "host");
    const addresses = [...forwarded, ...(clientAddress === undefined ? [] : [clientAddress])];
    return {
      method,
      path: path + query,
      headers: [["host", headers.find(([name]) => name === "host")?.[1] ?? host], ...own, ["x-forwarded-proto", protocol.slice(0, -1)], ...(addresses.length === 0 ? [] : [["x-forwarded-for", addresses.join(", ")]])],
      ...(body === undefined ? {} : { body }),
    };
  },
  interpret,
  /** Cloud Run's limit for HTTP/1: 32 MB (https://cloud.google.com/run/quotas). */
  refusedBodyBytes: 33_554_433,
  malformed: [
    { why: "a path that is not valid percent-encoding", native: { method: "GET", path: "/%zz", headers: [["host", "example.com"]] } },
  ],
};

/** The request of the framework that a call becomes: its body unread, as runtime/bodies.ts leaves it. */
export function requestOf(call: HttpCall): IncomingRequest {
  const body = call.body === undefined ? undefined : bytesOf(call);
  const rawHeaders = [...call.headers.flat(), ...(body === undefined || call.headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name)) ? [] : ["content-length", String(body.length)])];
  return framework.decode({
    method: call.method,
    originalUrl: call.path,
    rawHeaders,
    async *[Symbol.asyncIterator]() {
      if (body !== undefined) yield body;
    },
  }).request;
}

export const httpWires: readonly Wire[] = [
  {
    kind: "http",
    variant: "functions-framework",
    service: "Cloud Run function",
    decode: (captured) => ({ request: requestOf(callOf(captured, undefined)) }),
    native: (captured) => callOf(captured, undefined),
    enter,
    fronts: { "functions-framework": { side: httpSide, streams: true } },
  },
];
