/** What is composed for Azure against Azure's own resource types, the functions host's schema and Azure's rules: every kind by every path, what a target may say, large and random apps; and wrong settings, which are caught. */
import { adapter, azure, type AzureSettings } from "@isobar/adapter-azure/deploy";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type App, type DeliveryPolicy, type FunctionOptions } from "@isobar/core";
import { plan, type Manifest } from "@isobar/core/plan";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { armFaults } from "./check/arm.ts";
import { hostFaults } from "./check/host.ts";
import { isList, objectOf, type Json, type JsonObject } from "./check/json.ts";
import { missing } from "./check/vendor.ts";
import { drop, edited, set } from "./edit.ts";

const why = missing();
if (why !== undefined) console.log(`Azure's manifests are not checked: ${why}`);

const [failed, orders, news, uploads, inOrder] = [defineQueue("orders-failed"), defineQueue("orders"), defineTopic("news"), defineBucket("uploads"), { order: "by-key" } as const];
const delivery = { maxAttempts: 5, deadLetter: failed } as const;
const waiting = { ...delivery, backoff: { min: "10s", max: "10m" } } as const;
const discard = { maxAttempts: 2, deadLetter: "discard" } as const;
const jwt = { jwt: { issuer: "https://login.microsoftonline.com/contoso/v2.0", audience: "api://shop" } } as const;
const hostile = "[parameters('x')] ''it's'' \"quoted\" \\ %{if} ${x} \n 🦊";
const everything = defineApp("shop", {
  place: http.post("/orders/{tenant}", { access: "public", sends: [orders, news, defineQueue("cheap"), defineQueue("elsewhere", inOrder), defineTopic("told", inOrder)], secrets: ["stripe-key"], environment: { LEVEL: "info", ODD: hostile } }, () => empty()),
  list: http.get("/orders", { access: "private" }, () => empty()),
  any: http.all("/rest/{rest+}", { access: "public" }, () => empty()),
  admin: http.get("/staff", { access: jwt, group: "staff", memoryMb: 4_096 }, () => empty()),
  charge: queue(orders, { delivery: waiting, secrets: ["stripe-key", "mail-key"], sends: [news], memoryMb: 512 }, () => {}),
  ship: queue(defineQueue("parcels", inOrder), { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}),
  cheap: queue(defineQueue("cheap"), { delivery: { maxAttempts: 3, deadLetter: defineQueue("cheap-failed") } }, () => {}),
  mail: topic(news, { delivery }, () => {}),
  tell: topic(defineTopic("told", inOrder), { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}),
  resize: storage(uploads, { delivery, prefix: "in'/[x]", suffix: ".png" }, () => {}),
  sweep: storage(uploads, { delivery, on: ["deleted"] }, () => {}),
  report: schedule("0 6 * * *", { delivery, zone: "Europe/Berlin" }, () => {}),
  tick: schedule("0 7 * * 1-5", { delivery: discard }, () => {}),
  index: changes(defineTable("users"), { delivery }, () => {}),
  follow: changes(defineTable("posts"), { delivery: discard }, () => {}),
  count: stream(defineStream("clicks"), { delivery }, () => {}),
  audit: bus(defineBus("events"), { delivery, sources: ["shop"] }, () => {}),
  hear: bus(defineBus("events"), { delivery: discard, detailTypes: ["order.placed", "order.[x]"] }, () => {}),
  watch: logs(defineLog("access"), { delivery }, () => {}),
  total: call({ delivery }, () => 1),
  later: call({ delivery }, () => 1),
});
const group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups";
const subnetId = `${group}/network/providers/Microsoft.Network/virtualNetworks/main/subnets/apps`;
const vault = { vault: { name: "shop-vault", resourceGroup: "vaults" } } as const;
const byDefault = { existing: vault } satisfies AzureSettings<typeof everything>;
const functions = { cheap: { variant: "storage-queue" }, resize: { variant: "direct" }, tick: { variant: "direct" }, hear: { variant: "direct" }, later: { variant: "async" }, watch: { resourceId: `${group}/web/providers/Microsoft.Web/sites/front` } } as const;
const byOthers = { existing: vault, functions } satisfies AzureSettings<typeof everything>;
const existing = {
  serviceBus: "corp-bus", queues: { orders: "Orders.In", "orders-failed": "Orders.Failed" }, topics: { news: "News" },
  eventHubs: "corp-hubs", hubs: { clicks: "Clicks" },
  cosmosDb: "corp-db", tables: { users: "Users" },
  storage: "corpfiles", buckets: ["uploads"], storageQueues: ["cheap"], systemTopic: "corpfiles-events",
  vault: "shop-vault", workspace: `${group}/logs/providers/Microsoft.OperationalInsights/workspaces/corp`,
} as const;

