import { expect, test } from "vitest";
import { virtualClock } from "./clock.ts";

test("timers run in the order of their times, and never before they are due", async () => {
  const clock = virtualClock(0);
  const ran: string[] = [];
  clock.after(20, () => ran.push(`b@${clock.now()}`));
  clock.after(10, () => ran.push(`a@${clock.now()}`));
  await clock.advance(15);
  expect(ran).toEqual(["a@10"]);
  await clock.advance(5);
  expect(ran).toEqual(["a@10", "b@20"]);
});

test("a timer that a timer sets runs in the same advance when it falls due", async () => {
  const clock = virtualClock(0);
  const ran: number[] = [];
  clock.after(10, () => void Promise.resolve().then(() => clock.after(5, () => ran.push(clock.now()))));
  await clock.advance(15);
  expect(ran).toEqual([15]);
});

test("a cancelled timer never runs", async () => {
  const clock = virtualClock(0);
  let ran = false;
  clock.after(10, () => (ran = true))();
  await clock.advance(100);
  expect(ran).toBe(false);
});
