/** What `isobar.config.ts` says of AWS. */
import type { App, PerFunction, Target } from "@isobar/core";
import type { HttpSettings } from "../triggers/http/plan.ts";
import type { QueueSettings } from "../triggers/queue/plan.ts";

export interface AwsByKind {
  readonly http: HttpSettings;
  readonly queue: QueueSettings;
}
export interface AwsSettings<A extends App = App> {
  readonly region?: string;
  readonly functions?: PerFunction<A, AwsByKind>;
}
/** A target: one app on AWS. Functions are named and typed by the app itself. */
export function aws<const A extends App>(app: A, settings: AwsSettings<A> = {}): Target<AwsSettings<A>> {
  return { cloud: "aws", app, settings };
}
