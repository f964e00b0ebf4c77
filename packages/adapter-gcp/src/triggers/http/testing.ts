/** Cloud Run's front end: the request that it forwards, and what its client gets back. */
import type { ExchangeSide, NeutralAnswer, Seen } from "@isobar/core/adapter";

interface Call {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly chunks: readonly Uint8Array[];
  readonly failed?: { readonly type: string; readonly message: string };
}

function interpret(seen: Seen): NeutralAnswer {
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
