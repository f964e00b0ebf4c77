/** Each respect in which a cloud can differ is found, and nothing else is. */
import { describe, expect, test } from "vitest";
import { defineQueue } from "@isobar/core";
import { script, type Fate, type Start } from "@isobar/simulator";
import { differences, momentsOf, orderDifferences, type Circle, type Ran } from "./compare.ts";

const circle: Circle = { policy: { maxAttempts: 2, backoff: "30s", deadLetter: defineQueue("letters") }, timeoutMs: 1_000, faults: {}, tellsAttempt: true, letters: "letters", endsProcess: false };
const start = (atMs: number, attempt: number | undefined, act: string, more: Partial<Start> = {}): Start => ({ atMs, attempt, act, endedMs: atMs, heardMs: atMs, how: "answered", ...more });
const failed: Fate = { starts: [start(0, 1, "fail"), start(31_000, 2, "fail")], rest: "dead-letter", queue: "letters", reason: "attempts used up", atMs: 31_000, letters: 1 };
const ran = (fate: Fate, more: Partial<Ran> = {}): Ran => ({ name: "m", group: undefined, sentMs: 0, acts: script("fail"), body: undefined, fate, ...more });
const found = (fate: Fate, more: Partial<Circle> = {}) => differences(ran(fate), { ...circle, ...more }).found.map(({ aspect, what }) => `${aspect}: ${what}`);

describe("one message", () => {
  test("that went as it had to differs in nothing", () => expect(found(failed)).toEqual([]));
  test("that came too early, or too late", () => {
    expect(found({ ...failed, starts: [start(0, 1, "fail"), start(29_999, 2, "fail")], atMs: 29_999 })).toEqual(["spacing: m: start 2 was at 29999ms, not from 30s to 90s"]);
    expect(found({ ...failed, starts: [start(0, 1, "fail"), start(90_001, 2, "fail")], atMs: 90_001 })).toEqual(["spacing: m: start 2 was at 90001ms, not from 30s to 90s"]);
  });
  test("that was told another attempt, or none where the wire tells it", () => {
    expect(found({ ...failed, starts: [start(0, 1, "fail"), start(31_000, 3, "fail")] })).toEqual(["attempt: m: start 2 was told attempt 3, not 2"]);
    expect(found({ ...failed, starts: [start(0, 1, "fail"), start(31_000, undefined, "fail")] })).toEqual(["attempt: m: start 2 was told attempt undefined, not 2"]);
    expect(found({ ...failed, starts: [start(0, 1, "fail"), start(31_000, undefined, "fail")] }, { tellsAttempt: false })).toEqual([]);
  });
  test("that was started too often, or not often enough", () => {
    expect(found({ ...failed, starts: [...failed.starts, start(62_000, 3, "fail")], atMs: 62_000 })).toEqual(["starts: m: 3 starts, not 2"]);
    expect(found({ ...failed, starts: [start(0, 1, "fail")], atMs: 0 })).toEqual(["starts: m: 1 starts, not 2"]);
  });
  test("that rests elsewhere, for another reason, too late, or with other letters", () => {
    expect(found({ ...failed, queue: "elsewhere" })).toEqual(["place: m: in elsewhere, not in letters"]);
    expect(found({ ...failed, reason: "maxReceiveCount" })).toEqual(['reason: m: the letter\'s reason is "maxReceiveCount", not "attempts used up"']);
    expect(found({ ...failed, atMs: 31_001 })).toEqual(["promptness: m: at rest at 31001ms, not by 31s"]);
    expect(found({ ...failed, letters: 2 })).toEqual(["letters: m: 2 letters, not 1"]);
    expect(found({ starts: failed.starts, rest: "held", letters: 1 })).toEqual(["rest: m: the broker still holds it"]);
  });
  test("that nobody has, that was acknowledged unhandled, or that the platform dropped", () => {
    expect(found({ starts: failed.starts, rest: "lost", letters: 1 })).toEqual(["lost: m: nobody has it"]);
    expect(found({ starts: failed.starts, rest: "acknowledged", atMs: 31_000, letters: 1 })).toEqual(["lost: m: acknowledged, and no start of it was well"]);
    expect(found({ starts: failed.starts, rest: "discarded", reason: "too old", atMs: 31_000, letters: 1 })).toEqual(["dropped: m: the platform dropped it (too old), and nobody asked for that"]);
  });
  test("that the platform ended, where no script ends a process", () => {
    const ended = { starts: [start(0, 1, "ok", { how: "timed-out", heardMs: 500 }), start(30_500, 2, "ok")], rest: "acknowledged", atMs: 30_500, letters: 0 } as const;
    expect(found(ended)).toEqual(["ended: m: the platform ended it at 500ms (timed-out), and its handler would have settled in time"]);
    expect(found(ended, { endsProcess: true })).toEqual([]);
  });
  test("that was run older than it may be", () => {
    expect(found(failed, { policy: { ...circle.policy, maxAge: "20s" } })).toEqual(["starts: m: 2 starts, not 1", 'reason: m: the letter\'s reason is "attempts used up", not "expired"']);
    expect(found({ ...failed, starts: [start(0, 1, "fail"), start(62_000, 2, "fail")], atMs: 62_000 }, { policy: { maxAttempts: 2, maxAge: "1m", deadLetter: circle.policy.deadLetter } })).toEqual(["age: m: start 2 was at 62s, and nothing older than 1m is run"]);
  });
  test("that expired while the platform waited", () => {
    const expired: Fate = { starts: [start(0, 1, "fail")], rest: "dead-letter", queue: "letters", reason: "expired", atMs: 75_000, letters: 1 };
    expect(found(expired, { policy: { maxAttempts: 2, maxAge: "1m", deadLetter: circle.policy.deadLetter } })).toEqual([]);
    expect(found({ ...expired, atMs: 50_000 }, { policy: { maxAttempts: 2, maxAge: "1m", deadLetter: circle.policy.deadLetter } })).not.toEqual([]);
  });
});

