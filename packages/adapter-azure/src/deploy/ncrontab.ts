/** Cron expressions as timers take them, in UTC: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions. What core takes for an expression was checked before. */
import { parseCron } from "@isobar/core/plan";

/** NCRONTAB has seconds in front; its weekdays are 0 to 6, Sunday 0, so a 7 is one too. */
export function ncrontabOf(cron: string): string {
  const [minute, hour, day, month, weekday] = cron.trim().split(/\s+/);
  return ["0", minute, hour, day, month, weekday?.split(",").map(withoutSeven).join(",")].join(" ");
}
/** "7" is "0"; a range that ends in 7 is one to Saturday, and Sunday; a step in such a range is counted out. */
function withoutSeven(part: string): string {
  const [, low, high, step = "1"] = /^(\d)(?:-(\d))?(?:\/(\d+))?$/.exec(part) ?? [];
  if (low === undefined || !part.split("/")[0]!.includes("7")) return part;
  const days: number[] = [];
  for (let each = Number(low); each <= Number(high ?? low); each += Number(step)) days.push(each % 7);
  return [...new Set(days)].sort().join(",");
}

/** The years that offsets are taken from: fixed, so that one app makes one text. */
const [from, until] = [Date.UTC(2026, 0, 1), Date.UTC(2036, 0, 1)];
/** No offset lasts for less than five weeks, Morocco's in Ramadan: a look every four weeks sees each (https://data.iana.org/time-zones/tzdb/africa). */
const stepMs = 28 * 86_400_000;
const known = new Map<string, readonly number[]>([["UTC", [0]]]);
/** Minutes that a zone's clock is ahead of UTC, each that it has in ten years. Throws RangeError for an unknown zone. */
export function offsetsOf(zone: string): readonly number[] {
  const before = known.get(zone);
  if (before !== undefined) return before;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const offsets = new Set<number>();
  for (let at = from; at < until; at += stepMs) {
    const text = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
    const [, sign, hours = "0", minutes = "0"] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text ?? "") ?? [];
    offsets.add((sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) || 0);
  }
  const all = [...offsets];
  known.set(zone, all);
  return all;
}
export const isUtc = (zone: string): boolean => offsetsOf(zone).every((offset) => offset === 0);

const spelled = (values: ReadonlySet<number>, first: number, last: number): string => (values.size === last - first + 1 ? "*" : [...values].sort((a, b) => a - b).join(","));

/** The day before a day of a month, or the day after it, whatever month it is. */
const daysBeside = (day: number, shift: number): readonly number[] => (shift === 0 ? [day] : shift < 0 ? (day === 1 ? [28, 29, 30, 31] : [day - 1]) : day < 28 ? [day + 1] : day < 31 ? [day + 1, 1] : [1]);

/**
 * An expression in UTC that fires whenever one in a zone may be due, by any offset that the zone has, and at other times too: fields are independent of each other. Who is called has to look whether the
 * zone's clock shows such a time (core's `lastTick`).
 */
export function ncrontabIn(cron: string, zone: string): string {
  if (isUtc(zone)) return ncrontabOf(cron);
  const { minutes, hours, days, months, weekdays } = parseCron(cron);
  const [utcMinutes, utcHours, shifts, utcDays, utcMonths, utcWeekdays] = [new Set<number>(), new Set<number>(), new Set<number>(), new Set<number>(), new Set<number>(), new Set<number>()];
  for (const offset of offsetsOf(zone)) for (const h of hours) for (const m of minutes) {
    const at = h * 60 + m - offset;
    const shift = Math.floor(at / 1_440);
    shifts.add(shift);
    utcHours.add(Math.floor((at - shift * 1_440) / 60));
    utcMinutes.add((at - shift * 1_440) % 60);
  }
  for (const shift of shifts) {
    for (const each of days) for (const beside of daysBeside(each, shift)) utcDays.add(beside);
    for (const each of weekdays) utcWeekdays.add((each + shift + 7) % 7);
    for (const each of months) {
      utcMonths.add(each);
      if (shift < 0 && days.has(1)) utcMonths.add(((each + 10) % 12) + 1);
      if (shift > 0 && [...days].some((last) => last >= 28)) utcMonths.add((each % 12) + 1);
    }
  }
  return ["0", spelled(utcMinutes, 0, 59), spelled(utcHours, 0, 23), spelled(utcDays, 1, 31), spelled(utcMonths, 1, 12), spelled(utcWeekdays, 0, 6)].join(" ");
}
