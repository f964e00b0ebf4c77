import { describe, expect, test } from "vitest";
import { lastTick } from "./ticks.ts";

/** The tick before a moment, as RFC 3339 in UTC. */
const last = (cron: string, zone: string, at: string) => {
  const tick = lastTick(cron, zone, Date.parse(at));
  return tick === undefined ? undefined : new Date(tick).toISOString().replace(":00.000Z", "Z");
};

describe("the last tick at or before a moment", () => {
  test.each([
    ["* * * * *", "2030-01-01T00:00:59.999Z", "2030-01-01T00:00Z"],
    ["0 6 * * *", "2030-01-02T06:00:00Z", "2030-01-02T06:00Z"],
    ["0 6 * * *", "2030-01-02T05:59:59Z", "2030-01-01T06:00Z"],
    ["*/15 * * * *", "2030-01-01T00:14:00Z", "2030-01-01T00:00Z"],
    ["30 12 * * mon", "2030-01-06T00:00:00Z", "2029-12-31T12:30Z"],
    ["0 0 1 1 *", "2030-12-31T23:59:00Z", "2030-01-01T00:00Z"],
    ["0 0 29 2 *", "2030-01-01T00:00:00Z", "2028-02-29T00:00Z"],
    ["59 23 31 * *", "2030-03-01T00:00:00Z", "2030-01-31T23:59Z"],
  ])("%s at %s in UTC", (cron, at, tick) => expect(last(cron, "UTC", at)).toBe(tick));

  test("a day that never comes has no tick", () => expect(last("0 0 30 2 *", "UTC", "2030-01-01T00:00:00Z")).toBeUndefined());
  test("the zone's wall clock counts", () => {
    expect(last("0 6 * * *", "Europe/Berlin", "2030-01-02T12:00:00Z")).toBe("2030-01-02T05:00Z");
    expect(last("0 6 * * *", "Europe/Berlin", "2030-07-02T12:00:00Z")).toBe("2030-07-02T04:00Z");
    expect(last("0 0 * * *", "Asia/Kathmandu", "2030-01-02T12:00:00Z")).toBe("2030-01-01T18:15Z");
    expect(last("0 0 * * *", "Pacific/Kiritimati", "2030-01-02T09:00:00Z")).toBe("2030-01-01T10:00Z");
  });
  test("the hour that daylight saving skips is skipped", () => {
    // Berlin goes from 02:00 to 03:00 on 31 March 2030.
    expect(last("30 2 * * *", "Europe/Berlin", "2030-03-31T12:00:00Z")).toBe("2030-03-30T01:30Z");
    expect(last("30 3 * * *", "Europe/Berlin", "2030-03-31T12:00:00Z")).toBe("2030-03-31T01:30Z");
  });
  test("the hour that daylight saving doubles runs once, the first time", () => {
    // Berlin goes from 03:00 back to 02:00 on 27 October 2030: 02:30 is 00:30Z and again 01:30Z.
    expect(last("30 2 * * *", "Europe/Berlin", "2030-10-27T01:00:00Z")).toBe("2030-10-27T00:30Z");
    expect(last("30 2 * * *", "Europe/Berlin", "2030-10-27T12:00:00Z")).toBe("2030-10-27T00:30Z");
    expect(last("0 * * * *", "Europe/Berlin", "2030-10-27T01:10:00Z")).toBe("2030-10-27T00:00Z");
  });
  test("where half an hour is turned back, that half hour runs once", () => {
    // Lord Howe goes from 02:00 back to 01:30 on 7 April 2030: 01:45 is 14:45Z and again 15:15Z.
    expect(last("45 1 * * *", "Australia/Lord_Howe", "2030-04-06T20:00:00Z")).toBe("2030-04-06T14:45Z");
  });
  test("where two hours are turned back, they run once", () => {
    // Troll goes from 03:00 back to 01:00 on 27 October 2030: 01:30 is 23:30Z and again 01:30Z.
    expect(last("30 1 * * *", "Antarctica/Troll", "2030-10-27T12:00:00Z")).toBe("2030-10-26T23:30Z");
  });
  test("what is passed over on the way back holds no tick, wherever the clock is turned", () => {
    // Lord Howe goes from 02:00 to 02:30 on 6 October 2030 (15:30Z the day before), Chatham from 02:45 to 03:45 on 29 September (14:00Z the day before).
    expect(last("45 1 * * *", "Australia/Lord_Howe", "2030-10-05T20:00:00Z")).toBe("2030-10-05T15:15Z");
    expect(last("59 1 * * *", "Australia/Lord_Howe", "2030-10-05T15:59:00Z")).toBe("2030-10-05T15:29Z");
    expect(last("30 2 * * *", "Pacific/Chatham", "2030-09-28T20:00:00Z")).toBe("2030-09-28T13:45Z");
    expect(last("0 3 * * *", "Pacific/Chatham", "2030-09-28T20:00:00Z")).toBe("2030-09-27T14:15Z");
    expect(last("30 23 6 10 *", "Australia/Lord_Howe", "2030-10-20T00:00:00Z")).toBe("2030-10-06T12:30Z");
  });
  test("around a turned clock every minute is its own tick, but for those that come again", () => {
    for (const [zone, from, repeated] of [["Europe/Berlin", "2030-10-26T20:00:00Z", 60], ["Australia/Lord_Howe", "2030-04-06T10:00:00Z", 30], ["Pacific/Chatham", "2030-04-06T10:00:00Z", 60], ["Antarctica/Troll", "2030-10-26T20:00:00Z", 120]] as const) {
      const start = Date.parse(from);
      const minutes = Array.from({ length: 600 }, (_, i) => start + i * 60_000);
      expect([zone, minutes.filter((at) => lastTick("* * * * *", zone, at) !== at).length]).toEqual([zone, repeated]);
    }
  });
  test("a tick far away is found, 29 February over a century without one included", () => {
    expect(last("0 0 29 2 *", "Europe/Berlin", "2032-02-28T00:00:00Z")).toBe("2028-02-28T23:00Z");
    expect(last("0 0 29 2 *", "UTC", "2104-02-28T00:00:00Z")).toBe("2096-02-29T00:00Z");
    expect(last("0 0 31 12 *", "Asia/Tokyo", "2030-12-30T00:00:00Z")).toBe("2029-12-30T15:00Z");
  });
  test("without a moment there is none", () => expect(lastTick("* * * * *", "UTC", NaN)).toBeUndefined());
  test("an expression or a zone that is none is refused", () => {
    expect(() => lastTick("x", "UTC", 0)).toThrow(expect.objectContaining({ code: "invalid-definition" }));
    expect(() => lastTick("* * * * *", "Mars/Olympus", 0)).toThrow(RangeError);
  });
});
