import { expect, test } from "vitest";
import { schedule } from "@isobar/core";
import { ncrontabOf, scheduleMaker } from "./plan.ts";

test.each([
  ["* * * * *", "0 * * * * *"],
  ["0 6 * * 1-5", "0 0 6 * * 1-5"],
  ["*/5 9-17 * jan mon", "0 */5 9-17 * jan mon"],
  ["0 0 * * 7", "0 0 0 * * 0"],
  ["0 0 * * 5-7", "0 0 0 * * 0,5,6"],
  ["0 0 * * 1,7", "0 0 0 * * 1,0"],
  ["0 0 * * 1-7/3", "0 0 0 * * 0,1,4"],
  ["0 0 * * */2", "0 0 0 * * */2"],
  ["0 0 7 * *", "0 0 0 7 * *"],
])("%s is %s with seconds, and its Sunday is 0", (cron, ncrontab) => expect(ncrontabOf(cron)).toBe(ncrontab));

test("a timer is monitored, since its status tells when a tick was due; one that failed is tried again without end", () => {
  expect(scheduleMaker({ name: "report", fn: schedule("0 6 * * *", { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}), settings: { variant: "direct" } })).toEqual({
    app: "timer",
    maker: "scheduleDirect",
    options: { schedule: "0 0 6 * * *", useMonitor: true, retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } },
  });
});
