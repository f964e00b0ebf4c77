import type { StreamFunction } from "@isobar/core";
import { streamReading, type Wiring } from "@isobar/core/adapter";
import { eventHubs, kafka } from "../triggers/stream/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.eventHub`, registered with `dataType: "binary"`. */
export const stream = (fn: StreamFunction, wiring?: Wiring): TriggerHandler => consuming(fn, streamReading, eventHubs, wiring);
/** The handler of a `kafkaTrigger`, registered with `dataType: "string"`. */
export const streamKafka = (fn: StreamFunction, wiring?: Wiring): TriggerHandler => consuming(fn, streamReading, kafka, wiring);
