/** An app on Azure as a template says it: a function app on a plan of its own, its storage, its queue and its dead letters, events of uploads through Event Grid, a database, and who may do what. */
const id = (type: string, ...names: readonly string[]) => `[resourceId('${type}', ${names.join(", ")})]`;
const [storage, serviceBus, identity] = ["variables('storage')", "variables('serviceBus')", "variables('identity')"];
const location = "[parameters('location')]";
const namespace = id("Microsoft.ServiceBus/namespaces", serviceBus);
const account = id("Microsoft.Storage/storageAccounts", storage);
const container = (name: string) => id("Microsoft.Storage/storageAccounts/blobServices/containers", storage, "'default'", `'${name}'`);
const queue = (name: string) => id("Microsoft.ServiceBus/namespaces/queues", serviceBus, `'${name}'`);
const systemTopic = id("Microsoft.EventGrid/systemTopics", storage);
const user = id("Microsoft.ManagedIdentity/userAssignedIdentities", identity);
const bare = (expression: string) => expression.slice(1, -1);

const role = (what: string, scope: string, principal: string, principalId: string, definition: string) => ({
  type: "Microsoft.Authorization/roleAssignments",
  apiVersion: "2022-04-01",
  name: `[guid(${bare(scope)}, ${bare(principal)}, '${definition}')]`,
  comments: what,
  scope,
  dependsOn: [scope, principal],
  properties: { roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${definition}')]`, principalId, principalType: "ServicePrincipal" },
});
const ofIdentity = `[reference(${bare(user)}, '2023-01-31').principalId]`;
const containerNamed = (name: string) => ({
  type: "Microsoft.Storage/storageAccounts/blobServices/containers",
  apiVersion: "2025-01-01",
  name: `[concat(${storage}, '/default/${name}')]`,
  dependsOn: [account],
  properties: { publicAccess: "None" },
});
const queueNamed = (name: string, properties: object) => ({
  type: "Microsoft.ServiceBus/namespaces/queues",
  apiVersion: "2024-01-01",
  name: `[format('{0}/{1}', ${serviceBus}, '${name}')]`,
  dependsOn: name === "orders-failed" ? [namespace] : [namespace, queue("orders-failed")],
  properties: { deadLetteringOnMessageExpiration: true, requiresSession: false, ...properties },
});

/** Places in the list, for edits. */
export const armPlaces = { storage: 0, deployments: 1, undelivered: 2, namespace: 3, failed: 4, orders: 5, uploads: 6, identity: 7, plan: 8, site: 9, systemTopic: 10, subscription: 11, reads: 12, delivers: 13, keeps: 14, database: 15 } as const;
export const armSample = {
  $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  contentVersion: "1.0.0.0",
  parameters: {
    stage: { type: "string", defaultValue: "test", allowedValues: ["test", "live"], metadata: { description: "in every name" } },
    location: { type: "string", defaultValue: "[resourceGroup().location]" },
    instances: { type: "int", defaultValue: 40, minValue: 1 },
  },
  variables: {
    prefix: "[concat('shop-', parameters('stage'))]",
    unique: "[uniqueString(resourceGroup().id, parameters('stage'))]",
    storage: "[concat('shop', variables('unique'))]",
    serviceBus: "[concat(variables('prefix'), '-', variables('unique'))]",
    identity: "[concat(variables('prefix'), '-charge')]",
  },
  resources: [
    {
      type: "Microsoft.Storage/storageAccounts",
      apiVersion: "2025-01-01",
      name: `[${storage}]`,
      location,
      sku: { name: "Standard_LRS" },
      kind: "StorageV2",
      properties: { allowBlobPublicAccess: false, allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2", supportsHttpsTrafficOnly: true },
    },
    containerNamed("deployments"),
    containerNamed("undelivered"),
    { type: "Microsoft.ServiceBus/namespaces", apiVersion: "2024-01-01", name: `[${serviceBus}]`, location, sku: { name: "Standard", tier: "Standard" }, properties: { disableLocalAuth: true, minimumTlsVersion: "1.2" } },
    queueNamed("orders-failed", { defaultMessageTimeToLive: "P14D" }),
    queueNamed("orders", { lockDuration: "PT1M", maxDeliveryCount: 5, requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: "PT10M", forwardDeadLetteredMessagesTo: "orders-failed" }),
    queueNamed("uploads.resize", { lockDuration: "PT1M", maxDeliveryCount: 5, forwardDeadLetteredMessagesTo: "orders-failed" }),
    { type: "Microsoft.ManagedIdentity/userAssignedIdentities", apiVersion: "2023-01-31", name: `[${identity}]`, location },
    { type: "Microsoft.Web/serverfarms", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-charge')]", location, kind: "functionapp", sku: { name: "FC1", tier: "FlexConsumption" }, properties: { reserved: true } },
    {
      type: "Microsoft.Web/sites",
      apiVersion: "2024-04-01",
      name: "[concat(variables('prefix'), '-charge')]",
      location,
      kind: "functionapp,linux",
      comments: "runs charge",
      identity: { type: "UserAssigned", userAssignedIdentities: { [`[${bare(user)}]`]: {} } },
      dependsOn: [id("Microsoft.Web/serverfarms", "variables('identity')"), container("deployments"), user, queue("orders")],
      properties: {
        serverFarmId: id("Microsoft.Web/serverfarms", "concat(variables('prefix'), '-charge')"),
        httpsOnly: true,
        functionAppConfig: {
          deployment: { storage: { type: "blobContainer", value: `[concat(reference(${bare(account)}, '2025-01-01').primaryEndpoints.blob, 'deployments')]`, authentication: { type: "UserAssignedIdentity", userAssignedIdentityResourceId: user } } },
          runtime: { name: "node", version: "24" },
          scaleAndConcurrency: { maximumInstanceCount: "[parameters('instances')]", instanceMemoryMB: 2048, triggers: { http: { perInstanceConcurrency: 16 } } },
        },
        siteConfig: { appSettings: [{ name: "ORDERS__fullyQualifiedNamespace", value: `[concat(${serviceBus}, '.servicebus.windows.net')]` }, { name: "ISOBAR_QUEUE_FAILED", value: "orders-failed" }] },
      },
    },
    { type: "Microsoft.EventGrid/systemTopics", apiVersion: "2025-02-15", name: `[${storage}]`, location, identity: { type: "SystemAssigned" }, dependsOn: [account], properties: { source: account, topicType: "Microsoft.Storage.StorageAccounts" } },
    {
      type: "Microsoft.EventGrid/systemTopics/eventSubscriptions",
      apiVersion: "2025-02-15",
      name: `[concat(${storage}, '/resize')]`,
      dependsOn: [systemTopic, queue("uploads.resize"), container("undelivered")],
      properties: {
        eventDeliverySchema: "CloudEventSchemaV1_0",
        deliveryWithResourceIdentity: { identity: { type: "SystemAssigned" }, destination: { endpointType: "ServiceBusQueue", properties: { resourceId: queue("uploads.resize") } } },
        filter: { subjectBeginsWith: "/blobServices/default/containers/uploads/", includedEventTypes: ["Microsoft.Storage.BlobCreated"] },
        retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
        deadLetterWithResourceIdentity: { identity: { type: "SystemAssigned" }, deadLetterDestination: { endpointType: "StorageBlob", properties: { resourceId: account, blobContainerName: "undelivered" } } },
      },
    },
    role("charge reads its queue", queue("orders"), user, ofIdentity, "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0"),
    role("Event Grid fills the queue", queue("uploads.resize"), systemTopic, `[reference(${bare(systemTopic)}, '2025-02-15', 'full').identity.principalId]`, "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39"),
    role("the app's package and state", account, user, ofIdentity, "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"),
    {
      type: "Microsoft.DocumentDB/databaseAccounts",
      apiVersion: "2024-11-15",
      name: "[concat(variables('prefix'), '-stock')]",
      location,
      kind: "GlobalDocumentDB",
      properties: { databaseAccountOfferType: "Standard", locations: [{ locationName: location, failoverPriority: 0 }], consistencyPolicy: { defaultConsistencyLevel: "Session" }, disableLocalAuth: true },
    },
  ],
  outputs: { host: { type: "string", value: `[reference(${bare(id("Microsoft.Web/sites", "concat(variables('prefix'), '-charge')"))}, '2024-04-01').defaultHostName]` } },
};
