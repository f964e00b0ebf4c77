/** What calls a subscriber on Google Cloud: a Pub/Sub push subscription of its own to the topic. */
import type { TriggerPlan } from "@isobar/core/plan";
import { assessPubsub, renderPubsub } from "../../deploy/pubsub.ts";
import { topicOf, type PushSettings } from "../../deploy/push.ts";
import { assessNothing, decodesAlone, renderNothing } from "../../deploy/variants.ts";

export interface TopicSettings extends PushSettings {
  readonly variant?: "pubsub-push";
}
/** Entry makers by variant. Those that only decode have one too; settings do not name them. */
const makers = { "pubsub-push": "topic", unwrapped: "topicUnwrapped", cloudevent: "topicCloudevent", background: "topicBackground" } as const;
const variantOf = ({ variant = "pubsub-push" }: TopicSettings): keyof typeof makers => variant;

export const topicPlan: TriggerPlan<"topic", TopicSettings> = {
  variant: variantOf,
  assess(binding) {
    const variant = variantOf(binding.settings);
    return decodesAlone(variant) ? assessNothing("topic", variant, "pubsub-push") : assessPubsub(binding);
  },
  render(binding) {
    const variant = variantOf(binding.settings);
    if (decodesAlone(variant)) return renderNothing(makers[variant]);
    const [key, topic] = topicOf(binding.app, "topic", binding.fn.source.name);
    return renderPubsub(binding, makers[variant], key, { resources: { [key]: topic } });
  },
};