function composed(app: App, settings: object = {}): Manifest {
  const target = azure(app, settings as AzureSettings);
  const planned = plan(target, adapter);
  // What somebody has to accept of a path is told elsewhere: that it is accepted changes no manifest.
  expect(planned.faults).toEqual([]);
  return adapter.compose!(target, planned, { origin: (name) => `functions/${name}.ts:5` });
}
/** Resources of templates inside of a template, whose expressions are the outer one's, stand beside the others, and wait for what their deployment waits for. */
function unfolded(made: JsonObject): readonly JsonObject[] {
  const { resources = [] } = objectOf(objectOf(made["properties"])["template"]);
  const waiting = (each: JsonObject) => [...listOf(each["dependsOn"]), ...listOf(made["dependsOn"])];
  return [made, ...listOf(resources).map(objectOf).flatMap(unfolded).map((each) => ({ ...each, dependsOn: waiting(each) }))];
}
const listOf = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);
const isQueue = ({ type }: JsonObject): boolean => type === "Microsoft.ServiceBus/namespaces/queues";
/** Every template in the order of the deployment, unfolded; with the queues of those before it, and the ones that were there, to which it forwards. */
function templatesOf({ files }: Manifest, there: readonly JsonObject[] = []): readonly (readonly [file: string, template: JsonObject])[] {
  const queues = [...there];
  return Object.entries(files).map(([file, text]) => {
    const template = JSON.parse(text) as JsonObject;
    const resources = listOf(template["resources"]).map(objectOf).flatMap(unfolded);
    const named = new Set(resources.map(({ properties }) => objectOf(properties)["forwardDeadLetteredMessagesTo"]));
    const all = { ...template, resources: [...resources, ...queues.filter(({ name }) => [...named].some((each) => String(name).includes(`/${String(each)}`)))] };
    queues.push(...resources.filter(isQueue).map(({ dependsOn: _, properties, ...queue }) => ({ ...queue, properties: { requiresSession: objectOf(properties)["requiresSession"] ?? false } })));
    return [file, all];
  });
}
/** Types that the vendor files lack: of these the rules are checked and the words are not. */
const withoutTypes = ["Microsoft.Resources/deployments"];
const noType = new RegExp(`: there is no resource type "(?:${withoutTypes.join("|")})"$`);
/** Every fault of everything composed. `there`: queues that were there before. */
const faultsOf = (manifest: Manifest, there?: readonly JsonObject[]): readonly string[] => [
  ...templatesOf(manifest, there).flatMap(([file, template]) => armFaults(template).map((fault) => `${file}: ${fault}`)),
  ...Object.entries(manifest.units).flatMap(([unit, texts]) => hostFaults(JSON.parse(texts["host.json"]!) as JsonObject).map((fault) => `${unit}/host.json: ${fault}`)),
].filter((fault) => !noType.test(fault));
const queueThere = (name: string): JsonObject => ({ type: "Microsoft.ServiceBus/namespaces/queues", apiVersion: "2024-01-01", name: `corp-bus/${name}`, properties: {} });
const there = Object.values(existing.queues).map(queueThere);

describe.skipIf(why !== undefined)("every kind", () => {
  test.each<readonly [string, AzureSettings<typeof everything>]>([
    ["by its default", byDefault],
    ["by its other path", byOthers],
    ["with all that a target may say", { ...byOthers, stage: "live", location: "westeurope", resourceGroup: "shop", runtime: "24", logRetentionDays: 7, tracing: false, alarms: { actionGroups: [`${group}/ops/providers/Microsoft.Insights/actionGroups/pager`] }, subnetId, functions: { ...functions, charge: { maximumInstanceCount: 40, alwaysReady: 2 }, place: { alwaysReady: 1 } } }],
    ["without alerts", { ...byOthers, alarms: false }],
    ["on what is there already", { ...byDefault, existing }],
    ["on what is there already, by its other path", { functions, existing }],
    ["with the user's own words", { ...byDefault, resources: { mine: { type: "Microsoft.Storage/storageAccounts", apiVersion: "2025-01-01", name: "mine", location: "westeurope", kind: "StorageV2", sku: { name: "Standard_LRS" } } }, overrides: { "queue orders": { properties: { maxSizeInMegabytes: 5_120 } }, "host.json charge": { logging: { logLevel: { default: "Warning" } } }, "storage charge": { sku: { name: "Standard_ZRS" } } } }],
  ])("%s", (_, settings) => expect(faultsOf(composed(everything, settings), "existing" in settings && "queues" in settings.existing! ? there : [])).toEqual([]));
});

