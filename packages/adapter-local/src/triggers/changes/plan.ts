/** What calls a changes function locally: a reader of what was written to the table. */
import { exact, type TriggerPlan } from "@isobar/core/plan";
import { variantAmong, type MachineSettings } from "../../deploy/machine.ts";
import { assessPositions, renderPositions } from "../../deploy/positions.ts";

export interface ChangesSettings extends MachineSettings {}
export const changesPlan: TriggerPlan<"changes", ChangesSettings> = {
  variant: variantAmong("changes", ["local"]),
  assess: (binding) => ({ ...assessPositions(binding), images: exact({ "table images": "both" }) }),
  render: (binding) => renderPositions(binding, { type: "table", for: binding.name, name: binding.fn.source.name, images: "both" }),
};
