import { describe, expect, test } from "vitest";
import { defineBucket, defineQueue, storage, type StorageOptions } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("storage through a queue", () => {
  const { binding, lines, faults } = planned(storage(defineBucket("uploads"), { ...options, prefix: "in/", suffix: ".jpg", on: ["created", "deleted"] }, () => {}));
  test("is rendered with its hop, and a place for what that cannot deliver", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["event-grid-service-bus", [], {
      maker: "storage",
      keeping: "requeuing",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "queue uploads.act": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/uploads.act')]", comments: "act reads it", dependsOn: ["[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'failed')]"], properties: { lockDuration: "PT1M", maxDeliveryCount: 5, requiresSession: false, requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: "PT10M", defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, forwardDeadLetteredMessagesTo: "failed" } },
        "container uploads": { type: "Microsoft.Storage/storageAccounts/blobServices/containers", apiVersion: "2025-01-01", name: "[concat(variables('storage'), '/default/uploads')]", comments: "act hears of its objects", properties: { publicAccess: "None" } },
        "system topic": { type: "Microsoft.EventGrid/systemTopics", apiVersion: "2025-02-15", name: "[variables('storage')]", location: "[parameters('location')]", identity: { type: "SystemAssigned" }, comments: "events of the app's storage account", properties: { source: "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]", topicType: "Microsoft.Storage.StorageAccounts" } },
        "container isobar-undelivered": { type: "Microsoft.Storage/storageAccounts/blobServices/containers", apiVersion: "2025-01-01", name: "[concat(variables('storage'), '/default/isobar-undelivered')]", comments: "what Event Grid could not deliver", properties: { publicAccess: "None" } },
        "role system topic isobar-undelivered": { type: "Microsoft.Authorization/roleAssignments", apiVersion: "2022-04-01", name: "[guid(resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered'), resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')]", scope: "[resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered')]", comments: "system topic leaves there what it cannot deliver", dependsOn: ["[resourceId('Microsoft.EventGrid/systemTopics', variables('storage'))]", "[resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered')]"], properties: { roleDefinitionId: "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')]", principalId: "[reference(resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), '2025-02-15', 'full').identity.principalId]", principalType: "ServicePrincipal" } },
        "role system topic uploads.act": { type: "Microsoft.Authorization/roleAssignments", apiVersion: "2022-04-01", name: "[guid(resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'uploads.act'), resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]", scope: "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'uploads.act')]", comments: "system topic fills the queue of act", dependsOn: ["[resourceId('Microsoft.EventGrid/systemTopics', variables('storage'))]", "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'uploads.act')]"], properties: { roleDefinitionId: "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]", principalId: "[reference(resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), '2025-02-15', 'full').identity.principalId]", principalType: "ServicePrincipal" } },
        "event subscription act": { type: "Microsoft.EventGrid/systemTopics/eventSubscriptions", apiVersion: "2025-02-15", name: "[concat(variables('storage'), '/isobar-act')]", comments: "events for act", dependsOn: ["[resourceId('Microsoft.EventGrid/systemTopics', variables('storage'))]", "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'uploads.act')]", "[guid(resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'uploads.act'), resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')]", "[resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered')]", "[guid(resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered'), resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')]"], properties: { eventDeliverySchema: "CloudEventSchemaV1_0", deliveryWithResourceIdentity: { identity: { type: "SystemAssigned" }, destination: { endpointType: "ServiceBusQueue", properties: { resourceId: "[resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'uploads.act')]" } } }, filter: { subjectBeginsWith: "/blobServices/default/containers/uploads/blobs/in/", subjectEndsWith: ".jpg", isSubjectCaseSensitive: true, includedEventTypes: ["Microsoft.Storage.BlobCreated", "Microsoft.Storage.BlobDeleted"] }, retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }, deadLetterWithResourceIdentity: { identity: { type: "SystemAssigned" }, deadLetterDestination: { endpointType: "StorageBlob", properties: { resourceId: "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]", blobContainerName: "isobar-undelivered" } } } } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "UPLOADS__fullyQualifiedNamespace", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_SOURCE_ACT", value: "uploads.act" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:02", extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "00:00:02", maxConcurrentCalls: 16 } } },
        registration: { name: "act", app: "serviceBusQueue", maker: "storage", options: { queueName: "uploads.act", connection: "UPLOADS", dataType: "binary" } },
      },
      grants: [{ actions: ["Azure Service Bus Data Receiver", "Azure Service Bus Data Sender"], on: "queue uploads.act", for: "consuming, and copies behind a delay" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("keeps every promise", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time counts what earlier copies have used up and the queue's own deliveries of this one, and looks before it runs · a lock that is lost while the function runs has counted, as on every broker (Microsoft.ServiceBus/namespaces/queues maxDeliveryCount 5)",
      backoff: "emulated: a copy behind the delay is sent before the original is acknowledged; one that was sent twice is dropped · after a crash the wait is what is left of the lock, 60 s at most; a copy has the body, the id, the subject and the count, and no other property of the first message (Microsoft.ServiceBus/namespaces/queues requiresDuplicateDetection true, Microsoft.ServiceBus/namespaces/queues duplicateDetectionHistoryTimeWindow PT10M)",
      retryAfter: "exact",
      maxAge: "exact: what waits for longer than 14 days becomes a dead letter (Microsoft.ServiceBus/namespaces/queues defaultMessageTimeToLive P14D)",
      deadLetter: "emulated: the run time writes the letter before it acknowledges; what the queue gives up itself is forwarded to the same place · a crash between letter and acknowledgement leaves a second letter; what the queue moved itself has no reason; letters stay for 14 days, then in that queue's own dead-letter queue; what Event Grid cannot bring to the queue in a day lies as a blob in the container \"isobar-undelivered\" (Microsoft.ServiceBus/namespaces/queues forwardDeadLetteredMessagesTo failed, Microsoft.ServiceBus/namespaces/queues deadLetteringOnMessageExpiration true)",
      order: "exact",
      batch: "exact",
      timeout: "exact (host.json functionTimeout 00:00:02, host.json extensions.serviceBus.maxAutoLockRenewalDuration 00:00:02)",
      saturation: "exact: a message is locked by an instance that runs it at once: waiting for one spends nothing (host.json extensions.serviceBus.prefetchCount 0)",
      identity: "emulated: the attribute isobar carries the id into copies and dead letters and back · an id of digits beyond 2^53 arrives rounded and is told apart by its place in the queue: what is moved has another; what is moved back by hand within 10 minutes needs a new MessageId, or the queue takes it for a duplicate",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
      filter: "exact (Microsoft.EventGrid eventSubscriptions filter.subjectBeginsWith /blobServices/default/containers/uploads/blobs/in/, Microsoft.EventGrid eventSubscriptions filter.subjectEndsWith .jpg, Microsoft.EventGrid eventSubscriptions filter.includedEventTypes Microsoft.Storage.BlobCreated, Microsoft.Storage.BlobDeleted)",
    });
  });
});
describe("storage called by Event Grid", () => {
  const { binding, lines, faults } = planned(storage(defineBucket("uploads"), options, () => {}), { variant: "direct" });
  test("is rendered with its subscription", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["direct", [], {
      maker: "storageDirect",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "container uploads": { type: "Microsoft.Storage/storageAccounts/blobServices/containers", apiVersion: "2025-01-01", name: "[concat(variables('storage'), '/default/uploads')]", comments: "act hears of its objects", properties: { publicAccess: "None" } },
        "system topic": { type: "Microsoft.EventGrid/systemTopics", apiVersion: "2025-02-15", name: "[variables('storage')]", location: "[parameters('location')]", identity: { type: "SystemAssigned" }, comments: "events of the app's storage account", properties: { source: "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]", topicType: "Microsoft.Storage.StorageAccounts" } },
        "container isobar-undelivered": { type: "Microsoft.Storage/storageAccounts/blobServices/containers", apiVersion: "2025-01-01", name: "[concat(variables('storage'), '/default/isobar-undelivered')]", comments: "what Event Grid could not deliver", properties: { publicAccess: "None" } },
        "role system topic isobar-undelivered": { type: "Microsoft.Authorization/roleAssignments", apiVersion: "2022-04-01", name: "[guid(resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered'), resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')]", scope: "[resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered')]", comments: "system topic leaves there what it cannot deliver", dependsOn: ["[resourceId('Microsoft.EventGrid/systemTopics', variables('storage'))]", "[resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered')]"], properties: { roleDefinitionId: "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')]", principalId: "[reference(resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), '2025-02-15', 'full').identity.principalId]", principalType: "ServicePrincipal" } },
        "event subscription act": { type: "Microsoft.EventGrid/systemTopics/eventSubscriptions", apiVersion: "2025-02-15", name: "[concat(variables('storage'), '/isobar-act')]", comments: "events for act", dependsOn: ["[resourceId('Microsoft.EventGrid/systemTopics', variables('storage'))]", "[resourceId('Microsoft.Web/sites', concat(variables('prefix'), '-act'))]", "[resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered')]", "[guid(resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('storage'), 'default', 'isobar-undelivered'), resourceId('Microsoft.EventGrid/systemTopics', variables('storage')), 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')]"], properties: { eventDeliverySchema: "CloudEventSchemaV1_0", destination: { endpointType: "AzureFunction", properties: { resourceId: "[resourceId('Microsoft.Web/sites/functions', concat(variables('prefix'), '-act'), 'act')]", maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 } }, filter: { subjectBeginsWith: "/blobServices/default/containers/uploads/blobs/", isSubjectCaseSensitive: true, includedEventTypes: ["Microsoft.Storage.BlobCreated"] }, retryPolicy: { maxDeliveryAttempts: 5, eventTimeToLiveInMinutes: 1440 }, deadLetterWithResourceIdentity: { identity: { type: "SystemAssigned" }, deadLetterDestination: { endpointType: "StorageBlob", properties: { resourceId: "[resourceId('Microsoft.Storage/storageAccounts', variables('storage'))]", blobContainerName: "isobar-undelivered" } } } } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512, triggers: { http: { perInstanceConcurrency: 16 } } } }, siteConfig: { appSettings: [{ name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:00:02", extensions: { http: { routePrefix: "", dynamicThrottlesEnabled: false, maxOutstandingRequests: -1, maxConcurrentRequests: -1 } } },
        registration: { name: "act", app: "eventGrid", maker: "storageDirect", options: {} },
      },
      grants: [{ actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("says what it does not keep", () => {
    expect(lines).toEqual({
      attempts: "exact: handlers are not told which attempt it is (Microsoft.EventGrid eventSubscriptions retryPolicy.maxDeliveryAttempts 5)",
      backoff: "approximated: the waits are Event Grid's own: 10 s, 30 s, 1 min, 5 min, 10 min, 30 min, 1 h, 3 h, 6 h, then 12 h, each a little later, and it may leave some out · no backoff, or the variant \"event-grid-service-bus\"",
      retryAfter: "exact",
      maxAge: "exact: Event Grid gives up what is older than a day (Microsoft.EventGrid eventSubscriptions retryPolicy.eventTimeToLiveInMinutes 1440)",
      deadLetter: "approximated: what is used up or too old Event Grid leaves as a blob in the container \"isobar-undelivered\", five minutes later and without the attribute isobar; what the handler rejects the run time writes to \"failed\" · the variant \"event-grid-service-bus\" (Microsoft.EventGrid eventSubscriptions deadLetterDestination isobar-undelivered)",
      order: "exact",
      batch: "exact (Microsoft.EventGrid eventSubscriptions maxEventsPerBatch 1)",
      timeout: "exact (host.json functionTimeout 00:00:02)",
      saturation: "emulated: the host sets itself no limit, so that it turns nothing away · an event that is answered 429 or 503 while there is no instance has spent an attempt (host.json extensions.http.dynamicThrottlesEnabled false, host.json extensions.http.maxOutstandingRequests -1)",
      identity: "exact: the id is the event's own",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
      filter: "exact (Microsoft.EventGrid eventSubscriptions filter.subjectBeginsWith /blobServices/default/containers/uploads/blobs/, Microsoft.EventGrid eventSubscriptions filter.includedEventTypes Microsoft.Storage.BlobCreated)",
    });
  });
});
describe("what is filtered", () => {
  const of = (more: Partial<StorageOptions>) => planned(storage(defineBucket("uploads"), { ...options, ...more }, () => {}));
  test("what only one cloud knows has no list of types: the run time looks", () => {
    expect(of({ on: ["created", "other"] }).binding.rendered.resources["event subscription act"]).toMatchObject({ properties: { filter: { subjectBeginsWith: "/blobServices/default/containers/uploads/blobs/", isSubjectCaseSensitive: true } } });
    expect(of({ on: ["created", "other"] }).lines.filter).toBe("exact (Microsoft.EventGrid eventSubscriptions filter.subjectBeginsWith /blobServices/default/containers/uploads/blobs/)");
  });
  test("a tier that changed is one type, whatever it became", () => {
    expect(of({ on: ["archived", "restored"] }).lines.filter).toBe("exact (Microsoft.EventGrid eventSubscriptions filter.subjectBeginsWith /blobServices/default/containers/uploads/blobs/, Microsoft.EventGrid eventSubscriptions filter.includedEventTypes Microsoft.Storage.BlobTierChanged)");
  });
  test("changed metadata are told by no event", () => {
    expect(of({ on: ["updated"] }).lines.filter).toBe('approximated: Event Grid tells of a blob\'s new tier only: changed metadata, tags and access make no event · no "updated" in `on` (Microsoft.EventGrid eventSubscriptions filter.subjectBeginsWith /blobServices/default/containers/uploads/blobs/, Microsoft.EventGrid eventSubscriptions filter.includedEventTypes Microsoft.Storage.BlobTierChanged)');
  });
});
test("events in Event Grid's own schema are decoded where they are captured, and nothing is deployed behind them", () => {
  const { binding, lines } = planned(storage(defineBucket("uploads"), options, () => {}), { variant: "event-grid-schema" });
  expect(new Set(Object.values(lines))).toEqual(new Set(['unsupported: subscriptions are deployed in the CloudEvents schema · the variant "direct"']));
  expect(binding.rendered).toEqual({ maker: "storageEventGridSchema", resources: { registration: { name: "act", app: "eventGrid", maker: "storageEventGridSchema", options: {} } }, grants: [] });
});
