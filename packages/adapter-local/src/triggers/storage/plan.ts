/** What calls a storage function locally: a queue of its own that hears of every change in the bucket. */
import { emulated, type TriggerPlan } from "@isobar/core/plan";
import { variantAmong } from "../../deploy/machine.ts";
import { called } from "../../deploy/resources.ts";
import { assessStore, ownQueue, renderStore, type StoreSettings } from "../../deploy/store.ts";

export interface StorageSettings extends StoreSettings {}
export const storagePlan: TriggerPlan<"storage", StorageSettings> = {
  variant: variantAmong("storage", ["local"]),
  assess: (binding) => ({ ...assessStore(binding), filter: emulated("the run time acknowledges what was not asked for without running it", "it is handed over all the same, and counted in the log") }),
  render(binding) {
    const { name, fn } = binding;
    const queue = ownQueue(fn.source.name, name);
    return renderStore(binding, "storage", queue, { [called("notification", name)]: { type: "notification", for: name, bucket: fn.source.name, queue } });
  },
};
