/** The reference itself, sentence by sentence: literal, since nothing else examines it. */
import { describe, expect, test } from "vitest";
import { defineQueue, type DeliveryPolicy } from "@isobar/core";
import { script } from "@isobar/simulator";
import { expectation, type Circumstances } from "./expectation.ts";

const deadLetter = defineQueue("letters");
const of = (acts: string, policy: Partial<DeliveryPolicy> = {}, circumstances: Partial<Circumstances> = {}) => expectation({ maxAttempts: 3, deadLetter, ...policy }, script(acts), { timeoutMs: 1_000, ...circumstances });
/** "30s..90s": from and until, after the beginning. */
const spans = ({ starts }: ReturnType<typeof of>) => starts.map(({ attempt, earliestMs, latestMs }) => `#${attempt} ${earliestMs / 1000}s..${latestMs === Number.POSITIVE_INFINITY ? "" : `${latestMs / 1000}s`}`);

describe("attempts (1, 2)", () => {
  test("one that is well is one start", () => expect(of("ok")).toEqual({ starts: [{ attempt: 1, earliestMs: 0, latestMs: Infinity, wait: "none", expiresInstead: false }], end: { rest: "acknowledged", letters: [0, 0], latestMs: 0 } }));
  test("failures are started again, up to maxAttempts; the last one's letter is written at once", () => {
    expect(spans(of("fail"))).toEqual(["#1 0s..", "#2 0s..", "#3 0s.."]);
    expect(of("fail").end).toEqual({ rest: "dead-letter", reason: "attempts used up", letters: [1, 1], latestMs: 0 });
  });
  test.each([["fail", "attempts used up"], ["throw", "handler-failed"], ["hang", "deadline-exceeded"], ["slow:3s", "deadline-exceeded"], ["retry:1s", "attempts used up"], ["reject", "as scripted"]])("%s ends with the reason %s", (act, reason) => {
    expect(of(act, { maxAttempts: 1 }).end.reason).toBe(reason);
  });
  test("a reject is final whatever the attempt (5)", () => expect([spans(of("reject")).length, spans(of("fail,reject")).length]).toEqual([1, 2]));
  test("where failures are discarded nothing is left, not even a reason", () => expect(of("fail", { deadLetter: "discard" }).end).toEqual({ rest: "discarded", letters: [0, 0], latestMs: 0 }));
});

describe("waits (3, 4)", () => {
  test("double from min to max, from settlement, later by a minute or a fifth", () => {
    expect(spans(of("fail", { maxAttempts: 5, backoff: { min: "10s", max: "30s" } }))).toEqual(["#1 0s..", "#2 10s..70s", "#3 30s..90s", "#4 60s..120s", "#5 90s..150s"]);
    expect(spans(of("fail", { maxAttempts: 2, backoff: "1h" }))).toEqual(["#1 0s..", "#2 3600s..4320s"]);
  });
  test("run from where starts really settled", () => {
    expect(spans(of("fail", { backoff: "30s" }, { seen: [{ act: { act: "fail" }, startedMs: 100, endedMs: 100, heardMs: 400, how: "answered" }, { act: { act: "fail" }, startedMs: 35_000, endedMs: 35_500 }] }))).toEqual(["#1 0s..", "#2 30.1s..90.4s", "#3 65.5s..125.5s"]);
  });
  test("of a time-out run from when it was given up, a quarter of a second after its deadline", () => expect(spans(of("hang,ok", { backoff: "30s" }))).toEqual(["#1 0s..", "#2 31.25s..91.25s"]));
  test("that a handler asks for replace one wait only, as far as the policy lets it", () => {
    expect(spans(of("retry:5m,fail,ok", { backoff: "10s", retryAfter: { max: "1h" } }))).toEqual(["#1 0s..", "#2 300s..360s", "#3 310s..370s"]);
    expect(spans(of("retry:5m,ok", { backoff: "10s", retryAfter: { max: "1m" } }))).toEqual(["#1 0s..", "#2 10s..70s"]);
    expect(spans(of("retry:5m,ok"))).toEqual(["#1 0s..", "#2 0s.."]);
  });
  test("are not shortened by a platform without instances, which may take its time to notice that it has some", () => {
    expect(spans(of("fail,ok", { backoff: "30s" }, { throttledUntilMs: 120_000 }))).toEqual(["#1 0s..", "#2 30s..720s"]);
  });
});

