import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { QueueFunction } from "@isobar/core";
import { queueReading, type Wiring } from "@isobar/core/adapter";
import { push, pushBackground, pushCloudEvent, pushUnwrapped } from "../triggers/queue/codec.ts";
import { postedTo } from "./push.ts";

/** One queue function behind a Pub/Sub push subscription. */
export const queue = (fn: QueueFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, queueReading, push, wiring);
/** The same, unwrapped. */
export const queueUnwrapped = (fn: QueueFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, queueReading, pushUnwrapped, wiring);
/** The same, as Eventarc's events. */
export const queueCloudevent = (fn: QueueFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, queueReading, pushCloudEvent, wiring);
/** The same, as background events. */
export const queueBackground = (fn: QueueFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, queueReading, pushBackground, wiring);
