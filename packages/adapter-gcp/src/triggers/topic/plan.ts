/** What calls a subscriber on Google Cloud: a Pub/Sub push subscription of its own. */
import type { Binding } from "@isobar/core/plan";

export interface TopicSettings {
  readonly variant?: "pubsub-push";
}
/** Entry makers by variant. Those that only decode have one too; settings do not name them. */
const makers = { "pubsub-push": "topic", unwrapped: "topicUnwrapped", cloudevent: "topicCloudevent", background: "topicBackground" } as const;
export const topicMaker = ({ settings: { variant = "pubsub-push" } }: Binding<"topic", TopicSettings>): string => makers[variant];
