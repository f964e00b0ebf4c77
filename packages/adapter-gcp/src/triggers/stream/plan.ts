/** What calls a stream function on Google Cloud: a Pub/Sub push subscription with message ordering, whose attempts are made inside the push. */
import { exact, type TriggerPlan } from "@isobar/core/plan";
import { assessInside, renderInside } from "../../deploy/inside.ts";
import { topicOf, type PushSettings } from "../../deploy/push.ts";

export interface StreamSettings extends PushSettings {
  readonly variant?: "pubsub-push";
}
export const streamPlan: TriggerPlan<"stream", StreamSettings> = {
  variant: ({ variant = "pubsub-push" }) => variant,
  assess: (binding) => assessInside(binding, exact({ "google_pubsub_subscription enable_message_ordering": true }, "for what is published with an ordering key; one record of a key is under way at a time")),
  render(binding) {
    const [key, topic] = topicOf(binding.app, "stream", binding.fn.source.name);
    return renderInside(binding, "stream", key, { resources: { [key]: topic }, ordered: true });
  },
};
