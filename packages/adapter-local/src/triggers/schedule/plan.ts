/** What calls a schedule function locally: a queue of its own that a clock fills. */
import { exact, type Binding, type TriggerPlan } from "@isobar/core/plan";
import { variantAmong } from "../../deploy/machine.ts";
import { called } from "../../deploy/resources.ts";
import { assessStore, ownQueue, renderStore, type StoreSettings } from "../../deploy/store.ts";

export interface ScheduleSettings extends StoreSettings {}
const zoneOf = ({ fn }: Binding<"schedule">): string => fn.options.zone ?? "UTC";

export const schedulePlan: TriggerPlan<"schedule", ScheduleSettings> = {
  variant: variantAmong("schedule", ["local"]),
  assess: (binding) => ({ ...assessStore(binding), zone: exact({ "schedule zone": zoneOf(binding) }, "ticks that were due while nothing ran are not made up for") }),
  render(binding) {
    const { name, fn } = binding;
    const queue = ownQueue("schedule", name);
    return renderStore(binding, "schedule", queue, { [called("schedule", name)]: { type: "schedule", for: name, cron: fn.source.cron, zone: zoneOf(binding), queue } });
  },
};
