/** The clocks' half: EventBridge Scheduler with our input, and a scheduled EventBridge rule. */
import type { ScheduleTold } from "@isobar/core";
import type { EventBridgeEvent } from "../../native.ts";
import { invocationSideOf, sqsSideOf, wireOf } from "../../testing/brokers.ts";
import { asynchronousRules } from "../../testing/services/asynchronous.ts";
import { behindHops } from "../../testing/services/hops.ts";
import { sqsRules } from "../../testing/services/sqs.ts";
import { scheduledEvent, schedulerInSqs } from "./codec.ts";

/** Whole seconds: "2022-03-22T18:59:43Z" in https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const due = (told: ScheduleTold | undefined) => told!.scheduledTime!.replace(/\.\d+/, "");

export const schedulerSide = sqsSideOf<ScheduleTold>({ body: ({ told }, schedule) => JSON.stringify({ name: schedule, scheduledTime: due(told) }), drops: { id: "it is made of the schedule's name and the time that was due, so that both sendings of one tick are one event" } });
export const scheduledEventSide = invocationSideOf<ScheduleTold>({
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
  fabricate: ({ id, told }, rule): EventBridgeEvent => ({ version: "0", id, "detail-type": "Scheduled Event", source: "aws.events", account: "123456789012", time: due(told), region: "eu-central-1", resources: [`arn:aws:events:eu-central-1:123456789012:rule/${rule}`], detail: {} }),
  malformed: [{ why: "an EventBridge event of another type", native: { id: "1", source: "shop.orders", "detail-type": "placed", detail: {}, time: "2030-01-01T00:00:00Z" } }, { why: "a scheduled event without a time", native: { id: "1", source: "aws.events", "detail-type": "Scheduled Event", detail: {} } }],
});
export const scheduleWires = [
  wireOf({ kind: "schedule", variant: "scheduler-sqs", service: "EventBridge Scheduler → SQS → Lambda", codec: schedulerInSqs, side: schedulerSide, rules: behindHops(sqsRules) }),
  wireOf({ kind: "schedule", variant: "direct", service: "EventBridge scheduled rule → Lambda", codec: scheduledEvent, side: scheduledEventSide, rules: behindHops(asynchronousRules) }),
];
