import { describe, expect, test } from "vitest";
import { defineQueue, queue, type DeliveryPolicy } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("a queue behind Service Bus", () => {
  const { binding, lines, faults } = planned(queue(defineQueue("orders"), options, () => {}));
  test("is rendered with everything that its promises rest on", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["service-bus", [], {
      maker: "queue",
      keeping: "requeuing",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "queue orders": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/orders')]", comments: "act reads it", dependsOn: ["[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'failed')]"], properties: { lockDuration: "PT1M", maxDeliveryCount: 5, requiresSession: false, requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: "PT10M", defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, forwardDeadLetteredMessagesTo: "failed" } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "ORDERS__fullyQualifiedNamespace", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SOURCE_ACT", value: "orders" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:02", extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "00:00:02", maxConcurrentCalls: 16 } } },
        registration: { name: "act", app: "serviceBusQueue", maker: "queue", options: { queueName: "orders", connection: "ORDERS", dataType: "binary" } },
      },
      grants: [{ actions: ["Azure Service Bus Data Receiver", "Azure Service Bus Data Sender"], on: "queue orders", for: "consuming, and copies behind a delay" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
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
  test("without a wait its settings keep the attempts, and nothing is sent", () => {
    const plain = planned(queue(defineQueue("orders"), { delivery: { maxAttempts: 3, deadLetter: failed } }, () => {}));
    expect([plain.binding.rendered.keeping, plain.lines.attempts, plain.lines.backoff, plain.binding.rendered.grants]).toEqual([
      undefined, "exact (Microsoft.ServiceBus/namespaces/queues maxDeliveryCount 3)", "exact: there is no wait: an abandoned message comes again at once",
      [{ actions: ["Azure Service Bus Data Receiver"], on: "queue orders", for: "consuming" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    ]);
  });
});

describe("a queue in order", () => {
  const ordered = { order: "by-key" } as const;
  const { binding, lines, faults } = planned(queue(defineQueue("orders", ordered), { ...options, delivery: { ...delivery, deadLetter: defineQueue("failed", ordered) } }, () => {}));
  test("has sessions, and an invocation has time for the longest wait", () => {
    expect([faults, binding.rendered]).toEqual([[], {
      maker: "queue",
      keeping: "holding",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: true } },
        "queue orders": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/orders')]", comments: "act reads it", dependsOn: ["[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'failed')]"], properties: { lockDuration: "PT1M", maxDeliveryCount: 5, requiresSession: true, requiresDuplicateDetection: false, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, forwardDeadLetteredMessagesTo: "failed" } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "ORDERS__fullyQualifiedNamespace", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:10:02", extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "23:59:59", maxConcurrentSessions: 16 } } },
        registration: { name: "act", app: "serviceBusQueue", maker: "queue", options: { queueName: "orders", connection: "ORDERS", dataType: "binary", isSessionsEnabled: true } },
      },
      grants: [{ actions: ["Azure Service Bus Data Receiver"], on: "queue orders", for: "consuming" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("keeps every promise", () => {
    expect(lines).toEqual({
      attempts: "exact (Microsoft.ServiceBus/namespaces/queues maxDeliveryCount 5)",
      backoff: "emulated: the answer is held back while the host renews the session's lock: the group waits, and an instance that is paid · after a crash the wait is what is left of the lock, 60 s at most (host.json functionTimeout 00:10:02, host.json extensions.serviceBus.maxAutoLockRenewalDuration 23:59:59)",
      retryAfter: "exact",
      maxAge: "exact: what waits for longer than 14 days becomes a dead letter (Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive P14D)",
      deadLetter: "emulated: the run time writes the letter before it acknowledges; what the queue gives up itself is forwarded to the same place · a crash between letter and acknowledgement leaves a second letter; what the queue moved itself has no reason; whether a queue with sessions may forward what it moved itself no document tells: where it may not, that stays in its own dead-letter queue; letters stay for 14 days, then in that queue's own dead-letter queue (Microsoft.ServiceBus/namespaces/queues forwardDeadLetteredMessagesTo failed, Microsoft.ServiceBus/namespaces/queues deadLetteringOnMessageExpiration true)",
      order: "exact (Microsoft.ServiceBus/namespaces/queues requiresSession true, app.serviceBusQueue isSessionsEnabled true)",
      batch: "exact",
      timeout: "exact: a platform update ends what runs for longer than ten minutes, which then comes again (host.json functionTimeout 00:10:02, host.json extensions.serviceBus.maxAutoLockRenewalDuration 23:59:59)",
      saturation: "exact: a message is locked by an instance that runs it at once: waiting for one spends nothing (host.json extensions.serviceBus.prefetchCount 0)",
      identity: "emulated: the attribute isobar carries the id into dead letters and back · an id of digits beyond 2^53 arrives rounded and is told apart by its place in the queue: what is moved has another",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
    });
  });
});

describe("a queue behind a Storage queue", () => {
  const storageQueue = (policy: Partial<DeliveryPolicy> = {}, more: object = {}, settings: object = {}) => planned(queue(defineQueue("orders"), { ...options, delivery: { maxAttempts: 5, deadLetter: failed, ...policy }, ...more }, () => {}), { variant: "storage-queue", ...settings });
  const { binding, lines, faults } = storageQueue({ backoff: "10s" });
  test("is rendered with everything that its promises rest on", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["storage-queue", [], {
      maker: "queueStorageQueue",
      resources: {
        "storage queue failed": { type: "Microsoft.Storage/storageAccounts/queueServices/queues", apiVersion: "2025-01-01", name: "[concat(variables('storage'), '/default/failed')]", comments: "dead letters of act", properties: { metadata: {} } },
        "storage queue orders": { type: "Microsoft.Storage/storageAccounts/queueServices/queues", apiVersion: "2025-01-01", name: "[concat(variables('storage'), '/default/orders')]", comments: "act reads it", properties: { metadata: {} } },
        "storage queue orders-poison": { type: "Microsoft.Storage/storageAccounts/queueServices/queues", apiVersion: "2025-01-01", name: "[concat(variables('storage'), '/default/orders-poison')]", comments: "what the host itself gives up of act", properties: { metadata: {} } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "ORDERS__queueServiceUri", value: "[concat('https://', variables('storage'), '.queue.core.windows.net')]" }, { name: "ISOBAR_QUEUE_FAILED", value: "[concat('https://', variables('storage'), '.queue.core.windows.net/failed')]" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:02", extensions: { queues: { batchSize: 16, newBatchThreshold: 0, maxDequeueCount: 6, visibilityTimeout: "00:00:10", maxPollingInterval: "00:01:00", messageEncoding: "base64" } } },
        registration: { name: "act", app: "storageQueue", maker: "queueStorageQueue", options: { queueName: "orders", connection: "ORDERS", dataType: "binary" } },
      },
      grants: [{ actions: ["Storage Queue Data Contributor"], on: "storage queue orders", for: "consuming" }, { actions: ["Storage Queue Data Message Sender"], on: "storage queue orders-poison", for: "what the host gives up" }, { actions: ["Storage Queue Data Message Sender"], on: "storage queue failed", for: "dead letters" }],
    }]);
  });
  test("says what it does not keep", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time looks at dequeueCount, and gives up what has used it up · what cannot be written then is moved by the host, one delivery later (host.json extensions.queues.maxDequeueCount 6)",
      backoff: "exact: it is seen at the host's next look, 60 s later at most (host.json extensions.queues.visibilityTimeout 00:00:10)",
      retryAfter: "exact",
      maxAge: "exact: a message of ours stays until it is taken, one of another sender for seven days, or as that sender said",
      deadLetter: "emulated: the run time writes the letter, to a Storage queue of that name, before it acknowledges; what crashed at its last attempt comes once more and is written without being run · a letter has its body alone: no reason, no id; what cannot be written at that last moment goes to \"orders-poison\", which is the host's own name for it; no alert tells of letters, since Azure counts the messages of a whole account, once an hour (host.json extensions.queues.maxDequeueCount 6)",
      order: "exact",
      batch: "exact",
      timeout: "exact: the host renews its hold on the message while the function runs (host.json functionTimeout 00:00:02)",
      saturation: "exact: the host takes no more messages than it starts at once (host.json extensions.queues.batchSize 16, host.json extensions.queues.newBatchThreshold 0)",
      identity: "approximated: a message has a body alone: a sender's id is lost, and what is moved or sent again has another · the variant \"service-bus\"",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
    });
  });
  test.each<[string, ReturnType<typeof storageQueue>, keyof typeof lines, string]>([
    ["a range of waits", storageQueue({ backoff: { min: "10s", max: "10m" } }), "backoff", 'approximated: the host has one wait for every attempt: the longest, 10m, so that none is too short · backoff: "10m" at every attempt, or the variant "service-bus" (host.json extensions.queues.visibilityTimeout 00:10:00)'],
    ["a range of one", storageQueue({ backoff: { min: "10s", max: "10s" } }), "backoff", "exact: it is seen at the host's next look, 60 s later at most (host.json extensions.queues.visibilityTimeout 00:00:10)"],
    ["no wait", storageQueue({}, {}, { maxPollingIntervalSeconds: 5 }), "backoff", "exact: there is no wait: it is seen at the host's next look, 5 s later at most"],
    ["a wait of a day", storageQueue({ backoff: "24h" }), "backoff", 'unsupported: host.json takes a visibilityTimeout of less than a day · a wait of 23h, or the variant "service-bus"'],
    ["a wait of the handler's own", storageQueue({ retryAfter: { max: "1m" } }), "retryAfter", 'approximated: the host has one wait for every message, whatever the handler says · the variant "service-bus"'],
    ["a limit of age", storageQueue({ maxAge: "1h" }), "maxAge", "emulated: the run time looks at insertionTime before each attempt, and before a wait that would pass it · what waits in the queue is looked at when it is received, not before"],
    ["discarding", storageQueue({ deadLetter: "discard" }), "deadLetter", 'emulated: the run time acknowledges what is given up, and what comes once too often without being run · what cannot even be acknowledged goes to "orders-poison", which is the host\'s own name for it (host.json extensions.queues.maxDequeueCount 6)'],
    ["letters in order", storageQueue({ deadLetter: defineQueue("failed", { order: "by-key" }) }), "deadLetter", 'unsupported: a Storage queue keeps no order, and takes no key · "failed" with order: "none", or the variant "service-bus"'],
    ["a batch", storageQueue({}, { batch: { maxSize: 10 } }), "batch", "exact: each invocation carries one message, which waits for no other"],
    ["a timeout of a day", storageQueue({}, { timeout: "1d" }), "timeout", "unsupported: host.json takes a functionTimeout of less than a day · a timeout of 23h"],
    ["more at once than the host takes", storageQueue({}, {}, { batchSize: 33 }), "saturation", "unsupported: the host takes 1 to 32 messages at a time · batchSize: 32"],
    ["none at once", storageQueue({}, {}, { batchSize: 0 }), "saturation", "unsupported: the host takes 1 to 32 messages at a time · batchSize: 1"],
    ["too few instances", storageQueue({}, {}, { maximumInstanceCount: 1 }), "saturation", "unsupported: a Flex Consumption app scales to a most of 40 to 1,000 instances · maximumInstanceCount: 40"],
  ])("%s", (_, of, capability, line) => expect(of.lines[capability]).toBe(line));
  test("in order is refused", () => {
    const inOrder = planned(queue(defineQueue("orders", { order: "by-key" }), options, () => {}), { variant: "storage-queue" });
    expect(inOrder.lines.order).toBe('unsupported: nothing orders a Storage queue · the variant "service-bus"');
  });
});
test("a variant that is none is refused", () => {
  expect(() => planned(queue(defineQueue("orders"), options, () => {}), { variant: "direct" })).toThrow(expect.objectContaining({ code: "unsupported", message: 'act: variant "direct" — Azure has no such queue wire' }));
});
