/** One scenario on one path of one cloud: planned, simulated, and compared with the contract. */
import { defineApp, type AnyFunction, type AsynchronousKind } from "@isobar/core";
import type { Rendered, Wire } from "@isobar/core/adapter";
import { gapText, plan, spelledMs, timeoutOf, type Capability, type Plan, type PlannedBinding, type Verdict } from "@isobar/core/plan";
import { script, simulate, spelledAct, type Fate } from "@isobar/simulator";
import type { Subject } from "../subject.ts";
import { differences, momentsOf, orderDifferences, type Circle, type Difference, type Ran } from "./compare.ts";
import { byPosition, defaultTimeout, functionOf, lettersTo, messageOf, policyOf, traits, type FunctionAsked } from "./functions.ts";
import { causesOf, windows, type Cause, type Scenario } from "./scenario.ts";

/** The function's name in its app. */
const name = "act";

/** One function on one path: what is deployed, or why nothing is. */
export type Bound = { readonly fn: AnyFunction; readonly planned: PlannedBinding } | { readonly refused: readonly string[] };

/**
 * Plans a function for a wire. Approximations are accepted by name, since a user could; what is unsupported is refused in the plan's own words. Throws Error for a rendered path that breaks a rule of its
 * own adapter's.
 */
export function bind(subject: Subject, wire: Wire, asked: FunctionAsked): Bound {
  const fn = functionOf(wire.kind as AsynchronousKind, asked);
  const app = defineApp("scenarios", { [name]: fn });
  const planWith = (accept: readonly Capability[]): Plan => plan(subject.target(app, { [name]: { variant: wire.variant, ...(accept.length === 0 ? {} : { accept }) } } as never), subject.adapter);
  const unaccepted = planWith([]);
  const approximated = unaccepted.gaps.filter(({ verdict }) => verdict === "approximated").map(({ capability }) => capability);
  const { gaps, faults, bindings: [planned] } = approximated.length === 0 ? unaccepted : planWith(approximated);
  const refused = gaps.filter(({ verdict }) => verdict === "unsupported").map(({ asked: what, why, nearest }) => `${what} · ${why} · ${nearest}`);
  if (refused.length > 0) return { refused };
  if (faults.length > 0 || gaps.some(({ accepted }) => !accepted)) throw new Error(`what ${subject.cloud} renders of ${wire.kind} by ${wire.variant} breaks a rule of its own: ${[...faults.map(({ text }) => text), ...gaps.filter(({ accepted }) => !accepted).map(gapText)].join("; ")}`);
  return { fn, planned: planned! };
}

/** The plan's own words for a difference, where it has some. */
export function announced({ aspect, of }: Difference, verdicts: PlannedBinding["verdicts"], causes: readonly Cause[]): string | undefined {
  const verdictOf = (capability: Capability): Verdict | undefined => verdicts.find((each) => each.capability === capability)?.verdict;
  for (const cause of causes) {
    const { says, in: may } = windows[cause];
    for (const capability of may[aspect] ?? []) {
      const verdict = verdictOf(capability);
      const words = verdict?.verdict === "emulated" ? verdict.window : verdict?.verdict === "approximated" ? verdict.why : undefined;
      if (words !== undefined && says.test(words)) return `${capability}: ${words}`;
    }
  }
  for (const capability of of) {
    const verdict = verdictOf(capability);
    // A loss is told as one, or it is not told.
    if (verdict?.verdict === "approximated" && (aspect !== "dropped" || /\b(?:lost|drops|dropped)\b/.test(verdict.why))) return `${capability}: ${verdict.why}`;
  }
  return undefined;
}

export interface Told {
  readonly difference: Difference;
  /** The plan's; absent where it said nothing of the kind. */
  readonly words?: string;
}
export type Result =
  | { readonly answer: "equal"; readonly ran: readonly Ran[] }
  /** Every difference is announced. */
  | { readonly answer: "differs"; readonly ran: readonly Ran[]; readonly told: readonly Told[] }
  /** One is not. */
  | { readonly answer: "broken"; readonly ran: readonly Ran[]; readonly told: readonly Told[] }
  | { readonly answer: "refused"; readonly words: readonly string[] }
  | { readonly answer: "not asked"; readonly why: string };

/** What stands in the place of parts, to see a broken one found out. */
export interface Spoil {
  rendered?(rendered: Rendered): Rendered;
  wire?(wire: Wire): Wire;
}

