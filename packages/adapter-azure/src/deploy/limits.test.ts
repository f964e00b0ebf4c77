/** What Azure refuses of a composed app, all at once; and names that are odd, which it takes. */
import { describe, expect, test } from "vitest";
import { changes, defineApp, defineBucket, defineQueue, defineStream, defineTable, empty, http, logs, defineLog, queue, storage, stream, type App } from "@isobar/core";
import { composed, environmentIn, resourcesIn } from "../testing/composed.ts";

const failed = defineQueue("failed");
const delivery = { maxAttempts: 3, deadLetter: failed } as const;
const charge = (options: object = {}) => queue(defineQueue("orders"), { delivery, timeout: "1s", ...options }, () => {});
const app = (options: object = {}) => defineApp("shop", { charge: charge(options) });
const get = (path: string, options: object = {}) => http.get(path as "/a", { access: "public", ...options }, () => empty());

/** What is refused, line by line. */
function refused(of: App, settings: object = {}): readonly string[] {
  try {
    composed(of, settings);
  } catch (error) {
    expect(error).toMatchObject({ code: "unsupported" });
    return (error as Error).message.split("\n").slice(1).map((line) => line.trim());
  }
  return [];
}

describe("is refused, with what would do", () => {
  test.each<[string, readonly string[], string]>([
    ["a stage with a hyphen", refused(app(), { stage: "pre-live" }), 'stage "pre-live" · target · it is part of every name: a lower-case letter, then lower-case letters and digits, 10 at most · as "dev"'],
    ["a stage that is too long", refused(app(), { stage: "production1" }), 'stage "production1" · target · it is part of every name: a lower-case letter, then lower-case letters and digits, 10 at most · as "dev"'],
    ["a region by its display name", refused(app(), { location: "West Europe" }), 'location "West Europe" · target · a region\'s name has lower-case letters and digits alone · as "westeurope"'],
    ["a resource group of a shell's", refused(app(), { resourceGroup: "$(id)" }), 'resourceGroup "$(id)" · target · a resource group\'s name has letters, digits, underscores, hyphens, brackets and dots, no dot last, 90 at most · another name'],
    ["another version of Node.js", refused(app(), { runtime: "20" }), 'runtime "20" · target · Isobar runs on Node.js 22 and 24 · one of them'],
    ["logs of three days", refused(app(), { logRetentionDays: 3 }), "logRetentionDays 3 · target · a table of Log Analytics keeps its rows for 4 to 730 days · another number"],
    ["a subnet by its name", refused(app(), { subnetId: "apps" }), 'subnetId "apps" · target · it is the id of a subnet · "/subscriptions/…/virtualNetworks/…/subnets/…"'],
    ["an action group by its name", refused(app(), { alarms: { actionGroups: ["ops"] } }), 'alarms.actionGroups "ops" · target · it is the id of an action group · "/subscriptions/…/actionGroups/…"'],
    ["a vault by its address", refused(app(), { existing: { vault: "https://shop.vault.azure.net" } }), 'existing.vault "https://shop.vault.azure.net" · target · a vault\'s name has 3 to 24 letters, digits and hyphens · its name, and not its address'],
    ["secrets without a vault", refused(app({ secrets: ["stripe-key"] })), 'secrets stripe-key · unit "charge" · secrets are read from a key vault, and no vault is said · existing: { vault: "…" }'],
    ["a queue that is there in a namespace that is not", refused(app(), { existing: { queues: { orders: "Orders" } } }), "existing.queues · target · what is there lies in something that is there · existing.serviceBus"],
    ["an expression for a name", refused(app(), { existing: { serviceBus: "[parameters('x')]" } }), "existing.serviceBus \"[parameters('x')]\" · target · it is the name of something on Azure, not its id or address · letters, digits, dots, hyphens, underscores and slashes"],
    ["a workspace by its name", refused(app(), { existing: { workspace: "corp" } }), 'existing.workspace "corp" · target · it is the id of a Log Analytics workspace · "/subscriptions/…/workspaces/…"'],
    ["a setting of the host's", refused(app({ environment: { AzureFunctionsJobHost__functionTimeout: "1" } })), 'environment AzureFunctionsJobHost__functionTimeout · unit "charge" · the platform has a use of its own for that name · another name'],
    ["the storage of the host", refused(app({ environment: { AzureWebJobsStorage: "x" } })), 'environment AzureWebJobsStorage · unit "charge" · the platform has a use of its own for that name · another name'],
    ["a setting of a connection's", refused(app({ environment: { Orders__Credential: "x" } })), 'environment Orders__Credential · unit "charge" · the platform has a use of its own for that name · another name'],
    ["a setting of 10 kB", refused(app({ environment: { LARGE: "é".repeat(5_118) } })), 'environment LARGE · unit "charge" · a setting has 10240 bytes at most, its name included · a blob that the function reads'],
    ["two units of one name", refused(defineApp("shop", { a: get("/a", { group: "charge" }), Charge: charge() })).slice(0, 1), "identity charge and identity Charge · Microsoft.ManagedIdentity/userAssignedIdentities · on Azure both have the same name · another name for one of them"],
    ["members that disagree", refused(defineApp("shop", { a: get("/a", { memoryMb: 512 }), b: get("/b", { memoryMb: 2_048 }) })), 'memoryMb: 512 for a, 2048 for b · unit "shop" · its members are deployed together, with one of each · say the same, or give them groups of their own'],
    ["a bucket of two letters", refused(defineApp("shop", { a: storage(defineBucket("in"), { delivery }, () => {}) })), 'container in · Microsoft.Storage/storageAccounts/blobServices/containers · its name has 3 to 63 lower-case letters, digits and single hyphens, not "in" · another name'],
    ["a Storage queue whose poison queue has no name", refused(defineApp("shop", { a: queue(defineQueue("x".repeat(60)), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) }), { functions: { a: { variant: "storage-queue" } } }), `storage queue ${"x".repeat(60)}-poison · Microsoft.Storage/storageAccounts/queueServices/queues · its name has 3 to 63 lower-case letters, digits and single hyphens, not "${"x".repeat(60)}-poison" · another name`],
    ["a database with a slash", refused(defineApp("shop", { a: changes(defineTable("users"), { delivery }, () => {}) }), { functions: { a: { database: "a?b" } } }), 'database a?b · Microsoft.DocumentDB/databaseAccounts/sqlDatabases · its name has 1 to 255 characters, none of them / \\ # ?, and no space last, not "a?b" · another name'],
    ["eleven event hubs", refused(defineApp("shop", Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, stream(defineStream(`s${i}`), { delivery }, () => {})])))), "11 event hubs · the app's Event Hubs namespace · one of the Standard tier has 10 · existing.eventHubs, of the Premium tier"],
    ["twenty-one readers of one hub", refused(defineApp("shop", Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`f${i}`, stream(defineStream("clicks"), { delivery }, () => {})])))), "21 functions · event hub 'clicks' · on the Standard tier 20 groups read one hub · a topic, or existing.eventHubs of the Premium tier"],
    ["logs of what is no resource", refused(defineApp("shop", { a: logs(defineLog("access"), { delivery }, () => {}) }), { functions: { a: { resourceId: "front" } } }), 'resourceId "front" · diagnostic setting access · it is the id of a resource in a resource group · "/subscriptions/…/resourceGroups/…/providers/…"'],
    ["a queue that is of two services", refused(defineApp("shop", { charge: charge(), clear: queue(failed, { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) }), { functions: { charge: { variant: "storage-queue" } } }), 'queue "failed" · charge, whose dead letters it has · wants it as a Storage queue, as one of Service Bus clear, which reads it · one variant for all of them, or a dead letter of its own'],
    ["what is laid over nothing", refused(app(), { overrides: { "queue order": {} } }), 'overrides "queue order" · target · nothing that is made has that name · a name that isobar build --explain tells'],
    ["what is laid over a promise", refused(app(), { overrides: { "queue orders": { properties: { deadLetteringOnMessageExpiration: false } } } }), "overrides · charge · deadLetteringOnMessageExpiration is off: what expires would be lost · without it"],
    ["what is laid over a promise of the host's", refused(app(), { overrides: { "host.json charge": { extensions: { serviceBus: { prefetchCount: 10 } } } } }), "overrides · charge · the host fetches 10 messages ahead, whose locks run out while they wait · without it"],
    ["more under a name that is taken", refused(app(), { resources: { "queue orders": { type: "a/b", apiVersion: "1", name: "x" } } }), 'resources "queue orders" · target · the name is taken · `overrides`, which changes it'],
    ["more that is no resource", refused(app(), { resources: { mine: { type: "a/b" } } }), 'resources "mine" · target · a resource has a type, an apiVersion and a name · all three'],
  ])("%s", (_, lines, line) => expect(lines).toEqual([line]));
  test("what is refused is refused together", () => expect(refused(app({ secrets: ["stripe-key"], environment: { TZ: "UTC" } }), { stage: "A", logRetentionDays: 1 })).toHaveLength(4));
  test("two functions that want one resource to be different are told both", () => {
    const other = defineApp("shop", { a: stream(defineStream("clicks"), { delivery }, () => {}), b: stream(defineStream("clicks"), { delivery }, () => {}) });
    expect(() => composed(other, { functions: { a: { partitionCount: 8 } } })).toThrow(expect.objectContaining({ code: "invalid-definition", message: "a and b both need event hub clicks, and want it to differ in properties.partitionCount: make them agree, or give each a channel of its own" }));
  });
});

