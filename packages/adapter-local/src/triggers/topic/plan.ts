/** What calls a topic function locally: a queue of its own that the topic fills. */
import type { TriggerPlan } from "@isobar/core/plan";
import { variantAmong } from "../../deploy/machine.ts";
import { called } from "../../deploy/resources.ts";
import { assessStore, ownQueue, renderStore, type StoreSettings } from "../../deploy/store.ts";

export interface TopicSettings extends StoreSettings {}
export const topicPlan: TriggerPlan<"topic", TopicSettings> = {
  variant: variantAmong("topic", ["local"]),
  assess: assessStore,
  render(binding) {
    const { name, fn } = binding;
    const queue = ownQueue(fn.source.name, name);
    return renderStore(binding, "topic", queue, { [called("subscription", name)]: { type: "subscription", for: name, topic: fn.source.name, queue } });
  },
};
