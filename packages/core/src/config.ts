/** What `isobar.config.ts` holds: one target per cloud, made by that cloud's adapter. */
import type { App } from "./app.ts";
import type { TriggerKind } from "./triggers/index.ts";

/** Per function of this app, what one cloud offers for that function's kind. */
export type PerFunction<A extends App, ByKind extends { readonly [K in TriggerKind]: unknown }> = {
  readonly [N in keyof A["functions"]]?: ByKind[A["functions"][N]["kind"]];
};
/** One cloud to plan and build for. */
export interface Target<Settings = unknown> {
  readonly cloud: string;
  readonly app: App;
  readonly settings: Settings;
}
