/** What calls a queue function on Google Cloud: a Pub/Sub push subscription to the queue's topic. */
import type { TriggerPlan } from "@isobar/core/plan";
import { assessPubsub, renderPubsub } from "../../deploy/pubsub.ts";
import { queueFilterOf, topicOf, type PushSettings } from "../../deploy/push.ts";
import { assessNothing, decodesAlone, renderNothing } from "../../deploy/variants.ts";

export interface QueueSettings extends PushSettings {
  readonly variant?: "pubsub-push";
}
/** Entry makers by variant. Those that only decode have one too; settings do not name them. */
const makers = { "pubsub-push": "queue", unwrapped: "queueUnwrapped", cloudevent: "queueCloudevent", background: "queueBackground" } as const;
const variantOf = ({ variant = "pubsub-push" }: QueueSettings): keyof typeof makers => variant;

export const queuePlan: TriggerPlan<"queue", QueueSettings> = {
  variant: variantOf,
  assess(binding) {
    const variant = variantOf(binding.settings);
    return decodesAlone(variant) ? assessNothing("queue", variant, "pubsub-push") : assessPubsub(binding);
  },
  render(binding) {
    const variant = variantOf(binding.settings);
    if (decodesAlone(variant)) return renderNothing(makers[variant]);
    const [key, topic] = topicOf(binding.app, "queue", binding.fn.source.name);
    return renderPubsub(binding, makers[variant], key, { resources: { [key]: topic }, filter: queueFilterOf });
  },
};
