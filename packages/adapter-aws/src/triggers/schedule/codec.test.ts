import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import type { ScheduleTold } from "@isobar/core";
import { scheduledEvent, schedulerInSqs } from "./codec.ts";

const message = (body: unknown) => ({ messageId: "m-1", body: typeof body === "string" ? body : JSON.stringify(body), attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1647975583900" }, eventSource: "aws:sqs" });
const only = (items: readonly Item<ScheduleTold>[]): Delivery<ScheduleTold> => (items[0] as Extract<Item<ScheduleTold>, { deliveries: unknown }>).deliveries[0]!;
const queued = (body: unknown) => only(schedulerInSqs.decode({ Records: [message(body)] }).items);

describe("behind a queue", () => {
  // The keyword's value: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
  test("our input tells when it was due, and two sendings of one tick have one id", () => {
    const delivery = queued({ name: "nightly", scheduledTime: "2022-03-22T18:59:43Z" });
    expect([delivery.id, delivery.attempt, delivery.enqueuedAt, delivery.told!()]).toEqual(["nightly:2022-03-22T18:59:43Z", 1, 1647975583900, { scheduledTime: "2022-03-22T18:59:43Z" }]);
  });
  test("without a name the id is the message's", () => {
    expect(queued({ scheduledTime: "2022-03-22T18:59:43Z" }).id).toBe("m-1");
  });
  test.each([["a keyword that nobody replaced", { scheduledTime: "<aws.scheduler.scheduled-time>" }], ["a number", { scheduledTime: 1647975583 }], ["a year", { scheduledTime: 2022 }], ["no time", {}], ["text", "2022-03-22T18:59:43Z"], ["empty", ""]])("%s is rejected with its body kept", (_, body) => {
    expect(() => queued(body).told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect(queued(body).body).toBe(message(body).body);
  });
});

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
const event = { version: "0", id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event", source: "aws.events", account: "123456789012", time: "2015-10-08T16:53:06Z", region: "us-east-1", resources: ["arn:aws:events:us-east-1:123456789012:rule/my-scheduled-rule"], detail: {} };
describe("direct", () => {
  test("the event's time is when it was due", () => {
    const { items } = scheduledEvent.decode(event);
    expect([only(items), only(items).told!()]).toMatchObject([{ id: event.id, attempt: undefined, enqueuedAt: 1444323186000, body: JSON.stringify(event), record: event }, { scheduledTime: "2015-10-08T16:53:06Z" }]);
  });
  test("a schedule of Scheduler's without an input has the same envelope, and its detail is a text", () => {
    const own = { ...event, source: "aws.scheduler", resources: ["arn:aws:scheduler:us-east-1:123456789012:schedule/default/nightly"], detail: "{}" };
    expect([only(scheduledEvent.decode(own).items).id, only(scheduledEvent.decode(own).items).told!()]).toEqual([event.id, { scheduledTime: "2015-10-08T16:53:06Z" }]);
  });
  test.each([["null", null], ["an event of another type", { ...event, "detail-type": "Object Created" }], ["no time", { ...event, time: undefined }], ["a time that is a number", { ...event, time: 2015 }], ["no detail", { source: "aws.events", "detail-type": "Scheduled Event" }], ["no id", { ...event, id: undefined }], ["an SQS batch", { Records: [message(event)] }]])("%s is an invalid event", (_, native) => {
    expect(() => scheduledEvent.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("what comes again is a fault", () => {
    expect([scheduledEvent.encode([{ id: "1", then: "done" }], event), scheduledEvent.encode([{ id: "1", then: "again" }], event)]).toMatchObject([{ respond: null }, { fault: { code: "handler-failed" } }]);
  });
});
