import type { ScheduleFunction } from "@isobar/core";
import { scheduleReading, type Wiring } from "@isobar/core/adapter";
import type { EventBridgeEvent, SqsEvent } from "../native.ts";
import { scheduledEvent, schedulerInSqs } from "../triggers/schedule/codec.ts";
import type { SqsAnswer } from "../wires/sqs.ts";
import { settling, type Handler } from "./invocation.ts";

/** Behind an SQS queue, whose messages EventBridge Scheduler sends. */
export const schedule = (fn: ScheduleFunction, wiring?: Wiring): Handler<SqsEvent, SqsAnswer> => settling(fn, scheduleReading, schedulerInSqs, wiring);
/** Invoked by a scheduled EventBridge rule. Rejects where the invocation comes again. */
export const scheduleDirect = (fn: ScheduleFunction, wiring?: Wiring): Handler<EventBridgeEvent, null> => settling(fn, scheduleReading, scheduledEvent, wiring);
