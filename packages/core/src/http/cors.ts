/** Cross-origin answers (https://fetch.spec.whatwg.org/#http-cors-protocol), made in core so that they are equal on every cloud. */
import { IsobarError } from "../errors.ts";
import type { HeaderPairs } from "./headers.ts";
import type { IncomingRequest } from "./request.ts";
import type { HttpFunction } from "../triggers/http.ts";

export interface CorsOptions {
  /** Origins that may call, as in "https://shop.example"; "*" is any, and cannot be combined with `credentials`. */
  readonly origins: "*" | readonly string[];
  /** Default: the function's own method. */
  readonly methods?: readonly string[];
  /** Request headers beyond the safelisted ones. Default: what the preflight asks for. */
  readonly headers?: readonly string[];
  /** Response headers that scripts may read. */
  readonly expose?: readonly string[];
  readonly credentials?: boolean;
  readonly maxAgeSeconds?: number;
}

/** A preflight names the method that will follow. */
export const isPreflight = (request: IncomingRequest): boolean =>
  request.method === "OPTIONS" && request.header("origin") !== undefined && request.header("access-control-request-method") !== undefined;

/** The headers for this request's origin; none where the origin may not call, so that the browser refuses. */
export function corsHeaders({ options: { cors }, source }: HttpFunction, request: IncomingRequest, preflight: boolean): HeaderPairs {
  if (cors === undefined) return [];
  const origin = request.header("origin");
  const pairs: HeaderPairs = cors.origins === "*" ? [] : [["vary", "Origin"]];
  // "*" goes with every answer: caches hand one out to any origin.
  if (cors.origins !== "*" && (origin === undefined || !cors.origins.includes(origin))) return pairs;
  pairs.push(["access-control-allow-origin", cors.origins === "*" ? "*" : origin!]);
  if (cors.credentials) pairs.push(["access-control-allow-credentials", "true"]);
  if (!preflight) {
    if (cors.expose) pairs.push(["access-control-expose-headers", cors.expose.join(", ")]);
    return pairs;
  }
  const asked = request.header("access-control-request-headers");
  const headers = cors.headers?.join(", ") ?? asked;
  pairs.push(["access-control-allow-methods", (cors.methods ?? (source.method === "*" ? [request.header("access-control-request-method")!] : [source.method])).join(", ")]);
  if (headers !== undefined) pairs.push(["access-control-allow-headers", headers]);
  if (cors.maxAgeSeconds !== undefined) pairs.push(["access-control-max-age", String(cors.maxAgeSeconds)]);
  return pairs;
}

/** The part of an entry that answers cross-origin requests. */
export const cors = { isPreflight, headers: (fn: HttpFunction, request: IncomingRequest): HeaderPairs => corsHeaders(fn, request, isPreflight(request)) };

/** Throws `invalid-definition` for what no browser would accept. */
export function checkCors({ origins, credentials, maxAgeSeconds }: CorsOptions): void {
  const wrong = (why: string): never => {
    throw new IsobarError("invalid-definition", `cors: ${why}`);
  };
  if (origins === "*") {
    if (credentials) wrong('origins "*" cannot be combined with credentials: list the origins');
  } else for (const origin of origins) if (!/^[a-z][a-z\d+.-]*:\/\/[^/?#*\sA-Z]+$/.test(origin)) wrong(`${JSON.stringify(origin)} is no origin: write scheme and host in lower case, as in "https://shop.example", without a slash at the end`);
  if (maxAgeSeconds !== undefined && !(Number.isInteger(maxAgeSeconds) && maxAgeSeconds >= 0)) wrong("maxAgeSeconds is an integer from 0");
}
