/** Event Hubs: one partition of a hub, read by the function's own consumer group. Defaults: delivery-semantics §2.2, from azure-sdk-for-net's EventHubOptions. */
import { IsobarError, type Rendered, type Rules, type Unsure } from "@isobar/core/adapter";
import { named, secondsInClock } from "../../deploy/arm.ts";
import { appIn, hostingOf, type Fields } from "./functions.ts";
import { partition } from "./positions.ts";

export function eventHubsRules(rendered: Rendered, unsure: Unsure = {}): Rules {
  const app = appIn(rendered, "eventHub");
  const hub = named(rendered.resources, "Microsoft.EventHub/namespaces/eventhubs", app.options.eventHubName);
  if (hub === undefined) throw new IsobarError("unsupported", `no event hub ${JSON.stringify(app.options.eventHubName)} is rendered`);
  const { maxEventBatchSize: most = 100, minEventBatchSize: least = 1, maxWaitTime = "00:01:00", batchCheckpointFrequency: every = 1 } = (app.extensions.eventHubs ?? {}) as Fields;
  const { retentionTimeInHours = 24 } = (hub.properties.retentionDescription ?? {}) as { readonly retentionTimeInHours?: number };
  const fill = { least: Number(least), waitMs: Number(least) > 1 ? secondsInClock(maxWaitTime) * 1000 : 0 };
  return {
    // One invocation for each partition, and a host may have all of them.
    hosting: hostingOf(app, Number(hub.properties.partitionCount ?? 4)),
    open: (world) => partition({ options: app.options, most: app.options.cardinality === "many" ? Number(most) : 1, fill, every: Number(every), keptMs: retentionTimeInHours * 3_600_000 }, unsure, world),
  };
}
