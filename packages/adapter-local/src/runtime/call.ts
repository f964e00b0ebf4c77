import type { CallFunction } from "@isobar/core";
import { callExchange, callReading, type Wiring } from "@isobar/core/adapter";
import type { LocalContext, LocalResult } from "../native.ts";
import { localCall, localCallAhead } from "../triggers/call/codec.ts";
import { platformOf } from "./invocation.ts";
import { settling, type LocalHandler } from "./settling.ts";

/** A call whose caller waits. Rejects with `invalid-native-event` for what is none. */
export function call(fn: CallFunction, wiring?: Wiring): (native: unknown, context: LocalContext) => Promise<LocalResult> {
  const answer = callExchange(fn, localCall, "/", wiring);
  return (native, context) => answer(native, platformOf(context));
}
/** Calls that were sent ahead. */
export const callAsync = (fn: CallFunction, wiring?: Wiring): LocalHandler => settling(fn, callReading, localCallAhead, wiring);
