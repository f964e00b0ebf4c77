import { describe, expect, test } from "vitest";
import { schedule } from "@isobar/core";
import { scheduleReading, type Delivery } from "@isobar/core/adapter";
import { firings } from "../testing/services/timer.ts";
import { isUtc, ncrontabIn, ncrontabOf, offsetsOf } from "./ncrontab.ts";

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

describe("a zone", () => {
  test.each<[string, number[]]>([["UTC", [0]], ["Etc/UTC", [0]], ["Europe/Berlin", [60, 120]], ["Europe/London", [0, 60]], ["America/New_York", [-300, -240]], ["Asia/Kathmandu", [345]], ["Australia/Lord_Howe", [660, 630]], ["Africa/Casablanca", [60, 0]], ["Pacific/Kiritimati", [840]], ["Antarctica/Troll", [0, 120]]])("%s is ahead of UTC by %j minutes", (zone, offsets) =>
    expect([...offsetsOf(zone)].sort((a, b) => a - b)).toEqual([...offsets].sort((a, b) => a - b)));
  test("that is none has no offsets", () => expect(() => offsetsOf("Mars/Olympus")).toThrow(RangeError));
  test("is UTC's where it never differs", () => expect(["UTC", "Etc/GMT", "Atlantic/Reykjavik", "Europe/London"].map(isUtc)).toEqual([true, true, true, false]));
});

describe("an expression in a zone fires at each UTC time that its offsets may give", () => {
  test.each([
    ["0 6 * * *", "Europe/Berlin", "0 0 4,5 * * *"],
    ["0 6 * * 1-5", "Asia/Tokyo", "0 0 21 * * 0,1,2,3,4"],
    ["30 0 1 * *", "Europe/Berlin", "0 30 22,23 28,29,30,31 * *"],
    ["0 0 1 jan *", "Asia/Kathmandu", "0 15 18 28,29,30,31 1,12 *"],
    ["0 22 31 12 *", "America/New_York", "0 0 2,3 1 1,12 *"],
    ["0 22 * * sat", "America/New_York", "0 0 2,3 * * 0"],
    ["*/15 * * * *", "Australia/Lord_Howe", "0 0,15,30,45 * * * *"],
    ["* * * * *", "Asia/Kathmandu", "0 * * * * *"],
    ["0 0 * * 7", "Europe/London", "0 0 0,23 * * 0,6"],
    ["0 12 15 6 *", "Pacific/Kiritimati", "0 0 22 14 6 *"],
    ["0 6 * * 5-7", "UTC", "0 0 6 * * 0,5,6"],
  ])("%s in %s: %s", (cron, zone, ncrontab) => expect(ncrontabIn(cron, zone)).toBe(ncrontab));

  const dueIn = (cron: string, zone: string, at: number): number => {
    const fn = schedule(cron, { zone, delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
    return Date.parse((scheduleReading.read(fn, { enqueuedAt: at } as Delivery, {})!.data as { scheduledTime: string }).scheduledTime);
  };
  /** Around the days on which clocks are turned, and the ends of months. */
  const spans = [["2030-03-29", "2030-04-03"], ["2030-10-04", "2030-10-08"], ["2030-10-25", "2030-11-05"], ["2030-12-30", "2031-01-03"], ["2028-02-27", "2028-03-03"]].map((span) => span.map((day) => Date.parse(day)) as [number, number]);
  test.each([
    ["0 6 * * *", "Europe/Berlin"], ["30 2 * * *", "Europe/Berlin"], ["15 0 1 * *", "Europe/Berlin"], ["45 1 * * *", "Australia/Lord_Howe"], ["0 0 31 * *", "Asia/Kathmandu"], ["59 23 28-31 * *", "America/New_York"],
    ["0 21 * * fri,sun", "America/New_York"], ["0 0 29 2 *", "Pacific/Kiritimati"], ["0 3 1 1 *", "Asia/Tokyo"], ["0 */6 * * 1-5", "Africa/Casablanca"], ["30 1 * * *", "Antarctica/Troll"],
  ])("%s in %s: no tick is missed, by the minute", (cron, zone) => {
    const schedule = ncrontabIn(cron, zone);
    for (const [from, until] of spans) {
      // Every tick of the zone's clock, found one by one.
      const ticks: number[] = [];
      for (let at = until - 60_000; at >= from; at = ticks.at(-1)! - 60_000) {
        const due = dueIn(cron, zone, at);
        if (due < from) break;
        ticks.push(due);
      }
      const fired = new Set(firings(schedule, from, until));
      expect(ticks.filter((tick) => !fired.has(tick)).map((tick) => new Date(tick).toISOString())).toEqual([]);
    }
  });
});
