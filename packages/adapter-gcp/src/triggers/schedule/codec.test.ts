import { expect, test } from "vitest";
import { scheduleCall, schedulePush } from "./codec.ts";

const pushed = (data: string) => {
  const [item] = schedulePush.decode({ rawBody: Buffer.from(JSON.stringify({ subscription: "s", message: { messageId: "m-1", publishTime: "2030-01-01T00:00:00.250Z", data: Buffer.from(data).toString("base64") } })) }).items;
  return item !== undefined && "deliveries" in item ? item.deliveries[0]! : undefined;
};
test.each([[""], ["tick"], ["{}"], ["[]"], ["null"], ['{"scheduledTime":5}'], ['{"overdue":true}']])("a job's message %j says nothing of the time: it is computed from when it was published", (data) => {
  expect([pushed(data)!.told!(), pushed(data)!.enqueuedAt]).toEqual([{}, Date.UTC(2030, 0, 1) + 250]);
});
test("a message that names its tick is believed", () => {
  expect(pushed('{"scheduledTime":"2030-01-01T00:00:00Z"}')!.told!()).toStrictEqual({ scheduledTime: "2030-01-01T00:00:00Z" });
  expect(pushed('{"scheduledTime":"2030-01-01T00:00:00Z","overdue":"yes"}')!.told!()).toStrictEqual({ scheduledTime: "2030-01-01T00:00:00Z" });
  expect(pushed('{"scheduledTime":"2030-01-01T00:00:00Z","overdue":true}')!.told!()).toEqual({ scheduledTime: "2030-01-01T00:00:00Z", overdue: true });
});
test("a job's call tells its time; each try of one tick has one id", () => {
  const rawHeaders = ["User-Agent", "Google-Cloud-Scheduler", "X-CloudScheduler", "true", "X-CloudScheduler-JobName", "nightly", "X-CloudScheduler-ScheduleTime", "2030-01-01T06:00:00+02:00"];
  const [item] = scheduleCall.decode({ rawBody: Buffer.from("x"), rawHeaders }).items;
  const [delivery] = item !== undefined && "deliveries" in item ? item.deliveries : [];
  expect([delivery?.enqueuedAt, delivery?.attempt]).toEqual([Date.UTC(2030, 0, 1, 4), undefined]);
  expect([item?.id, delivery?.id, delivery?.body, delivery?.record, delivery?.told?.()]).toEqual(["nightly/2030-01-01T06:00:00+02:00", "nightly/2030-01-01T06:00:00+02:00", new TextEncoder().encode("x"), { jobName: "nightly", scheduleTime: "2030-01-01T06:00:00+02:00" }, { scheduledTime: "2030-01-01T06:00:00+02:00" }]);
});
test("a call that names no job is told apart by its time", () => expect(scheduleCall.decode({ rawHeaders: ["x-cloudscheduler-scheduletime", "2030-01-01T06:00:00Z"] }).items[0]!.id).toBe("/2030-01-01T06:00:00Z"));
test("of a header that comes twice the first counts", () => expect(scheduleCall.decode({ rawHeaders: ["x-cloudscheduler-scheduletime", "2030-01-01T06:00:00Z", "X-CloudScheduler-ScheduleTime", "2031-01-01T00:00:00Z"] }).items[0]!.id).toBe("/2030-01-01T06:00:00Z"));
test.each([[{}], [null], [{ rawHeaders: ["x-cloudscheduler-scheduletime", "2030-01-01T06:00:00Z", 1] }], [{ rawHeaders: { "x-cloudscheduler-scheduletime": "2030-01-01T06:00:00Z" } }], [{ rawHeaders: ["x-cloudscheduler-scheduletime", "2030-01-01T06:00:00Z"], rawBody: "x" }], [{ rawHeaders: ["x-cloudscheduler-scheduletime", ""] }], [{ rawHeaders: "x" }], [{ rawBody: "x" }]])("%j is no call of Cloud Scheduler", (native) => expect(() => scheduleCall.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
