import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { ScheduleFunction } from "@isobar/core";
import { scheduleReading, type Wiring } from "@isobar/core/adapter";
import { scheduleCall, schedulePush } from "../triggers/schedule/codec.ts";
import { postedTo } from "./push.ts";

/** One function behind a Cloud Scheduler job that publishes. */
export const schedule = (fn: ScheduleFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, scheduleReading, schedulePush, wiring);
/** The same behind a job that calls it. */
export const scheduleDirect = (fn: ScheduleFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, scheduleReading, scheduleCall, wiring);
