import { describe, expect, test } from "vitest";
import { virtualClock } from "@isobar/simulator";
import { Deadline, deadlineOf, graceMs, timeoutOf, type Late } from "./deadline.ts";

const platform = (remaining?: number) => ({ cloud: "test", invocationId: "1", functionName: "f", context: undefined, ...(remaining === undefined ? {} : { remainingMs: () => remaining }) });

describe("a deadline", () => {
  test("counts down to it and no further", async () => {
    const clock = virtualClock(1_000);
    const deadline = new Deadline(clock, 500);
    expect([deadline.at, deadline.remainingMs(), deadline.passed]).toEqual([1_500, 500, false]);
    await clock.advance(700);
    expect([deadline.remainingMs(), deadline.passed]).toEqual([0, true]);
  });
  test("aborts its signal, one that is asked for afterwards too", async () => {
    const clock = virtualClock(0);
    const [early, late] = [new Deadline(clock, 100), new Deadline(clock, 100)];
    const { signal } = early;
    expect([signal.aborted, early.signal]).toEqual([false, signal]);
    await clock.advance(100);
    expect([signal.aborted, (signal.reason as { code: string }).code, late.signal.aborted]).toEqual([true, "deadline-exceeded", true]);
  });
  test("leaves work a grace, then gives it up; its end is heard of and not taken", async () => {
    const clock = virtualClock(0);
    const deadline = new Deadline(clock, 100);
    const heard: Late[] = [];
    let finish!: (value: string) => void;
    let fail!: (error: Error) => void;
    const inGrace = deadline.over(new Promise<string>((resolve) => clock.after(100 + graceMs - 1, () => resolve("just in time"))), () => {});
    const slow = deadline.over(new Promise<string>((resolve) => (finish = resolve)), (how) => heard.push(how)).catch((error: { code: string }) => error.code);
    const broken = deadline.over(new Promise<string>((_, reject) => (fail = reject)), (how) => heard.push(how)).catch((error: { code: string }) => error.code);
    await clock.advance(100 + graceMs);
    finish("too late");
    const error = new Error("late");
    fail(error);
    expect([await inGrace, await slow, await broken]).toEqual(["just in time", "deadline-exceeded", "deadline-exceeded"]);
    await clock.advance(0);
    expect(heard).toEqual([{}, { error }]);
  });
  test("work that begins after the grace is given up at once", async () => {
    const clock = virtualClock(0);
    const deadline = new Deadline(clock, 100);
    await clock.advance(100 + graceMs);
    await expect(deadline.over(Promise.resolve(1), () => {})).rejects.toMatchObject({ code: "deadline-exceeded" });
  });
  test("that is closed never comes", async () => {
    const clock = virtualClock(0);
    const deadline = new Deadline(clock, 100);
    deadline.close();
    await clock.advance(1_000);
    expect([deadline.passed, deadline.signal.aborted]).toEqual([false, false]);
  });
});
test("a function's timeout is its own, or 20 s; the platform may leave less, with a second to answer in", () => {
  const clock = virtualClock(0);
  expect([timeoutOf("5s"), timeoutOf(undefined)]).toEqual([5_000, 20_000]);
  expect([deadlineOf(clock, 5_000, platform()).at, deadlineOf(clock, 5_000, platform(30_000)).at, deadlineOf(clock, 5_000, platform(3_000)).at]).toEqual([5_000, 5_000, 2_000]);
});
