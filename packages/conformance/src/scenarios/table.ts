/** Every scenario of the delivery contract. Literal: what must be is the contract's, by `expectation`; the sentence says it to a reader. */
import type { PolicyAsked } from "./functions.ts";
import type { Scenario, ScenarioMessage } from "./scenario.ts";

const one = (acts: string, more: Partial<ScenarioMessage> = {}): readonly ScenarioMessage[] => [{ name: "m", acts, ...more }];
const attempts = (maxAttempts: number, more: Partial<PolicyAsked> = {}): PolicyAsked => ({ maxAttempts, ...more });
const minutes = (count: number): number => count * 60_000;
const doubling = { min: "2s", max: "20s" } as const;

const counted: readonly Scenario[] = [
  { name: "well at once", sentence: "a message whose handler is well MUST be started once and acknowledged", policy: attempts(3), messages: one("ok") },
  { name: "fails twice, then well", sentence: "a message that fails twice MUST be started a third time, told as attempt 3, and acknowledged", policy: attempts(3), messages: one("fail,fail,ok") },
  { name: "fails always", sentence: "failed attempt number maxAttempts MUST be dead-lettered at once, and not be started again", policy: attempts(3), messages: one("fail") },
  { name: "fails always, 1 attempt", sentence: "with one attempt the first failure MUST be the last", policy: attempts(1), messages: one("fail") },
  { name: "fails always, 2 attempts", sentence: "with two attempts the second failure MUST be the last", policy: attempts(2), messages: one("fail") },
  { name: "fails always, 12 attempts", sentence: "with twelve attempts the twelfth failure MUST be the last", policy: attempts(12), messages: one("fail") },
  { name: "throws always", sentence: "a throw MUST count as a failed attempt, and the last one's letter say so", policy: attempts(2), messages: one("throw") },
  { name: "rejected", sentence: "a reject MUST be final at the first attempt", policy: attempts(3), messages: one("reject") },
  { name: "rejected later", sentence: "a reject MUST be final whatever the attempt", policy: attempts(3), messages: one("fail,reject") },
  { name: "discarded", sentence: "where failures are discarded, the last one MUST leave no letter and no message", policy: attempts(2, { deadLetter: "discard" }), messages: one("fail") },
  { name: "rejected and discarded", sentence: "where failures are discarded, a reject MUST leave no letter and no message", policy: attempts(3, { deadLetter: "discard" }), messages: one("reject") },
  { name: "discarded, 1 attempt", sentence: "with one attempt and nowhere to go, a failure MUST leave nothing", policy: attempts(1, { deadLetter: "discard" }), messages: one("throw") },
  {
    name: "several fates in one batch", sentence: "of messages that travel together each MUST meet its own fate", needs: ["many"], policy: attempts(2), batch: 10,
    messages: [{ name: "well", acts: "ok" }, { name: "once", acts: "fail,ok" }, { name: "rejected", acts: "reject" }, { name: "never", acts: "throw" }],
  },
];
const waited: readonly Scenario[] = [
  { name: "fixed backoff", sentence: "a fixed wait MUST be kept between attempts, never cut short", policy: attempts(3, { backoff: "30s" }), messages: one("fail,fail,ok") },
  { name: "short backoff", sentence: "a short wait MUST double from its least to its most", policy: attempts(5, { backoff: doubling }), messages: one("fail") },
  { name: "long backoff", sentence: "a long wait MUST double from its least to its most", policy: attempts(8, { backoff: { min: "10s", max: "10m" } }), messages: one("fail") },
  { name: "backoff of an hour", sentence: "a wait of an hour MUST be kept", policy: attempts(2, { backoff: "1h" }), messages: one("fail,ok") },
  { name: "backoff after throws and time-outs", sentence: "every failure MUST be waited for alike", policy: attempts(3, { backoff: "30s" }), messages: one("throw,hang,ok") },
  { name: "retry after", sentence: "retry({ after }) MUST replace the next wait, and no other", policy: attempts(3, { backoff: "10s", retryAfter: { max: "2m" } }), messages: one("retry:2m,fail,ok") },
  { name: "retry after, longer than allowed", sentence: "retry({ after }) beyond its declared most MUST get the policy's own wait", policy: attempts(2, { backoff: "30s", retryAfter: { max: "1m" } }), messages: one("retry:1h,ok") },
  { name: "retry after, last attempt", sentence: "retry({ after }) on the last attempt MUST be a failure", policy: attempts(2, { backoff: "10s", retryAfter: { max: "1m" } }), messages: one("retry:30s") },
  { name: "times out", sentence: "what never settles MUST be given up at its deadline, and come again", policy: attempts(2), messages: one("hang,ok") },
  { name: "times out always", sentence: "what never settles at any attempt MUST be dead-lettered as such", policy: attempts(2), messages: one("hang") },
  { name: "well too late", sentence: "a success after the deadline MUST settle nothing", policy: attempts(2), messages: one("slow:3s,ok") },
  { name: "slow", sentence: "a handler that needs most of its time MUST be started once", policy: attempts(3), messages: one("slow:900ms") },
  { name: "slower than the lock", sentence: "a handler that is slower than any broker's default lock MUST be started once, and no second one beside it", policy: attempts(1), timeout: "330s", messages: one("slow:320s") },
];
const aged: readonly Scenario[] = [
  { name: "young enough", sentence: "what is younger than maxAge MUST be run as ever", policy: attempts(2, { maxAge: "10m" }), messages: one("fail,ok") },
  { name: "expires before its wait", sentence: "what its next wait would bring past maxAge MUST be dead-lettered before it", policy: attempts(3, { maxAge: "1m", backoff: "40s" }), messages: one("fail") },
  { name: "expires while nothing runs", sentence: "what is older than maxAge MUST be dead-lettered without being run", policy: attempts(20, { maxAge: "1m" }), messages: one("ok"), faults: { capacity: { instances: 0, fromMs: 0, untilMs: minutes(3) } } },
];
const unread: readonly Scenario[] = [
  { name: "poison", sentence: "an undecodable body MUST be dead-lettered without being run", needs: ["body"], policy: attempts(3), messages: one("ok", { body: "undecodable" }) },
  { name: "poison among good ones", sentence: "an undecodable body MUST not touch what travels with it", needs: ["body", "many"], policy: attempts(3), batch: 10, messages: [{ name: "good", acts: "ok" }, { name: "poison", acts: "ok", body: "undecodable" }, { name: "failing", acts: "fail,ok" }] },
  { name: "schema mismatch", sentence: "data that does not fit its schema MUST be dead-lettered without being run", needs: ["schema"], policy: attempts(3), messages: one("ok", { body: "misfit" }) },
];
const crashed: readonly Scenario[] = [
  { name: "crashes alone", sentence: "a crash MUST use up one attempt, and bring the message again", policy: attempts(3), messages: one("crash,ok") },
  { name: "crashes, with a backoff", sentence: "after a crash the wait MUST run from the lock's expiry", policy: attempts(3, { backoff: "30s" }), messages: one("crash,ok") },
  { name: "fails, then crashes", sentence: "a crash MUST count beside the failures before it", policy: attempts(3, { backoff: "10s" }), messages: one("fail,crash,ok") },
  { name: "crashes mid-batch", sentence: "a crash MUST charge one attempt to everything in flight on its instance, and lose none of it", needs: ["many"], charges: true, policy: attempts(3), batch: 10, messages: [{ name: "crashing", acts: "crash:300ms,ok" }, { name: "slow", acts: "slow:600ms,ok" }, { name: "quick", acts: "ok" }] },
  { name: "last attempt crashes", sentence: "a crash of the last attempt MUST end in the dead letter, without another start", policy: attempts(3), messages: one("fail,fail,crash,ok") },
  { name: "every attempt crashes", sentence: "crashes of all attempts MUST end in the dead letter", policy: attempts(3), messages: one("crash,crash,crash,ok") },
  { name: "crashes and discards", sentence: "where failures are discarded, a crash of the last attempt MUST leave nothing behind", policy: attempts(2, { deadLetter: "discard" }), messages: one("crash,crash,ok") },
  { name: "crashes and discards, 1 attempt", sentence: "with one attempt and nowhere to go, a crash MUST leave nothing", policy: attempts(1, { deadLetter: "discard" }), messages: one("crash,ok") },
  { name: "kept busy", sentence: "a process that is kept busy MUST be ended by the platform's timeout, for one attempt", policy: attempts(3), messages: one("block,ok") },
  { name: "kept busy, with a backoff", sentence: "after the platform's timeout the wait MUST run from the lock's expiry", policy: attempts(3, { backoff: "30s" }), messages: one("block,ok") },
  { name: "kept busy beside others", sentence: "what shares a process that is kept busy MUST come again, and be lost never", needs: ["many"], charges: true, policy: attempts(3), batch: 10, messages: [{ name: "busy", acts: "block,ok" }, { name: "beside", acts: "slow:600ms,ok" }] },
];
const outside: readonly Scenario[] = [
  { name: "duplicated", sentence: "a hand-over that happens twice MUST leave one acknowledged message", policy: attempts(3), messages: one("ok"), faults: { duplicates: true } },
  { name: "duplicated failure", sentence: "a failing hand-over that happens twice MUST use up one attempt", policy: attempts(2), messages: one("fail,fail,ok"), faults: { duplicates: true } },
  { name: "duplicated, with a backoff", sentence: "a failing hand-over that happens twice MUST be waited for once", policy: attempts(3, { backoff: "30s" }), messages: one("fail,fail,ok"), faults: { duplicates: true } },
  { name: "throttled", sentence: "waiting for an instance MUST spend no attempt", policy: attempts(3), messages: one("ok"), faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } },
  { name: "throttled for long", sentence: "a long wait for an instance MUST not end in a dead letter", policy: attempts(3), messages: one("ok"), faults: { capacity: { instances: 0, fromMs: 0, untilMs: minutes(10) } } },
  { name: "throttled between attempts", sentence: "a wait for an instance between attempts MUST spend none", policy: attempts(3, { backoff: "10s" }), messages: one("fail,ok"), faults: { capacity: { instances: 0, fromMs: 5_000, untilMs: 40_000 } } },
  { name: "sink down, rejected", sentence: "a reject whose letter cannot be written MUST become a retry under the policy", policy: attempts(3, { backoff: "30s" }), messages: one("reject"), faults: { sinkDown: { fromMs: 0, untilMs: 20_000 } } },
  { name: "sink down, used up", sentence: "a last failure whose letter cannot be written MUST stay until it can, without another start", policy: attempts(2), messages: one("fail"), faults: { sinkDown: { fromMs: 0, untilMs: minutes(20) } } },
  { name: "sink down, poison", sentence: "an undecodable body whose letter cannot be written MUST stay until it can", needs: ["body"], policy: attempts(3), messages: one("ok", { body: "undecodable" }), faults: { sinkDown: { fromMs: 0, untilMs: minutes(20) } } },
];
const group = (...acts: readonly string[]): readonly ScenarioMessage[] => acts.map((text, i) => ({ name: `a${i + 1}`, group: "a", acts: text }));
const ordered: readonly Scenario[] = [
  { name: "group in order", sentence: "messages of one group MUST be started in the order of their sending", needs: ["order"], ordered: true, policy: attempts(3), batch: 10, messages: group("ok", "slow:500ms", "ok") },
  { name: "group with a failure", sentence: "a failure MUST stop what follows it in its group, unstarted", needs: ["order"], ordered: true, policy: attempts(3), batch: 10, messages: group("fail,ok", "ok", "ok") },
  { name: "group with a failure and a backoff", sentence: "a wait MUST stop what follows in its group", needs: ["order"], ordered: true, policy: attempts(3, { backoff: "10s" }), batch: 10, messages: group("ok", "fail,fail,ok", "ok") },
  { name: "group with a long backoff", sentence: "a wait of minutes MUST stop what follows in its group", needs: ["order"], ordered: true, policy: attempts(2, { backoff: "5m" }), messages: group("fail,ok", "ok") },
  { name: "group with a reject", sentence: "a reject MUST let its group go on", needs: ["order"], ordered: true, policy: attempts(3), batch: 10, messages: group("reject", "ok") },
  { name: "group with one used up", sentence: "what is used up MUST let its group go on", needs: ["order"], ordered: true, policy: attempts(2), batch: 10, messages: group("fail", "ok") },
  { name: "group with a time-out", sentence: "a time-out MUST stop what follows it in its group", needs: ["order"], ordered: true, policy: attempts(3), batch: 10, messages: group("hang,ok", "ok") },
  { name: "group with a crash", sentence: "a crash MUST stop what follows it in its group", needs: ["order"], charges: true, ordered: true, policy: attempts(3), batch: 10, messages: group("crash,ok", "ok", "ok") },
  { name: "group with poison", sentence: "an undecodable body MUST let its group go on", needs: ["order", "body"], ordered: true, policy: attempts(3), batch: 10, messages: [{ name: "poison", group: "a", acts: "ok", body: "undecodable" }, { name: "good", group: "a", acts: "ok" }] },
  {
    name: "two groups", sentence: "a group MUST not wait for another", needs: ["order"], ordered: true, policy: attempts(3, { backoff: "20s" }), batch: 10, overtakes: [["b1", "a1"], ["b2", "a1"]],
    messages: [{ name: "a1", group: "a", acts: "fail,ok" }, { name: "b1", group: "b", acts: "ok" }, { name: "a2", group: "a", acts: "ok" }, { name: "b2", group: "b", acts: "ok" }],
  },
];

export const scenarios: readonly Scenario[] = [...counted, ...waited, ...aged, ...unread, ...crashed, ...outside, ...ordered];
/** A scenario's sentence with its number, from 1. */
export const sentenceOf = (scenario: Scenario): string => `DELIVERY ${scenarios.indexOf(scenario) + 1}: ${scenario.sentence}`;
