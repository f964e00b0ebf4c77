/** What calls a stream function on Google Cloud: a Pub/Sub push subscription with message ordering. */
import type { Binding } from "@isobar/core/plan";

export interface StreamSettings {
  readonly variant?: "pubsub-push";
}
export const streamMaker = (_binding: Binding<"stream", StreamSettings>): "stream" => "stream";
