import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, empty, http, queue } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { azure } from "./target.ts";

const orders = defineQueue("orders");
const app = defineApp("shop", {
  place: http.post("/orders", { access: "public", sends: [orders], secrets: ["stripe-key"], environment: { LEVEL: "debug", ODD: "[x]" } }, () => empty()),
  charge: queue(orders, { delivery: { maxAttempts: 5, deadLetter: defineQueue("failed") }, timeout: "1s", memoryMb: 600 }, () => {}),
});
const target = azure(app, { location: "westeurope", existing: { vault: "shop-vault" } });
const compose = () => adapter.compose!(target, plan(target, adapter), { origin: (name) => (name === "charge" ? "functions/charge.ts:5" : undefined) });
const { files, units, explained, steps, deployer } = compose();

// Ids as every expression has them.
const insights = "resourceId('Microsoft.Insights/components', concat(variables('prefix'), '-insights'))";
const workspace = "resourceId('Microsoft.OperationalInsights/workspaces', concat(variables('prefix'), '-logs'))";
const namespace = "resourceId('Microsoft.ServiceBus/namespaces', variables('serviceBus'))";
const queueId = (name: string) => `resourceId('Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), '${name}')`;
const secret = "resourceId(resourceGroup().name, 'Microsoft.KeyVault/vaults/secrets', 'shop-vault', 'stripe-key')";
const identity = (unit: string) => `resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', concat(variables('prefix'), '-${unit}'))`;
const account = (unit: string) => `resourceId('Microsoft.Storage/storageAccounts', variables('${unit}.storage'))`;
const planId = (unit: string) => `resourceId('Microsoft.Web/serverfarms', concat(variables('prefix'), '-${unit}'))`;
const code = (unit: string) => `resourceId('Microsoft.Storage/storageAccounts/blobServices/containers', variables('${unit}.storage'), 'default', 'deployments')`;
const roleName = (unit: string, guid: string, scope: string) => `[guid(${scope}, ${identity(unit)}, '${guid}')]`;
const clientId = (unit: string) => `[reference(${identity(unit)}, '2023-01-31').clientId]`;

