import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { CallFunction } from "@isobar/core";
import { callExchange, callReading, type Wiring } from "@isobar/core/adapter";
import { callFramework, callPath, callPush } from "../triggers/call/codec.ts";
import { keepBodies } from "./bodies.ts";
import { answerWith } from "./http.ts";
import { postedTo } from "./push.ts";

/** One function that is called by POST to its URL, and answers. */
export function call(fn: CallFunction, wiring?: Wiring): FrameworkFunction {
  keepBodies(wiring);
  return answerWith(callExchange(fn, callFramework, callPath, wiring));
}
/** The same for calls that are sent ahead, over Pub/Sub. */
export const callAsync = (fn: CallFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, callReading, callPush, wiring);
