/** What calls a logs function on Google Cloud: a sink of Cloud Logging by way of Pub/Sub. */
import type { Binding } from "@isobar/core/plan";

export interface LogsSettings {
  readonly variant?: "sink-pubsub";
}
export const logsMaker = (_binding: Binding<"logs", LogsSettings>): "logs" => "logs";
