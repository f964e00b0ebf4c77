import { describe, expect, test } from "vitest";
import { defineQueue, defineTopic, topic } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("a topic", () => {
  const { binding, lines, faults } = planned(topic(defineTopic("news"), options, () => {}));
  test("has a queue for each of its functions, which its subscription forwards to", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["service-bus", [], {
      maker: "topic",
      keeping: "requeuing",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "queue news.act": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/news.act')]", comments: "act reads it", dependsOn: ["[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'failed')]"], properties: { lockDuration: "PT1M", maxDeliveryCount: 5, requiresSession: false, requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: "PT10M", defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, forwardDeadLetteredMessagesTo: "failed" } },
        "topic news": { type: "Microsoft.ServiceBus/namespaces/topics", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/news')]", comments: "act subscribes to it", properties: { defaultMessageTimeToLive: "P14D", supportOrdering: false, requiresDuplicateDetection: false } },
        "subscription act": { type: "Microsoft.ServiceBus/namespaces/topics/subscriptions", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/news/act')]", comments: "fills the queue of act", dependsOn: ["[resourceId('Microsoft.ServiceBus/namespaces/topics', variables('serviceBus'), 'news')]", "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'news.act')]", "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'failed')]"], properties: { forwardTo: "news.act", requiresSession: false, maxDeliveryCount: 2000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, deadLetteringOnFilterEvaluationExceptions: true, forwardDeadLetteredMessagesTo: "failed" } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "NEWS__fullyQualifiedNamespace", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SOURCE_ACT", value: "news.act" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:02", extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "00:00:02", maxConcurrentCalls: 16 } } },
        registration: { name: "act", app: "serviceBusQueue", maker: "topic", options: { queueName: "news.act", connection: "NEWS", dataType: "binary" } },
      },
      grants: [{ actions: ["Azure Service Bus Data Receiver", "Azure Service Bus Data Sender"], on: "queue news.act", for: "consuming, and copies behind a delay" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("keeps every promise", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time counts what earlier copies have used up and the queue's own deliveries of this one, and looks before it runs · a lock that is lost while the function runs has counted, as on every broker (Microsoft.ServiceBus/namespaces/queues maxDeliveryCount 5)",
      backoff: "emulated: a copy behind the delay is sent before the original is acknowledged; one that was sent twice is dropped · after a crash the wait is what is left of the lock, 60 s at most; a copy has the body, the id, the subject and the count, and no other property of the first message (Microsoft.ServiceBus/namespaces/queues requiresDuplicateDetection true, Microsoft.ServiceBus/namespaces/queues duplicateDetectionHistoryTimeWindow PT10M)",
      retryAfter: "exact",
      maxAge: "exact: what waits for longer than 14 days becomes a dead letter (Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive P14D)",
      deadLetter: "emulated: the run time writes the letter before it acknowledges; what the queue gives up itself is forwarded to the same place · a crash between letter and acknowledgement leaves a second letter; what the queue moved itself has no reason; letters stay for 14 days, then in that queue's own dead-letter queue (Microsoft.ServiceBus/namespaces/queues forwardDeadLetteredMessagesTo failed, Microsoft.ServiceBus/namespaces/queues deadLetteringOnMessageExpiration true)",
      order: "exact",
      batch: "exact",
      timeout: "exact (host.json functionTimeout 00:00:02, host.json extensions.serviceBus.maxAutoLockRenewalDuration 00:00:02)",
      saturation: "exact: a message is locked by an instance that runs it at once: waiting for one spends nothing (host.json extensions.serviceBus.prefetchCount 0)",
      identity: "emulated: the attribute isobar carries the id into copies and dead letters and back · an id of digits beyond 2^53 arrives rounded and is told apart by its place in the queue: what is moved has another; what is moved back by hand within 10 minutes needs a new MessageId, or the queue takes it for a duplicate",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
    });
  });
  test("in order keeps its order, and the queue behind it has the sessions", () => {
    const { rendered } = planned(topic(defineTopic("news", { order: "by-key" }), options, () => {})).binding;
    expect([rendered.keeping, rendered.resources["topic news"], rendered.resources["subscription act"], rendered.resources["queue news.act"], rendered.resources.registration]).toMatchObject([
      "holding", { properties: { supportOrdering: true } }, { properties: { requiresSession: false, forwardTo: "news.act" } }, { properties: { requiresSession: true } }, { options: { isSessionsEnabled: true } },
    ]);
  });
});
