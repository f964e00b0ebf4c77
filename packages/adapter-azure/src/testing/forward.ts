/** The host's side of HTTP streaming: the client's request, sent on to the library's own proxy server. */

import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { bodyOf, mappingOf } from "./native.ts";
import type { NativeInvocation, RpcHttp, TypedData } from "./rpc.ts";

/** Not sent on by the host's forwarder (YARP): in both directions, and those that it writes anew for its own request. */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"]);
const OF_THE_REQUEST = new Set(["host", "content-length"]);

/** What came back through the proxy. `chunks` in the order and the pieces they arrived; `complete` is false when the answer was cut off. */
export interface Forwarded {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly chunks: readonly Uint8Array[];
  readonly complete: boolean;
}

/**
 * Starts forwarding and returns at once. `closed` never rejects: undefined when the connection ended before a status
 * line, and `note` gets the reason. `cut` ends the connection. The caller gives the time limit.
 */
export function forward(proxy: string, http: RpcHttp, invocationId: string, note: (text: string) => void): { closed: Promise<Forwarded | undefined>; cut(): void } {
  const url = new URL(http.url ?? "");
  const headers = Object.fromEntries(Object.entries(mappingOf(http, "headers")).filter(([name]) => goesOn(name) && !OF_THE_REQUEST.has(name.toLowerCase())));
  const body = bodyOf(http);
  const sent = request(new URL(url.pathname + url.search, proxy), {
    agent: false,
    method: http.method ?? "GET",
    headers: {
      ...headers,
      ...(body && { "content-length": body.byteLength }),
      "x-ms-invocation-id": invocationId,
      "x-forwarded-host": url.host,
      "x-forwarded-proto": url.protocol.slice(0, -1),
    },
  });
  const closed = new Promise<Forwarded | undefined>((resolve) => {
    let answer: { from: IncomingMessage; chunks: Uint8Array[] } | undefined;
    const noteError = (error: Error) => note(`[host] forwarding ${invocationId}: ${error.message}\n`);
    sent.on("error", noteError);
    sent.on("response", (from) => {
      const chunks: Uint8Array[] = [];
      answer = { from, chunks };
      from.on("data", (chunk: Uint8Array) => chunks.push(chunk));
      from.on("error", noteError);
      from.on("close", () => resolve(forwarded(from, chunks)));
    });
    sent.on("close", () => {
      if (answer === undefined) resolve(undefined);
    });
  });
  sent.end(body);
  return { closed, cut: () => sent.destroy() };
}

/**
 * The invocation that goes with a forwarded request: an empty `http`, and the request's headers, query and route
 * parameters as trigger metadata, where the library takes headers and parameters from (host issue 9840). What the
 * native invocation has as trigger metadata itself wins.
 */
export function forwardedInvocation(native: NativeInvocation, http: RpcHttp): NativeInvocation {
  const params = Object.entries(mappingOf(http, "params")).map(([name, value]): [string, TypedData] => [name, { string: value }]);
  return {
    ...native,
    inputData: native.inputData.map((input) => (input.data.http === http ? { ...input, data: { http: {} } } : input)),
    triggerMetadata: {
      ...Object.fromEntries(params),
      Headers: { json: JSON.stringify(mappingOf(http, "headers")) },
      Query: { json: JSON.stringify(mappingOf(http, "query")) },
      ...native.triggerMetadata,
    },
  };
}

function forwarded(from: IncomingMessage, chunks: readonly Uint8Array[]): Forwarded {
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < from.rawHeaders.length; at += 2) {
    const name = from.rawHeaders[at] ?? "";
    if (goesOn(name)) headers.push([name.toLowerCase(), from.rawHeaders[at + 1] ?? ""]);
  }
  return { status: from.statusCode ?? 0, headers, chunks, complete: from.complete };
}

function goesOn(header: string): boolean {
  return !HOP_BY_HOP.has(header.toLowerCase());
}
