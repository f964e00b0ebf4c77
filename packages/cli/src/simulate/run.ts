/** One function's messages on every cloud asked for, each by that cloud's rules, from what its plan renders. */
import { IsobarError, type AnyFunction, type Consumer, type Target } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { spanMs, timeoutOf, type Adapter, type Fault, type Gap, type PlannedBinding } from "@isobar/core/plan";
import { simulate, type Scripted, type Simulated } from "@isobar/simulator";
import { loadAdapters, loadCloud } from "../adapters.ts";
import { plansOf } from "../plan/plans.ts";

export interface CloudRun extends Simulated {
  readonly cloud: string;
  readonly variant: string;
  readonly binding: PlannedBinding;
  /** Of this function. */
  readonly gaps: readonly Gap[];
  readonly faults: readonly Fault[];
}
export interface Asked {
  readonly name: string;
  readonly messages: readonly Scripted[];
  /** Whether the function's schema reads the messages. */
  readonly validates: boolean;
  readonly seed: number;
  readonly untilMs: number;
}

const hourMs = 3_600_000;
/** When to stop looking, where it is not said: after the time of all attempts eight times over, since a crash may cost more than the timeout, and six hours. What comes again for ever does so until then. */
export const untilMsOf = ({ options: { delivery, timeout } }: Consumer): number => 6 * hourMs + 8 * spanMs(delivery, timeoutOf(timeout));

/** The function to simulate: the one named, or the only one that a broker delivers to. Throws `invalid-definition` where there is none, or a choice. */
export function functionIn(targets: readonly Target[], asked: string | undefined): { readonly name: string; readonly fn: Consumer } {
  const all = new Map<string, AnyFunction>(targets.flatMap(({ app }) => Object.entries(app.functions)));
  const delivered = [...all].filter((entry): entry is [string, Consumer & AnyFunction] => entry[1].kind !== "http");
  const there = delivered.length === 0 ? "there is none that is" : `those that are: ${delivered.map(([name]) => name).join(", ")}`;
  if (asked === undefined) {
    const [only, another] = delivered;
    if (only === undefined || another !== undefined) throw new IsobarError("invalid-definition", `say which function with --function; a simulation is of what a broker delivers: ${there}`);
    return { name: only[0], fn: only[1] };
  }
  const fn = all.get(asked);
  if (fn === undefined) throw new IsobarError("invalid-definition", `there is no function ${JSON.stringify(asked)}; there is ${[...all.keys()].join(", ")}`);
  if (fn.kind === "http") throw new IsobarError("invalid-definition", `${asked} is answered while its caller waits, not delivered by a broker; ${there}`);
  return { name: asked, fn };
}

/** The script stands in for the handler, and the sample for data that the function's schema would know. */
const withoutSchema = (fn: Consumer): AnyFunction => ({ ...fn, source: { ...fn.source, data: undefined }, options: { ...fn.options, detail: undefined, payload: undefined } }) as unknown as AnyFunction;

function wireOf(wires: readonly Wire[], cloud: string, { kind, variant }: PlannedBinding): Wire {
  const wire = wires.find((each) => each.kind === kind && each.variant === variant);
  if (wire === undefined) throw new IsobarError("internal", `the adapter for ${cloud} plans ${kind} by ${variant}, and has no such wire`);
  if (wire.side === undefined) throw new IsobarError("unsupported", `${kind} by ${variant} on ${cloud} is answered while its caller waits: no broker delivers it`);
  if (wire.rules === undefined || wire.enter === undefined) throw new IsobarError("unsupported", `${kind} by ${variant} on ${cloud} cannot be simulated: its adapter has no rules of delivery for it; leave the cloud out with --cloud`);
  return wire;
}

async function runOn(target: Target, adapter: Adapter, root: string, { name, messages, validates, seed, untilMs }: Asked): Promise<CloudRun> {
  const { cloud, app } = target;
  const [plan] = plansOf([target], [adapter]);
  const binding = plan!.bindings.find((each) => each.function === name)!;
  const wire = wireOf((await loadCloud(cloud, root)).wires, cloud, binding);
  const fn = app.functions[name]!;
  const simulated = await simulate({ wire, rendered: binding.rendered, name, fn: validates ? fn : withoutSchema(fn as Consumer), messages, seed, untilMs });
  return { ...simulated, cloud, variant: binding.variant, binding, gaps: plan!.gaps.filter((gap) => gap.function === name), faults: plan!.faults.filter((fault) => fault.function === name) };
}

/** In the targets' order; those whose app has not the function are left out. Throws `unsupported` for a path without rules. */
export async function runAll(targets: readonly Target[], root: string, asked: Asked): Promise<readonly CloudRun[]> {
  const having = targets.filter(({ app }) => Object.hasOwn(app.functions, asked.name));
  const adapters = await loadAdapters(having.map(({ cloud }) => cloud), root);
  const runs: CloudRun[] = [];
  for (const target of having) runs.push(await runOn(target, adapters.find(({ cloud }) => cloud === target.cloud)!, root, asked));
  return runs;
}