describe("starts", () => {
  test("of a hand-over that happened twice are one", () => expect(momentsOf([start(0, 1, "fail"), start(0, 1, "fail"), start(9, 2, "ok")], true).map(({ attempt }) => attempt)).toEqual([1, 2]));
  test("inside one invocation know nothing of how that ended", () => {
    const inside = momentsOf([start(0, 1, "fail", { heardMs: 500, how: "exited" }), start(100, 2, "crash", { heardMs: 500, how: "exited" })], false);
    expect(inside.map(({ how }) => how)).toEqual([undefined, "exited"]);
  });
});

describe("a group", () => {
  const message = (name: string, starts: readonly Start[], more: Partial<Fate> = {}) => ran({ starts, rest: "acknowledged", letters: 0, atMs: starts.at(-1)!.atMs, ...more }, { name, group: "a" });
  const order = (...all: readonly Ran[]) => orderDifferences(all, circle).map(({ what }) => what);
  test("in order is no difference", () => expect(order(message("a1", [start(0, 1, "fail"), start(30_000, 2, "ok")]), message("a2", [start(30_000, 1, "ok")]))).toEqual([]));
  test("whose follower started between two attempts is one", () => expect(order(message("a1", [start(0, 1, "fail"), start(30_000, 2, "ok")]), message("a2", [start(10_000, 1, "ok")]))).toEqual(["a2: started at 10s, before a1 was through"]));
  test("whose follower started under a crash is one", () => expect(order(message("a1", [start(0, 1, "crash", { endedMs: Number.POSITIVE_INFINITY, how: "exited" }), start(30_000, 2, "ok")]), message("a2", [start(0, 1, "ok")]))).toEqual(["a2: started at 0ms, before a1 was through"]));
  test("goes on behind a reject, and behind what is used up", () => {
    expect(order(message("a1", [start(0, 1, "reject")], { atMs: 500 }), message("a2", [start(0, 1, "ok")]))).toEqual([]);
    expect(order(message("a1", [start(0, 1, "fail"), start(30_000, 2, "fail")], { atMs: 31_000 }), message("a2", [start(30_000, 1, "ok")]))).toEqual([]);
  });
  test("does not wait for another", () => expect(order(message("a1", [start(0, 1, "fail"), start(30_000, 2, "ok")]), { ...message("b1", [start(1_000, 1, "ok")]), group: "b" })).toEqual([]));
});
