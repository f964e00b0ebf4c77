/** What calls a queue function on Google Cloud: a Pub/Sub push subscription. */
import type { Binding } from "@isobar/core/plan";

export interface QueueSettings {
  readonly variant?: "pubsub-push";
  /** 10 to 600 seconds: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions */
  readonly ackDeadlineSeconds?: number;
}
/** Entry makers by variant. Those that only decode have one too; settings do not name them. */
const makers = { "pubsub-push": "queue", unwrapped: "queueUnwrapped", cloudevent: "queueCloudevent", background: "queueBackground" } as const;
export const queueMaker = ({ settings: { variant = "pubsub-push" } }: Binding<"queue", QueueSettings>): string => makers[variant];