describe("age (6)", () => {
  const age = { maxAge: "1m", backoff: "40s", maxAttempts: 5 } as const;
  test("ends before a wait that would pass it", () => expect(of("fail", age)).toMatchObject({ starts: [{ attempt: 1 }, { attempt: 2, earliestMs: 40_000 }], end: { rest: "dead-letter", reason: "expired", letters: [1, 1], latestMs: 40_000, expired: true } }));
  test("counts from the first enqueue", () => expect(spans(of("fail", age, { sentMs: 5_000 }))).toEqual(["#1 5s..", "#2 45s..105s"]));
  test("may end a wait whose length is the platform's", () => expect(of("fail,ok", { maxAge: "1m" }).starts.map(({ expiresInstead }) => expiresInstead)).toEqual([true, true]));
  test("ends nothing where there is none", () => expect(of("fail,ok").starts.map(({ expiresInstead }) => expiresInstead)).toEqual([false, false]));
});

describe("what cannot be read (8)", () => {
  test("is not run", () => expect(of("ok", {}, { body: "undecodable" })).toEqual({ starts: [], end: { rest: "dead-letter", reason: "invalid-input", letters: [1, 1], latestMs: Infinity } }));
});

describe("a crash (2, 3, 10)", () => {
  test("is an attempt, and waits for the lock first", () => expect(of("crash,ok", { backoff: "30s" }).starts[1]).toEqual({ attempt: 2, earliestMs: 30_000, latestMs: 690_000, wait: "lock", expiresInstead: false }));
  test("of the last attempt ends where the platform moves it, with whatever reason", () => expect(of("fail,fail,crash").end).toEqual({ rest: "dead-letter", letters: [0, 1], latestMs: Infinity }));
  test("charges what was in flight beside it, whatever that had settled", () => {
    expect(of("ok", {}, { seen: [{ act: { act: "ok" }, startedMs: 0, endedMs: 0, heardMs: 300, how: "exited" }] }).starts.map(({ attempt, wait }) => [attempt, wait])).toEqual([[1, "none"], [2, "lock"]]);
  });
  test("is also a process that is kept busy until the platform's own timeout", () => expect(of("block,ok").starts[1]).toMatchObject({ attempt: 2, earliestMs: 2_000, wait: "lock" }));
});

describe("a sink that is down (5)", () => {
  const down = { takes: (atMs: number) => atMs >= 70_000 };
  test("makes a reject a retry under the policy", () => expect([spans(of("reject", { maxAttempts: 5, backoff: "30s" }, down)), of("reject", { maxAttempts: 5, backoff: "30s" }, down).end.reason]).toEqual([["#1 0s..", "#2 30s..90s", "#3 60s..120s", "#4 90s..150s"], "as scripted"]));
  test("keeps what is used up, without another start, until somebody writes its letter", () => expect(of("fail", { maxAttempts: 2 }, { takes: () => false })).toMatchObject({ starts: [{ attempt: 1 }, { attempt: 2 }], end: { rest: "dead-letter", letters: [0, 1], latestMs: Infinity } }));
  test("is nothing to those who discard", () => expect(of("reject", { deadLetter: "discard" }, { takes: () => false }).end).toEqual({ rest: "discarded", letters: [0, 0], latestMs: 0 }));
  test("leaves what would pass its age for its next delivery", () => expect(spans(of("fail,ok", { maxAge: "1m", backoff: "2m" }, { takes: () => false }))).toEqual(["#1 0s..", "#2 0s.."]));
});
