/** What a cloud did, beside what the contract says. */
import type { DeliveryPolicy } from "@isobar/core";
import { spelledMs, toMs, type Capability } from "@isobar/core/plan";
import { script, type Act, type Fate, type Faults, type Start } from "@isobar/simulator";
import { expectation, longestLockMs, outcomeOf, waitMsAfter, type Expected, type ExpectedRest, type Moment } from "./expectation.ts";

/** In which respect a cloud can differ. */
export type Aspect = "ended" | "starts" | "attempt" | "spacing" | "order" | "rest" | "place" | "age" | "reason" | "letters" | "promptness" | "dropped" | "lost";
export interface Difference {
  readonly aspect: Aspect;
  /** The promises that it may break, nearest first. */
  readonly of: readonly Capability[];
  /** What was, and what had to be. */
  readonly what: string;
}
/** One message of a run. */
export interface Ran {
  readonly name: string;
  readonly group: string | undefined;
  readonly sentMs: number;
  readonly acts: readonly Act[];
  readonly body: "undecodable" | "misfit" | undefined;
  readonly fate: Fate;
}
export interface Circle {
  readonly policy: DeliveryPolicy;
  readonly timeoutMs: number;
  readonly faults: Faults;
  /** Whether every start is told its attempt. */
  readonly tellsAttempt: boolean;
  /** The queue that letters go to. */
  readonly letters: string;
  /** Whether a script of this run ends its process, or keeps it busy until the platform does: nothing else may end an invocation. */
  readonly endsProcess: boolean;
}

const actIn = (text: string): Act => script(text)[0]!;
/**
 * Starts as moments. Of a hand-over that happened twice, the copy is left out: of all starts at one time with one attempt every second. Where the next start came before the platform heard anything, attempts are made inside one
 * invocation: how that ended says nothing of this start.
 */
export function momentsOf(starts: readonly Start[], duplicates: boolean): readonly (Moment & { readonly attempt: number | undefined })[] {
  const own = duplicates ? starts.filter(({ atMs, attempt }, i) => starts.slice(0, i).filter((other) => other.atMs === atMs && other.attempt === attempt).length % 2 === 0) : starts;
  return own.map(({ atMs, attempt, act, endedMs, heardMs, how }, i) => {
    const unheard = heardMs === undefined || (own[i + 1]?.atMs ?? Number.POSITIVE_INFINITY) < heardMs;
    return { act: actIn(act), attempt, startedMs: atMs, endedMs, ...(unheard ? {} : { heardMs, how }) };
  });
}

const takesOf = ({ sinkDown }: Faults) => (atMs: number): boolean => sinkDown === undefined || atMs < sinkDown.fromMs || atMs >= sinkDown.untilMs;
const span = (fromMs: number, untilMs: number): string => (untilMs === Number.POSITIVE_INFINITY ? `from ${spelledMs(fromMs)} on` : `from ${spelledMs(fromMs)} to ${spelledMs(untilMs)}`);
const waitsOf = { none: ["backoff"], lock: ["backoff"], backoff: ["backoff"], retryAfter: ["retryAfter"] } as const satisfies Record<Expected["starts"][number]["wait"], readonly Capability[]>;

