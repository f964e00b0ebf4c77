/** Call: a payload in and a result out, from code that may call; or sent ahead and run later, when the result goes nowhere. */
import type { Channel } from "../channel.ts";
import type { Context } from "../context.ts";
import type { DeliveryPolicy, Settlement } from "../delivery.ts";
import type { Event } from "../event.ts";
import type { Reading } from "../run/reading.ts";
import { dataOf } from "../run/wire.ts";
import type { AnySchema, OutputOf } from "../schema.ts";
import type { Consumer, ConsumerOptions } from "./consumer.ts";
import type { Awaitable } from "./index.ts";

export interface CallOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy, In extends AnySchema | undefined = AnySchema | undefined> extends ConsumerOptions<S, D> {
  /** Standard Schema of the payload. One that does not fit is an error of the caller's; sent ahead, it is rejected. */
  readonly payload?: In;
}
export interface CallFunction extends Consumer<"call", { readonly resource: "call" }, CallOptions> {}
type Payload<In extends AnySchema | undefined> = In extends AnySchema ? OutputOf<In> : unknown;

/**
 * A function that is called by name. The handler returns its result, any JSON value; a throw is the caller's error, without a word of why.
 * `delivery` is for calls that are sent ahead: their result goes nowhere, a settlement settles them.
 */
/* @__NO_SIDE_EFFECTS__ */
export function call<Result, const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly [], In extends AnySchema | undefined = undefined>(
  options: CallOptions<S, D, In>, handle: (event: Event<Payload<In>>, ctx: Context<"call", S[number]>) => Awaitable<Result | Settlement | void>,
): CallFunction {
  return { kind: "call", source: { resource: "call" }, options: options as CallOptions, handle: handle as CallFunction["handle"] };
}

/** Of calls that are sent ahead. */
export const callReading: Reading<CallFunction> = {
  order: () => "none",
  read: ({ options }, { body }) => ({ source: "/calls", type: "call.request", data: dataOf({ format: "json" }, body), schema: options.payload }),
  returns: true,
};
