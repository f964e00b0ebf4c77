import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { StorageFunction } from "@isobar/core";
import { storageReading, type Wiring } from "@isobar/core/adapter";
import { storageBackgroundEvent, storageEvent, storagePush } from "../triggers/storage/codec.ts";
import { postedTo } from "./push.ts";

/** One function behind Cloud Storage's notifications over Pub/Sub. */
export const storage = (fn: StorageFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, storageReading, storagePush, wiring);
/** The same behind Eventarc. */
export const storageDirect = (fn: StorageFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, storageReading, storageEvent, wiring);
/** The same, as background events. */
export const storageBackground = (fn: StorageFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, storageReading, storageBackgroundEvent, wiring);
