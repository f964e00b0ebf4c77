import type { CallFunction } from "@isobar/core";
import { callExchange, callReading, type Wiring } from "@isobar/core/adapter";
import { callPath, queuedCall, requested } from "../triggers/call/codec.ts";
import type { HttpHandler } from "./http.ts";
import { consuming, platformOf, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.http` at the function's own route. Rejects with `invalid-native-event` for what is no HttpRequest. */
export function call(fn: CallFunction, wiring?: Wiring): HttpHandler {
  const answer = callExchange(fn, requested, callPath, wiring);
  return (request, context) => answer(request, platformOf(context));
}
/** The handler of `app.serviceBusQueue` on the queue of calls that are sent ahead. */
export const callAsync = (fn: CallFunction, wiring?: Wiring): TriggerHandler => consuming(fn, callReading, queuedCall, wiring);
