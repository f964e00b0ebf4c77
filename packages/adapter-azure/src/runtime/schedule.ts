import type { ScheduleFunction } from "@isobar/core";
import { IsobarError, scheduleReading, systemClock, type Delivery, type Wiring } from "@isobar/core/adapter";
import { queuedSchedule, relayQueue, timer, type HandedTimer } from "../triggers/schedule/codec.ts";
import { consuming, platformOf, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.serviceBusQueue` on the queue that the timer's relay sends ticks to. */
export const schedule = (fn: ScheduleFunction, wiring?: Wiring): TriggerHandler => consuming(fn, scheduleReading, queuedSchedule, wiring);
/** The handler of `app.timer`. */
export const scheduleDirect = (fn: ScheduleFunction, wiring?: Wiring): TriggerHandler =>
  consuming(fn, scheduleReading, timer, wiring, (body) => ({ body, at: wiring?.clock?.now() ?? Date.now() }) satisfies HandedTimer);

const minuteMs = 60_000;
/** A timer may fire a little before its time, and then nothing tells which tick it meant but the clock. */
const earlyMs = 5_000;
/** How long one try to send may take: less than what the app's functionTimeout leaves (deploy/service-bus.ts). */
const sendMs = 25_000;

/** When the expression was last due in its zone; `undefined` where it never was. */
function lastDue(fn: ScheduleFunction, at: number): number | undefined {
  try {
    return Date.parse((scheduleReading.read(fn, { enqueuedAt: at } as Delivery, {})!.data as { readonly scheduledTime: string }).scheduledTime);
  } catch (error) {
    if (error instanceof IsobarError && error.code === "invalid-input") return undefined;
    throw error;
  }
}
/** The ticks that a call stands for: none where the zone's clock shows none; of ticks that were missed the first, whose call may have been lost, and the last. */
function duesOf(fn: ScheduleFunction, { next, overdue, at }: { readonly next: number | undefined; readonly overdue: boolean; readonly at: number }): readonly number[] {
  if (next === undefined) {
    const due = lastDue(fn, at + earlyMs);
    return due !== undefined && at - due < minuteMs ? [due] : [];
  }
  const own = lastDue(fn, next) === next ? [next] : [];
  const last = overdue ? lastDue(fn, at) : undefined;
  return last !== undefined && last > next ? [...own, last] : own;
}

/**
 * The handler of `app.timer` beside the function: sends a message for each tick to the function's own queue, its id the time when it was due, so that one that is sent twice counts once. Rejects
 * where it was not taken: the host's retry, which has no end, calls again; and where the host is lost, the schedule's monitor. Throws `invalid-definition` without an outbox or a name.
 */
export function scheduleRelay(fn: ScheduleFunction, { name, outbox, clock = systemClock, log }: Wiring = {}): TriggerHandler {
  if (name === undefined || outbox === undefined) throw new IsobarError("invalid-definition", "a timer's relay needs its function's name and an outbox");
  return async (body, context) => {
    const at = clock.now();
    const [item] = timer.decode({ body, at } satisfies HandedTimer).items;
    const [delivery] = (item as { readonly deliveries: readonly Delivery<{ readonly scheduledTime?: string; readonly overdue?: boolean }>[] }).deliveries;
    const { scheduledTime: next, overdue = false } = delivery!.told!();
    const dues = duesOf(fn, { next: next === undefined ? undefined : Date.parse(next), overdue, at });
    if (dues.length === 0) {
      (log ?? platformOf(context).log!)("debug", JSON.stringify({ level: "debug", message: "filtered; acknowledged without running", "faas.name": name, scheduledTime: next }));
      return;
    }
    const controller = new AbortController();
    const cancel = clock.after(sendMs, () => controller.abort(new IsobarError("send-failed", `the tick was not taken in ${sendMs} ms`)));
    try {
      for (const due of dues) {
        const scheduledTime = new Date(due).toISOString();
        await outbox.perform({ do: "send", to: { resource: "queue", name: relayQueue(name) }, body: JSON.stringify({ scheduledTime, overdue }), deduplicationId: scheduledTime }, controller.signal);
      }
    } finally {
      cancel();
    }
  };
}
