/** What calls a scheduled function on Google Cloud: a Cloud Scheduler job by way of Pub/Sub; `direct`: the job itself, which retries as the job says. */
import type { TriggerPlan } from "@isobar/core/plan";
import { assessPubsub, renderPubsub } from "../../deploy/pubsub.ts";
import { ownTopicOf, type PushSettings } from "../../deploy/push.ts";
import { labelOf, ref } from "../../deploy/resources.ts";
import { assessScheduler, jobResource, renderScheduler, zoneVerdict } from "../../deploy/scheduler.ts";

export interface ScheduleSettings extends PushSettings {
  readonly variant?: "scheduler-pubsub" | "direct";
}
const variantOf = ({ variant = "scheduler-pubsub" }: ScheduleSettings) => variant;
/** "{}": a message has data or attributes (https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage); the tick is computed from the expression and publishTime. */
const data = "e30=";
/** Tries of the publishing itself, which the job would else make once: https://cloud.google.com/scheduler/docs/configuring/retry-jobs */
const publishing = { retry_count: 5, min_backoff_duration: "5s", max_backoff_duration: "60s", max_doublings: 5 } as const;

export const schedulePlan: TriggerPlan<"schedule", ScheduleSettings> = {
  variant: variantOf,
  assess: (binding) => (variantOf(binding.settings) === "direct" ? assessScheduler(binding) : { ...assessPubsub(binding), zone: zoneVerdict(binding.fn) }),
  render(binding) {
    if (variantOf(binding.settings) === "direct") return renderScheduler(binding, "scheduleDirect");
    const [key, topic] = ownTopicOf(binding.app, binding.name, "ticks");
    const job = { ...jobResource(binding), retry_config: publishing, pubsub_target: { topic_name: ref(key), data } };
    return renderPubsub(binding, "schedule", key, { resources: { [key]: topic, [`google_cloud_scheduler_job.${labelOf(binding.name)}`]: job } });
  },
};
