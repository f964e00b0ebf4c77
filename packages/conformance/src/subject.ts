/** What an adapter hands in to be examined, and how its units are started. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "@isobar/core";
import type { ExchangeSide, MessageSide, RunningUnit, Seen, UnitToRun } from "@isobar/core/adapter";
import type { Adapter, Target } from "@isobar/core/plan";
import { app } from "./app/index.ts";
import { outboxVariable, takeEffects, type WrittenEffect } from "./outbox.ts";

/** One front end of an adapter. */
export interface Front {
  readonly side: ExchangeSide;
  /** The target that builds its entries. Default: the subject's own. */
  readonly target?: (app: App) => Target;
  /** Whether it streams. A front that does not is examined for nothing that needs it. */
  readonly streams: boolean;
}
export interface Subject {
  readonly cloud: string;
  readonly adapter: Adapter;
  readonly target: (app: App) => Target;
  readonly startUnit: (unit: UnitToRun) => Promise<RunningUnit>;
  /** By variant; the first is the default, whose fixtures are `<cloud>.json`, the others' `<cloud>.<variant>.json`. */
  readonly http: Readonly<Record<string, Front>>;
  readonly queue: MessageSide;
}

/** The platform's own timeout in the suites, in milliseconds: well over the functions' 400. */
export const nativeTimeoutMs = 3_000;

/** Units of the conformance app on one target, each started when first called. */
export interface Started {
  /** Calls the unit that holds this function. */
  invoke(functionName: string, native: unknown): Promise<Seen>;
  /** What that unit sent and dead-lettered since the last call. */
  effects(functionName: string): readonly WrittenEffect[];
  /** All that the unit's process wrote. */
  logs(functionName: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts units from entries as text, unbundled: they stand below the working directory's node_modules, whose packages they import.
 * Streaming functions are left out where the front end has no streaming.
 */
export function startApp({ adapter, cloud, startUnit }: Subject, target: (app: App) => Target, streams: boolean): Started {
  const functions = Object.fromEntries(Object.entries(app.functions).filter(([, { kind, options }]) => kind !== "http" || streams || !(options as { readonly streaming?: boolean }).streaming)) as App["functions"];
  const planned = target({ name: app.name, functions });
  const cache = join(process.cwd(), "node_modules", ".cache", "isobar-conformance");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, `${cloud}-`));
  const units = adapter.units(planned);
  const running = new Map<string, Promise<RunningUnit>>();
  const unitOf = (functionName: string) => {
    const unit = units.find((each) => each.functions.includes(functionName));
    if (unit === undefined) throw new Error(`no unit of ${cloud} holds ${functionName}`);
    return unit;
  };
  const outboxOf = (unit: string) => join(folder, `${unit}.outbox`);
  const start = (functionName: string): Promise<RunningUnit> => {
    const unit = unitOf(functionName);
    const known = running.get(unit.name);
    if (known !== undefined) return known;
    const { text } = adapter.entry(planned, unit, (name) => ({ module: "@isobar/conformance/app", export: name }), { outbox: "@isobar/conformance/outbox" });
    const own = join(folder, unit.name);
    mkdirSync(own);
    writeFileSync(join(own, "index.mjs"), text);
    const started = startUnit({ unit: unit.name, folder: own, entry: "index.mjs", functions: unit.functions, timeoutMs: nativeTimeoutMs, env: { [outboxVariable]: outboxOf(unit.name) } });
    running.set(unit.name, started);
    return started;
  };
  return {
    invoke: async (functionName, native) => (await start(functionName)).invoke(functionName, native),
    effects: (functionName) => takeEffects(outboxOf(unitOf(functionName).name)),
    logs: async (functionName) => (await start(functionName)).logs(),
    async stop() {
      await Promise.all([...running.values()].map(async (unit) => (await unit).stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
