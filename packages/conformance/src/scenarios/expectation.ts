/**
 * The delivery contract as a function: what must become of one message, whatever the cloud. Numbers in brackets are those of the contract's sentences. It knows no broker; where a
 * sentence leaves a moment to the platform, the expectation is a span of time.
 */
import type { DeliveryPolicy } from "@isobar/core";
import type { Handed } from "@isobar/core/adapter";
import { backoffMs, marginMs, toMs } from "@isobar/core/plan";
import { actOf, type Act } from "@isobar/simulator";

/** One start as it happened; times in milliseconds after the beginning. `endedMs`: when the handler settled; `heardMs`, `how`: when and how the platform heard of its invocation. */
export interface Moment {
  readonly act: Act;
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
  readonly heardMs?: number | undefined;
  readonly how?: Handed["how"] | undefined;
}
export interface Circumstances {
  readonly timeoutMs: number;
  readonly sentMs?: number;
  readonly body?: "undecodable" | "misfit" | undefined;
  /** Starts that happened: waits run from them. Without them, from the earliest moments that the contract allows. */
  readonly seen?: readonly Moment[];
  /** Whether dead letters can be written at a time. */
  readonly takes?: (atMs: number) => boolean;
  /** When the platform last had no instance to run anything in. */
  readonly throttledUntilMs?: number;
}
/** One start as it must be. `wait`: what it waited for; `lock`: after a crash, the lock first. `expiresInstead`: it may be too old by then, and is not run. */
export interface ExpectedStart {
  readonly attempt: number;
  readonly earliestMs: number;
  readonly latestMs: number;
  readonly wait: "none" | "backoff" | "retryAfter" | "lock";
  readonly expiresInstead: boolean;
}
/** Where it must be in the end. `reason`: absent where it is the platform's to say, or where nothing says. */
export interface ExpectedRest {
  readonly rest: "acknowledged" | "dead-letter" | "discarded";
  readonly reason?: string;
  /** The fewest and the most letters that our code writes. */
  readonly letters: readonly [least: number, most: number];
  readonly latestMs: number;
  /** Whether it is age that ends it. */
  readonly expired?: true;
}
export interface Expected {
  readonly starts: readonly ExpectedStart[];
  readonly end: ExpectedRest;
}

/** What a handler may still do after its signal aborted, in milliseconds. */
const graceMs = 250;
/** No broker of ours locks a message for longer, unless its target says so, in milliseconds. */
export const longestLockMs = 600_000;
/** Some wires tell the first enqueue in whole seconds. */
const clockMs = 1_000;
/** A wait may be so much longer, in milliseconds (3). */
export const lateMs = (waitMs: number): number => Math.max(0.2 * waitMs, 60_000);

export type Outcome =
  | { readonly then: "ack"; readonly atMs: number }
  | { readonly then: "retry"; readonly atMs: number; readonly reason: string; readonly afterMs?: number }
  | { readonly then: "reject"; readonly atMs: number; readonly reason: string }
  | { readonly then: "crash"; readonly atMs: number };

/** What one start came to. A process that ended under it is a crash, whatever the handler had said by then (10). */
export function outcomeOf({ act, startedMs, endedMs = startedMs, heardMs, how }: Moment, timeoutMs: number): Outcome {
  if (how === "exited" || how === "timed-out") return { then: "crash", atMs: heardMs! };
  const givenUpMs = startedMs + timeoutMs + graceMs;
  switch (act.act) {
    case "ok": return { then: "ack", atMs: endedMs };
    // A late success settles nothing (9).
    case "slow": return act.takesMs <= timeoutMs + graceMs ? { then: "ack", atMs: startedMs + act.takesMs } : { then: "retry", atMs: givenUpMs, reason: "deadline-exceeded" };
    case "hang": return { then: "retry", atMs: givenUpMs, reason: "deadline-exceeded" };
    case "fail": return { then: "retry", atMs: endedMs, reason: "attempts used up" };
    case "throw": return { then: "retry", atMs: endedMs, reason: "handler-failed" };
    case "after": return { then: "retry", atMs: endedMs, reason: "attempts used up", afterMs: toMs(act.after) };
    case "reject": return { then: "reject", atMs: endedMs, reason: "as scripted" };
    case "crash": return { then: "crash", atMs: startedMs + (act.afterMs ?? 0) };
    case "block": return { then: "crash", atMs: startedMs + timeoutMs + marginMs };
  }
}

