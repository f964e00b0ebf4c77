/** A caller's half, and Pub/Sub's for calls that are sent ahead. */
import type { CallSide, Wire } from "@isobar/core/adapter";
import { enter } from "../../testing/enter.ts";
import { callOf, json, postedWire, posting } from "../../testing/calls.ts";
import { malformedPushes, pushCall, pushId } from "../../testing/pubsub.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { interpret, requestOf } from "../http/testing.ts";
import { callPush } from "./codec.ts";

/** https://cloud.google.com/run/docs/authenticating/service-to-service */
const headers = [["host", "hello-abc-ew.a.run.app"], ["content-type", "application/json"], ["authorization", "Bearer token"]] as const;

const caller: CallSide = {
  fabricate: (payload) => posting(JSON.stringify(payload), headers),
  interpret(seen) {
    const answer = interpret(seen);
    if ("failed" in answer) return answer;
    const text = Buffer.from(answer.body).toString("utf8");
    return answer.status === 200 ? { result: JSON.parse(text) as unknown } : { failed: `${answer.status} ${text}` };
  },
  malformed: [
    { why: "JSON that is none", native: posting("{", headers) },
    { why: "another path than the function's", native: { ...posting("{}", headers), path: "/other" } },
    { why: "another method than POST", native: { method: "GET", path: "/", headers } },
    { why: "no JSON", native: posting("n=1", [["content-type", "application/x-www-form-urlencoded"]]) },
  ],
};

export const callWires: readonly Wire<"call">[] = [
  { kind: "call", variant: "http", service: "Cloud Run function over HTTP", decode: (captured) => ({ request: requestOf(callOf(captured, json)) }), native: (captured) => callOf(captured, json), enter, caller },
  postedWire({ kind: "call", variant: "async", service: "Pub/Sub → push subscription", codec: callPush, bare: json, tellsAttempt: true, malformed: malformedPushes, fabricate: pushCall, idOf: pushId, rules: pubsubRules }),
];
