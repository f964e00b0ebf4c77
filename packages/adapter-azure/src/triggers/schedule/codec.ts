/**
 * Schedule on Azure Functions: a timer's relay sends a Service Bus message for each tick, or the timer calls the function itself.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
 *
 * | Isobar        | relayed: JSON in the body | timer                                                                         |
 * |---------------|---------------------------|-------------------------------------------------------------------------------|
 * | id            | messageId                 | scheduleStatus.next; the timer numbers nothing                                |
 * | scheduledTime | scheduledTime             | scheduleStatus.next: while a tick runs, that is this tick, not the one after it |
 * |               |                           | (TimerListener.InvokeJobFunction; Azure/azure-functions-nodejs-worker#672)      |
 * | overdue       | overdue                   | isPastDue                                                                     |
 * | enqueuedAt    | enqueuedTimeUtc           | when it was due; without a status (`null` where the schedule is not monitored) |
 * |               |                           | when the host called, and core computes the tick from it                      |
 * | the others    | as of a queue             | –                                                                             |
 * | only native() | –                         | schedule.adjustForDST, scheduleStatus.last, lastUpdated                       |
 *
 * Settlement of a timer: none; a retry policy runs a tick that threw again.
 */
import { strictTextOf, unreadableBody, type MessageCodec } from "@isobar/core/adapter";
import type { ScheduleTold } from "@isobar/core";
import type { TimerRecord } from "../../native.ts";
import { isFields, isText, millisecondsOf, together, wrong } from "../../wires/handed.ts";
import { serviceBusCodec } from "../../wires/service-bus.ts";

function tickIn(text: string): ScheduleTold {
  let tick: unknown;
  try {
    tick = JSON.parse(text);
  } catch (cause) {
    throw unreadableBody("not JSON", cause);
  }
  const { scheduledTime, overdue = false } = isFields(tick) ? tick : {};
  if (!isText(scheduledTime) || Number.isNaN(Date.parse(scheduledTime)) || typeof overdue !== "boolean") throw unreadableBody('no tick: {"scheduledTime":…,"overdue":…}');
  return { scheduledTime, overdue };
}
export const queuedSchedule = /* @__PURE__ */ serviceBusCodec<ScheduleTold>((message) => [{ ...message, told: () => tickIn(strictTextOf(message.body)) }]);

/** The channel by which a function's relay sends its ticks. No channel of an app's has such a name, nor its address such a variable. */
export const relayQueue = (functionName: string): string => `.${functionName}`;

/** `at`: milliseconds since 1970, when the host called. */
export interface HandedTimer {
  readonly body: unknown;
  readonly at: number;
}
export const timer: MessageCodec<HandedTimer, undefined, ScheduleTold> = {
  decode(native) {
    const { body, at } = (native ?? {}) as Partial<HandedTimer>;
    if (!isFields(body) || typeof body.isPastDue !== "boolean") throw wrong("no timer object: it has no isPastDue");
    if (typeof at !== "number") throw wrong("a timer object without the time of the call");
    const { isPastDue: overdue, scheduleStatus } = body;
    const { next } = isFields(scheduleStatus) ? scheduleStatus : {};
    const due = millisecondsOf(next);
    const scheduledTime = due === undefined ? undefined : new Date(due).toISOString();
    const id = scheduledTime === undefined ? new Date(at).toISOString() : (next as string);
    const record = body as unknown as TimerRecord;
    return { native: { body, at }, items: [{ id, deliveries: [{ id, attempt: undefined, group: undefined, enqueuedAt: due ?? at, body: JSON.stringify(body), attribute: undefined, record, told: () => ({ scheduledTime, overdue }) }] }] };
  },
  encode: together,
};
