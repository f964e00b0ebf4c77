import { describe, expect, test } from "vitest";
import { defineQueue, defineStream, stream } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("a stream", () => {
  const { binding, lines, faults } = planned(stream(defineStream("clicks"), { ...options, batch: { maxSize: 50, maxWait: "5s" } }, () => {}));
  test("has a consumer group for each function, and an invocation has time for all attempts", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["event-hubs", [], {
      maker: "stream",
      keeping: "inside",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "event hub clicks": { type: "Microsoft.EventHub/namespaces/eventhubs", apiVersion: "2024-01-01", name: "[concat(variables('eventHubs'), '/clicks')]", comments: "act reads it", properties: { partitionCount: 4, retentionDescription: { cleanupPolicy: "Delete", retentionTimeInHours: 168 } } },
        "consumer group act": { type: "Microsoft.EventHub/namespaces/eventhubs/consumergroups", apiVersion: "2024-01-01", name: "[concat(variables('eventHubs'), '/clicks/act')]", comments: "act alone reads by it", dependsOn: ["[resourceId('Microsoft.EventHub/namespaces/eventhubs', variables('eventHubs'), 'clicks')]"], properties: {} },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "CLICKS__fullyQualifiedNamespace", value: "[concat(variables('eventHubs'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:02:38", extensions: { eventHubs: { maxEventBatchSize: 1, batchCheckpointFrequency: 1, initialOffsetOptions: { type: "fromStart" } } } },
        registration: { name: "act", app: "eventHub", maker: "stream", options: { eventHubName: "clicks", connection: "CLICKS", consumerGroup: "act", cardinality: "many", dataType: "binary", retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } } },
      },
      grants: [{ actions: ["Azure Event Hubs Data Receiver"], on: "event hub clicks", for: "consuming" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("keeps every promise", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time makes the attempts inside one invocation, and goes on behind what has used them up · a crash begins the count again: it comes again after 10 s, or where its host was lost from the last checkpoint on, once another has its partition (app.eventHub retry.maxRetryCount -1)",
      backoff: "emulated: the run time waits inside the invocation, and with it the partition, and an instance that is paid · after a crash the wait is the host's: it comes again after 10 s, or where its host was lost from the last checkpoint on, once another has its partition (host.json functionTimeout 00:02:38)",
      retryAfter: "exact",
      maxAge: "exact: what is older than 168 hours is dropped unread (Microsoft.EventHub/namespaces/eventhubs retentionDescription.retentionTimeInHours 168)",
      deadLetter: "emulated: the run time writes the letter inside the invocation, and then goes on behind it · a crash between letter and answer leaves a second letter; while the letter cannot be written, or what crashes the process every time, its partition is blocked until its 168 hours are over (app.eventHub retry.maxRetryCount -1)",
      order: "exact: what blocks, blocks its partition: other keys in it wait too",
      batch: "exact: each invocation carries one, which waits for no other: a batch would be settled as a whole, and what it had no time for would bring what was done again (host.json extensions.eventHubs.maxEventBatchSize 1)",
      timeout: "exact: an invocation has time for all attempts, each with this timeout (host.json functionTimeout 00:02:38)",
      saturation: "exact: what finds no instance free waits in its partition; attempts are counted where they start",
      identity: "exact: the id is its place, the same at every delivery, and the attribute isobar carries it into the dead letter",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
    });
  });
});
test("Kafka's events are decoded where they are captured, and nothing is deployed behind them", () => {
  const { binding, lines } = planned(stream(defineStream("clicks"), options, () => {}), { variant: "kafka" });
  expect([binding.rendered.maker, new Set(Object.values(lines))]).toEqual(["streamKafka", new Set(['unsupported: no brokers are deployed; events of the Kafka extension are read where they are captured · the variant "event-hubs"'])]);
});
