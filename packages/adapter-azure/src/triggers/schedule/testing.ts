/** The timer's half of a schedule, and its relay's. */
import type { ScheduleTold } from "@isobar/core";
import type { MessageSide, Wire } from "@isobar/core/adapter";
import { serviceBusBroker } from "../../testing/service-bus.ts";
import type { NativeInvocation } from "../../testing/rpc.ts";
import { serviceBusRules } from "../../testing/services/service-bus.ts";
import { timerRules } from "../../testing/services/timer.ts";
import { alone, fateOf, json, wireOf } from "../../testing/wire.ts";
import { queuedSchedule, timer } from "./codec.ts";

/** TimerInfo as the extension writes it (Azure/azure-webjobs-sdk-extensions TimerInfo, ScheduleStatus). */
const timerSide: MessageSide<ScheduleTold> = {
  maxBatch: 1,
  tellsAttempt: false,
  carriesBytes: false,
  drops: { id: "a timer numbers nothing: the id is the time of the tick" },
  malformed: [
    { why: "an empty object", native: { inputData: [{ data: json({}) }], triggerMetadata: {} } },
    { why: "a text", native: { inputData: [{ data: { string: "tick" } }], triggerMetadata: {} } },
    { why: "isPastDue as a text", native: { inputData: [{ data: json({ IsPastDue: "false" }) }], triggerMetadata: {} } },
  ],
  fabricate(messages) {
    const { told = {}, enqueuedAt } = alone(messages);
    const next = told.scheduledTime ?? new Date(enqueuedAt).toISOString();
    const last = new Date(Date.parse(next) - 60_000).toISOString();
    return { inputData: [{ data: json({ Schedule: { AdjustForDST: true }, ScheduleStatus: { Last: last, Next: next, LastUpdated: last }, IsPastDue: told.overdue ?? false }) }], triggerMetadata: {} } satisfies NativeInvocation;
  },
  interpret: (seen) => [{ id: "", then: fateOf(seen) }],
};

export const scheduleWires: readonly Wire<"schedule">[] = [
  wireOf("schedule", {
    variant: "timer-service-bus",
    service: "timer → relay → Service Bus queue",
    form: "bytes",
    codec: queuedSchedule,
    rules: serviceBusRules,
    side: serviceBusBroker({ spell: ({ told }) => ({ body: JSON.stringify(told) }), malformed: [{ why: "no JSON", body: "{" }, { why: "no time", body: "{}" }] }),
  }),
  wireOf("schedule", { variant: "direct", service: "timer trigger", form: "timer", codec: timer, rules: timerRules, side: timerSide }),
];
