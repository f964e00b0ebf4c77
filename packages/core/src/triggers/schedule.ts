/** Schedule: a tick of a clock. */
import type { Channel } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import { lastTick } from "../schedule/ticks.ts";
import type { Reading } from "../run/reading.ts";
import { unreadableBody } from "../run/wire.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

export interface Tick {
  /** RFC 3339 in UTC: when it was due, however late it comes. */
  readonly scheduledTime: string;
  /** Whether it comes late because nothing ran when it was due. */
  readonly overdue: boolean;
}
/** What a wire tells of a tick; without its time, that is computed from the expression and when the message was enqueued. */
export interface ScheduleTold {
  /** RFC 3339. */
  readonly scheduledTime?: string | undefined;
  readonly overdue?: boolean | undefined;
}
export interface ScheduleOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends ConsumerOptions<S, D> {
  /** IANA time zone of the expression. Default "UTC". The hour that daylight saving skips is skipped, the one that it doubles runs once. */
  readonly zone?: string;
}
export interface ScheduleFunction extends Consumer<"schedule", { readonly cron: string }, ScheduleOptions> {}

/**
 * One function that runs by the clock. In: five fields, minute hour day-of-month month day-of-week (Sunday is 0), as in "0 6 * * 1-5"; lists,
 * ranges and steps as in every cron, names of months and days too. Day of month and day of week exclude each other: where both are given,
 * clouds disagree on whether that means both or either.
 */
/* @__NO_SIDE_EFFECTS__ */
export function schedule<const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  cron: string, options: ScheduleOptions<S, D>, handle: Handler<"schedule", Tick, S, D>,
): ScheduleFunction {
  return { kind: "schedule", source: { cron }, options, handle: handle as ScheduleFunction["handle"] };
}

export const scheduleReading: Reading<ScheduleFunction, ScheduleTold> = {
  order: () => "none",
  read({ source: { cron }, options: { zone = "UTC" } }, { enqueuedAt }, told) {
    const due = told?.scheduledTime === undefined ? (enqueuedAt === undefined ? undefined : lastTick(cron, zone, enqueuedAt)) : Date.parse(told.scheduledTime);
    if (due === undefined || Number.isNaN(due)) throw unreadableBody("no tick: when it was due is neither told nor to be computed");
    const scheduledTime = new Date(due).toISOString();
    return { source: "/schedules", type: "schedule.tick", subject: cron, time: scheduledTime, data: { scheduledTime, overdue: told?.overdue ?? false } satisfies Tick };
  },
};
