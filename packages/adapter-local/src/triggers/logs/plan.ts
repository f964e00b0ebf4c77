/** What calls a logs function locally: a reader of the log. */
import type { TriggerPlan } from "@isobar/core/plan";
import { variantAmong, type MachineSettings } from "../../deploy/machine.ts";
import { assessPositions, renderPositions } from "../../deploy/positions.ts";

export interface LogsSettings extends MachineSettings {}
export const logsPlan: TriggerPlan<"logs", LogsSettings> = {
  variant: variantAmong("logs", ["local"]),
  assess: assessPositions,
  render: (binding) => renderPositions(binding, { type: "log", for: binding.name, name: binding.fn.source.name }),
};
