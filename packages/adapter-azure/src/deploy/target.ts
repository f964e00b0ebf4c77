/** What `isobar.config.ts` says of Azure. */
import type { App, PerFunction, Target } from "@isobar/core";
import type { HttpSettings } from "../triggers/http/plan.ts";
import type { QueueSettings } from "../triggers/queue/plan.ts";

export interface AzureByKind {
  readonly http: HttpSettings;
  readonly queue: QueueSettings;
}
export interface AzureSettings<A extends App = App> {
  readonly location?: string;
  readonly functions?: PerFunction<A, AzureByKind>;
}
/** A target: one app on Azure. Functions are named and typed by the app itself. */
export function azure<const A extends App>(app: A, settings: AzureSettings<A> = {}): Target<AzureSettings<A>> {
  return { cloud: "azure", app, settings };
}
