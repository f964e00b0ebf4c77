/** What is composed for Google Cloud against the provider's schema, Google's own rules and, where it is there, Terraform itself; and a wrong setting, which is caught. */
import { adapter, gcp, type GcpSettings } from "@isobar/adapter-gcp/deploy";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type App, type DeliveryPolicy, type FunctionOptions } from "@isobar/core";
import { plan, refusedOf } from "@isobar/core/plan";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "./check/json.ts";
import { missingTerraform, terraformSays } from "./check/terraform-cli.ts";
import { terraformFaults } from "./check/terraform.ts";
import { missing, vendorFile } from "./check/vendor.ts";
import { edited, set } from "./edit.ts";

const why = missing();
if (why !== undefined) console.log(`Google Cloud's manifests are not checked: ${why}`);
const whyNoCli = why ?? missingTerraform();
if (whyNoCli !== undefined) console.log(`Terraform itself is not asked: ${whyNoCli}`);

const [failed, orders, news, uploads] = [defineQueue("orders-failed"), defineQueue("orders"), defineTopic("news"), defineBucket("uploads")];
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const once = { maxAttempts: 1, deadLetter: "discard" } as const;
const hostile = '${var.x} %{if} "quoted" \\ \n $${y} 🦊';
/** Every kind, by every path that is deployed. */
const everything = defineApp("shop", {
  place: http.post("/orders/{tenant}", { access: "public", sends: [orders, news, defineQueue("mail", { order: "by-key" })], secrets: ["stripe-key"], environment: { LEVEL: "info", ODD: hostile } }, () => empty()),
  list: http.get("/orders", { access: "private", group: "inner" }, () => empty()),
  count2: http.get("/count", { access: "private", group: "inner", timeout: "90s" }, () => empty()),
  admin: http.get("/admin", { access: "private", group: "back-office", memoryMb: 8_192 }, () => empty()),
  charge: queue(orders, { delivery, secrets: ["stripe-key", "mail-key"], sends: [news] }, () => {}),
  ship: queue(defineQueue("parcels", { order: "by-key" }), { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}),
  greet: topic(news, { delivery }, () => {}),
  thumb: storage(uploads, { delivery, prefix: "in/${x}", suffix: ".png" }, () => {}),
  sweep: storage(uploads, { delivery, on: ["deleted", "archived"] }, () => {}),
  storage: storage(defineBucket("raw-files"), { delivery: once }, () => {}),
  nightly: schedule("0 6 * * *", { delivery, zone: "Europe/Berlin" }, () => {}),
  hourly: schedule("0 * * * *", { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}),
  index: changes(defineTable("users"), { delivery: { maxAttempts: 2, deadLetter: "discard" } }, () => {}),
  follow: changes(defineTable("posts"), { delivery: once }, () => {}),
  count: stream(defineStream("clicks"), { delivery }, () => {}),
  hear: bus(defineBus("events"), { delivery }, () => {}),
  listen: bus(defineBus("partners"), { delivery: { maxAttempts: 200, maxAge: "24h", deadLetter: "discard" }, detailTypes: ["order.placed", "order.${paid}"] }, () => {}),
  watch: logs(defineLog("access"), { delivery }, () => {}),
  quote: call({ delivery }, () => 1),
  later: call({ delivery }, () => 1),
});
const settings = {
  project: "shop-project",
  region: "europe-west3",
  functions: {
    list: { callers: ["serviceAccount:web@shop-project.iam.gserviceaccount.com"], maxInstanceCount: 7 },
    admin: { callers: ["group:staff@example.com"] },
    charge: { minInstanceCount: 1, maxInstanceCount: 20, vpcConnector: "projects/shop-project/locations/europe-west3/connectors/main" },
    storage: { variant: "direct" },
    hourly: { variant: "direct" },
    index: { accept: ["order"], databaseLocation: "eur3" },
    follow: { variant: "direct", accept: ["order"] },
    listen: { variant: "direct" },
    watch: { filter: 'logName:"access" AND severity>=ERROR' },
    quote: { callers: ["serviceAccount:billing@shop-project.iam.gserviceaccount.com"] },
    later: { variant: "async", directVpcSubnetwork: "projects/shop-project/regions/europe-west3/subnetworks/main", callers: ["serviceAccount:billing@shop-project.iam.gserviceaccount.com"] },
  },
} satisfies GcpSettings<typeof everything>;