/** In: one message as it went. Out: the contract's expectation of it, and everything that is otherwise. */
export function differences({ name, sentMs, acts, body, fate }: Ran, { policy, timeoutMs, faults, tellsAttempt, letters, endsProcess }: Circle): { readonly expected: Expected; readonly found: readonly Difference[] } {
  const { capacity, duplicates = false } = faults;
  const seen = momentsOf(fate.starts, duplicates);
  const expected = expectation(policy, acts, { timeoutMs, sentMs, body, seen, takes: takesOf(faults), throttledUntilMs: capacity?.untilMs ?? 0 });
  const { starts } = expected;
  const found: Difference[] = [];
  const differs = (aspect: Aspect, of: readonly Capability[], what: string) => void found.push({ aspect, of, what: `${name}: ${what}` });
  const restMs = fate.atMs ?? Number.POSITIVE_INFINITY;
  const limitMs = policy.maxAge === undefined ? Number.POSITIVE_INFINITY : sentMs + toMs(policy.maxAge);

  // Where age ends a message, every wait that differs may change what becomes of it.
  const byAge: readonly Capability[] = policy.maxAge === undefined ? [] : ["maxAge", "backoff", "retryAfter"];
  // Not run for its age, at a moment that the contract leaves to the platform; one that tells whole seconds may be one of them off.
  const due = starts[seen.length];
  const aged = due?.expiresInstead === true && Math.max(restMs, due.earliestMs) > limitMs - 1_000 && (fate.rest !== "acknowledged" || policy.deadLetter === "discard");
  const end: ExpectedRest = !aged ? expected.end : policy.deadLetter === "discard" ? { rest: "discarded", letters: [0, 0], latestMs: restMs } : { rest: "dead-letter", ...(fate.letters === 0 || faults.sinkDown !== undefined ? {} : { reason: "expired" }), letters: [0, 1], latestMs: restMs };

  const ended = endsProcess ? undefined : seen.find(({ how }) => how === "exited" || how === "timed-out");
  if (ended !== undefined) differs("ended", ["timeout"], `the platform ended it at ${spelledMs(ended.heardMs!)} (${ended.how}), and its handler would have settled in time`);
  seen.forEach(({ attempt, startedMs }, i) => {
    const must = starts[i];
    if (must === undefined) return;
    if (attempt === undefined ? tellsAttempt : attempt !== must.attempt) differs("attempt", ["attempts"], `start ${i + 1} was told attempt ${attempt}, not ${must.attempt}`);
    if (startedMs < must.earliestMs || startedMs > must.latestMs) differs("spacing", waitsOf[must.wait], `start ${i + 1} was at ${spelledMs(startedMs)}, not ${span(must.earliestMs, must.latestMs)}`);
    if (startedMs > limitMs + 1_000) differs("age", ["maxAge"], `start ${i + 1} was at ${spelledMs(startedMs)}, and nothing older than ${policy.maxAge} is run`);
  });
  if (seen.length > starts.length || (seen.length < starts.length && !aged)) differs("starts", ["attempts", ...byAge], `${seen.length} starts, not ${starts.length}`);

  const neverRun = fate.rest === "acknowledged" && policy.deadLetter !== "discard" && !fate.starts.some(({ act, endedMs }) => endedMs !== undefined && /^(?:ok|slow)/.test(act));
  if (fate.rest === "lost" || neverRun) differs("lost", [], neverRun ? "acknowledged, and no start of it was well" : "nobody has it");
  else if (fate.rest === "discarded" && policy.deadLetter !== "discard") differs("dropped", ["deadLetter"], `the platform dropped it (${fate.reason}), and nobody asked for that`);
  else if (fate.rest === "held") differs("rest", [], "the broker still holds it");
  else {
    const discarded = end.rest === "discarded" && fate.rest === "acknowledged";
    if (fate.rest !== end.rest && !discarded) differs("rest", ["deadLetter", "attempts", ...byAge], `${fate.rest}${fate.reason === undefined ? "" : ` (${fate.reason})`}, not ${end.rest}`);
    else if (end.reason !== undefined && fate.reason?.startsWith(end.reason) !== true) differs("reason", ["deadLetter", ...byAge], `the letter's reason is ${JSON.stringify(fate.reason)}, not ${JSON.stringify(end.reason)}`);
    // Without its number an attempt does not know how long its wait would be: that it is too old shows at its next delivery.
    const latestMs = end.expired === true && seen.at(-1)?.attempt === undefined ? Math.max(end.latestMs, limitMs + longestLockMs) : end.latestMs;
    if (restMs > latestMs && seen.length === starts.length) differs("promptness", ["deadLetter", ...byAge], `at rest at ${spelledMs(restMs)}, not by ${spelledMs(latestMs)}`);
    if (fate.rest === "dead-letter" && fate.queue !== letters) differs("place", ["deadLetter"], `in ${fate.queue}, not in ${letters}`);
  }
  const [least, most] = end.letters;
  if (fate.letters < least || fate.letters > most) differs("letters", ["deadLetter", ...byAge], `${fate.letters} letters, not ${least === most ? least : `${least} or ${most}`}`);
  return { expected, found };
}

/** Whether a message was through with by then, as far as its handler's last start before it tells. What cannot be read never holds anything up. */
function throughBy({ body, sentMs, fate: { starts, atMs: restMs = Number.POSITIVE_INFINITY } }: Ran, atMs: number, { policy, timeoutMs, faults }: Circle): boolean {
  if (restMs <= atMs || body !== undefined) return true;
  const limitMs = policy.maxAge === undefined ? Number.POSITIVE_INFINITY : sentMs + toMs(policy.maxAge) - 1_000;
  const begun = momentsOf(starts.filter((start) => start.atMs <= atMs), false);
  const last = begun.at(-1);
  if (last === undefined) return atMs > limitMs;
  // How its invocation ended is not known before it did.
  const { heardMs = Number.POSITIVE_INFINITY, how } = last;
  const outcome = outcomeOf(heardMs >= atMs ? { ...last, heardMs: undefined, how: undefined } : { ...last, heardMs, how }, timeoutMs);
  if (outcome.then === "crash" || outcome.atMs > atMs) return outcome.then === "crash" && atMs > limitMs;
  if (outcome.then === "ack") return true;
  const tried = Math.max(begun.length, last.attempt ?? 0);
  return atMs > limitMs || (takesOf(faults)(outcome.atMs) && (outcome.then === "reject" || tried >= policy.maxAttempts || outcome.atMs + waitMsAfter(policy, tried, outcome) > limitMs));
}
/** In an ordered group nothing starts before everything sent before it is through with (7). In: messages in the order of their sending. */
export const orderDifferences = (ran: readonly Ran[], circle: Circle): readonly Difference[] =>
  ran.flatMap((one, i): readonly Difference[] => {
    const ahead = ran.slice(0, i).filter(({ group }) => group === one.group);
    for (const { atMs } of one.fate.starts) {
      const waiting = ahead.find((other) => !throughBy(other, atMs, circle));
      if (waiting !== undefined) return [{ aspect: "order", of: ["order"], what: `${one.name}: started at ${spelledMs(atMs)}, before ${waiting.name} was through` }];
    }
    return [];
  });
