/** Azure Monitor's half of logs, through Event Hubs. */
import type { LogsTold } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { eventHubsSide, sequenceOf } from "../../testing/event-hubs.ts";
import { eventHubsRules } from "../../testing/services/event-hubs.ts";
import { wireOf } from "../../testing/wire.ts";
import { eventHubsLogs } from "./codec.ts";

/** https://learn.microsoft.com/azure/azure-monitor/essentials/resource-logs-schema */
const bodyOf = ({ log: { resource, part, entries } }: LogsTold): string =>
  JSON.stringify({ records: entries.map(({ time, severity, message, fields }) => fields ?? { time, resourceId: resource, category: part, operationName: "Microsoft.Web/sites/log", level: severity, resultDescription: message }) });

export const logsWires: readonly Wire<"logs">[] = [
  wireOf("logs", {
    variant: "event-hubs",
    service: "diagnostic setting → Event Hubs",
    form: "bytes",
    codec: eventHubsLogs,
    rules: eventHubsRules,
    side: eventHubsSide<LogsTold>({ spell: ({ id, told }) => ({ body: bodyOf(told!), sequence: sequenceOf(id), partitionKey: undefined }), drops: { "data.entries.id": "records have no ids" } }),
  }),
];
