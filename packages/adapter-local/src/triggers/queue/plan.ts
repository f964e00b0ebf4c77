/** What calls a queue function locally: the embedded store. */
import type { TriggerPlan } from "@isobar/core/plan";
import { variantAmong } from "../../deploy/machine.ts";
import { assessStore, renderStore, type StoreSettings } from "../../deploy/store.ts";

export interface QueueSettings extends StoreSettings {}
export const queuePlan: TriggerPlan<"queue", QueueSettings> = {
  variant: variantAmong("queue", ["local"]),
  assess: assessStore,
  render: (binding) => renderStore(binding, "queue", binding.fn.source.name),
};
