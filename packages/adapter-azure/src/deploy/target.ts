/** What `isobar.config.ts` says of Azure. */
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

export interface AzureByKind {
  readonly bus: BusSettings;
  readonly call: CallSettings;
  readonly changes: ChangesSettings;
  readonly http: HttpSettings;
  readonly logs: LogsSettings;
  readonly queue: QueueSettings;
  readonly schedule: ScheduleSettings;
  readonly storage: StorageSettings;
  readonly stream: StreamSettings;
  readonly topic: TopicSettings;
}
export interface AzureSettings<A extends App = App> {
  readonly location?: string;
  readonly functions?: PerFunction<A, AzureByKind>;
}
/** A target: one app on Azure. Functions are named and typed by the app itself. */
export function azure<const A extends App>(app: A, settings: AzureSettings<A> = {}): Target<AzureSettings<A>> {
  return { cloud: "azure", app, settings };
}