/** The wait that a handler asked for, where its policy lets it (4). */
const askedMs = ({ retryAfter }: DeliveryPolicy, outcome: Outcome): number | undefined =>
  outcome.then === "retry" && outcome.afterMs !== undefined && retryAfter !== undefined && outcome.afterMs <= toMs(retryAfter.max) ? outcome.afterMs : undefined;
/** The wait after a failed attempt, in milliseconds. */
export const waitMsAfter = (policy: DeliveryPolicy, attempt: number, outcome: Outcome): number => askedMs(policy, outcome) ?? backoffMs(policy, attempt);

/** In: a policy, what each start does, what is known of the circumstances. Out: every start that must be, and the end. */
export function expectation(policy: DeliveryPolicy, acts: readonly Act[], { timeoutMs, sentMs = 0, body, seen = [], takes = () => true, throttledUntilMs = 0 }: Circumstances): Expected {
  const { maxAttempts, maxAge, backoff } = policy;
  const limitMs = maxAge === undefined ? Number.POSITIVE_INFINITY : sentMs + toMs(maxAge);
  const starts: ExpectedStart[] = [];
  /** A letter that our code writes; while it cannot be written the message stays, and whoever then brings it to its place may say why (5). */
  const given = (atMs: number, heardMs: number, reason: string): Expected => {
    const expired = reason === "expired" ? ({ expired: true } as const) : {};
    if (policy.deadLetter === "discard") return { starts, end: { rest: "discarded", letters: [0, 0], latestMs: heardMs, ...expired } };
    return { starts, end: takes(atMs) ? { rest: "dead-letter", reason, letters: [1, 1], latestMs: heardMs, ...expired } : { rest: "dead-letter", letters: [0, 1], latestMs: Number.POSITIVE_INFINITY } };
  };
  if (body !== undefined) return given(sentMs, Number.POSITIVE_INFINITY, "invalid-input");
  let next: Omit<ExpectedStart, "attempt" | "expiresInstead"> = { earliestMs: sentMs, latestMs: Number.POSITIVE_INFINITY, wait: "none" };
  for (let attempt = 1; ; attempt++) {
    const latestMs = next.earliestMs < throttledUntilMs ? Math.max(next.latestMs, throttledUntilMs + longestLockMs) : next.latestMs;
    starts.push({ attempt, ...next, latestMs, expiresInstead: latestMs > limitMs });
    const moment = seen[attempt - 1] ?? { act: actOf(acts, attempt - 1), startedMs: next.earliestMs };
    const { heardMs, endedMs } = moment;
    const outcome = outcomeOf(moment, timeoutMs);
    const { atMs } = outcome;
    const toldMs = Math.max(atMs, heardMs ?? atMs);
    if (outcome.then === "ack") return { starts, end: { rest: "acknowledged", letters: [0, 0], latestMs: toldMs } };
    const last = attempt >= maxAttempts;
    const asked = askedMs(policy, outcome);
    const waitMs = asked ?? backoffMs(policy, attempt);
    if (outcome.then === "crash") {
      // Nobody of ours is left to write a letter: the platform moves it, or hands it over once more to be written without being run (2).
      if (last) return { starts, end: { rest: policy.deadLetter === "discard" ? "discarded" : "dead-letter", letters: [0, 1], latestMs: Number.POSITIVE_INFINITY } };
      next = { earliestMs: (endedMs ?? atMs) + waitMs, latestMs: toldMs + longestLockMs + waitMs + lateMs(waitMs), wait: "lock" };
      continue;
    }
    // A sink that is down turns a reject into a retry (5).
    const refused = outcome.then === "reject" && !last && policy.deadLetter !== "discard" && !takes(atMs);
    if (last || (outcome.then === "reject" && !refused)) return given(atMs, toldMs, outcome.reason);
    const taken = policy.deadLetter === "discard" || takes(atMs);
    if (taken && atMs + waitMs > limitMs + clockMs) return given(atMs, toldMs, "expired");
    if (!taken && atMs + waitMs > limitMs - clockMs) {
      // It stays for want of a letter: young enough at its next delivery, it may be run once more.
      next = { earliestMs: atMs, latestMs: Number.POSITIVE_INFINITY, wait: "none" };
      continue;
    }
    const wait = asked !== undefined ? "retryAfter" : backoff !== undefined ? "backoff" : "none";
    next = { earliestMs: atMs + waitMs, latestMs: wait === "none" ? Number.POSITIVE_INFINITY : toldMs + waitMs + lateMs(waitMs), wait };
  }
}
