import type { ScheduleFunction } from "@isobar/core";
import { scheduleReading, type Wiring } from "@isobar/core/adapter";
import { queuedSchedule, timer, type HandedTimer } from "../triggers/schedule/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.serviceBusQueue` on the queue that the timer's relay sends ticks to. */
export const schedule = (fn: ScheduleFunction, wiring?: Wiring): TriggerHandler => consuming(fn, scheduleReading, queuedSchedule, wiring);
/** The handler of `app.timer`. */
export const scheduleDirect = (fn: ScheduleFunction, wiring?: Wiring): TriggerHandler =>
  consuming(fn, scheduleReading, timer, wiring, (body) => ({ body, at: wiring?.clock?.now() ?? Date.now() }) satisfies HandedTimer);
