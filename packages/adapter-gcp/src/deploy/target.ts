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
type ByName = Readonly<Record<string, string>>;
/**
 * What is there already, by the app's names: it is referred to, not made. A topic is a name in the target's project, or "projects/P/topics/T"; so are the channels and secrets of other services. An expression
 * of Terraform's may stand for any of them.
 */
export interface Existing {
  /** Topics, which for us are queues too: each still gets the subscriptions of the app's functions, and its own where nobody else reads it. */
  readonly queues?: ByName;
  readonly topics?: ByName;
  readonly streams?: ByName;
  /** Topics; with the variant "direct" Eventarc channels. */
  readonly buses?: ByName;
  readonly buckets?: ByName;
  /** Secrets of Secret Manager. Default: a secret's name is "<app>-<stage>-<name>", and storing it is a step of the deployment. */
  readonly secrets?: ByName;
}
export interface GcpSettings<A extends App = App> {
  /** The project's id. Default: whoever deploys says. */
  readonly project?: string;
  /** As "europe-west3". Default: whoever deploys says. */
  readonly region?: string;
  /** Part of every name, so that two copies of an app live in one project; 12 characters at most. Default "dev". */
  readonly stage?: string;
  /** Default "nodejs24". */
  readonly runtime?: "nodejs22" | "nodejs24";
  /** Labels of everything that can have some, beside ours. */
  readonly labels?: ByName;
  /** Alerts on dead letters, to nobody but the console unless channels are named: "projects/P/notificationChannels/C", or expressions of Terraform's. */
  readonly alarms?: false | { readonly notificationChannels?: readonly string[] };
  /** For how long log lines are kept. On Google Cloud that is the whole project's: it becomes a step of the deployment, and no resource. */
  readonly logRetentionDays?: number;
  /** Who builds functions: "projects/P/serviceAccounts/E". Default: the project's own, which is the account of Compute Engine. */
  readonly buildServiceAccount?: string;
  /** Where Terraform keeps its state: a backend's block, by its type. Default: in the folder of the manifest. */
  readonly backend?: Readonly<Record<string, object>>;
  readonly existing?: Existing;
  /** Laid over resources last, by their names in the manifest: "google_pubsub_subscription.charge". Objects are merged, `null` takes an attribute away; strings are templates of Terraform's. */
  readonly overrides?: Readonly<Record<string, object>>;
  /** More resources, by names of their own. */
  readonly resources?: Readonly<Record<string, object>>;
  readonly functions?: PerFunction<A, GcpByKind>;
}
/** A target: one app on Google Cloud. Functions are named and typed by the app itself. */
export function gcp<const A extends App>(app: A, settings: GcpSettings<A> = {}): Target<GcpSettings<A>> {
  return { cloud: "gcp", app, settings };
}
