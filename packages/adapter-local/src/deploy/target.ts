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

/** What can be said of a function, by its kind: of calls, whether they are answered or sent ahead. */
export interface LocalByKind {
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
export interface LocalSettings<A extends App = App> {
  readonly functions?: PerFunction<A, LocalByKind>;
}
/** A target: one app on this machine. */
export function local<const A extends App>(app: A, settings: LocalSettings<A> = {}): Target<LocalSettings<A>> {
  return { cloud: "local", app, settings };
}
