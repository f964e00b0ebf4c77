/** The local front end's half. */
import type { ExchangeSide, Wire } from "@isobar/core/adapter";
import { enter } from "../../testing/enter.ts";
import { localHttp, type LocalAnswer } from "./codec.ts";

export const httpSide: ExchangeSide = {
  fabricate: ({ method, url, headers, body, clientAddress }) => ({
    method,
    url,
    headers: headers.some(([name]) => name === "host") ? headers : [["host", new URL(url).host], ...headers],
    ...(body === undefined ? {} : { body: { base64: Buffer.from(body).toString("base64") } }),
    ...(clientAddress === undefined ? {} : { clientAddress }),
  }),
  refusedBodyBytes: undefined,
  malformed: [
    { why: "null", native: null },
    { why: "an empty object", native: {} },
    { why: "a relative url", native: { method: "GET", url: "/x", headers: [] } },
  ],
  interpret(seen) {
    if (!("returned" in seen)) return { failed: JSON.stringify(seen) };
    const { status, headers, body } = seen.returned as LocalAnswer;
    return { status, headers, body: new Uint8Array(body === undefined ? [] : "text" in body ? Buffer.from(body.text) : Buffer.from(body.base64, "base64")) };
  },
};

export const httpWires: readonly Wire<"http">[] = [{ kind: "http", variant: "local", service: "the harness", enter, decode: (captured) => ({ request: localHttp.decode(captured).request }), native: (captured) => captured, fronts: { local: { side: httpSide, streams: false } } }];
