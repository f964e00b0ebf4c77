import type { QueueFunction } from "@isobar/core";
import { queueReading, type Wiring } from "@isobar/core/adapter";
import { serviceBus, storageQueue } from "../triggers/queue/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.serviceBusQueue`, registered with `dataType: "binary"`. A message that comes again is abandoned. */
export const queue = (fn: QueueFunction, wiring?: Wiring): TriggerHandler => consuming(fn, queueReading, serviceBus, wiring);
/** The handler of `app.storageQueue`, registered with `dataType: "binary"`. A message that comes again becomes visible again. */
export const queueStorageQueue = (fn: QueueFunction, wiring?: Wiring): TriggerHandler => consuming(fn, queueReading, storageQueue, wiring);
