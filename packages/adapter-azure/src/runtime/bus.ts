import type { BusFunction } from "@isobar/core";
import { busReading, type Wiring } from "@isobar/core/adapter";
import { directBus, gridBus, queuedBus } from "../triggers/bus/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.serviceBusQueue` on the queue that Event Grid sends CloudEvents to. */
export const bus = (fn: BusFunction, wiring?: Wiring): TriggerHandler => consuming(fn, busReading, queuedBus, wiring);
/** The handler of `app.eventGrid`, for a subscription in the CloudEvents schema. */
export const busDirect = (fn: BusFunction, wiring?: Wiring): TriggerHandler => consuming(fn, busReading, directBus, wiring);
/** The same for a subscription in Event Grid's own schema. */
export const busEventGridSchema = (fn: BusFunction, wiring?: Wiring): TriggerHandler => consuming(fn, busReading, gridBus, wiring);
