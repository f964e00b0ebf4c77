import type { ScheduleFunction } from "@isobar/core";
import { scheduleReading, type Wiring } from "@isobar/core/adapter";
import { localSchedule } from "../triggers/schedule/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const schedule = (fn: ScheduleFunction, wiring?: Wiring): LocalHandler => settling(fn, scheduleReading, localSchedule, wiring);
