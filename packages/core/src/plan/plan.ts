/** `plan`: an app on one cloud, promise by promise. All gaps at once. */
import type { Target } from "../config.ts";
import { IsobarError } from "../errors.ts";
import type { AnyFunction, TriggerKind } from "../triggers/index.ts";
import type { Adapter, Binding, Rendered, TriggerPlan } from "./adapter.ts";
import { capabilities, type Capability } from "./capability.ts";
import { askedOf } from "./policy.ts";
import type { Approximated, Unsupported, Verdict } from "./verdict.ts";

/** One function on one cloud. */
export interface PlannedBinding {
  readonly function: string;
  readonly kind: TriggerKind;
  readonly variant: string;
  readonly unit: string;
  /** What it is bound to, by its name: a queue's, a path, a cron expression. */
  readonly source: string;
  readonly verdicts: readonly { readonly capability: Capability; readonly asked: string; readonly verdict: Verdict }[];
  readonly rendered: Rendered;
}
/** A promise that is not kept: what was asked · where · why this cloud cannot · the nearest it can. */
export interface Gap {
  readonly function: string;
  readonly capability: Capability;
  readonly verdict: (Approximated | Unsupported)["verdict"];
  readonly asked: string;
  readonly where: string;
  readonly why: string;
  readonly nearest: string;
  /** Whether the target accepts it by name, which only an approximation can be. */
  readonly accepted: boolean;
}
/** A rule that a function's rendered settings break, or a waiver of what is no gap. */
export interface Fault {
  readonly function: string;
  /** A sentence that names function and cloud. */
  readonly text: string;
}
export interface Plan {
  readonly cloud: string;
  readonly app: string;
  readonly bindings: readonly PlannedBinding[];
  readonly gaps: readonly Gap[];
  readonly faults: readonly Fault[];
  /** What the target lays over resources, place by place, and the resources that it adds: the user's own words, for which no verdict stands. */
  readonly own: { readonly overrides: readonly Overridden[]; readonly resources: readonly string[] };
}
/** One place of a resource that the target says otherwise. */
export interface Overridden {
  /** The resource's name in the manifest. */
  readonly resource: string;
  /** From the resource down, "delivery.timeoutSeconds". */
  readonly path: string;
  /** What is there instead; `null` where it is taken away. */
  readonly value: unknown;
}

/** The places that an override says something of. A list is replaced as a whole. */
const placesIn = (resource: string, value: unknown, path = ""): readonly Overridden[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value).flatMap(([key, each]) => placesIn(resource, each, path === "" ? key : `${path}.${key}`)) : [{ resource, path, value }];
function ownOf({ settings }: Target): Plan["own"] {
  const { overrides = {}, resources = {} } = settings as { readonly overrides?: Readonly<Record<string, object>>; readonly resources?: object };
  return { overrides: Object.entries(overrides).flatMap(([resource, value]) => placesIn(resource, value)), resources: Object.keys(resources) };
}

const sourceOf = ({ kind, source }: AnyFunction, name: string): string => {
  const { name: own, path, method, cron } = source as { readonly name?: string; readonly path?: string; readonly method?: string; readonly cron?: string };
  return own ?? (path === undefined ? (cron ?? `${kind} ${name}`) : `${method} ${path}`);
};
/** A target's settings of one function. */
export function settingsOf(target: Target, functionName: string): object {
  const { functions = {} } = target.settings as { readonly functions?: Readonly<Record<string, object | undefined>> };
  return Object.hasOwn(functions, functionName) ? (functions[functionName] ?? {}) : {};
}
/** One function with its settings. */
export const bindingOf = (target: Target, name: string): Binding<TriggerKind, never> => ({ name, fn: target.app.functions[name]!, settings: settingsOf(target, name) as never, app: target.app });

/**
 * Plans a target. In: it, and its cloud's adapter. Out: a verdict for each capability of each function, with what is rendered for it; every gap and every broken rule. Throws only
 * what is no gap: `invalid-definition` or `unsupported` of units that cannot be (`unitsOf`), and of settings for a function that the app does not have.
 */
export function plan(target: Target, adapter: Adapter): Plan {
  const { app, cloud } = target;
  const strangers = Object.keys((target.settings as { readonly functions?: object }).functions ?? {}).filter((name) => !Object.hasOwn(app.functions, name));
  if (strangers.length > 0) throw new IsobarError("invalid-definition", `${cloud}: settings for ${strangers.join(", ")}, which the app "${app.name}" does not have`);
  const units = new Map(adapter.units(target).flatMap((unit) => unit.functions.map((name) => [name, unit.name] as const)));
  const gaps: Gap[] = [];
  const faults: Fault[] = [];
  const bindings = Object.entries(app.functions).map(([name, fn]): PlannedBinding => {
    const binding = bindingOf(target, name);
    const trigger = adapter.triggers[fn.kind] as TriggerPlan<TriggerKind>;
    const variant = trigger.variant(binding.settings);
    const assessment = trigger.assess(binding) as Readonly<Record<Capability, Verdict>>;
    const rendered = trigger.render(binding);
    const source = sourceOf(fn, name);
    const { accept = [] } = binding.settings as { readonly accept?: readonly Capability[] };
    const verdicts = (capabilities[fn.kind] as readonly Capability[]).map((capability) => ({ capability, asked: askedOf(fn, capability), verdict: assessment[capability] }));
    for (const { capability, asked, verdict } of verdicts) {
      if (verdict.verdict === "exact" || verdict.verdict === "emulated") continue;
      const { why, nearest } = verdict;
      gaps.push({ function: name, capability, verdict: verdict.verdict, asked, where: `${name}, ${fn.kind} ${JSON.stringify(source)} by ${variant} on ${cloud}`, why, nearest, accepted: verdict.verdict === "approximated" && accept.includes(capability) });
    }
    for (const waived of accept) if (verdicts.find(({ capability }) => capability === waived)?.verdict.verdict !== "approximated") faults.push({ function: name, text: `${name} on ${cloud}: it accepts ${JSON.stringify(waived)}, which is not approximated there: take the waiver away` });
    faults.push(...adapter.faults(rendered).map((sentence) => ({ function: name, text: `${name} on ${cloud}: ${sentence}` })));
    return { function: name, kind: fn.kind, variant, unit: units.get(name) ?? name, source, verdicts, rendered };
  });
  return { cloud, app: app.name, bindings, gaps, faults, own: ownOf(target) };
}

/** The gaps that nobody accepted. */
export const refusedOf = ({ gaps }: Plan): readonly Gap[] => gaps.filter(({ accepted }) => !accepted);
/** A gap as one line. */
export const gapText = ({ asked, where, why, nearest }: Gap): string => `${asked} · ${where} · ${why} · ${nearest}`;

/** Throws `unsupported` with every gap that was not accepted and every fault, of all plans at once. */
export function refuse(plans: readonly Plan[]): void {
  const lines = plans.flatMap((each) => [...refusedOf(each).map((gap) => `${gapText(gap)}${gap.verdict === "approximated" ? ` (or accept: [${JSON.stringify(gap.capability)}] for this function)` : ""}`), ...each.faults.map(({ text }) => text)]);
  if (lines.length > 0) throw new IsobarError("unsupported", `${lines.length === 1 ? "a promise" : `${lines.length} promises`} that cannot be kept:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
