import { describe, expect, test } from "vitest";
import { changes, defineQueue, defineTable } from "@isobar/core";
import { planned } from "../../testing/planned.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const options = { delivery, timeout: "1s" } as const;

describe("changes", () => {
  const { binding, lines, faults } = planned(changes(defineTable("users"), { ...options, batch: { maxSize: 10 } }, () => {}));
  test("are read with leases of the function's own, and tried again without end", () => {
    expect([binding.variant, faults, binding.rendered]).toEqual(["cosmos-db", [], {
      maker: "changes",
      keeping: "inside",
      resources: {
        "queue failed": { type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: "[concat(variables('serviceBus'), '/failed')]", comments: "dead letters of act", properties: { maxDeliveryCount: 2_000, defaultMessageTimeToLive: "P14D", deadLetteringOnMessageExpiration: true, requiresSession: false } },
        "database users": { type: "Microsoft.DocumentDB/databaseAccounts/sqlDatabases", apiVersion: "2024-11-15", name: "[concat(variables('cosmosDb'), '/users')]", comments: "the database of users", properties: { resource: { id: "users" } } },
        "container users/users": { type: "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", apiVersion: "2024-11-15", name: "[concat(variables('cosmosDb'), '/users/users')]", comments: "act follows it", dependsOn: ["[resourceId('Microsoft.DocumentDB/databaseAccounts/sqlDatabases', variables('cosmosDb'), 'users')]"], properties: { resource: { id: "users", partitionKey: { paths: ["/id"], kind: "Hash" } } } },
        "container users/leases": { type: "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", apiVersion: "2024-11-15", name: "[concat(variables('cosmosDb'), '/users/leases')]", comments: "how far act has read", dependsOn: ["[resourceId('Microsoft.DocumentDB/databaseAccounts/sqlDatabases', variables('cosmosDb'), 'users')]"], properties: { resource: { id: "leases", partitionKey: { paths: ["/id"], kind: "Hash" } } } },
        site: { type: "Microsoft.Web/sites", apiVersion: "2024-04-01", name: "[concat(variables('prefix'), '-act')]", kind: "functionapp,linux", location: "[parameters('location')]", comments: "runs act", properties: { functionAppConfig: { scaleAndConcurrency: { maximumInstanceCount: 100, instanceMemoryMB: 512 } }, siteConfig: { appSettings: [{ name: "USERS__accountEndpoint", value: "[concat('https://', variables('cosmosDb'), '.documents.azure.com:443/')]" }, { name: "ISOBAR_SERVICE_BUS", value: "[concat(variables('serviceBus'), '.servicebus.windows.net')]" }, { name: "ISOBAR_QUEUE_FAILED", value: "failed" }] } } },
        "host.json": { version: "2.0", functionTimeout: "00:02:38" },
        registration: { name: "act", app: "cosmosDB", maker: "changes", options: { databaseName: "users", containerName: "users", connection: "USERS", leaseContainerName: "leases", leaseContainerPrefix: "act", createLeaseContainerIfNotExists: false, maxItemsPerInvocation: 1, feedPollDelay: 5000, startFromBeginning: false, retry: { strategy: "fixedDelay", maxRetryCount: -1, delayInterval: { seconds: 10 } } } },
      },
      grants: [{ actions: ["Cosmos DB Built-in Data Reader"], on: "database users", for: "consuming" }, { actions: ["Cosmos DB Built-in Data Contributor"], on: "container users/leases", for: "how far it has read" }, { actions: ["Azure Service Bus Data Sender"], on: "queue failed", for: "dead letters" }],
    }]);
  });
  test("say what the feed does not tell", () => {
    expect(lines).toEqual({
      attempts: "emulated: the run time makes the attempts inside one invocation, and goes on behind what has used them up · a crash begins the count again: it comes again after 10 s, or where its host was lost once another has its lease, a minute later (app.cosmosDB retry.maxRetryCount -1)",
      backoff: "emulated: the run time waits inside the invocation, and with it the lease's range of keys, and an instance that is paid · after a crash the wait is the host's: it comes again after 10 s, or where its host was lost once another has its lease, a minute later (host.json functionTimeout 00:02:38)",
      retryAfter: "exact",
      maxAge: "exact: nothing is dropped for its age",
      deadLetter: "emulated: the run time writes the letter inside the invocation, and then goes on behind it · a crash between letter and answer leaves a second letter; while the letter cannot be written, or what crashes the process every time, its lease's range of keys is blocked (app.cosmosDB retry.maxRetryCount -1)",
      order: "exact: what blocks, blocks its lease's range of keys: other keys in it wait too",
      batch: "exact: each invocation carries one, which waits for no other: a batch would be settled as a whole, and what it had no time for would bring what was done again (app.cosmosDB maxItemsPerInvocation 1)",
      timeout: "exact: an invocation has time for all attempts, each with this timeout (host.json functionTimeout 00:02:38)",
      saturation: "exact: what finds no instance free waits in its lease's range of keys; attempts are counted where they start",
      identity: "exact: the id is its place, the same at every delivery, and the attribute isobar carries it into the dead letter",
      isolation: "exact: a function app of its own (Microsoft.Web/sites functionAppConfig.scaleAndConcurrency.instanceMemoryMB 512)",
      images: "approximated: the change feed tells the latest version of an item alone: nothing of deletions, nothing of the item before, and not whether it was created or updated (`operation` is \"written\"); versions between two reads are passed over · a mark of its own on items that are to be deleted, and the item's earlier state in the item",
    });
  });
  test("of which none could ever be heard are refused", () => {
    expect(planned(changes(defineTable("users"), { ...options, on: ["created", "deleted"] }, () => {})).lines.images).toBe('unsupported: every change in this feed is "written": of "created", "deleted" alone there is none, and the function would never run · "written" in `on`');
    expect(planned(changes(defineTable("users"), { ...options, on: ["written", "deleted"] }, () => {})).lines.images).toMatch(/^approximated: the change feed tells the latest version of an item alone/);
  });
  test("of a container in another database", () => {
    expect(planned(changes(defineTable("users"), options, () => {}), { database: "shop" }).binding.rendered.resources).toMatchObject({ "database shop": { name: "[concat(variables('cosmosDb'), '/shop')]" }, "container shop/users": { properties: { resource: { partitionKey: { paths: ["/id"] } } } }, "container shop/leases": { name: "[concat(variables('cosmosDb'), '/shop/leases')]" }, registration: { options: { databaseName: "shop", containerName: "users" } } });
  });
});