/** Runs a scenario. `seed`: of the rules' jitter. Rejects with what breaks the simulation itself. */
export async function runScenario(subject: Subject, wire: Wire, scenario: Scenario, { spoil = {}, seed = 1 }: { readonly spoil?: Spoil; readonly seed?: number } = {}): Promise<Result> {
  const kind = wire.kind as AsynchronousKind;
  const missing = (scenario.needs ?? []).map((need) => traits[kind][need]).find((trait) => trait !== true);
  if (typeof missing === "string") return { answer: "not asked", why: missing };
  const { policy, timeout, batch, faults = {}, ordered = false, messages } = scenario;
  const asked: FunctionAsked = { policy, order: ordered && (kind === "queue" || kind === "topic") ? "by-key" : "none", ...(timeout === undefined ? {} : { timeout }), ...(batch === undefined ? {} : { batch }) };
  const bound = bind(subject, wire, asked);
  if ("refused" in bound) return { answer: "refused", words: bound.refused };
  const { fn, planned } = bound;
  const rendered = spoil.rendered?.(planned.rendered) ?? planned.rendered;
  const scripted = messages.map(({ acts, atMs = 0, ...message }, i) => ({ message: messageOf(kind, i + 1, { atMs, ...message }), atMs, acts: script(acts) }));
  const { fates } = await simulate({ wire: spoil.wire?.(wire) ?? wire, rendered, name, fn, messages: scripted, faults, seed, steps: false });
  const ran = messages.map(({ name: own, group, body }, i): Ran => ({ name: own, group, body, sentMs: scripted[i]!.atMs, acts: scripted[i]!.acts, fate: fates[`message-${i + 1}`]! }));
  const circle: Circle = { policy: policyOf(asked), timeoutMs: timeoutOf(timeout ?? defaultTimeout), faults, tellsAttempt: wire.side!.tellsAttempt, letters: lettersTo, endsProcess: messages.some(({ acts }) => /crash|block/.test(acts)) };
  const found = [
    ...ran.flatMap((one) => differences(one, circle).found),
    ...(ordered ? orderDifferences(ran, circle) : []),
    ...(byPosition.has(kind) ? [] : waitedFor(scenario, ran)),
  ];
  if (found.length === 0) return { answer: "equal", ran };
  const causes = causesOf(scenario, byPosition.has(kind));
  const told = found.map((difference): Told => {
    const words = announced(difference, planned.verdicts, causes);
    return words === undefined ? { difference } : { difference, words };
  });
  return { answer: told.every(({ words }) => words !== undefined) ? "differs" : "broken", ran, told };
}

/** Groups that waited for another. */
const waitedFor = ({ overtakes = [] }: Scenario, ran: readonly Ran[]): readonly Difference[] =>
  overtakes.flatMap(([first, second]): readonly Difference[] => {
    const startOf = (own: string, i: number) => ran.find(({ name: other }) => other === own)!.fate.starts[i]?.atMs ?? Number.POSITIVE_INFINITY;
    return startOf(first, 0) < startOf(second, 1) ? [] : [{ aspect: "order", of: ["order"], what: `${first}: it waited for ${second}, which is of another group` }];
  });

/** What a message went through, short: "m: fail, ok → acknowledged". The same on all clouds that keep the contract. */
export const storyOf = ({ charges, faults = {} }: Scenario, { name: own, fate: { starts, rest, queue } }: Ran): string =>
  `${own}: ${charges === true ? "" : `${momentsOf(starts, faults.duplicates === true).map(({ act }) => spelledAct(act)).join(", ") || "not run"} → `}${rest === "discarded" ? "acknowledged" : rest}${queue === undefined ? "" : ` in ${queue}`}`;
/** With times, for a failure's message. */
export const timesOf = ({ name: own, fate }: Ran): string => `${own}: ${fate.starts.map(({ atMs, attempt, act, endedMs, how }) => `${spelledMs(atMs)} #${attempt ?? "?"} ${act}${endedMs === undefined ? ` (${how ?? "unheard"})` : ""}`).join(", ")} → ${restText(fate)}`;
const restText = ({ rest, queue, reason, atMs, letters }: Fate): string => `${rest}${queue === undefined ? "" : ` in ${queue}`}${reason === undefined ? "" : ` (${reason})`}${atMs === undefined ? "" : ` at ${spelledMs(atMs)}`}, ${letters} letters`;
