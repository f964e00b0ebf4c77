/** Alerts on dead letters. https://cloud.google.com/pubsub/docs/monitoring#monitor_forwarded_undeliverable_messages */
import type { App, Queue } from "@isobar/core";
import { labelOf, nameOf, ref, type Resources } from "./resources.ts";
import type { GcpSettings } from "./target.ts";

/**
 * An alert that a dead letter waits to be looked at. Only where it waits: a queue of dead letters that a function of the app consumes has no such subscription, and the function is what looks.
 * `has`: whether a resource is among those of the app.
 */
export function alarmsOf(app: App, letters: Queue, { alarms = {} }: GcpSettings, has: (key: string) => boolean): Resources {
  const subscription = `google_pubsub_subscription.${labelOf(letters.name, "queue")}`;
  if (alarms === false || !has(subscription)) return {};
  const { notificationChannels: channels = [] } = alarms;
  const name = nameOf(app, letters.name, "queue");
  return {
    [`google_monitoring_alert_policy.${labelOf(letters.name, "letters")}`]: {
      display_name: `${name}, dead letters`,
      combiner: "OR",
      conditions: [
        {
          display_name: `${name} holds a message`,
          condition_threshold: {
            filter: `resource.type = "pubsub_subscription" AND resource.labels.subscription_id = "${ref(subscription, "name")}" AND metric.type = "pubsub.googleapis.com/subscription/num_undelivered_messages"`,
            comparison: "COMPARISON_GT",
            threshold_value: 0,
            duration: "0s",
            // A gauge that is told once a minute: https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub
            aggregations: [{ alignment_period: "60s", per_series_aligner: "ALIGN_MAX" }],
            trigger: { count: 1 },
          },
        },
      ],
      documentation: { content: `A message ended as a dead letter. \`isobar dead-letters list --cloud gcp --queue ${letters.name}\` shows which, and why.`, mime_type: "text/markdown" },
      ...(channels.length === 0 ? {} : { notification_channels: channels }),
    },
  };
}
