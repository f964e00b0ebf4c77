/** What calls a scheduled function on Google Cloud: a Cloud Scheduler job by way of Pub/Sub; `direct`: the job itself, which retries as the job says. */
import type { Binding } from "@isobar/core/plan";

export interface ScheduleSettings {
  readonly variant?: "scheduler-pubsub" | "direct";
}
/** Entry makers by variant. */
const makers = { "scheduler-pubsub": "schedule", direct: "scheduleDirect" } as const;
export const scheduleMaker = ({ settings: { variant = "scheduler-pubsub" } }: Binding<"schedule", ScheduleSettings>): string => makers[variant];
