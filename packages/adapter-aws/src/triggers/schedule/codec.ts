/**
 * Schedule on Lambda. By default EventBridge Scheduler sends to an SQS queue of the function's own, with this input of ours, whose keyword Scheduler replaces:
 * `{ "name": "<the schedule's name>", "scheduledTime": "<aws.scheduler.scheduled-time>" }`
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 * `direct`: a scheduled EventBridge rule invokes the function. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 * Scheduler without an input writes the same envelope, with the source aws.scheduler and detail "{}" as a text: captures have it, no document does.
 *
 * | Isobar             | native, our input in the SQS message's body                                | direct, the scheduled rule's event                  |
 * |--------------------|----------------------------------------------------------------------------|-----------------------------------------------------|
 * | id                 | name and scheduledTime; without a name, the message's                      | id                                                  |
 * | attempt            | SQS's; Scheduler's own attempt-number and execution-id are of its sending  | not told                                            |
 * | enqueuedAt         | SQS's                                                                      | time                                                |
 * | body               | the message's                                                              | all of it                                           |
 * | told.scheduledTime | scheduledTime                                                              | time                                                |
 * | told.overdue       | not told: what is late waited in a queue                                   | not told                                            |
 * | only native()      | all of the SQS message                                                     | version, source, account, region, resources, detail |
 *
 * Settlement: the message's, as wires/sqs.ts has it; direct: of the whole invocation.
 */
import { IsobarError, type MessageCodec } from "@isobar/core/adapter";
import type { ScheduleTold } from "@isobar/core";
import type { EventBridgeEvent } from "../../native.ts";
import { isEventBridgeEvent } from "../../wires/eventbridge.ts";
import { wholeInvocation } from "../../wires/invocation.ts";
import { instantOf, objectIn, textOf } from "../../wires/records.ts";
import { misfit, sqsCodec } from "../../wires/sqs.ts";

export const schedulerInSqs = /* @__PURE__ */ sqsCodec<ScheduleTold>((message) => {
  const { scheduledTime, name } = objectIn(message.body) ?? {};
  if (typeof scheduledTime !== "string" || instantOf(scheduledTime) === undefined) return [misfit(message, "no tick: it has no scheduledTime")];
  const named = textOf(name);
  return [{ ...message, id: named === undefined ? message.id : `${named}:${scheduledTime}`, told: () => ({ scheduledTime }) }];
});

export const scheduledEvent: MessageCodec<EventBridgeEvent, null, ScheduleTold> = {
  decode(native) {
    if (!isEventBridgeEvent(native)) throw new IsobarError("invalid-native-event", "no scheduled event: id, source, detail-type or detail is missing");
    if (native["detail-type"] !== "Scheduled Event") throw new IsobarError("invalid-native-event", 'no scheduled event: its detail-type is not "Scheduled Event"');
    const { id, time } = native;
    const enqueuedAt = instantOf(time);
    if (enqueuedAt === undefined) throw new IsobarError("invalid-native-event", "no scheduled event: it has no time");
    return { native, items: [{ id, deliveries: [{ id, attempt: undefined, group: undefined, enqueuedAt, body: JSON.stringify(native), attribute: undefined, record: native, told: () => ({ scheduledTime: time }) }] }] };
  },
  encode: wholeInvocation,
};
