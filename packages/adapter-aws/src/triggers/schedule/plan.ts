/** What calls a schedule function on AWS: EventBridge Scheduler through an SQS queue, or a scheduled EventBridge rule. */
import type { Binding } from "@isobar/core/plan";

export interface ScheduleSettings {
  /** Default `scheduler-sqs`: through a queue of its own. `direct`: fewer parts, Lambda's own two retries, and no delivery policy but that. */
  readonly variant?: "scheduler-sqs" | "direct";
}
const makers = { "scheduler-sqs": "schedule", direct: "scheduleDirect" } as const;
export const scheduleMaker = ({ settings: { variant = "scheduler-sqs" } }: Binding<"schedule", ScheduleSettings>): (typeof makers)[keyof typeof makers] => makers[variant];
