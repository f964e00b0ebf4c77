/** Cloud Scheduler's half: a message that is the same each time, or a call with the tick in its headers. */
import type { ScheduleTold } from "@isobar/core";
import type { NeutralMessage, Wire } from "@isobar/core/adapter";
import { json, postedWire, posting, toldOf } from "../../testing/calls.ts";
import { headerId, malformedPushes, pushCall, pushId } from "../../testing/pubsub.ts";
import { schedulerRules } from "../../testing/services/cloud-scheduler.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { scheduleCall, schedulePush } from "./codec.ts";

/** https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget */
const jobCall = (message: NeutralMessage<ScheduleTold>, source: string) =>
  posting(message.body, [["user-agent", "Google-Cloud-Scheduler"], ["x-cloudscheduler", "true"], ["x-cloudscheduler-jobname", source], ["x-cloudscheduler-scheduletime", toldOf(message).scheduledTime ?? ""]]);

export const scheduleWires: readonly Wire<"schedule">[] = [
  postedWire({ kind: "schedule", variant: "scheduler-pubsub", service: "Cloud Scheduler → Pub/Sub → push subscription", codec: schedulePush, bare: json, tellsAttempt: true, malformed: malformedPushes, fabricate: (message, source) => pushCall(message, source), idOf: pushId, rules: pubsubRules }),
  postedWire({
    kind: "schedule",
    variant: "direct",
    service: "Cloud Scheduler → HTTP",
    codec: scheduleCall,
    bare: undefined,
    tellsAttempt: false,
    malformed: [{ why: "no call of Cloud Scheduler", native: posting("", [["user-agent", "curl"]]) }, { why: "a wrapped push", native: pushCall({ id: "1", attempt: 1, enqueuedAt: 0, body: "" }, "s") }],
    drops: { id: "a call has no id: the job's name and the time it was due stand in" },
    fabricate: jobCall,
    idOf: headerId("x-cloudscheduler-scheduletime"),
    rules: schedulerRules,
  }),
];
