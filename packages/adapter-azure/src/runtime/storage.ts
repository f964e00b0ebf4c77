import type { StorageFunction } from "@isobar/core";
import { storageReading, type Wiring } from "@isobar/core/adapter";
import { directStorage, gridStorage, queuedStorage } from "../triggers/storage/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.serviceBusQueue` on the queue that Event Grid sends CloudEvents to. */
export const storage = (fn: StorageFunction, wiring?: Wiring): TriggerHandler => consuming(fn, storageReading, queuedStorage, wiring);
/** The handler of `app.eventGrid`, for a subscription in the CloudEvents schema. */
export const storageDirect = (fn: StorageFunction, wiring?: Wiring): TriggerHandler => consuming(fn, storageReading, directStorage, wiring);
/** The same for a subscription in Event Grid's own schema. */
export const storageEventGridSchema = (fn: StorageFunction, wiring?: Wiring): TriggerHandler => consuming(fn, storageReading, gridStorage, wiring);