function composed(app: App, given: GcpSettings): JsonObject {
  const target = gcp(app, given as never);
  const planned = plan(target, adapter);
  expect([refusedOf(planned), planned.faults]).toEqual([[], []]);
  const { files } = adapter.compose!(target, planned, { origin: (name) => `functions/${name}.ts:5` });
  return JSON.parse(files["main.tf.json"]!) as JsonObject;
}
/** Zips lie beside a manifest when it is deployed; here they do not. */
const withoutZips = (manifest: JsonObject): JsonObject => JSON.parse(JSON.stringify(manifest).replace(/\$\{filemd5\([^}]*\}[^}]*\}/g, "0")) as JsonObject;

/** Functions of any kind by any path, between which channels are shared, with names and texts of any length and sort. */
const [slug, text] = [fc.stringMatching(/^[a-z](?:-?[a-z0-9]){0,29}$/), fc.oneof(fc.string({ maxLength: 40 }), fc.constant(hostile))];
const seconds = fc.integer({ min: 1, max: 100 }).map((n) => `${n}s` as const);
const policy = fc.record({ maxAttempts: fc.integer({ min: 1, max: 100 }), backoff: seconds, deadLetter: fc.oneof(fc.constant("discard" as const), fc.constantFrom("failed", "lost", "q1").map((name) => defineQueue(name))) }, { requiredKeys: ["maxAttempts", "deadLetter"] });
const options = fc.record({ environment: fc.dictionary(fc.stringMatching(/^[A-HL-Z]{1,8}$/), text, { maxKeys: 4 }), secrets: fc.uniqueArray(slug, { maxLength: 2 }), memoryMb: fc.integer({ min: 128, max: 32_768 }), sends: fc.uniqueArray(fc.constantFrom(defineTopic("news"), defineQueue("q0"), defineQueue("mail")), { maxLength: 3 }) }, { requiredKeys: ["sends", "secrets"] });
type Options = Omit<FunctionOptions, "sends" | "secrets"> & Required<Pick<FunctionOptions, "sends" | "secrets">> & { readonly delivery: DeliveryPolicy; readonly prefix: string };
type Made = readonly [fn: AnyFunction, settings: object];
/** No queue has its own dead letters. */
const elsewhere = (delivery: DeliveryPolicy, own: string): DeliveryPolicy => (delivery.deadLetter !== "discard" && delivery.deadLetter.name === own ? { ...delivery, deadLetter: "discard" } : delivery);
const makers: readonly ((i: number, channel: string, how: Options) => Made)[] = [
  (i, _, { sends, secrets }) => [http.get(`/r${i}`, { access: "public", sends, secrets }, () => empty()), {}],
  (i, _, how) => [queue(defineQueue(`q${i}`), { ...how, delivery: elsewhere(how.delivery, `q${i}`) }, () => {}), {}],
  (_, channel, how) => [topic(defineTopic(channel), how, () => {}), {}],
  (_, channel, how) => [storage(defineBucket(channel), how, () => {}), {}],
  (_, channel, how) => [storage(defineBucket(channel), { ...how, delivery: once }, () => {}), { variant: "direct" }],
  (_, __, how) => [schedule("*/5 * * * *", how, () => {}), {}],
  (_, channel, how) => [stream(defineStream(channel), { ...how, delivery: { maxAttempts: 2, deadLetter: how.delivery.deadLetter } }, () => {}), {}],
  (_, channel, how) => [changes(defineTable(channel), { ...how, delivery: once }, () => {}), { accept: ["order"], documents: how.prefix }],
  (_, channel, how) => [bus(defineBus(channel), how, () => {}), {}],
  (_, channel, how) => [logs(defineLog(channel), { ...how, delivery: once }, () => {}), { filter: hostile }],
  (_, __, how) => [call(how, () => 1), { variant: "async", callers: ["user:a@example.com"] }],
];
const apps = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,59}$/).filter((name) => name !== "then"), fc.nat(makers.length - 1), fc.constantFrom("one", "an-other"), policy, options, text), { minLength: 1, maxLength: 12, selector: ([name]) => name.toLowerCase() }).chain((functions) =>
  fc.stringMatching(/^[a-f](?:-?[a-z0-9]){0,39}$/).filter((name) => name.length <= 40 && !functions.some(([each]) => each.toLowerCase() === name)).map((name) => {
    const made = functions.map(([each, maker, channel, delivery, more, prefix], i) => [each, makers[maker]!(i, channel, { delivery, prefix, ...more })] as const);
    return { app: defineApp(name, Object.fromEntries(made.map(([each, [fn]]) => [each, fn]))), functions: Object.fromEntries(made.map(([each, [, given]]) => [each, given])) };
  }),
);

