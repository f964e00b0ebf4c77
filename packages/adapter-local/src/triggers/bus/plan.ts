/** What calls a bus function locally: a queue of its own that a rule fills. */
import type { TriggerPlan } from "@isobar/core/plan";
import { variantAmong } from "../../deploy/machine.ts";
import { called } from "../../deploy/resources.ts";
import { assessStore, ownQueue, renderStore, type StoreSettings } from "../../deploy/store.ts";

export interface BusSettings extends StoreSettings {}
export const busPlan: TriggerPlan<"bus", BusSettings> = {
  variant: variantAmong("bus", ["local"]),
  assess: assessStore,
  render(binding) {
    const { name, fn: { source, options: { sources, detailTypes } } } = binding;
    const queue = ownQueue(source.name, name);
    return renderStore(binding, "bus", queue, { [called("rule", name)]: { type: "rule", for: name, bus: source.name, ...(sources === undefined ? {} : { sources }), ...(detailTypes === undefined ? {} : { detailTypes }), queue } });
  },
};
