/** The caller's half, and SQS's of calls that are sent ahead. */
import type { CallSide, Wire } from "@isobar/core/adapter";
import { sqsSideOf, wireOf } from "../../testing/brokers.ts";
import { enter } from "../../testing/enter.ts";
import { sqsRules } from "../../testing/services/sqs.ts";
import { callInSqs, invoke } from "./codec.ts";

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: any JSON is a payload, so that there is none that is malformed. */
export const invokeSide: CallSide = {
  fabricate: (payload) => payload,
  interpret: (seen) => ("returned" in seen ? { result: seen.returned } : { failed: "threw" in seen ? `${seen.threw.type}: ${seen.threw.message}` : JSON.stringify(seen) }),
  malformed: [],
};
const answered: Wire<"call"> = { kind: "call", variant: "invoke", service: "the Invoke API", decode: (captured) => ({ request: invoke.decode(captured).request }), native: (captured) => captured, enter, caller: invokeSide };
export const callWires = [answered, wireOf({ kind: "call", variant: "async", service: "SQS → Lambda", codec: callInSqs, side: sqsSideOf<undefined>(), rules: sqsRules })];
