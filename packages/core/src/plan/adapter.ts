/** What an adapter answers for at deploy time. */
import type { App } from "../app.ts";
import type { Target } from "../config.ts";
import type { FunctionOf, TriggerKind } from "../triggers/index.ts";
import type { Unit } from "./units.ts";
import type { Loss, ManifestFiles } from "./losses.ts";
import type { ComposeOptions, Manifest } from "./manifest.ts";
import type { Plan } from "./plan.ts";
import type { Assessment } from "./verdict.ts";

/** A function as an entry names it: where it is imported from, and under which name. */
export interface Located {
  /** Import specifier. */
  readonly module: string;
  readonly export: string;
}
/** One function joined to what starts it on one cloud. */
export interface Binding<K extends TriggerKind, Settings = unknown> {
  readonly name: string;
  readonly fn: FunctionOf<K>;
  /** What this cloud's target says about the function. */
  readonly settings: Settings;
  /** All functions of the app: some limits are shared by the consumers of one source. */
  readonly app: App;
}
export interface EntryOptions {
  /** Import specifier of a module that exports `outbox`, instead of the adapter's own. */
  readonly outbox?: string;
}
/** The one file of a unit that a cloud calls. */
export interface Entry {
  readonly file: string;
  readonly text: string;
  readonly format: "esm" | "cjs";
  /** Packages that the platform provides or installs. */
  readonly external: readonly string[];
  /** Those of them that it installs, from a `package.json` and a lock file that lie beside the bundle. The build writes both, with the versions of the app's own lock file. */
  readonly installed?: readonly string[];
}
/** What a unit may do: actions on a resource, in the provider's own words. */
export interface Grant {
  readonly actions: readonly string[];
  /** A name in `resources`, or the channel's: "queue orders-failed". */
  readonly on: string;
  /** Why: which promise needs it. */
  readonly for: string;
}
/**
 * One binding as it is deployed: what the manifest will say of its path, and what its entry says. The simulator reads the same settings, and calls the same maker with the
 * same keeping.
 */
export interface Rendered {
  /** The entry maker, by its name in the adapter's run time. */
  readonly maker: string;
  /** How attempts are kept, by its name there; absent where the broker's own redelivery is all there is. */
  readonly keeping?: string;
  /** Whether the maker itself writes, whatever its function does: a relay. Its entry then has an outbox. */
  readonly writes?: true;
  /** Resources by a name that is theirs in the manifest, each as the manifest has it. */
  readonly resources: Readonly<Record<string, object>>;
  readonly grants: readonly Grant[];
}
/** One kind on one cloud. Pure. */
export interface TriggerPlan<K extends TriggerKind, Settings = never> {
  /** The path that the settings choose: a wire's variant. */
  variant(settings: Settings): string;
  assess(binding: Binding<K, Settings>): Assessment<K>;
  render(binding: Binding<K, Settings>): Rendered;
}
export type TriggerPlans = { readonly [K in TriggerKind]: TriggerPlan<K> };

export interface Adapter {
  readonly cloud: string;
  readonly triggers: TriggerPlans;
  units(target: Target): readonly Unit[];
  entry(target: Target, unit: Unit, locate: (functionName: string) => Located, options?: EntryOptions): Entry;
  /**
   * Rules of the path's own that a rendered binding breaks, each as a sentence: a visibility under the timeout, a batch answer that nobody reads. What `render` makes has none;
   * settings of the user's that are laid over it may.
   */
  faults(rendered: Rendered): readonly string[];
  /**
   * The manifest of a planned target: all of its units, from what was rendered for each binding. Throws `invalid-definition` where bindings disagree on a resource, and `unsupported`, with all of them at once,
   * for what the platform's limits refuse.
   */
  compose?(target: Target, plan: Plan, options?: ComposeOptions): Manifest;
  /**
   * What deploying one manifest over another would lose. In: the files of both, as `compose` made them; what is no manifest of this adapter's is passed over. Throws `invalid-definition` for a manifest that
   * cannot be read.
   */
  losses?(before: ManifestFiles, after: ManifestFiles): readonly Loss[];
}
