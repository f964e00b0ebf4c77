/** What every kind adds, what a target may say, and how a large app is cut. */
import { describe, expect, test } from "vitest";
import { defineApp, defineBucket, defineQueue, defineTable, defineTopic, empty, http, queue, storage, topic, changes, type App } from "@isobar/core";
import { composed, environmentIn, everything, resourceId, resourcesIn, settings } from "../testing/composed.ts";
import type { Made } from "./ids.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 3, deadLetter: failed } as const;
const typesOf = (manifest: Parameters<typeof resourcesIn>[0]) => [...resourcesIn(manifest)].map(([key, { type }]) => `${type.replace("Microsoft.", "")} ${key}`);
const find = (manifest: Parameters<typeof resourcesIn>[0], key: string): Made => [...resourcesIn(manifest)].find(([each]) => each === key || each.startsWith(`${key} ·`))![1];
const manifest = composed(everything, settings);

describe("every kind", () => {
  test.each<[string, readonly string[]]>([
    ["http", ["site shop", "authentication staff"]],
    ["queue", ["queue orders", "queue ship.discarded", "storage queue cheap", "storage queue cheap-poison", "storage queue cheap-failed"]],
    ["topic", ["topic news", "subscription mail", "queue news.mail"]],
    ["storage", ["container uploads", "system topic", "container isobar-undelivered", "role system topic isobar-undelivered", "role system topic uploads.resize", "event subscription resize", "event subscription thumb"]],
    ["schedule", ["queue report.ticks"]],
    ["changes", ["cosmos db", "database users", "container users/users", "container users/leases"]],
    ["stream", ["event hubs", "event hub clicks", "consumer group count"]],
    ["bus", ["bus events", "role bus events events.audit", "event subscription audit", "event subscription hear"]],
    ["logs", ["event hub access", "consumer group watch", "rule diagnostics", "diagnostic setting access"]],
    ["call", ["queue later.calls"]],
    ["what is sent to and read elsewhere", ["queue elsewhere"]],
    ["alerts", ["alert orders-failed", "alert kept letters", "alert system topic", "alert bus events"]],
  ])("%s has its parts", (_, keys) => expect(keys.filter((key) => !manifest.explained.some(({ name }) => name === key))).toEqual([]));
  test("is a site on a plan, an identity and an account of its own", () => {
    const units = Object.keys(manifest.units);
    expect(units).toHaveLength(17);
    expect(typesOf(manifest).filter((each) => /^(?:Web\/(?:sites|serverfarms) |ManagedIdentity|Storage\/storageAccounts storage .*host's own)/.test(each))).toHaveLength(4 * 17);
  });
  test("what Event Grid calls itself is subscribed once the code is there", () => {
    expect(Object.keys(manifest.files)).toEqual(["azuredeploy.json", "azuredeploy.events.json"]);
    expect((JSON.parse(manifest.files["azuredeploy.events.json"]!) as { readonly resources: readonly Made[] }).resources.map(({ name, dependsOn, properties }) => [name, dependsOn, properties!.destination])).toEqual(["thumb", "hear"].map((name) => [
      name === "thumb" ? "[concat(variables('storage'), '/isobar-thumb')]" : "[concat(variables('prefix'), '-events/isobar-hear')]", undefined,
      { endpointType: "AzureFunction", properties: { resourceId: `[resourceId(resourceGroup().name, 'Microsoft.Web/sites/functions', concat(variables('prefix'), '-${name}'), '${name}')]`, maxEventsPerBatch: 1, preferredBatchSizeInKilobytes: 64 } },
    ]));
    expect(manifest.steps.at(-1)!.command).toBe("az deployment group create --resource-group shop-dev --name isobar-events --template-file azuredeploy.events.json --parameters stage=dev");
  });
  test("secrets of a vault elsewhere, and logs of a resource elsewhere, are deployed there", () => {
    const places = [...resourcesIn(manifest).values()].filter(({ type }) => type === "Microsoft.Resources/deployments");
    expect(places.map(({ name, subscriptionId, resourceGroup, properties }) => [name, subscriptionId, resourceGroup, properties!.expressionEvaluationOptions])).toEqual([
      ["[concat(variables('prefix'), '-access.logs')]", "s-1", "web", { scope: "outer" }],
      ["[concat(variables('prefix'), '-shop.secrets')]", undefined, "vaults", { scope: "outer" }],
      ["[concat(variables('prefix'), '-charge.secrets')]", undefined, "vaults", { scope: "outer" }],
    ]);
    expect(find(manifest, "site charge").dependsOn).toContain("[resourceId('Microsoft.Resources/deployments', concat(variables('prefix'), '-charge.secrets'))]");
    expect(find(manifest, "event hubs").properties!.disableLocalAuth).toBe(false);
    expect(manifest.deployer.slice(-2)).toEqual(["Key Vault Secrets Officer and Role Based Access Control Administrator on the vault shop-vault, and Microsoft.Resources/deployments/* on its resource group vaults", "Microsoft.Insights/diagnosticSettings/write and Microsoft.Resources/deployments/* on the resource group s-1/web, in which a log is written"]);
    expect(resourceId).toContain("/resourceGroups/web/");
  });
  test("is told where everything is that it names", () => {
    expect(environmentIn(manifest, "shop")).toMatchObject({ ISOBAR_QUEUE_ORDERS: "orders", ISOBAR_TOPIC_NEWS: "news", ISOBAR_QUEUE_CHEAP: "[concat('https://', variables('storage'), '.queue.core.windows.net/cheap')]", ISOBAR_SECRET_STRIPE_KEY: "@Microsoft.KeyVault(SecretUri=https://shop-vault.vault.azure.net/secrets/stripe-key/)" });
    expect(Object.keys(environmentIn(manifest, "index")).filter((name) => name.startsWith("USERS__"))).toEqual(["USERS__accountEndpoint", "USERS__credential", "USERS__clientId"]);
    expect(Object.keys(environmentIn(manifest, "cheap")).filter((name) => name.startsWith("CHEAP__"))).toEqual(["CHEAP__queueServiceUri", "CHEAP__credential", "CHEAP__clientId"]);
  });
  test("an account of Cosmos DB makes one role after the other", () => {
    const roles = [...resourcesIn(manifest).values()].filter(({ type }) => type.endsWith("/sqlRoleAssignments"));
    expect(roles[1]!.dependsOn!.some((token) => token.includes("sqlRoleAssignments"))).toBe(true);
  });
});

describe("a target's own words", () => {
  const app = defineApp("shop", { charge: queue(defineQueue("orders"), { delivery, timeout: "1s" }, () => {}) });
  test("stage, group, version of Node.js, logs, tracing, alerts, network, instances", () => {
    const subnetId = "/subscriptions/s/resourceGroups/n/providers/Microsoft.Network/virtualNetworks/v/subnets/apps";
    const said = composed(app, { stage: "live", resourceGroup: "shop", runtime: "24", logRetentionDays: 7, tracing: false, alarms: false, subnetId, functions: { charge: { maximumInstanceCount: 40, alwaysReady: 2 } } });
    const { functionAppConfig, virtualNetworkSubnetId } = find(said, "site charge").properties as { readonly functionAppConfig: object; readonly virtualNetworkSubnetId: string };
    expect([functionAppConfig, virtualNetworkSubnetId]).toMatchObject([{ runtime: { name: "node", version: "24" }, scaleAndConcurrency: { alwaysReady: [{ name: "function:charge", instanceCount: 2 }], maximumInstanceCount: 40 } }, subnetId]);
    expect([find(said, "logs").properties!.retentionInDays, find(said, "logs AppTraces").properties, typesOf(said).filter((each) => each.includes("metricAlerts"))]).toEqual([30, { retentionInDays: 7, totalRetentionInDays: 7 }, []]);
    expect(JSON.parse(said.units.charge!["host.json"]!)).toMatchObject({ logging: { applicationInsights: { enableDependencyTracking: false, httpAutoCollectionOptions: { enableW3CDistributedTracing: false } } } });
    expect([said.steps.at(-1)!.command.includes("--resource-group shop --name"), said.steps.some(({ command }) => command.endsWith("--parameters stage=live")), said.deployer.at(-1)]).toEqual([true, true, "Microsoft.Network/virtualNetworks/subnets/join/action on the subnets"]);
  });
  test("whom alerts tell", () => expect(find(composed(app, { alarms: { actionGroups: ["/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/ops"] } }), "alert failed").properties!.actions).toEqual([{ actionGroupId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/ops" }]));
  test("is laid over a resource and over host.json, and adds more", () => {
    const own = { type: "Microsoft.Storage/storageAccounts", apiVersion: "2025-01-01", name: "mine", properties: {} };
    const said = composed(app, { overrides: { "queue orders": { properties: { maxSizeInMegabytes: 5120, deadLetteringOnMessageExpiration: true } }, "host.json charge": { logging: { logLevel: { default: "Warning" } } }, "storage charge": { sku: { name: "Standard_ZRS" } } }, resources: { mine: own } });
    expect([find(said, "queue orders").properties, find(said, "storage charge").sku, find(said, "mine")]).toMatchObject([{ maxSizeInMegabytes: 5120, maxDeliveryCount: 3 }, { name: "Standard_ZRS" }, { ...own, comments: "mine" }]);
    expect(JSON.parse(said.units.charge!["host.json"]!)).toMatchObject({ functionTimeout: "00:00:02", logging: { logLevel: { default: "Warning" } } });
  });
});

describe("what is there already", () => {
  const app = defineApp("shop", {
    place: http.post("/o", { access: "public", sends: [defineQueue("orders"), defineTopic("news")] }, () => empty()),
    charge: queue(defineQueue("orders"), { delivery: { ...delivery, backoff: "10s" }, timeout: "1s" }, () => {}),
    mail: topic(defineTopic("news"), { delivery }, () => {}),
    resize: storage(defineBucket("uploads"), { delivery }, () => {}),
    index: changes(defineTable("users"), { delivery }, () => {}),
  });
  const existing = { serviceBus: "corp-bus", queues: { orders: "Orders.In" }, topics: { news: "News" }, storage: "corpfiles", buckets: ["uploads"], systemTopic: "corpfiles-events", cosmosDb: "corp-db", tables: { users: "Users" }, workspace: "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/corp" };
  const said = composed(app, { existing });
  test("is not made, nor what it lies in", () => {
    const gone = ["logs", "service bus", "storage", "cosmos db", "queue orders", "topic news", "container uploads", "system topic", "database users", "container users/users"];
    expect(said.explained.map(({ name }) => name).filter((name) => gone.includes(name))).toEqual([]);
    expect(said.explained.map(({ name }) => name)).toEqual(expect.arrayContaining(["queue failed", "queue news.mail", "subscription mail", "event subscription resize", "container users/leases", "container isobar-undelivered"]));
  });
  test("is called as it is called, by everything that names it", () => {
    const text = said.files["azuredeploy.json"]!;
    expect(JSON.parse(text)).toMatchObject({ variables: { serviceBus: "corp-bus", storage: "corpfiles", cosmosDb: "corp-db" } });
    expect(environmentIn(said, "shop")).toMatchObject({ ISOBAR_QUEUE_ORDERS: "Orders.In", ISOBAR_TOPIC_NEWS: "News" });
    expect(environmentIn(said, "charge").ISOBAR_SOURCE_CHARGE).toBe("Orders.In");
    expect([find(said, "subscription mail").name, find(said, "event subscription resize").name, find(said, "insights").properties!.WorkspaceResourceId]).toEqual(["[concat(variables('serviceBus'), '/News/mail')]", "[concat('corpfiles-events', '/isobar-resize')]", existing.workspace]);
    expect(find(said, "role charge · Azure Service Bus Data Receiver · queue orders").scope).toBe("[resourceId(resourceGroup().name, 'Microsoft.ServiceBus/namespaces/queues', variables('serviceBus'), 'Orders.In')]");
    expect(JSON.parse(text)).toMatchObject({ outputs: { deadLetters: { value: { ISOBAR_SOURCE_CHARGE: "Orders.In" } } } });
    expect(text).not.toContain("/orders'");
  });
  test("is watched for its own letters, and for nobody else's", () => {
    const { criteria } = find(said, "alert kept letters").properties as { readonly criteria: { readonly allOf: readonly { readonly dimensions: readonly { readonly values: readonly string[] }[] }[] } };
    expect(criteria.allOf[0]!.dimensions[0]!.values).toEqual(["failed", "news.mail", "uploads.resize"]);
  });
  test("is to be as it would be made: a step tells, since nothing here can look", () => {
    expect(said.steps.find(({ command }) => command.startsWith("az servicebus queue show"))).toEqual({
      what: "see that the queue orders, which is there already, has lockDuration PT1M, maxDeliveryCount 3, requiresSession false, requiresDuplicateDetection true, duplicateDetectionHistoryTimeWindow PT10M, defaultMessageTimeToLive P14D, deadLetteringOnMessageExpiration true, forwardDeadLetteredMessagesTo failed",
      command: "az servicebus queue show --resource-group shop-dev --namespace-name corp-bus --name Orders.In",
    });
  });
});

describe("a large app", () => {
  const makers = [(i: number) => queue(defineQueue(`q${i}`), { delivery }, () => {}), (i: number) => topic(defineTopic(`t${i}`), { delivery, sends: [defineQueue(`q${i - 1}`)] }, () => {}), (i: number) => storage(defineBucket(`b-${i}`), { delivery }, () => {})];
  const appOf = (count: number): App => defineApp("large", Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, makers[i % 3]!(i)])));
  const resources = (files: Readonly<Record<string, string>>, file: string) => (JSON.parse(files[file]!) as { readonly resources: readonly Made[] }).resources;
  const large = composed(appOf(300));
  test("is what several functions need, and its functions in files by their names", () => {
    const names = Object.keys(large.files);
    expect(names).toEqual(["azuredeploy.json", ..."0123456789abcdef".split("").map((digit) => `azuredeploy.units-${digit}.json`)]);
    expect(names.every((file) => resources(large.files, file).length <= 800)).toBe(true);
    const shared = resources(large.files, "azuredeploy.json").map(({ comments }) => comments.split(" · ")[0]);
    // A queue that another function sends to is nobody's alone, one that only its reader names is its reader's.
    expect([shared.includes("queue failed"), shared.includes("queue q0"), shared.includes("queue t1.f1"), shared.includes("topic t1")]).toEqual([true, true, false, false]);
    expect(large.steps.filter(({ command }) => command.includes("--template-file")).map(({ command }) => /--template-file (\S+)/.exec(command)![1])).toEqual(names);
    expect(large.deployer.at(-1)).toBe("a quota of 301 storage accounts in the region: it is 250 until a larger one is asked for");
  });
  test("has each function where it was, when others come", () => {
    const homes = (files: Readonly<Record<string, string>>) => new Map(Object.keys(files).flatMap((file) => resources(files, file).map(({ comments }) => [comments.split(" · ")[0]!, file] as const)));
    const [before, after] = [homes(large.files), homes(composed(appOf(306)).files)];
    expect([...before].filter(([key, file]) => key.startsWith("site ") && after.get(key) !== file)).toEqual([]);
  });
  test("has what a resource of the user's own names beside that, with all that it needs", () => {
    const own = { type: "Microsoft.Web/sites/hostNameBindings", apiVersion: "2024-11-01", name: "[concat(variables('prefix'), '-f0/shop.example')]", properties: {} };
    const { files } = composed(appOf(300), { resources: { mine: own } });
    const shared = resources(files, "azuredeploy.json").map(({ comments }) => comments.split(" · ")[0]);
    expect(["mine", "site f0", "plan f0", "identity f0", "code f0", "storage f0", "queue q0", "site f1", "plan f1"].map((key) => shared.includes(key))).toEqual([true, true, true, true, true, true, true, false, false]);
  });
  test("is one file as long as it holds all", () => expect(Object.keys(composed(appOf(60)).files)).toEqual(["azuredeploy.json"]));
});
