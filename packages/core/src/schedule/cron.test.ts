import { describe, expect, test } from "vitest";
import { parseCron } from "./cron.ts";

const lists = (text: string) => Object.fromEntries(Object.entries(parseCron(text)).map(([field, values]) => [field, [...(values as ReadonlySet<number>)].sort((a, b) => a - b)]));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("five fields", () => {
  test("a star is every value", () => {
    expect(lists("* * * * *")).toEqual({ minutes: range(0, 59), hours: range(0, 23), days: range(1, 31), months: range(1, 12), weekdays: range(0, 6) });
  });
  test.each<[string, string, number[]]>([
    ["0,30 * * * *", "minutes", [0, 30]],
    ["*/20 * * * *", "minutes", [0, 20, 40]],
    ["5/25 * * * *", "minutes", [5, 30, 55]],
    ["10-20/5 * * * *", "minutes", [10, 15, 20]],
    ["1-3,2,50 * * * *", "minutes", [1, 2, 3, 50]],
    ["0 9-17 * * *", "hours", range(9, 17)],
    ["0 0 1,15 * *", "days", [1, 15]],
    ["0 0 * jan,DEC *", "months", [1, 12]],
    ["0 0 * mar-may *", "months", [3, 4, 5]],
    ["0 0 * * mon-fri", "weekdays", [1, 2, 3, 4, 5]],
    ["0 0 * * 7", "weekdays", [0]],
    ["0 0 * * 5-7", "weekdays", [0, 5, 6]],
    ["0 0 * * SUN", "weekdays", [0]],
    ["0 0 * * 1/2", "weekdays", [1, 3, 5]],
    ["0 0 * * */2", "weekdays", [0, 2, 4, 6]],
    ["0 0 * * 7/2", "weekdays", [0]],
    ["0 0 20/5 * *", "days", [20, 25, 30]],
    ["  0   0 * *  1 ", "weekdays", [1]],
  ])("%s: %s", (text, field, values) => expect(lists(text)[field]).toEqual(values));

  test.each<[string, string]>([
    ["", "five fields"], ["* * * *", "five fields"], ["* * * * * *", "five fields"], ["@daily", "five fields"],
    ["60 * * * *", 'minute "60" is not from 0 to 59'], ["* 24 * * *", 'hour "24"'], ["0 0 0 * *", 'day of month "0"'], ["0 0 * 13 *", 'month "13"'], ["0 0 * * 8", 'day of week "8"'],
    ["-1 * * * *", 'minute ""'], ["1.5 * * * *", 'minute "1.5"'], ["x * * * *", 'minute "x"'], ["*/0 * * * *", "no step"], ["*/x * * * *", "no step"], ["*/5/5 * * * *", "no step"],
    ["30-10 * * * *", "runs backwards"], ["1-2-3 * * * *", "is no range"], [", * * * *", 'minute ""'], ["0 0 * * fri-mon", "runs backwards"],
    ["0 0 1 * 1", "exclude each other"], ["0 0 L * *", 'day of month "L"'], ["0 0 * * 1#2", 'day of week "1#2"'], ["0 0 ? * 1", 'day of month "?"'],
  ])("%j is refused: %s", (text, why) => {
    expect(() => parseCron(text)).toThrow(expect.objectContaining({ code: "invalid-definition" }));
    expect(() => parseCron(text)).toThrow(why);
  });
});
