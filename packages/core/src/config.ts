/** What `isobar.config.ts` holds: one target per cloud, made by that cloud's adapter. */
import type { App } from "./app.ts";
import type { Capabilities } from "./plan/capability.ts";
import type { TriggerKind } from "./triggers/index.ts";

/** What a target waives for one function on its cloud: promises that it can only approximate. A waiver for one cloud is none for another. */
export interface Waiver<K extends TriggerKind> {
  readonly accept?: readonly Capabilities[K][];
}
/** Per function of this app, what one cloud offers for that function's kind, and what is waived. */
export type PerFunction<A extends App, ByKind extends { readonly [K in TriggerKind]: unknown }> = {
  readonly [N in keyof A["functions"]]?: ByKind[A["functions"][N]["kind"]] & Waiver<A["functions"][N]["kind"]>;
};
/** One cloud to plan and build for. */
export interface Target<Settings = unknown> {
  readonly cloud: string;
  readonly app: App;
  readonly settings: Settings;
}
