import { describe, expect, test } from "vitest";
import { defineLog, defineQueue, logs } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("logs", () => {
  const { binding, lines, faults } = planned(logs(defineLog("access"), options, () => {}), { resourceId: "/subscriptions/1/resourceGroups/shop/providers/Microsoft.Web/sites/legacy" });
  test("come through a hub that a diagnostic setting writes to", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["event-hubs", [], {
      maker: "logs",
      keeping: "inside",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "event hub access": { type: "Microsoft.EventHub/namespaces/eventhubs", apiVersion: "2024-01-01", name: "[concat(variables('eventHubs'), '/access')]", comments: "act reads it", properties: { partitionCount: 4, retentionDescription: { cleanupPolicy: "Delete", retentionTimeInHours: 168 } } },
        "consumer group act": { type: "Microsoft.EventHub/namespaces/eventhubs/consumergroups", apiVersion: "2024-01-01", name: "[concat(variables('eventHubs'), '/access/act')]", comments: "act alone reads by it", dependsOn: ["[resourceId('Microsoft.EventHub/namespaces/eventhubs', variables('eventHubs'), 'access')]"], properties: {} },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "ACCESS__fullyQualifiedNamespace", value: "[concat(variables('eventHubs'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:02:38", extensions: { eventHubs: { maxEventBatchSize: 1, batchCheckpointFrequency: 1, initialOffsetOptions: { type: "fromStart" } } } },
        registration: { name: "act", app: "eventHub", maker: "logs", options: { eventHubName: "access", connection: "ACCESS", consumerGroup: "act", cardinality: "many", dataType: "binary", retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } } },
        "rule diagnostics": { type: "Microsoft.EventHub/namespaces/authorizationRules", apiVersion: "2024-01-01", name: "[concat(variables('eventHubs'), '/diagnostics')]", comments: "diagnostic settings write by it", properties: { rights: ["Manage", "Listen", "Send"] } },
        "diagnostic setting access": { type: "Microsoft.Insights/diagnosticSettings", apiVersion: "2021-05-01-preview", name: "isobar-access", scope: "/subscriptions/1/resourceGroups/shop/providers/Microsoft.Web/sites/legacy", comments: "writes the log access for act", dependsOn: ["[resourceId('Microsoft.EventHub/namespaces/eventhubs', variables('eventHubs'), 'access')]"], properties: { eventHubAuthorizationRuleId: "[resourceId('Microsoft.EventHub/namespaces/authorizationRules', variables('eventHubs'), 'diagnostics')]", eventHubName: "access", logs: [{ categoryGroup: "allLogs", enabled: true }] } },
      },
      grants: [{ actions: ["Azure Event Hubs Data Receiver"], on: "event hub access", for: "consuming" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("keep every promise of a stream", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time makes the attempts inside one invocation, and goes on behind what has used them up · a crash begins the count again: it comes again after 10 s, or where its host was lost from the last checkpoint on, once another has its partition (app.eventHub retry.maxRetryCount -1)",
      backoff: "emulated: the run time waits inside the invocation, and with it the partition, and an instance that is paid · after a crash the wait is the host's: it comes again after 10 s, or where its host was lost from the last checkpoint on, once another has its partition (host.json functionTimeout 00:02:38)",
      retryAfter: "exact",
      maxAge: "exact: what is older than 168 hours is dropped unread (Microsoft.EventHub/namespaces/eventhubs retentionDescription.retentionTimeInHours 168)",
      deadLetter: "emulated: the run time writes the letter inside the invocation, and then goes on behind it · a crash between letter and answer leaves a second letter; while the letter cannot be written, or what crashes the process every time, its partition is blocked until its 168 hours are over (app.eventHub retry.maxRetryCount -1)",
      order: "exact: what blocks, blocks its partition: other keys in it wait too",
      batch: "exact (host.json extensions.eventHubs.maxEventBatchSize 1)",
      timeout: "exact: an invocation has time for all attempts, each with this timeout (host.json functionTimeout 00:02:38)",
      saturation: "exact: what finds no instance free waits in its partition; attempts are counted where they start",
      identity: "exact: the id is its place, the same at every delivery, and the attribute isobar carries it into the dead letter",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
    });
  });
  test("without a resource have a hub alone, which someone else's setting writes to", () => {
    expect(Object.keys(planned(logs(defineLog("access"), options, () => {})).binding.rendered.resources)).toEqual(["queue failed", "event hub access", "consumer group act", "site", "host.json", "registration"]);
  });
});
