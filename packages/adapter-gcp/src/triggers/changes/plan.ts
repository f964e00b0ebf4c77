/** What calls a function that follows a Firestore database: Eventarc, by way of a relay and Pub/Sub; `direct`: Eventarc, which retries by its own rules for 24 hours. */
import type { Binding } from "@isobar/core/plan";

export interface ChangesSettings {
  readonly variant?: "eventarc-pubsub" | "direct";
}
/** Entry makers by variant. */
const makers = { "eventarc-pubsub": "changes", direct: "changesDirect" } as const;
export const changesMaker = ({ settings: { variant = "eventarc-pubsub" } }: Binding<"changes", ChangesSettings>): string => makers[variant];
