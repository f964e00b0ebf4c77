/** What calls a stream function locally: a reader of the stream. */
import type { TriggerPlan } from "@isobar/core/plan";
import { variantAmong, type MachineSettings } from "../../deploy/machine.ts";
import { assessPositions, renderPositions } from "../../deploy/positions.ts";

export interface StreamSettings extends MachineSettings {}
export const streamPlan: TriggerPlan<"stream", StreamSettings> = {
  variant: variantAmong("stream", ["local"]),
  assess: assessPositions,
  render: (binding) => renderPositions(binding, { type: "stream", for: binding.name, name: binding.fn.source.name }),
};
