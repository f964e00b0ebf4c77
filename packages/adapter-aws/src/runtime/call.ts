import type { CallFunction } from "@isobar/core";
import { callExchange, callReading, type Wiring } from "@isobar/core/adapter";
import type { SqsEvent } from "../native.ts";
import { callInSqs, callPath, invoke } from "../triggers/call/codec.ts";
import type { SqsAnswer } from "../wires/sqs.ts";
import { platformOf, settling, type Handler } from "./invocation.ts";

/** A call whose caller waits: the payload in, the result out. Rejects with the problem document of what went wrong. */
export function call(fn: CallFunction, wiring?: Wiring): Handler<unknown, unknown> {
  const answer = callExchange(fn, invoke, callPath, wiring);
  return async (event, context) => {
    const answered = await answer(event, platformOf(context));
    if ("result" in answered) return answered.result;
    const { failure } = answered;
    // The runtime sends the stack to the caller, whose business our files are not.
    failure.stack = `${failure.name}: ${failure.message}`;
    throw failure;
  };
}
/** Calls that were sent ahead, behind an SQS queue. */
export const callAsync = (fn: CallFunction, wiring?: Wiring): Handler<SqsEvent, SqsAnswer> => settling(fn, callReading, callInSqs, wiring);