const location = "[parameters('location')]";
const whole = "for place, charge (functions/charge.ts:5)";
const [ofPlace, ofCharge] = ["for place", "for charge (functions/charge.ts:5)"];
const table = (name: string) => ({ type: "Microsoft.OperationalInsights/workspaces/tables", apiVersion: "2023-09-01", name: `[concat(variables('prefix'), '-logs/${name}')]`, comments: `logs ${name} · kept for 30 days · ${whole}`, dependsOn: [`[${insights}]`, `[${workspace}]`], properties: { retentionInDays: 30, totalRetentionInDays: 30 } });
const role = (unit: string, name: string, guid: string, on: string, scope: string, why: string, whom: string, dependsOn = [`[${identity(unit)}]`, `[${scope}]`]) => ({
  type: "Microsoft.Authorization/roleAssignments", apiVersion: "2022-04-01", name: roleName(unit, guid, scope), comments: `role ${unit} · ${name} · ${on} · ${unit}: ${why} · ${whom}`, dependsOn, scope: `[${scope}]`,
  properties: { roleDefinitionId: `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${guid}')]`, principalId: `[reference(${identity(unit)}, '2023-01-31').principalId]`, principalType: "ServicePrincipal" },
});
const ownRoles = (unit: string, whom: string) => [
  role(unit, "Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", `storage ${unit}`, account(unit), "the host's keys, leases and code", whom),
  role(unit, "Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb", "insights", insights, "logs and traces", whom),
];
const before = (unit: string, whom: string) => [
  { type: "Microsoft.ManagedIdentity/userAssignedIdentities", apiVersion: "2023-01-31", name: `[concat(variables('prefix'), '-${unit}')]`, comments: `identity ${unit} · what ${unit} may do, it may do as this · ${whom}`, location },
  { type: "Microsoft.Storage/storageAccounts", apiVersion: "2025-01-01", name: `[variables('${unit}.storage')]`, comments: `storage ${unit} · the host's own: keys, leases and the code of ${unit} · ${whom}`, location, sku: { name: "Standard_LRS" }, kind: "StorageV2", properties: { allowBlobPublicAccess: false, allowSharedKeyAccess: false, minimumTlsVersion: "TLS1_2", supportsHttpsTrafficOnly: true } },
  { type: "Microsoft.Storage/storageAccounts/blobServices/containers", apiVersion: "2025-01-01", name: `[concat(variables('${unit}.storage'), '/default/deployments')]`, comments: `code ${unit} · the code of ${unit} · ${whom}`, dependsOn: [`[${account(unit)}]`], properties: { publicAccess: "None" } },
];
const planOf = (unit: string, whom: string) => ({ type: "Microsoft.Web/serverfarms", apiVersion: "2024-04-01", name: `[concat(variables('prefix'), '-${unit}')]`, comments: `plan ${unit} · where ${unit} runs; a plan has one app · ${whom}`, location, kind: "functionapp", sku: { name: "FC1", tier: "FlexConsumption" }, properties: { reserved: true } });
const site = (unit: string, whom: string, roles: readonly string[], scaleAndConcurrency: object, settings: readonly (readonly [string, string])[]) => ({
  type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: `[concat(variables('prefix'), '-${unit}')]`, comments: `site ${unit} · runs ${unit} · ${whom}`,
  dependsOn: [`[${planId(unit)}]`, `[${code(unit)}]`, ...roles, `[${identity(unit)}]`, `[${insights}]`],
  kind: "functionapp,linux", location, identity: { type: "UserAssigned", userAssignedIdentities: { [`[${identity(unit)}]`]: {} } },
  properties: {
    serverFarmId: `[${planId(unit)}]`, httpsOnly: true, keyVaultReferenceIdentity: `[${identity(unit)}]`,
    functionAppConfig: {
      deployment: { storage: { type: "blobContainer", value: `[concat('https://', variables('${unit}.storage'), '.blob.core.windows.net/deployments')]`, authentication: { type: "UserAssignedIdentity", userAssignedIdentityResourceId: `[${identity(unit)}]` } } },
      runtime: { name: "node", version: "22" },
      scaleAndConcurrency,
    },
    siteConfig: {
      minTlsVersion: "1.2",
      appSettings: [
        ["AzureWebJobsStorage__accountName", `[variables('${unit}.storage')]`], ["AzureWebJobsStorage__credential", "managedidentity"], ["AzureWebJobsStorage__clientId", clientId(unit)],
        ["APPLICATIONINSIGHTS_CONNECTION_STRING", `[reference(${insights}, '2020-02-02').ConnectionString]`], ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING", `[concat('ClientId=', ${clientId(unit).slice(1, -1)}, ';Authorization=AAD')]`], ["AZURE_CLIENT_ID", clientId(unit)],
        ...settings,
      ].map(([name, value]) => ({ name, value })),
    },
  },
});
const alert = (name: string, comments: string, whom: string, metricName: string, more: object = {}) => ({
  type: "Microsoft.Insights/metricAlerts", apiVersion: "2018-03-01", name: `[concat(variables('prefix'), '-${name}')]`, comments: `${comments} · ${whom}`, dependsOn: [`[${namespace}]`], location: "global",
  properties: { description: comments.split(" · ")[1], severity: 2, enabled: true, scopes: [`[${namespace}]`], evaluationFrequency: "PT5M", windowSize: "PT5M", criteria: { "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria", allOf: [{ name: "letters", criterionType: "StaticThresholdCriterion", metricNamespace: "Microsoft.ServiceBus/namespaces", metricName, ...more, operator: "GreaterThan", threshold: 0, timeAggregation: "Maximum" }] }, autoMitigate: true, actions: [] },
});
const busHost = "[concat(variables('serviceBus'), '.servicebus.windows.net')]";
const [sender, receiver, reader] = ["69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", "4633458b-17de-408a-b874-0445c86b69e6"];