describe.skipIf(why !== undefined)("what is checked", () => {
  const manifest = composed(everything, byOthers);
  const [, template] = templatesOf(manifest)[0]!;
  test("is all but the words of types of which the vendor's files have none", () => {
    const unknown = templatesOf(manifest).flatMap(([, each]) => armFaults(each)).flatMap((fault) => /there is no resource type "(.+)"$/.exec(fault)?.[1] ?? []);
    expect([...new Set(unknown)]).toEqual(withoutTypes);
  });
  const positionOf = (key: string): number => listOf(template["resources"]).findIndex((each) => `${String(objectOf(each)["comments"])} · `.startsWith(`${key} · `));
  test.each<readonly [wrong: string, key: string, edit: (at: string) => Parameters<typeof edited>[1], fault: string]>([
    ["a lock of six minutes", "queue orders", (at) => set(`${at}/properties/lockDuration`, "PT6M"), '.properties.lockDuration: "PT6M" is not an ISO 8601 duration of 300 s at most (learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas)'],
    ["a queue that waits for nothing", "queue orders", (at) => drop(`${at}/dependsOn`), ": is a child of Microsoft.ServiceBus/namespaces shop-…-…-bus and does not depend on it"],
    ["a dead letter that is nowhere", "queue orders", (at) => set(`${at}/properties/forwardDeadLetteredMessagesTo`, "lost"), '.properties.forwardDeadLetteredMessagesTo: the namespace has no queue and no topic "lost"'],
    ["instances of 3 GB", "site charge", (at) => set(`${at}/properties/functionAppConfig/scaleAndConcurrency/instanceMemoryMB`, 3_072), ".properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB: 3072 is not 512, 2048 or 4096 (learn.microsoft.com/azure/azure-functions/flex-consumption-plan)"],
    ["a role that does not say of what kind its principal is", "role charge · Storage Blob Data Owner · storage charge", (at) => drop(`${at}/properties/principalType`), ".properties: principalType is missing"],
    ["a rank that there is not", "alert orders-failed", (at) => set(`${at}/properties/severity`, 5), ".properties.severity: 5 is not 0 to 4"],
  ])("%s is caught", (_, key, edit, fault) => {
    const at = positionOf(key);
    expect(armFaults(edited(template, edit(`resources/${at}`)))).toEqual(expect.arrayContaining([`resources[${at}]${fault}`]));
  });
  test("a setting of the host's that there is not is caught", () => expect(hostFaults(edited(JSON.parse(manifest.units["charge"]!["host.json"]!) as JsonObject, set("extensions/serviceBus/prefetch", 1)))).not.toEqual([]));
});

describe.skipIf(why !== undefined)("names", () => {
  const [app40, fn60, channel60] = ["a".repeat(40), "f".repeat(60), "c".repeat(60)];
  test("as long as they may be", () => {
    const cheap = "x".repeat(50);
    const of = defineApp(app40, {
      [fn60]: queue(defineQueue(channel60, inOrder), { delivery: waiting }, () => {}),
      [`${fn60.slice(1)}g`]: topic(defineTopic(channel60), { delivery: { maxAttempts: 1, deadLetter: defineQueue("d".repeat(60)) } }, () => {}),
      page: http.get("/a", { access: "private", group: "g".repeat(40) }, () => empty()),
      [`${fn60.slice(1)}h`]: changes(defineTable(channel60), { delivery }, () => {}),
      [`${fn60.slice(1)}i`]: bus(defineBus(channel60), { delivery: discard }, () => {}),
      [`${fn60.slice(1)}j`]: stream(defineStream(channel60), { delivery }, () => {}),
      [`${fn60.slice(1)}k`]: storage(defineBucket(channel60), { delivery }, () => {}),
      [`${fn60.slice(1)}l`]: queue(defineQueue(cheap), { delivery: discard, secrets: ["s".repeat(60)] }, () => {}),
      [`${fn60.slice(1)}m`]: call({ delivery }, () => 1),
    });
    expect(faultsOf(composed(of, { existing: { vault: "shop-vault" }, stage: "production", functions: { [`${fn60.slice(1)}l`]: { variant: "storage-queue" }, [`${fn60.slice(1)}m`]: { variant: "async" } } }))).toEqual([]);
  });
});

