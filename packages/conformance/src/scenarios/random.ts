/** Policies and failures that nobody chose: whatever they are, every cloud does what the contract says, or its plan said otherwise. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { AsynchronousKind, Duration } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { spelledMs } from "@isobar/core/plan";
import type { Subject } from "../subject.ts";
import { traits, type PolicyAsked } from "./functions.ts";
import { runScenario, timesOf, type Result, type Spoil } from "./run.ts";
import type { Scenario, ScenarioMessage } from "./scenario.ts";

/** One seed for everybody, so that a failure is everybody's; another by the environment. */
export const seedVariable = "ISOBAR_SEED";
export const runsVariable = "ISOBAR_RUNS";
const settings = () => ({ seed: Number(process.env[seedVariable] ?? 20_300_101), numRuns: Number(process.env[runsVariable] ?? 100) });

const duration = (leastSeconds: number, mostSeconds: number): fc.Arbitrary<Duration> => fc.integer({ min: leastSeconds, max: mostSeconds }).map((seconds) => spelledMs(seconds * 1000));
const backoff: fc.Arbitrary<PolicyAsked["backoff"]> = fc.oneof(
  fc.constant(undefined),
  duration(1, 300),
  fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 300 })).map(([min, more]) => ({ min: spelledMs(min * 1000), max: spelledMs((min + more) * 1000) })),
);
const policy: fc.Arbitrary<PolicyAsked> = fc.record({ maxAttempts: fc.integer({ min: 1, max: 8 }), backoff, maxAge: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: duration(60, 3_600) }), retryAfter: fc.oneof(fc.constant(undefined), fc.record({ max: duration(30, 600) })), deadLetter: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant("discard" as const) }) }).map(
  (asked) => Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)) as unknown as PolicyAsked,
);
/** Well inside the timeout of one second and its grace, or well outside. */
const passing = fc.oneof(fc.constantFrom("ok", "fail", "throw", "reject", "hang", "slow:3s"), fc.integer({ min: 1, max: 900 }).map((ms) => `slow:${ms}ms`), fc.integer({ min: 1, max: 400 }).map((seconds) => `retry:${seconds}s`));
const ending = fc.oneof(fc.constantFrom("crash", "block"), fc.integer({ min: 1, max: 900 }).map((ms) => `crash:${ms}ms`));
/** The last act stands for all that follow: it ends no process, or nothing would ever end. */
const acts = fc.tuple(fc.array(fc.oneof({ weight: 5, arbitrary: passing }, { weight: 1, arbitrary: ending }), { maxLength: 5 }), fc.constantFrom("ok", "fail", "throw", "reject")).map(([before, last]) => [...before, last].join(","));

type Drawn = Pick<Scenario, "policy" | "messages" | "faults" | "ordered" | "batch">;
const named = (all: readonly (readonly [group: string, acts: string])[]): readonly ScenarioMessage[] => all.map(([group, text], i) => ({ name: `${group}${i + 1}`, group, acts: text }));
const spanOf = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 300 })).map(([from, length]) => ({ fromMs: from * 1000 + 500, untilMs: (from + length) * 1000 + 500 }));
const faults: fc.Arbitrary<Scenario["faults"]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: spanOf.map((sinkDown) => ({ sinkDown })) },
  { weight: 1, arbitrary: spanOf.map((span) => ({ capacity: { instances: 0, ...span } })) },
);
/** What can be asked of a kind. */
export function drawn(kind: AsynchronousKind): fc.Arbitrary<Drawn> {
  const alone = fc.record({ policy, messages: acts.map((text) => named([["m", text]])), faults });
  if (traits[kind].many !== true) return alone as fc.Arbitrary<Drawn>;
  const several = fc.record({ policy, batch: fc.constantFrom(1, 10), messages: fc.array(fc.tuple(fc.constantFrom("a", "b"), acts), { minLength: 2, maxLength: 4 }).map(named), ordered: traits[kind].order === true ? fc.boolean() : fc.constant(false) });
  return fc.oneof(alone, several) as fc.Arbitrary<Drawn>;
}

const scenarioOf = (asked: Drawn): Scenario => ({ name: "random", sentence: "", ...asked });
/** How often each answer was given. */
export type Tally = Readonly<Record<Result["answer"], number>>;

/** Draws policies and scripts for one path. Throws with the seed, the smallest counter-example and its course where one is broken. */
export async function explore(subject: Subject, wire: Wire, spoil: Spoil = {}): Promise<Tally> {
  const tally = { equal: 0, differs: 0, broken: 0, refused: 0, "not asked": 0 };
  await fc.assert(
    fc.asyncProperty(drawn(wire.kind as AsynchronousKind), async (asked) => {
      const result = await runScenario(subject, wire, scenarioOf(asked), { spoil });
      tally[result.answer]++;
      if (result.answer === "broken") assert.fail([...result.told.filter(({ words }) => words === undefined).map(({ difference: { what } }) => what), ...result.ran.map(timesOf)].join("\n"));
    }),
    settings(),
  );
  return tally;
}
export const randomSentence = "DELIVERY, any: whatever the policy and the failures, starts, waits, order and resting place MUST be the contract's, or otherwise in the plan's words; and nothing is ever lost";