describe("is taken", () => {
  test("a queue of dead letters whose reader keeps them for longer", () => {
    const clear = queue(failed, { delivery: { maxAttempts: 9, maxAge: "20d", deadLetter: "discard" }, timeout: "1s" }, () => {});
    for (const order of [{ charge: charge(), clear }, { clear, charge: charge() }]) expect([...resourcesIn(composed(defineApp("shop", order)))].find(([key]) => key === "queue failed")![1].properties).toMatchObject({ maxDeliveryCount: 9, defaultMessageTimeToLive: "P20D", forwardDeadLetteredMessagesTo: "clear.discarded" });
  });
  test("what is at a limit", () => {
    expect(refused(app({ environment: { LARGE: "é".repeat(5_117) } }), { stage: "production", logRetentionDays: 730, location: "westeurope" })).toEqual([]);
    expect(refused(defineApp("shop", Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`f${i}`, stream(defineStream(`s${i}`), { delivery }, () => {})]))))).toEqual([]);
  });
  test("names as long as an app may have them, each cut to what its service takes", () => {
    const [app40, fn60, channel60] = ["a".repeat(40), "f".repeat(60), "c".repeat(60)];
    const manifest = composed(defineApp(app40, { [fn60]: queue(defineQueue(channel60), { delivery: { maxAttempts: 1, deadLetter: defineQueue("d".repeat(60)) } }, () => {}), [`${fn60.slice(1)}g`]: stream(defineStream("s".repeat(60)), { delivery }, () => {}) }));
    const sites = [...resourcesIn(manifest).values()].filter(({ type }) => type === "Microsoft.Web/sites").map(({ name }) => /'-([^']+)'/.exec(name)![1]!);
    expect([sites.map(({ length }) => length), new Set(sites).size]).toEqual([[25, 25], 2]);
    expect(manifest.files["azuredeploy.json"]).toContain(`"prefix": "[concat('aaaaaaaaa-`);
  });
  test("texts that look like expressions, and the user's own quotes", () => {
    const odd = { A: "[parameters('stage')]", B: "[[x", C: "it's", D: "]", E: "line\nbreak 🦊", F: "" };
    const { A, B, C, D, E, F } = environmentIn(composed(app({ environment: odd })), "charge");
    expect([A, B, C, D, E, F]).toEqual(["[concat('[parameters(''stage'')]')]", "[concat('[[x')]", "it's", "]", "line\nbreak 🦊", ""]);
    const hostile = composed(defineApp("shop", { resize: storage(defineBucket("uploads"), { delivery, prefix: "in'/[", suffix: "[x]" }, () => {}), index: changes(defineTable("users"), { delivery }, () => {}) }), { functions: { index: { database: "o'brien", partitionKey: "/[a]" } } });
    const { filter } = [...resourcesIn(hostile)].find(([key]) => key === "event subscription resize")![1].properties as { readonly filter: object };
    expect(filter).toMatchObject({ subjectBeginsWith: "/blobServices/default/containers/uploads/blobs/in'/[", subjectEndsWith: "[concat('[x]')]" });
    expect(resourcesIn(hostile).get("container o'brien/users")).toMatchObject({ name: "[concat(variables('cosmosDb'), '/o''brien/users')]", dependsOn: expect.arrayContaining(["[resourceId('Microsoft.DocumentDB/databaseAccounts/sqlDatabases', variables('cosmosDb'), 'o''brien')]"]), properties: { resource: { id: "users", partitionKey: { paths: ["/[a]"] } } } });
  });
});
