import { describe, expect, test } from "vitest";
import { awsCron } from "./cron.ts";

describe("a cron expression in AWS's words", () => {
  test.each([
    ["* * * * *", "cron(* * * * ? *)"],
    ["0 6 * * *", "cron(0 6 * * ? *)"],
    ["*/15 * * * *", "cron(0/15 * * * ? *)"],
    ["5/15 * * * *", "cron(5/15 * * * ? *)"],
    ["0-30/10 * * * *", "cron(0,10,20,30 * * * ? *)"],
    ["0,30 8-18 * * *", "cron(0,30 8-18 * * ? *)"],
    ["*/7 * * * *", "cron(0/7 * * * ? *)"],
    ["*/40 * * * *", "cron(0,40 * * * ? *)"],
    ["15,0,15 * * * *", "cron(0,15 * * * ? *)"],
    ["0 0 1 * *", "cron(0 0 1 * ? *)"],
    ["0 0 1-31 * *", "cron(0 0 * * ? *)"],
    ["0 0 */2 * *", "cron(0 0 1/2 * ? *)"],
    ["0 0 1 jan,JUL *", "cron(0 0 1 1,7 ? *)"],
    ["0 0 1 */3 *", "cron(0 0 1 1/3 ? *)"],
  ])("%s is %s", (cron, expected) => {
    expect(awsCron(cron)).toBe(expected);
  });
});

describe("weekdays count from 1, which is Sunday, and take the day of month's place", () => {
  test.each([
    ["0 6 * * 1-5", "cron(0 6 ? * 2-6 *)"],
    ["0 6 * * 0", "cron(0 6 ? * 1 *)"],
    ["0 6 * * 7", "cron(0 6 ? * 1 *)"],
    ["0 6 * * 0,7", "cron(0 6 ? * 1 *)"],
    ["0 6 * * sat,sun", "cron(0 6 ? * 1,7 *)"],
    ["0 6 * * 5-7", "cron(0 6 ? * 1,6,7 *)"],
    ["0 6 * * MON-fri", "cron(0 6 ? * 2-6 *)"],
    ["0 6 * * */2", "cron(0 6 ? * 1,3,5,7 *)"],
    ["0 6 * * 0-6", "cron(0 6 * * ? *)"],
    ["  0   6 * * 3 ", "cron(0 6 ? * 4 *)"],
  ])("%s is %s", (cron, expected) => {
    expect(awsCron(cron)).toBe(expected);
  });
});
