/** When an expression was last due, in its time zone. */
import { parseCron, type Cron } from "./cron.ts";

interface Local {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}
const weekdays: Readonly<Record<string, number>> = { Sun: 0, Mon: 1, Tue: 2, Wed: 3, Thu: 4, Fri: 5, Sat: 6 };

/** A point in time by the wall clock of a zone. */
function localIn(zone: string): (at: number) => Local {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", weekday: "short", hour: "numeric", minute: "numeric" });
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { minute: Number(parts.minute), hour: Number(parts.hour), day: Number(parts.day), month: Number(parts.month), weekday: weekdays[parts.weekday ?? ""]! };
  };
}
const minuteMs = 60_000;
const fits = (cron: Cron, local: Local): boolean =>
  cron.minutes.has(local.minute) && cron.hours.has(local.hour) && cron.days.has(local.day) && cron.months.has(local.month) && cron.weekdays.has(local.weekday);

/** Whether the wall clock showed this minute before: the second run of an hour that daylight saving doubles. */
function isRepeated(local: (at: number) => Local, at: number): boolean {
  const now = local(at);
  // Zones turn back by an hour, Lord Howe by half of one, Troll by two (https://data.iana.org/time-zones/tzdb/australasia, .../antarctica).
  return [30, 60, 120].some((minutes) => {
    const before = local(at - minutes * minuteMs);
    return before.minute === now.minute && before.hour === now.hour && before.day === now.day;
  });
}

/**
 * In: a cron expression, an IANA zone, milliseconds since 1970. Out: the last minute at or before it at which the expression was due, in
 * milliseconds; `undefined` where there was none in the eight years before (29 February skips 1900 and 2100). Throws `invalid-definition` for a bad expression, RangeError for an unknown zone.
 */
export function lastTick(cron: string, zone: string, at: number): number | undefined {
  const wanted = parseCron(cron);
  const local = localIn(zone);
  const oldest = at - (8 * 366 + 1) * 24 * 60 * minuteMs;
  for (let time = Math.floor(at / minuteMs) * minuteMs; time >= oldest; ) {
    const now = local(time);
    if (fits(wanted, now) && !isRepeated(local, time)) return time;
    // What cannot fit is passed over at once: of a day all down to its third hour, of an hour a quarter. Clocks are turned in the first hours of a day, and at
    // quarters of an hour by their own face (Chatham's at 02:45 and 03:45): a longer step would land in a minute before one that fits.
    const far = !wanted.months.has(now.month) || !wanted.days.has(now.day) || !wanted.weekdays.has(now.weekday);
    if (far && now.hour > 2) time -= (now.hour - 2) * 60 * minuteMs;
    else if (far || !wanted.hours.has(now.hour)) time -= (now.minute % 15 || 1) * minuteMs;
    else time -= minuteMs;
  }
  return undefined;
}
