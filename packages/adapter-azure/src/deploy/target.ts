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
import type { Existing } from "./existing.ts";

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
  /** Part of every name, so that two copies of an app live in one subscription: a lower-case letter, then lower-case letters and digits, 10 at most. Default "dev". */
  readonly stage?: string;
  /** A region, as "westeurope". Default: whoever deploys says. */
  readonly location?: string;
  /** Where the printed commands deploy to. Default "<app>-<stage>". */
  readonly resourceGroup?: string;
  /** The version of Node.js. Default "22"; whether a region has "24" on Flex Consumption `az functionapp list-flexconsumption-runtimes` tells. */
  readonly runtime?: "22" | "24";
  /** How long logs and traces are kept, 4 to 730 days. Default 30. */
  readonly logRetentionDays?: number;
  /** Whether calls to others are traced. Default true. */
  readonly tracing?: boolean;
  /** Alerts on dead letters, and the ids of action groups that hear of them. Default: alerts that notify nobody. */
  readonly alarms?: false | { readonly actionGroups?: readonly string[] };
  /** The subnet of functions that do not say another. */
  readonly subnetId?: string;
  readonly functions?: PerFunction<A, AzureByKind>;
  /** Laid over resources last, by their names in the manifest: "queue orders", "site charge", "host.json charge". Objects are merged, anything else replaced, `null` takes away. */
  readonly overrides?: Readonly<Record<string, object>>;
  /** Resources of your own, as the template has them, by names of your own. */
  readonly resources?: Readonly<Record<string, object>>;
  readonly existing?: Existing;
}
/** The vault of all secrets. */
export const vaultOf = ({ vault }: Existing = {}): { readonly name: string; readonly resourceGroup?: string } | undefined => (typeof vault === "string" ? { name: vault } : vault);

/** A target: one app on Azure. Functions are named and typed by the app itself. */
export function azure<const A extends App>(app: A, settings: AzureSettings<A> = {}): Target<AzureSettings<A>> {
  return { cloud: "azure", app, settings };
}
