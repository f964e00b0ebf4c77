import { describe, expect, test } from "vitest";
import type { DeliveryPolicy } from "@isobar/core";
import type { Fate, Start } from "@isobar/simulator";
import { plainTerminal } from "../terminal.ts";
import { isLost, spelledTime, timeline } from "./timeline.ts";

const policy: DeliveryPolicy = { maxAttempts: 3, deadLetter: { resource: "queue", name: "failed" } as never };
const start = (atMs: number, attempt: number | undefined, act: string, over: Partial<Start> = {}): Start => ({ atMs, attempt, act, endedMs: atMs, heardMs: atMs, how: "answered", ...over });
const drawn = (fate: Partial<Fate>, width = 80, of = policy) => timeline({ starts: [], rest: "acknowledged", letters: 0, ...fate } as Fate, of, 3_600_000, width, plainTerminal);
/** Settled by nobody. */
const unsettled = (over: Partial<Start>) => ({ ...start(0, 1, "hang"), ...over });
const without = ({ endedMs: _, ...rest }: Start): Start => rest;

test.each([[0, "0s"], [1, "0.001s"], [1_250, "1.25s"], [60_000, "1m"], [90_500, "1m30.5s"], [3_600_000, "1h"], [93_784_005, "1d2h3m4.005s"], [86_400_000, "1d"]])("%d ms is %s", (ms, text) => expect(spelledTime(ms)).toBe(text));

describe("a start", () => {
  test.each<[string, Start, string]>([
    ["that settled says what it did", start(0, 1, "reject"), "reject"],
    ["that was given up says after how long", without(unsettled({ heardMs: 1_250 })), "hang, given up after 1.25s"],
    ["that the platform cut off says after how long", without(unsettled({ act: "block", how: "timed-out", heardMs: 2_000 })), "block, cut off after 2s"],
    ["whose process crashed under it", without(unsettled({ act: "crash", how: "exited" })), "crash"],
    ["whose process another one ended", without(unsettled({ act: "slow:2s", how: "exited", heardMs: 500 })), "slow:2s, its process ended"],
    ["that nobody heard of again", { atMs: 0, attempt: 1, act: "hang" }, "hang, never heard of again"],
  ])("%s", (_, one, text) => expect(drawn({ starts: [one], rest: "held" })[0]).toBe(`0s  #1  ${text}`));
  test("whose number the platform does not tell has none", () => expect(drawn({ starts: [start(0, undefined, "ok")], atMs: 0 })).toEqual(["0s  #?  ok", "0s  acknowledged"]));
});

describe("between starts", () => {
  test("the wait runs from the end of the one before", () => {
    expect(drawn({ starts: [{ ...without(unsettled({ heardMs: 1_250 })) }, start(11_250, 2, "ok")], atMs: 11_250 })).toEqual(["    0s  #1  hang, given up after 1.25s", "            wait 10s", "11.25s  #2  ok", "11.25s  acknowledged"]);
  });
  test("attempts that were counted without a start are told", () => {
    expect(drawn({ starts: [start(0, 2, "fail"), start(1_000, 5, "ok")], atMs: 1_000 })).toEqual(["    1 attempt was spent without a start", "0s  #2  fail", "        wait 1s", "        2 attempts were spent without a start", "1s  #5  ok", "1s  acknowledged"].map((line, i) => (i === 0 ? `    ${line}` : line)));
  });
  test("a count that begins again is told", () => {
    expect(drawn({ starts: [start(0, 2, "crash"), start(1_000, 1, "ok")], atMs: 1_000 })).toContain("        the count begins again");
  });
  test("of very many starts the first and the last are told", () => {
    const starts = Array.from({ length: 20 }, (_, i) => start(i * 1_000, i + 1, "fail"));
    const lines = drawn({ starts, rest: "held" });
    expect(lines.filter((line) => line.includes("#"))).toHaveLength(12);
    expect(lines.slice(18, 21)).toEqual([" 9s  #10  fail", "          … 8 more starts …", "          wait 1s"]);
  });
});

describe("the end", () => {
  const failed = [start(0, 1, "fail")];
  test.each<[string, Partial<Fate>, string]>([
    ["without a start", { atMs: 5_000 }, "5s  acknowledged without being run"],
    ["after a dead letter", { starts: failed, rest: "dead-letter", queue: "failed", reason: "as scripted", letters: 1, atMs: 1_000 }, '1s  dead letter in "failed": as scripted'],
    ["after two of them", { starts: failed, rest: "dead-letter", queue: "failed", reason: "as scripted", letters: 2, atMs: 1_000 }, '1s  dead letter in "failed": as scripted; written 2 times'],
    ["moved by the platform", { starts: failed, rest: "dead-letter", queue: "failed", reason: "used up", letters: 0, atMs: 1_000 }, '1s  dead letter in "failed": moved by the platform, used up'],
    ["discarded by the platform", { starts: failed, rest: "discarded", reason: "too old", atMs: 1_000 }, "1s  discarded by the platform: too old"],
    ["still there", { starts: failed, rest: "held" }, "    still there after 1h: it comes again"],
    ["never started", { rest: "held" }, "  not started, and still there after 1h: it comes again"],
    ["nowhere", { starts: failed, rest: "lost" }, "    LOST: nobody has it"],
    ["acknowledged after a failure", { starts: failed, atMs: 0 }, "0s  LOST: acknowledged, though its last start failed"],
  ])("%s", (_, fate, line) => expect(drawn(fate).at(-1)).toBe(line));
  test("given up under a policy that discards", () => expect(drawn({ starts: failed, atMs: 0 }, 80, { ...policy, deadLetter: "discard" }).at(-1)).toBe("0s  given up and discarded, as the policy says"));
  test("a long one is broken under itself", () => {
    expect(drawn({ starts: failed, rest: "dead-letter", queue: "failed", reason: "the total is over ten thousand", letters: 1, atMs: 0 }, 32)).toEqual(["0s  #1  fail", '0s  dead letter in "failed": the', "    total is over ten thousand"]);
  });
});

test("lost is what nobody has, and what was acknowledged after a failure, unless the policy discards", () => {
  const fate = (over: Partial<Fate>): Fate => ({ starts: [], rest: "acknowledged", letters: 0, ...over });
  const discards: DeliveryPolicy = { ...policy, deadLetter: "discard" };
  const [done, failed] = [[start(0, 1, "slow:2s")], [start(0, 1, "fail")]];
  expect([fate({ rest: "lost" }), fate({ starts: failed })].map((each) => isLost(each, policy))).toEqual([true, true]);
  expect([fate({}), fate({ starts: done }), fate({ starts: failed, rest: "dead-letter" }), fate({ starts: failed, rest: "held" }), fate({ starts: failed, rest: "discarded" })].map((each) => isLost(each, policy))).toEqual([false, false, false, false, false]);
  expect([fate({ starts: failed }), fate({ rest: "lost" })].map((each) => isLost(each, discards))).toEqual([false, true]);
});
