/** Cron expressions: the five fields that every cloud can be told, and no more. */
import { IsobarError } from "../errors.ts";

export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** Sunday is 0. */
  readonly weekdays: ReadonlySet<number>;
}
const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}
const fields = [
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day of month", from: 1, to: 31 },
  { name: "month", from: 1, to: 12, names: monthNames },
  { name: "day of week", from: 0, to: 7, names: dayNames },
] as const satisfies readonly Field[];

/** Throws `invalid-definition` for what is no expression of five fields, or gives day of month and day of week. */
export function parseCron(text: string): Cron {
  const wrong = (why: string): never => {
    throw new IsobarError("invalid-definition", `cron ${JSON.stringify(text)}: ${why}`);
  };
  const parts = text.trim().split(/\s+/);
  if (parts.length !== fields.length) wrong("five fields: minute, hour, day of month, month, day of week");
  const number = (field: Field, given: string): number => {
    const named = field.names?.indexOf(given.toLowerCase()) ?? -1;
    const value = named >= 0 ? named + field.from : /^\d+$/.test(given) ? Number(given) : NaN;
    if (!(value >= field.from && value <= field.to)) wrong(`${field.name} ${JSON.stringify(given)} is not from ${field.from} to ${field.to}`);
    return value;
  };
  const [minutes, hours, days, months, weekdays] = fields.map((field: Field, i) => {
    const all = new Set<number>();
    // 7 is another word for Sunday; a week ends with its sixth day.
    const end = field.to === 7 ? 6 : field.to;
    for (const each of parts[i]!.split(",")) {
      const [range = "", step] = each.split("/");
      if (each.split("/").length > 2 || (step !== undefined && !/^[1-9]\d*$/.test(step))) wrong(`${field.name}: ${JSON.stringify(each)} has no step of 1 or more`);
      const [low = "", high, more] = range.split("-");
      if (more !== undefined) wrong(`${field.name}: ${JSON.stringify(range)} is no range`);
      const first = range === "*" ? field.from : number(field, low);
      // A step without a range goes to the end: "5/15" is 5, 20, 35, 50.
      const last = range === "*" ? end : high !== undefined ? number(field, high) : step !== undefined ? Math.max(first, end) : first;
      if (last < first) wrong(`${field.name}: ${JSON.stringify(range)} runs backwards`);
      for (let value = first; value <= last; value += Number(step ?? 1)) all.add(field.to === 7 && value === 7 ? 0 : value);
    }
    return all as ReadonlySet<number>;
  }) as [ReadonlySet<number>, ReadonlySet<number>, ReadonlySet<number>, ReadonlySet<number>, ReadonlySet<number>];
  if (parts[2] !== "*" && parts[4] !== "*") wrong("day of month and day of week exclude each other: clouds disagree on whether both or either is meant");
  return { minutes, hours, days, months, weekdays };
}