type Options = Omit<FunctionOptions, "sends" | "secrets"> & Required<Pick<FunctionOptions, "sends" | "secrets">> & { readonly delivery: DeliveryPolicy; readonly prefix: string };
type Made = readonly [fn: AnyFunction, settings: object];
const makers: readonly ((i: number, channel: string, how: Options) => Made)[] = [
  (i, _, { delivery: _none, prefix: _neither, ...how }) => [http.get(`/r${i}`, { access: "public", group: `web-${i}`, ...how }, () => empty()), {}],
  (i, _, { sends }) => [http.get(`/t${i}`, { access: "private", sends }, () => empty()), {}],
  (i, _, how) => [queue(defineQueue(`q${i}`), how, () => {}), {}],
  (i, _, how) => [queue(defineQueue(`k${i}`, inOrder), { ...how, delivery: discard }, () => {}), { alwaysReady: 1 }],
  (i, _, how) => [queue(defineQueue(`cheap-${i}`), { ...how, delivery: discard }, () => {}), { variant: "storage-queue" }],
  (_, channel, how) => [topic(defineTopic(channel), how, () => {}), {}],
  (_, channel, how) => [storage(defineBucket(channel), how, () => {}), {}],
  (_, channel, how) => [storage(defineBucket(channel), { ...how, delivery: discard }, () => {}), { variant: "direct" }],
  (_, __, how) => [schedule("*/5 * * * *", how, () => {}), {}],
  (_, __, how) => [schedule("0 6 * * *", { ...how, delivery: discard }, () => {}), { variant: "direct" }],
  (_, channel, how) => [stream(defineStream(channel), how, () => {}), {}],
  (_, channel, how) => [changes(defineTable(channel), how, () => {}), {}],
  (_, channel, how) => [bus(defineBus(channel), how, () => {}), {}],
  (_, channel, how) => [bus(defineBus(channel), { ...how, delivery: discard, timeout: "10s" }, () => {}), { variant: "direct" }],
  (_, channel, how) => [logs(defineLog(channel), how, () => {}), {}],
  (_, __, how) => [call(how, () => 1), {}],
  (_, __, how) => [call(how, () => 1), { variant: "async" }],
];
const appOf = (name: string, made: readonly (readonly [name: string, made: Made])[]): readonly [App, AzureSettings] => [defineApp(name, Object.fromEntries(made.map(([each, [fn]]) => [each, fn]))), { existing: vault, functions: Object.fromEntries(made.map(([each, [, given]]) => [each, given])) } as AzureSettings];

describe.skipIf(why !== undefined)("a large app", () => {
  test("is right in every one of its files", () => {
    const how: Options = { delivery, prefix: "in/", sends: [defineQueue("q0"), defineTopic("news")], secrets: ["stripe-key"] };
    // Ten event hubs are what one namespace has.
    const [of, settings] = appOf("large", Array.from({ length: 300 }, (_, i) => [`f${i}`, makers[i % makers.length]!(i, `channel-${i % 5}`, how)]));
    const manifest = composed(of, settings);
    expect(Object.keys(manifest.files).length).toBeGreaterThan(10);
    expect(faultsOf(manifest)).toEqual([]);
  });
});

describe.skipIf(why !== undefined)("random apps", () => {
  const [slug, text] = [fc.stringMatching(/^[a-z](?:-?[a-z0-9]){2,29}$/), fc.oneof(fc.string({ maxLength: 40 }), fc.constant(hostile))];
  const seconds = fc.integer({ min: 1, max: 100 }).map((n) => `${n}s` as const);
  const policy = fc.record({ maxAttempts: fc.integer({ min: 1, max: 20 }), backoff: seconds, deadLetter: fc.oneof(fc.constant("discard" as const), fc.constantFrom("failed", "lost").map((name) => defineQueue(name))) }, { requiredKeys: ["maxAttempts", "deadLetter"] });
  const options = fc.record({ environment: fc.dictionary(fc.stringMatching(/^[A-F]{1,8}$/), text, { maxKeys: 4 }), secrets: fc.uniqueArray(slug, { maxLength: 2 }), memoryMb: fc.integer({ min: 128, max: 4_096 }), sends: fc.uniqueArray(fc.constantFrom(defineTopic("news"), defineQueue("q0"), defineQueue("mail")), { maxLength: 3 }) }, { requiredKeys: ["sends", "secrets"] });
  const functions = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,59}$/).filter((name) => name !== "then"), fc.nat(makers.length - 1), fc.constantFrom("one", "an-other"), policy, options, text), { minLength: 1, maxLength: 12, selector: ([name]) => name.toLowerCase() });
  const apps = functions.chain((all) => slug.filter((name) => !all.some(([each]) => each.toLowerCase() === name)).map((name) => appOf(name, all.map(([each, maker, channel, delivery, more, prefix], i) => [each, makers[maker]!(i, channel, { delivery, prefix, ...more })]))));
  test("break no rule", () => {
    fc.assert(fc.property(apps, ([of, settings]) => void expect(faultsOf(composed(of, settings))).toEqual([])), { numRuns: 100, seed: 5 });
  });
});
