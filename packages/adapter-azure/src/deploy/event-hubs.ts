/** Event Hubs, of stream and logs. Ranges: delivery-semantics §2.2, from azure-sdk-for-net's EventHubOptions. */
import type { Assessment, Binding, Rendered } from "@isobar/core/plan";
import { inShared, idInShared, resource, type Resources } from "./arm.ts";
import { connections, type ScaleSettings } from "./function-app.ts";
import { readerName } from "./names.ts";
import { assessPositions, inBatch, renderPositions, type PositionSource } from "./positions.ts";
import { connectionOf, eventHub } from "./registration.ts";

/** What a target may say of an event hub. */
export interface EventHubsSettings extends ScaleSettings {
  /** Partitions, 1 to 32. Default 4. */
  readonly partitionCount?: number;
  /** 1 to 168 on the Standard tier. Default 168. */
  readonly retentionHours?: number;
}
type HubBinding = Binding<"stream" | "logs", EventHubsSettings>;

const sourceOf = ({ retentionHours: hours = 168 }: EventHubsSettings): PositionSource => ({
  part: "partition",
  kept: { hours, setting: "Microsoft.EventHub/namespaces/eventhubs retentionDescription.retentionTimeInHours" },
  batch: "host.json extensions.eventHubs.maxEventBatchSize",
  app: "app.eventHub",
  afterCrash: "it comes again after 10 s, or where its host was lost from the last checkpoint on, once another has its partition",
});
export const assessEventHubs = (binding: HubBinding): Assessment<"queue"> => assessPositions(binding, sourceOf(binding.settings));

export function renderEventHubs(binding: HubBinding, maker: string): Rendered {
  const { name, fn: { source: { name: hub } }, settings: { partitionCount = 4, retentionHours = 168 } } = binding;
  const resources: Resources = {
    [`event hub ${hub}`]: resource("Microsoft.EventHub/namespaces/eventhubs", { name: inShared("eventHubs", hub), comments: `${name} reads it`, properties: { partitionCount, retentionDescription: { cleanupPolicy: "Delete", retentionTimeInHours: retentionHours } } }),
    [`consumer group ${name}`]: resource("Microsoft.EventHub/namespaces/eventhubs/consumergroups", { name: inShared("eventHubs", `${hub}/${readerName(name)}`), comments: `${name} alone reads by it`, dependsOn: [idInShared("Microsoft.EventHub/namespaces/eventhubs", "eventHubs", hub)], properties: {} }),
  };
  return renderPositions(binding, {
    registration: eventHub(name, maker, hub),
    environment: connections.eventHubs(connectionOf(hub)),
    extensions: { eventHubs: { maxEventBatchSize: inBatch, batchCheckpointFrequency: 1, initialOffsetOptions: { type: "fromStart" } } },
    resources,
    reads: [{ actions: ["Azure Event Hubs Data Receiver"], on: `event hub ${hub}`, for: "consuming" }],
  });
}
