/** What calls a queue function on AWS: SQS through an event source mapping. */
import type { TriggerPlan } from "@isobar/core/plan";
import type { FromExisting } from "../../deploy/settings.ts";
import { assessSqs, ofAnothersQueue, renderSqs, type SqsSettings } from "../../deploy/sqs.ts";

export interface QueueSettings extends SqsSettings {
  /** There is nothing to choose. */
  readonly variant?: "sqs";
}
export const queuePlan: TriggerPlan<"queue", QueueSettings & FromExisting> = {
  variant: ({ variant = "sqs" }) => variant,
  assess: (binding) => (binding.settings.existing === undefined ? assessSqs(binding) : ofAnothersQueue(binding)),
  render: (binding) => renderSqs(binding, "queue", { channel: binding.fn.source.name }),
};
