/** The change feed of a Cosmos DB container: one lease's range of keys. It keeps what it has for as long as the item is there. */
import type { Rendered, Rules, Unsure } from "@isobar/core/adapter";
import { appIn, hostingOf } from "./functions.ts";
import { partition } from "./positions.ts";

/** Without a setting 100 items (delivery-semantics §13, 9). */
export function cosmosRules(rendered: Rendered, unsure: Unsure = {}): Rules {
  const app = appIn(rendered, "cosmosDB");
  const { maxItemsPerInvocation: most = 100 } = app.options;
  return {
    // One invocation for each lease.
    hosting: hostingOf(app, 16),
    open: (world) => partition({ options: app.options, most: Number(most), fill: { least: 1, waitMs: 0 }, every: 1, keptMs: Number.POSITIVE_INFINITY }, unsure, world),
  };
}
