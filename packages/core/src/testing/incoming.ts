import { bytesOf, type WholeBody } from "../http/body.ts";
import { LightHeaders, pairsOf, type HeaderPairs, type HeadersLike } from "../http/headers.ts";
import { pathOf, type IncomingRequest } from "../http/request.ts";

export interface RequestInput {
  /** Default: the function's own; GET for several functions or one that takes every method. */
  readonly method?: string;
  readonly headers?: HeadersLike;
  /** Text and bytes as they are; any other value as JSON, with its content type. */
  readonly body?: unknown;
  readonly clientAddress?: string;
}

const host = "isobar.test";

/** A request as a codec hands it over. In: its path, percent-encoded where it must be, with a query if there is one. */
export function incoming(path: string, { method = "GET", headers, body, clientAddress }: RequestInput = {}): IncomingRequest {
  const asIs = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const whole = (asIs ? body : JSON.stringify(body)) as WholeBody;
  const pairs: HeaderPairs = headers === undefined ? [] : pairsOf(headers);
  const fallback = (name: string, value: string) => pairs.some(([key]) => key === name) || pairs.push([name, value]);
  fallback("host", host);
  if (!asIs) fallback("content-type", "application/json");
  if (whole !== undefined) fallback("content-length", String(bytesOf(whole).length));
  const [before, ...query] = path.split("#")[0]!.split("?");
  return {
    method,
    path: pathOf(before!, false),
    query: query.join("?"),
    origin: () => `https://${host}`,
    header: (name) => new LightHeaders(() => pairs).get(name) ?? undefined,
    headers: () => [...pairs],
    body: () => whole,
    clientAddress,
  };
}
