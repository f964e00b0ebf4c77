/** What `isobar.config.ts` says of Google Cloud. */
import type { App, PerFunction, Target } from "@isobar/core";
import type { HttpSettings } from "../triggers/http/plan.ts";
import type { QueueSettings } from "../triggers/queue/plan.ts";

export interface GcpByKind {
  readonly http: HttpSettings;
  readonly queue: QueueSettings;
}
export interface GcpSettings<A extends App = App> {
  readonly project?: string;
  readonly region?: string;
  readonly functions?: PerFunction<A, GcpByKind>;
}
/** A target: one app on Google Cloud. Functions are named and typed by the app itself. */
export function gcp<const A extends App>(app: A, settings: GcpSettings<A> = {}): Target<GcpSettings<A>> {
  return { cloud: "gcp", app, settings };
}
