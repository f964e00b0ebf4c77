/** The local caller's half, and the broker's of calls that are sent ahead. */
import type { Wire } from "@isobar/core/adapter";
import type { LocalResult } from "../../native.ts";
import { wireOf } from "../../testing/broker.ts";
import { enter } from "../../testing/enter.ts";
import { localCall, localCallAhead } from "./codec.ts";

const answered: Wire<"call"> = {
  kind: "call",
  variant: "local",
  service: "the harness",
  enter,
  decode: (captured) => ({ request: localCall.decode(captured).request }),
  native: (captured) => captured,
  caller: {
    fabricate: (payload) => ({ payload }),
    interpret(seen) {
      if (!("returned" in seen)) return { failed: JSON.stringify(seen) };
      const answer = seen.returned as LocalResult;
      return "error" in answer ? { failed: answer.error } : { result: answer.result };
    },
    malformed: [{ why: "null", native: null }, { why: "no payload", native: {} }],
  },
};
export const callWires = [answered, wireOf("call", "async", localCallAhead)];