/** By the part of the target that differs from `everything`'s. */
const variations: Readonly<Record<string, GcpSettings>> = {
  "as it is": {},
  "with all that a target may say": {
    stage: "live-2", runtime: "nodejs22", labels: { team: "shop" }, alarms: { notificationChannels: ["projects/shop-project/notificationChannels/1"] }, logRetentionDays: 90,
    buildServiceAccount: "projects/shop-project/serviceAccounts/build@shop-project.iam.gserviceaccount.com", backend: { gcs: { bucket: "shop-state" } },
    overrides: { "google_pubsub_subscription.charge": { ack_deadline_seconds: 90 }, "google_storage_bucket.uploads_bucket": { versioning: { enabled: true } } },
    resources: { "google_pubsub_topic.own": { name: "own-${var.stage}" } },
  },
  "on what is there already": { existing: { queues: { orders: "theirs", "orders-failed": "projects/other/topics/failed" }, topics: { news: "news" }, streams: { clicks: "clicks" }, buses: { events: "events", partners: "projects/p/locations/europe-west3/channels/c" }, buckets: { uploads: "their-bucket" }, secrets: { "stripe-key": "projects/other/secrets/stripe", "mail-key": "mail" } } },
  "without alarms": { alarms: false },
};

describe.skipIf(why !== undefined)("main.tf.json has no fault", () => {
  test.each(Object.entries(variations))("every kind and variant, %s", (_, more) => expect(terraformFaults(composed(everything, { ...settings, ...more }))).toEqual([]));
  test("an app whose names are as long as they may be", () => {
    const long = "a".repeat(60);
    const app = defineApp("b".repeat(40), {
      [long]: queue(defineQueue("q".repeat(60)), { delivery: { maxAttempts: 5, deadLetter: defineQueue("f".repeat(60)) } }, () => {}),
      [`${"a".repeat(59)}b`]: changes(defineTable("t".repeat(60)), { delivery: once }, () => {}),
      [`${"a".repeat(59)}c`]: logs(defineLog("l".repeat(60)), { delivery: once }, () => {}),
      [`${"a".repeat(59)}d`]: storage(defineBucket("u".repeat(60)), { delivery: once }, () => {}),
      [`${"a".repeat(59)}e`]: http.get("/", { access: "public", sends: [defineTopic("n".repeat(60))] }, () => empty()),
    });
    expect(terraformFaults(composed(app, { functions: { [`${"a".repeat(59)}b`]: { accept: ["order"] } } as never }))).toEqual([]);
  });
  test("any app", () => {
    const kinds = new Map<string, number>();
    const holds = fc.property(apps, ({ app, functions }) => {
      for (const { kind } of Object.values(app.functions)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      expect(terraformFaults(composed(app, { functions } as never))).toEqual([]);
    });
    fc.assert(holds, { seed: 4711, numRuns: 150 });
    expect([kinds.size, Math.min(...kinds.values()) > 10]).toEqual([10, true]);
  });
  test("what the vendor's file has no schema of is named: the checker has its own for it", () => {
    const known = Object.keys(vendorFile("terraform/google.schema.json") as object);
    expect(Object.keys(composed(everything, settings).resource as JsonObject).filter((type) => !known.includes(type))).toEqual(["google_storage_notification"]);
  });
  test("a wrong setting is one, wherever it came from", () => {
    const manifest = composed(everything, settings);
    const charge = "resource/google_pubsub_subscription/charge";
    expect(terraformFaults(edited(manifest, set(`${charge}/ack_deadline_seconds`, 5)))).toEqual([
      "resource.google_pubsub_subscription.charge.ack_deadline_seconds: 5 is not 10 to 600 (googleapis google/pubsub/v1/pubsub.proto)",
      "resource.google_pubsub_subscription.charge: waits 5 s for an answer, google_cloudfunctions2_function.charge may take 21 s",
    ]);
  });
});

describe.skipIf(whyNoCli !== undefined)("Terraform itself finds no fault", () => {
  test.each(Object.entries(variations))("every kind and variant, %s", async (_, more) => expect(await terraformSays(withoutZips(composed(everything, { ...settings, ...more })))).toEqual([]));
});
