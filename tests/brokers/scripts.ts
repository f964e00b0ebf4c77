/** What is sent to every broker, and what the model says of the same: one table for all. */
import type { AnyFunction, App, Target } from "@isobar/core";
import type { Published, Wire } from "@isobar/core/adapter";
import { plan, type Adapter } from "@isobar/core/plan";
import { script, simulate, type Fate } from "@isobar/simulator";

/** By name: what the message's attempts do. */
export const scripts: Readonly<Record<string, readonly string[]>> = {
  fine: ["ok"],
  "fails-once": ["fail", "ok"],
  "throws-once": ["throw", "ok"],
  "fails-always": ["fail"],
  rejected: ["reject"],
  "rejected-later": ["fail", "reject"],
  "times-out-once": ["hang", "ok"],
};
/** Of which a process dies: alone, since a crash charges an attempt to all in flight. */
export const crashes: Readonly<Record<string, readonly string[]>> = { "crashes-once": ["crash", "ok"], "crashes-always": ["crash"] };
/** Where the policy has waits of the handler's own. */
export const waits: Readonly<Record<string, readonly string[]>> = { "asks-to-wait": ["after", "ok"] };

export interface Seen {
  readonly id: string;
  readonly attempt: number | null;
  readonly act: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}
/** What became of a message: its starts, and where it rests. */
export interface Became {
  readonly starts: readonly (readonly [attempt: number | null, act: string])[];
  readonly waitsMs: readonly number[];
  readonly rest: string;
}
/** `at`: when each attempt was handed over, where that is known; a new process takes a while from there to its first start. */
export const becameOf = (seen: readonly Seen[], rest: string, at: readonly number[] = seen.map((each) => each.at).sort((a, b) => a - b)): Became => ({
  starts: [...seen].sort((a, b) => a.at - b.at).map(({ attempt, act }) => [attempt, act]),
  waitsMs: at.slice(1).map((each, i) => each - at[i]!),
  rest,
});

const restOf = ({ rest, queue, reason }: Fate): string => [rest, queue, reason].filter((part) => part !== undefined).join(": ");
const simulated = (act: string): string => (act === "after" ? "retry:3s" : act);

/** The same by the model: rules, rendered settings, the entry. */
export async function modelled(adapter: Adapter, target: Target, wires: readonly Wire[], functionName: string, acts: Readonly<Record<string, readonly string[]>>, messageOf: (name: string) => Published): Promise<Readonly<Record<string, Became>>> {
  const { variant, rendered, kind } = plan(target, adapter).bindings.find((each) => each.function === functionName)!;
  const wire = wires.find((each) => each.kind === kind && each.variant === variant)!;
  const fn = (target.app as App).functions[functionName] as AnyFunction;
  const all = await Promise.all(
    Object.entries(acts).map(async ([name, own]) => {
      const { fates } = await simulate({ wire, rendered, name: functionName, fn, messages: [{ message: messageOf(name), acts: script(own.map(simulated).join(",")) }] });
      const fate = fates[name]!;
      const became: Became = { starts: fate.starts.map(({ attempt, act }) => [attempt ?? null, act === "retry:3s" ? "after" : act]), waitsMs: fate.starts.slice(1).map(({ atMs }, i) => atMs - fate.starts[i]!.atMs), rest: restOf(fate) };
      return [name, became] as const;
    }),
  );
  return Object.fromEntries(all);
}
