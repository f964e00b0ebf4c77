/** What calls a stream function on Azure: Event Hubs. */
import type { TriggerPlan } from "@isobar/core/plan";
import { assessEventHubs, renderEventHubs, type EventHubsSettings } from "../../deploy/event-hubs.ts";
import { connectionOf, retry } from "../../deploy/registration.ts";
import { notDeployed, planBy } from "../../deploy/variants.ts";

export interface StreamSettings extends EventHubsSettings {
  readonly variant?: "event-hubs";
}

export const streamPlan: TriggerPlan<"stream", StreamSettings> = planBy<"stream", StreamSettings>("stream", "event-hubs", {
  "event-hubs": { assess: assessEventHubs, render: (binding) => renderEventHubs(binding, "stream") },
  kafka: notDeployed("stream", "no brokers are deployed; events of the Kafka extension are read where they are captured", "event-hubs", ({ name, fn: { source } }) => ({
    name,
    app: "generic",
    maker: "streamKafka",
    options: { trigger: { type: "kafkaTrigger", name: "event", topic: source.name, brokerList: `%${connectionOf(source.name)}%`, consumerGroup: name, cardinality: "many", dataType: "string" }, retry },
  })),
});
