/** The caller's half of a call, and the broker's of calls that are sent ahead. */
import type { CallSide, Wire } from "@isobar/core/adapter";
import { asRequested, received } from "../../testing/http.ts";
import { serviceBusBroker } from "../../testing/service-bus.ts";
import { serviceBusRules } from "../../testing/services/service-bus.ts";
import { wireOf } from "../../testing/wire.ts";
import { httpSide } from "../http/testing.ts";
import { queuedCall, requested } from "./codec.ts";

const caller: CallSide = {
  fabricate: (payload, functionName) => httpSide.fabricate({ method: "POST", url: `https://shop.azurewebsites.net/${functionName}`, headers: [["content-type", "application/json"]], body: new Uint8Array(Buffer.from(JSON.stringify(payload))) }),
  interpret(seen) {
    const answer = httpSide.interpret(seen);
    if ("failed" in answer) return answer;
    const text = Buffer.from(answer.body).toString("utf8");
    return answer.status === 200 ? { result: JSON.parse(text) as unknown } : { failed: `${answer.status} ${text}` };
  },
  malformed: [...httpSide.malformed, { why: "no JSON", native: httpSide.fabricate({ method: "POST", url: "https://shop.azurewebsites.net/call", headers: [], body: new Uint8Array([123]) }) }],
};

export const callWires: readonly Wire<"call">[] = [
  { kind: "call", variant: "http", service: "HTTP trigger", decode: (captured) => ({ request: requested.decode(received(captured)).request }), native: asRequested, caller },
  wireOf("call", { variant: "async", service: "Service Bus queue", form: "bytes", codec: queuedCall, rules: serviceBusRules, side: serviceBusBroker() }),
];
