/** What calls a storage function on Google Cloud: notifications of the bucket over Pub/Sub; `direct`: Eventarc, which retries by its own rules for 24 hours. */
import type { Binding } from "@isobar/core/plan";

export interface StorageSettings {
  readonly variant?: "gcs-pubsub" | "direct";
}
/** Entry makers by variant. Those that only decode have one too; settings do not name them. */
const makers = { "gcs-pubsub": "storage", direct: "storageDirect", background: "storageBackground" } as const;
export const storageMaker = ({ settings: { variant = "gcs-pubsub" } }: Binding<"storage", StorageSettings>): string => makers[variant];