describe("the template of a route and a queue function", () => {
  const template = JSON.parse(files["azuredeploy.json"]!) as { readonly resources: readonly object[] };
  test("is one file, with what whoever deploys may say, and what they are told", () => {
    expect(Object.keys(files)).toEqual(["azuredeploy.json"]);
    expect({ ...template, resources: [] }).toEqual({
      $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      contentVersion: "1.0.0.0",
      parameters: {
        stage: { type: "string", defaultValue: "dev", minLength: 1, maxLength: 10, metadata: { description: "part of every name, so that two copies of shop live in one subscription" } },
        location: { type: "string", defaultValue: "westeurope", metadata: { description: "the region of everything" } },
      },
      variables: {
        unique: "[take(uniqueString(resourceGroup().id, parameters('stage')), 6)]", prefix: "[concat('shop-', parameters('stage'), '-', variables('unique'))]", serviceBus: "[concat(variables('prefix'), '-bus')]",
        "shop.storage": "[concat('shop', uniqueString(resourceGroup().id, parameters('stage'), 'shop'))]", "charge.storage": "[concat('charge', uniqueString(resourceGroup().id, parameters('stage'), 'charge'))]",
      },
      resources: [],
      outputs: {
        sites: { type: "object", value: { shop: "[concat(variables('prefix'), '-shop')]", charge: "[concat(variables('prefix'), '-charge')]" } },
        urls: { type: "object", value: { shop: "[concat('https://', concat(variables('prefix'), '-shop'), '.azurewebsites.net')]" } },
        deadLetters: { type: "object", value: { ISOBAR_SERVICE_BUS: busHost, ISOBAR_QUEUE_FAILED: "failed", ISOBAR_SOURCE_CHARGE: "orders" } },
      },
    });
  });
  test("has every resource, each waiting for all that it names", () => {
    const placeRoles = [...ownRoles("shop", ofPlace), role("shop", "Azure Service Bus Data Sender", sender, "queue orders", queueId("orders"), "sending", ofPlace), role("shop", "Key Vault Secrets User", reader, "secret stripe-key", secret, "ctx.secret", ofPlace, [`[${identity("shop")}]`])];
    const chargeRoles = [...ownRoles("charge", ofCharge), role("charge", "Azure Service Bus Data Receiver", receiver, "queue orders", queueId("orders"), "consuming", ofCharge), role("charge", "Azure Service Bus Data Sender", sender, "queue failed", queueId("failed"), "dead letters", ofCharge)];
    const queueType = { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01" } as const;
    const both = "for charge (functions/charge.ts:5), place";
    expect(template.resources).toEqual([
      { type: "Microsoft.OperationalInsights/workspaces", apiVersion: "2023-09-01", name: "[concat(variables('prefix'), '-logs')]", comments: `logs · where logs and traces are kept · ${whole}`, location, properties: { sku: { name: "PerGB2018" }, retentionInDays: 30 } },
      { type: "Microsoft.Insights/components", apiVersion: "2020-02-02", name: "[concat(variables('prefix'), '-insights')]", comments: `insights · logs and traces of all functions · ${whole}`, dependsOn: [`[${workspace}]`], location, kind: "web", properties: { Application_Type: "web", IngestionMode: "LogAnalytics", WorkspaceResourceId: `[${workspace}]`, DisableLocalAuth: true } },
      ...["AppTraces", "AppExceptions", "AppRequests", "AppDependencies"].map(table),
      { type: "Microsoft.ServiceBus/namespaces", apiVersion: "2024-01-01", name: "[variables('serviceBus')]", comments: `service bus · queues and topics of the app · ${both}`, location, sku: { name: "Standard", tier: "Standard" }, properties: { disableLocalAuth: true, minimumTlsVersion: "1.2" } },
      { ...queueType, name: "[concat(variables('serviceBus'), '/failed')]", comments: `queue failed · ${ofCharge}`, dependsOn: [`[${namespace}]`], properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
      { ...queueType, name: "[concat(variables('serviceBus'), '/orders')]", comments: `queue orders · ${both}`, dependsOn: [`[${queueId("failed")}]`, `[${namespace}]`], properties: { lockDuration: "PT1M", maxDeliveryCount: 5, requiresSession: false, requiresDuplicateDetection: false, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, forwardDeadLetteredMessagesTo: "failed" } },
      ...before("shop", ofPlace), ...placeRoles, planOf("shop", ofPlace),
      site("shop", ofPlace, placeRoles.map(({ name }) => name), { maximumInstanceCount: 100, instanceMemoryMB: 512, triggers: { http: { perInstanceConcurrency: 16 } } }, [
        ["AzureWebJobsDisableHomepage", "true"], ["ISOBAR_SERVICE_BUS", busHost], ["ISOBAR_QUEUE_ORDERS", "orders"], ["ISOBAR_SECRET_STRIPE_KEY", "@Microsoft.KeyVault(SecretUri=https://shop-vault.vault.azure.net/secrets/stripe-key/)"], ["LEVEL", "debug"], ["ODD", "[concat('[x]')]"],
      ]),
      ...before("charge", ofCharge), ...chargeRoles, planOf("charge", ofCharge),
      site("charge", ofCharge, chargeRoles.map(({ name }) => name), { maximumInstanceCount: 100, instanceMemoryMB: 2048 }, [
        ["ORDERS__fullyQualifiedNamespace", busHost], ["ISOBAR_SERVICE_BUS", busHost], ["ISOBAR_QUEUE_FAILED", "failed"], ["ORDERS__credential", "managedidentity"], ["ORDERS__clientId", clientId("charge")],
      ]),
      alert("letters-failed", "alert failed · letters lie in failed", ofCharge, "ActiveMessages", { dimensions: [{ name: "EntityName", operator: "Include", values: ["failed"] }] }),
      alert("kept-letters", "alert kept letters · letters lie in a dead-letter queue of Service Bus's own", both, "DeadletteredMessages"),
    ]);
  });
  test("is the same text every time", () => expect(compose().files).toEqual(files));
});

test("beside each bundle lie the host's settings and what is the bundle", () => {
  const extensionBundle = { id: "Microsoft.Azure.Functions.ExtensionBundle", version: "[4.*, 5.0.0)" };
  const parsed = Object.fromEntries(Object.entries(units).map(([unit, own]) => [unit, Object.fromEntries(Object.entries(own).map(([path, text]) => [path, JSON.parse(text) as object]))]));
  expect(parsed).toEqual({
    shop: { "host.json": { version: "2.0", functionTimeout: "00:00:21", extensionBundle, extensions: { http: { routePrefix: "" } } }, "package.json": { name: "shop", version: "1.0.0", type: "commonjs", main: "index.cjs" } },
    charge: { "host.json": { version: "2.0", functionTimeout: "00:00:02", extensionBundle, extensions: { serviceBus: { prefetchCount: 0, autoCompleteMessages: true, maxAutoLockRenewalDuration: "00:00:02", maxConcurrentCalls: 16 } } }, "package.json": { name: "shop-charge", version: "1.0.0", type: "commonjs", main: "index.cjs" } },
  });
});
test("says for whom each resource is, and what a role allows", () => {
  const find = (key: string) => explained.find(({ name }) => name === key);
  expect([find("queue orders"), find("role charge · Azure Service Bus Data Receiver · queue orders"), find("site charge")]).toEqual([
    { name: "queue orders", type: "Microsoft.ServiceBus/namespaces/queues", functions: ["charge", "place"], lines: ["functions/charge.ts:5"], allows: [] },
    { name: "role charge · Azure Service Bus Data Receiver · queue orders", type: "Microsoft.Authorization/roleAssignments", functions: ["charge"], lines: ["functions/charge.ts:5"], allows: ["Azure Service Bus Data Receiver on queue orders: consuming"] },
    { name: "site charge", type: "Microsoft.Web/sites", functions: ["charge"], lines: ["functions/charge.ts:5"], allows: [] },
  ]);
});
test("says how it is deployed, in order, and who may", () => {
  const bring = (unit: string) => `az functionapp deployment source config-zip --resource-group shop-dev --name "$(az deployment group show --resource-group shop-dev --name isobar --query 'properties.outputs.sites.value."${unit}"' --output tsv)" --src ${unit}.zip`;
  expect(steps.map(({ command }) => command)).toEqual([
    'for each in Microsoft.App Microsoft.Insights Microsoft.ManagedIdentity Microsoft.OperationalInsights Microsoft.ServiceBus Microsoft.Storage Microsoft.Web; do az provider register --namespace "$each"; done',
    "az group create --name shop-dev --location westeurope",
    "az keyvault secret set --vault-name shop-vault --name stripe-key --encoding utf-8 --file /dev/stdin",
    "az deployment group create --resource-group shop-dev --name isobar --template-file azuredeploy.json --parameters stage=dev",
    bring("shop"), bring("charge"),
  ]);
  expect(deployer).toEqual([
    "Microsoft.Resources/subscriptions/resourceGroups/write and */register/action on the subscription, where the resource group and the resource providers are not there yet",
    "Contributor on the resource group shop-dev",
    "Role Based Access Control Administrator on the resource group shop-dev, of no other roles than Azure Service Bus Data Receiver, Azure Service Bus Data Sender, Key Vault Secrets User, Monitoring Metrics Publisher, Storage Blob Data Owner",
    "Key Vault Secrets Officer and Role Based Access Control Administrator on the vault shop-vault",
  ]);
});
