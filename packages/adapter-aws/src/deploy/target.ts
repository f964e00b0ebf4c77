/** What `isobar.config.ts` says of AWS. */
import type { App, PerFunction, Target, TriggerKind } from "@isobar/core";
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
import type { Existing, FromExisting, FunctionSettings, UnitSettings } from "./settings.ts";

export interface AwsByKind {
  readonly bus: BusSettings & FunctionSettings;
  readonly call: CallSettings & FunctionSettings;
  readonly changes: ChangesSettings & FunctionSettings;
  readonly http: HttpSettings & FunctionSettings;
  readonly logs: LogsSettings & FunctionSettings;
  readonly queue: QueueSettings & FunctionSettings;
  readonly schedule: ScheduleSettings & FunctionSettings;
  readonly storage: StorageSettings & FunctionSettings;
  readonly stream: StreamSettings & FunctionSettings;
  readonly topic: TopicSettings & FunctionSettings;
}
export interface AwsSettings<A extends App = App> extends UnitSettings {
  /** Where the printed commands deploy to. Default: what the command line is set to. */
  readonly region?: string;
  /** In every name, so that two copies of an app live in one account: a lower-case letter, then lower-case letters and digits, 20 at most. Default "dev". */
  readonly stage?: string;
  /** Default "nodejs24.x". */
  readonly runtime?: "nodejs24.x" | "nodejs22.x";
  /** The S3 bucket that code is uploaded to, in the same region. Default: one that the printed commands make. */
  readonly codeBucket?: string;
  /** Of a message in a dead-letter queue: `notify` has the ARNs of topics that hear of it. Default: alarms that notify nobody. */
  readonly alarms?: false | { readonly notify: readonly string[] };
  /** Nested stacks from the beginning, for an app that will outgrow one: what has names of its own cannot move from one stack into another. Default: where one stack's 500 resources do not hold it. */
  readonly nested?: boolean;
  readonly functions?: PerFunction<A, AwsByKind>;
  /** Laid over a resource, by its name in the template, last: objects are merged, anything else replaced, `null` takes away. */
  readonly overrides?: Readonly<Record<string, object>>;
  /** Resources of your own, as the template has them. */
  readonly resources?: Readonly<Record<string, object>>;
  readonly existing?: Existing;
}

/** By kind: where `existing` has the source of a function whose promises depend on it. */
const kept: { readonly [K in TriggerKind]?: keyof Existing } = { queue: "queues", storage: "buckets", changes: "tables", stream: "streams" };
/** Each function that reads what is there already knows it: a plan sees a function's own settings alone. */
function withExisting({ functions }: App, { existing = {}, functions: settings = {} }: AwsSettings): Readonly<Record<string, object | undefined>> {
  const own = Object.entries(functions).flatMap(([name, { kind, source }]) => {
    const key = kept[kind];
    const known = key === undefined ? {} : ((existing[key] ?? {}) as Readonly<Record<string, FromExisting["existing"]>>);
    const { name: channel = "" } = source as { readonly name?: string };
    return Object.hasOwn(known, channel) ? [[name, { ...settings[name], existing: known[channel] }] as const] : [];
  });
  return { ...settings, ...Object.fromEntries(own) };
}

/** A target: one app on AWS. Functions are named and typed by the app itself. */
export function aws<const A extends App>(app: A, settings: AwsSettings<A> = {}): Target<AwsSettings<A>> {
  return { cloud: "aws", app, settings: settings.existing === undefined ? settings : { ...settings, functions: withExisting(app, settings as AwsSettings) as unknown as NonNullable<AwsSettings<A>["functions"]> } };
}
