/** One function planned alone, and its verdicts as lines: for tests that say literally what is promised. */
import { defineApp, type AnyFunction } from "@isobar/core";
import { plan, type Capability, type Plan, type PlannedBinding, type Verdict } from "@isobar/core/plan";
import { adapter } from "../deploy/entries.ts";
import { azure, type AzureSettings } from "../deploy/target.ts";

/** "exact: note (setting value)", "emulated: how · window (…)", "approximated: why · nearest (…)". */
export function lineOf(verdict: Verdict): string {
  const words = verdict.verdict === "exact" ? [verdict.note] : verdict.verdict === "emulated" ? [verdict.how, verdict.window] : [verdict.why, verdict.nearest];
  const by = "by" in verdict && verdict.by.length > 0 ? ` (${verdict.by.map(({ setting, value }) => `${setting} ${String(value)}`).join(", ")})` : "";
  const said = words.filter((each) => each !== undefined).join(" · ");
  return `${verdict.verdict}${said === "" ? "" : `: ${said}`}${by}`;
}
export interface Planned {
  readonly binding: PlannedBinding;
  readonly lines: { readonly [C in Capability]?: string };
  readonly faults: Plan["faults"];
}
/** In: a function, its settings, its name. */
export function planned(fn: AnyFunction, settings: object = {}, name = "act"): Planned {
  const { bindings: [binding], faults } = plan(azure(defineApp("shop", { [name]: fn }), { functions: { [name]: settings } } as AzureSettings), adapter);
  return { binding: binding!, lines: Object.fromEntries(binding!.verdicts.map(({ capability, verdict }) => [capability, lineOf(verdict)])), faults };
}
