/** What an adapter hands in to be examined, and how its units are started. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App, AsynchronousKind, ToldOf, TriggerKind } from "@isobar/core";
import type { Front, MessageSide, RunningUnit, Seen, UnitToRun, Wire } from "@isobar/core/adapter";
import { bindingOf, type Adapter, type Rendered, type Target, type TriggerPlan } from "@isobar/core/plan";
import { app } from "./app/index.ts";
import { outboxVariable, takeWritten, type PutOff, type WrittenEffect } from "./outbox.ts";

export interface Subject {
  readonly cloud: string;
  readonly adapter: Adapter;
  /** `functions`: settings by function, `{ variant }` each; typed by the adapter's own target, which conformance does not know. */
  readonly target: (app: App, functions: never) => Target;
  readonly startUnit: (unit: UnitToRun) => Promise<RunningUnit>;
  /** Every wire of every kind; a kind's default first. */
  readonly wires: readonly Wire[];
}

/** A front end of a subject: the first is the default, whose fixtures are `<cloud>.json`, the others' `<cloud>.<name>.json`. */
export interface NamedFront extends Front {
  readonly name: string;
  /** The variant that its entries are built for. */
  readonly variant: string;
}
export const frontsOf = ({ wires }: Subject): readonly NamedFront[] => wires.flatMap(({ variant, fronts = {} }) => Object.entries(fronts).map(([name, front]) => ({ name, variant, ...front })));

/** A wire of a subject that has a broker: the kind's default, or a variant. Throws RangeError for one that the subject has not. */
export function wireOf<K extends AsynchronousKind>(subject: Subject, kind: K, variant?: string): Wire<K> & { readonly side: MessageSide<ToldOf<K>> } {
  const wire = subject.wires.find((each) => each.kind === kind && each.side !== undefined && (variant === undefined || each.variant === variant));
  if (wire === undefined) throw new RangeError(`${subject.cloud} has no ${kind}${variant === undefined ? "" : ` by ${variant}`}`);
  return wire as Wire<K> & { readonly side: MessageSide<ToldOf<K>> };
}

/** The platform's own timeout in the suites, in milliseconds: well over the functions' 400. Where all attempts are made inside one invocation more is rendered, and more is given. */
export const nativeTimeoutMs = 3_000;

/** Units of the conformance app on one target, each started when first called. */
export interface Started {
  /** Calls the unit that holds this function. */
  invoke(functionName: string, native: unknown): Promise<Seen>;
  /** What that unit sent and dead-lettered since the last call. */
  effects(functionName: string): readonly WrittenEffect[];
  /** The same, and what it put off. */
  written(functionName: string): { readonly effects: readonly WrittenEffect[]; readonly putOff: readonly PutOff[] };
  /** What is deployed of it. */
  rendered(functionName: string): Rendered;
  /** All that the unit's process wrote. */
  logs(functionName: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts units from entries as text, unbundled: they stand below the node_modules of `root` (default: the working directory), whose packages they import.
 * `variants`: by function, where it is not the default. Streaming functions are left out where the front end has no streaming.
 */
export function startApp({ adapter, cloud, startUnit, target, wires }: Subject, variants: Readonly<Record<string, string>>, streams: boolean, root = process.cwd()): Started {
  const functions = Object.fromEntries(Object.entries(app.functions).filter(([, { kind, options }]) => kind !== "http" || streams || !(options as { readonly streaming?: boolean }).streaming)) as App["functions"];
  const settings = Object.fromEntries(Object.entries(variants).map(([name, variant]) => [name, { variant }]));
  const planned = target({ name: app.name, functions }, settings as never);
  const cache = join(root, "node_modules", ".cache", "isobar-conformance");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, `${cloud}-`));
  const units = adapter.units(planned);
  const renderedOf = (functionName: string): Rendered => {
    const binding = bindingOf(planned, functionName);
    return (adapter.triggers[binding.fn.kind] as TriggerPlan<TriggerKind>).render(binding);
  };
  const timeoutMsOf = (functionName: string): number => {
    const { fn, settings } = bindingOf(planned, functionName);
    const variant = (adapter.triggers[fn.kind] as TriggerPlan<TriggerKind>).variant(settings);
    const rules = wires.find((each) => each.kind === fn.kind && each.variant === variant)?.rules;
    return rules === undefined ? nativeTimeoutMs : Math.max(nativeTimeoutMs, rules(renderedOf(functionName)).hosting.timeoutMs);
  };
  const running = new Map<string, Promise<RunningUnit>>();
  const unitOf = (functionName: string) => {
    const unit = units.find((each) => each.functions.includes(functionName));
    if (unit === undefined) throw new Error(`no unit of ${cloud} holds ${functionName}`);
    return unit;
  };
  const written = (functionName: string) => takeWritten(outboxOf(unitOf(functionName).name));
  const outboxOf = (unit: string) => join(folder, `${unit}.outbox`);
  const start = (functionName: string): Promise<RunningUnit> => {
    const unit = unitOf(functionName);
    const known = running.get(unit.name);
    if (known !== undefined) return known;
    const { text } = adapter.entry(planned, unit, (name) => ({ module: "@isobar/conformance/app", export: name }), { outbox: "@isobar/conformance/outbox" });
    const own = join(folder, unit.name);
    mkdirSync(own);
    writeFileSync(join(own, "index.mjs"), text);
    const started = startUnit({ unit: unit.name, folder: own, entry: "index.mjs", functions: unit.functions, timeoutMs: timeoutMsOf(functionName), env: { [outboxVariable]: outboxOf(unit.name) } });
    running.set(unit.name, started);
    return started;
  };
  return {
    invoke: async (functionName, native) => (await start(functionName)).invoke(functionName, native),
    effects: (functionName) => written(functionName).effects,
    written,
    rendered: renderedOf,
    logs: async (functionName) => (await start(functionName)).logs(),
    async stop() {
      await Promise.all([...running.values()].map(async (unit) => (await unit).stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
