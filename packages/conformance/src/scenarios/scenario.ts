/** A scenario as data, and what becomes of it on one path of one cloud. */
import type { Duration } from "@isobar/core";
import type { Faults } from "@isobar/simulator";
import type { Capability } from "@isobar/core/plan";
import type { Aspect } from "./compare.ts";
import type { MessageAsked, Need, PolicyAsked } from "./functions.ts";

export interface ScenarioMessage extends MessageAsked {
  readonly name: string;
  /** What its starts do, as the simulator's `script` reads it; the last stands for all that follow. */
  readonly acts: string;
}
export interface Scenario {
  /** For headings. */
  readonly name: string;
  /** What must be. */
  readonly sentence: string;
  readonly needs?: readonly Need[];
  readonly policy: PolicyAsked;
  /** Default "1s". */
  readonly timeout?: Duration;
  /** Default 1. */
  readonly batch?: number;
  /** Sent in this order. Without `atMs`, at once. */
  readonly messages: readonly ScenarioMessage[];
  readonly faults?: Faults;
  /** Whether messages of one group follow each other. */
  readonly ordered?: boolean;
  /** What is in flight beside a crash is charged too (10): how much that is, is each platform's choice, since a batch is a ceiling and no promise. */
  readonly charges?: true;
  /** The first of each pair starts before the second's second start, where groups of one queue do not wait for each other. */
  readonly overtakes?: readonly (readonly [first: string, second: string])[];
}

/** What outside of the function may make a promise differ that our code alone keeps. */
export type Cause = "crash" | "time" | "sinkDown" | "capacity" | "duplicates";
interface Windows {
  /** What the plan's words have to speak of: words about something else announce nothing here. */
  readonly says: RegExp;
  /** The respects in which a promise that our code alone keeps may differ, and whose promise that is. */
  readonly in: { readonly [A in Aspect]?: readonly Capability[] };
}
/** Windows, by what opens them. A promise that is approximated may also differ in its own respects in every scenario; one that is exact in none. */
export const windows: { readonly [C in Cause]: Windows } = {
  crash: {
    says: /\bcrash/,
    // A copy that was sent before the crash comes beside its original: what keeps waits may bring a message twice.
    in: {
      starts: ["attempts", "backoff", "retryAfter"], attempt: ["attempts", "backoff", "retryAfter"], spacing: ["backoff", "retryAfter"], rest: ["attempts", "backoff", "retryAfter"],
      age: ["maxAge"], reason: ["deadLetter"], letters: ["deadLetter"], promptness: ["deadLetter"], order: ["order"],
    },
  },
  // An invocation of several by position that has no time left returns what it has not started, and with it what stands behind and was done.
  time: { says: /\b(?:ends?|time)\b/, in: { starts: ["attempts"], attempt: ["attempts"], rest: ["attempts"], letters: ["attempts"] } },
  sinkDown: { says: /\b(?:cannot be written|takes none)\b/, in: { starts: ["deadLetter"], attempt: ["deadLetter"], spacing: ["deadLetter"], rest: ["deadLetter"], place: ["deadLetter"], reason: ["deadLetter"], letters: ["deadLetter"] } },
  capacity: {
    says: /\b(?:throttled|busy|no instance)\b/,
    in: { starts: ["saturation"], attempt: ["saturation"], spacing: ["saturation"], rest: ["saturation"], reason: ["saturation"], letters: ["saturation"], promptness: ["saturation"] },
  },
  duplicates: { says: /\btwice\b/, in: {} },
};
/** What opens them: the scenario's faults, handlers that end their process or keep it busy, and several by position that take their time or wait. */
export function causesOf({ messages, policy, faults = {}, batch = 1 }: Pick<Scenario, "messages" | "policy" | "faults" | "batch">, positions: boolean): readonly Cause[] {
  const waits = policy.backoff !== undefined || policy.retryAfter !== undefined || messages.some(({ acts }) => /hang|slow/.test(acts));
  return [
    ...(positions && batch > 1 && messages.length > 1 && waits ? ["time" as const] : []),
    ...(messages.some(({ acts }) => /crash|block/.test(acts)) ? ["crash" as const] : []),
    ...(faults.sinkDown === undefined ? [] : ["sinkDown" as const]),
    ...(faults.capacity === undefined ? [] : ["capacity" as const]),
    ...(faults.duplicates === true ? ["duplicates" as const] : []),
  ];
}
