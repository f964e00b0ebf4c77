/** What `isobar.config.ts` says of Google Cloud. */
import type { App, PerFunction, Target } from "@isobar/core";
import type { BusSettings } from "../triggers/bus/plan.ts";
import type { CallSettings } from "../triggers/call/plan.ts";
import type { ChangesSettings } from "../triggers/changes/plan.ts";
import type { HttpSettings } from "../triggers/http/plan.ts";
import type { LogsSettings } from "../triggers/logs/plan.ts";
import type { QueueSettings } from "../triggers/queue/plan.ts";
import type { ScheduleSettings } from "../triggers/schedule/plan.ts";
import type { StorageSettings } from "../triggers/storage/plan.ts";
import type { StreamSettings } from "../triggers/stream/plan.ts";
import type { TopicSettings } from "../triggers/topic/plan.ts";

export interface GcpByKind {
  readonly http: HttpSettings;
  readonly queue: QueueSettings;
  readonly topic: TopicSettings;
  readonly storage: StorageSettings;
  readonly schedule: ScheduleSettings;
  readonly changes: ChangesSettings;
  readonly stream: StreamSettings;
  readonly bus: BusSettings;
  readonly logs: LogsSettings;
  readonly call: CallSettings;
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
