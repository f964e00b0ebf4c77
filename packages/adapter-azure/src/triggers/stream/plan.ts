/** What calls a stream function on Azure: Event Hubs. */
import type { Binding } from "@isobar/core/plan";
import { connectionOf, eventHub, retry, type Registration } from "../../deploy/registration.ts";

export interface StreamSettings {
  readonly variant?: "event-hubs";
}

export function streamMaker({ name, fn: { source }, settings }: Binding<"stream", StreamSettings>): Registration {
  const variant: string | undefined = settings.variant;
  if (variant !== "kafka") return eventHub("stream", source.name, name);
  const trigger = { type: "kafkaTrigger", name: "event", topic: source.name, brokerList: `%${connectionOf(source.name)}%`, consumerGroup: name, cardinality: "many", dataType: "string" };
  return { app: "generic", maker: "streamKafka", options: { trigger, retry } };
}
