/**
 * Schedule on Google Cloud: a Cloud Scheduler job that publishes to a topic, or calls the function itself.
 *
 * | Isobar        | scheduler-pubsub                                   | direct: the job's request                             |
 * |---------------|----------------------------------------------------|-------------------------------------------------------|
 * | scheduledTime | data.scheduledTime where the data are JSON with    | x-cloudscheduler-scheduletime                         |
 * |               | one; else core computes it from the expression and |                                                       |
 * |               | publishTime: a job's message is the same each time |                                                       |
 * | overdue       | data.overdue, beside it                            | nothing                                               |
 * | id            | as for queue (wires/pubsub.ts)                     | x-cloudscheduler-jobname "/" the time it was due:     |
 * |               |                                                    | the same for each try of one tick                     |
 * | body          | message.data                                       | the request's body                                    |
 * | attempt       | as for queue                                       | nothing                                               |
 * | enqueuedAt    | as for queue                                       | the time it was due                                   |
 * | only native() | as for queue                                       | x-cloudscheduler, user-agent, the job's own headers   |
 *
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget ·
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#PubsubTarget
 */
import type { ScheduleTold } from "@isobar/core";
import type { MessageCodec } from "@isobar/core/adapter";
import type { PubsubPush, SchedulerCall } from "../../native.ts";
import { wrapped, type ReadMessage } from "../../wires/pubsub.ts";
import { answer, bodyIn, headersOf, instantOf, isObject, requestOf, wrongEnvelope, type PushAnswer } from "../../wires/request.ts";

/** A job's data are its owner's: what is not our tick says nothing of the time. */
function tickIn({ data }: ReadMessage): ScheduleTold {
  try {
    const tick: unknown = JSON.parse(Buffer.from(data).toString("utf8"));
    if (!isObject(tick) || typeof tick.scheduledTime !== "string") return {};
    return { scheduledTime: tick.scheduledTime, ...(typeof tick.overdue === "boolean" ? { overdue: tick.overdue } : {}) };
  } catch {
    return {};
  }
}
export const schedulePush: MessageCodec<PubsubPush, PushAnswer, ScheduleTold> = /* @__PURE__ */ wrapped((message) => ({ told: () => tickIn(message) }));

export const scheduleCall: MessageCodec<SchedulerCall, PushAnswer, ScheduleTold> = {
  decode(native) {
    const request = requestOf(native);
    const headers = headersOf(request);
    const jobName = headers.get("x-cloudscheduler-jobname");
    const scheduleTime = headers.get("x-cloudscheduler-scheduletime");
    if (scheduleTime === undefined || scheduleTime === "") throw wrongEnvelope("no call of Cloud Scheduler: it has no header x-cloudscheduler-scheduletime");
    const id = `${jobName ?? ""}/${scheduleTime}`;
    const record: SchedulerCall = { jobName, scheduleTime };
    return { native: record, items: [{ id, deliveries: [{ id, attempt: undefined, group: undefined, enqueuedAt: instantOf(scheduleTime), body: bodyIn(request), attribute: undefined, record, told: () => ({ scheduledTime: scheduleTime }) }] }] };
  },
  encode: answer,
};
