/** What a target says beside the app: what is there already, what is laid over, what is added. */
import { describe, expect, test } from "vitest";
import { bus, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineTable, defineTopic, empty, http, logs, queue, storage, topic, type App } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import type { Resource, Resources } from "./resources.ts";
import { gcp, type GcpSettings } from "./target.ts";

const [orders, failed, news] = [defineQueue("orders"), defineQueue("orders-failed"), defineTopic("news")];
const delivery = { maxAttempts: 5, deadLetter: failed } as const;
const endless = { maxAttempts: 200, maxAge: "24h", deadLetter: "discard" } as const;
const shop = defineApp("shop", {
  place: http.post("/orders", { access: "public", sends: [orders, news], secrets: ["stripe-key"] }, () => empty()),
  charge: queue(orders, { delivery, timeout: "5s" }, () => {}),
  greet: topic(news, { delivery }, () => {}),
  thumb: storage(defineBucket("uploads"), { delivery }, () => {}),
  listen: bus(defineBus("partners"), { delivery: endless, detailTypes: ["order.placed"] }, () => {}),
});
const direct = { functions: { listen: { variant: "direct" } } } as const;
type Written = Readonly<Record<string, never>> & { readonly resource: Readonly<Record<string, Resources>>; readonly terraform: Resource; readonly provider: Resource; readonly variable: Resource; readonly data: Resource };
function written(settings: GcpSettings, app: App = shop): Written {
  const target = gcp(app, { ...direct, ...settings } as never);
  return JSON.parse(adapter.compose!(target, plan(target, adapter)).files["main.tf.json"]!) as Written;
}
const resourceOf = (settings: GcpSettings, key: string) => written(settings).resource[key.split(".")[0]!]?.[key.split(".")[1]!];
function refusal(settings: GcpSettings, app: App = shop): readonly string[] {
  try {
    written(settings, app);
  } catch (error) {
    expect(error).toMatchObject({ name: "IsobarError", code: "unsupported", message: expect.stringMatching(/^what Google Cloud does not take:\n/) });
    return (error as Error).message.split("\n  ").slice(1);
  }
  return [];
}

describe("what is there already", () => {
  const existing = { queues: { orders: "their-orders", "orders-failed": "projects/other/topics/failed" }, topics: { news: "${google_pubsub_topic.own.id}" }, buses: { partners: "partners" }, buckets: { uploads: "their-uploads" }, secrets: { "stripe-key": "projects/other/secrets/stripe" } };
  const { resource } = written({ existing, resources: { "google_pubsub_topic.own": { name: "own" } } });
  test("is not made", () => {
    expect([Object.keys(resource.google_pubsub_topic!), Object.keys(resource.google_storage_bucket!), resource.google_eventarc_channel]).toEqual([["uploads_bucket", "own"], ["code"], undefined]);
  });
  test("is named wherever it was referred to", () => {
    const { google_pubsub_subscription: subscriptions, google_cloudfunctions2_function: functions } = resource;
    const own = "projects/${var.project}/topics/their-orders";
    expect([subscriptions!.charge!.topic, subscriptions!.charge!.dead_letter_policy, subscriptions!.greet!.topic]).toEqual([own, { dead_letter_topic: "projects/other/topics/failed", max_delivery_attempts: 5 }, "${google_pubsub_topic.own.id}"]);
    expect(functions!.shop!.service_config).toMatchObject({ environment_variables: { ISOBAR_QUEUE_ORDERS: own, ISOBAR_TOPIC_NEWS: "${google_pubsub_topic.own.id}" }, secret_environment_variables: [{ project_id: "other", secret: "stripe" }] });
    expect([resource.google_storage_notification!.uploads_bucket!.bucket, resource.google_eventarc_trigger!.listen_1!.channel]).toEqual(["their-uploads", "projects/${var.project}/locations/${var.region}/channels/partners"]);
    expect(resource.google_secret_manager_secret_iam_member!.shop__stripe_key!.secret_id).toBe("projects/other/secrets/stripe");
  });
  test("gets the subscriptions and the grants that the app needs, and an alert where dead letters wait", () => {
    expect(resource.google_pubsub_subscription!.orders_failed_queue).toMatchObject({ name: "shop-${var.stage}-orders-failed-queue", topic: "projects/other/topics/failed" });
    expect(resource.google_pubsub_topic_iam_member).toMatchObject({ orders_failed_queue_agent: { topic: "projects/other/topics/failed" }, charge__orders_failed_queue: { topic: "projects/other/topics/failed" }, shop__orders_queue: { topic: "projects/${var.project}/topics/their-orders" } });
    expect(Object.keys(resource.google_monitoring_alert_policy!)).toEqual(["orders_failed_letters"]);
  });
  test("is called as it is, expressions and all", () => {
    const named = (queues: string) => written({ existing: { queues: { orders: queues } } }).resource.google_pubsub_subscription!.charge!.topic;
    expect(["a", "a-${var.stage}", "${google_pubsub_topic.own.id}", "projects/p/topics/${var.stage}"].map(named)).toEqual(["projects/${var.project}/topics/a", "projects/${var.project}/topics/a-${var.stage}", "${google_pubsub_topic.own.id}", "projects/p/topics/${var.stage}"]);
  });
  test("a bus that is a topic is one", () => {
    const { resource: of } = written({ functions: {}, existing: { buses: { partners: "their-bus" } } }, defineApp("shop", { listen: bus(defineBus("partners"), { delivery: { maxAttempts: 5, deadLetter: "discard" } }, () => {}) }));
    expect([of.google_pubsub_subscription!.listen!.topic, Object.keys(of.google_pubsub_topic!)]).toEqual(["projects/${var.project}/topics/their-bus", ["listen_discarded"]]);
  });
  test("has to do with the app", () => expect(refusal({ existing: { queues: { ordres: "x" }, buckets: { news: "y" }, secrets: { "stripe-kee": "z" } } })).toEqual(['existing.queues: no function of the app has to do with a queue "ordres"', 'existing.buckets: no function of the app has to do with a bucket "news"', 'existing.secrets: no function of the app has a secret "stripe-kee"']));
});

test("what the app and its target say is no template, whatever it looks like", () => {
  const hostile = "${var.x}%{if}";
  const escaped = "$${var.x}%%{if}";
  const app = defineApp("shop", { hear: bus(defineBus("b"), { delivery: endless, detailTypes: [hostile] }, () => {}), index: changes(defineTable("t"), { delivery }, () => {}), watch: logs(defineLog("l"), { delivery }, () => {}), thumb: storage(defineBucket("u"), { delivery, prefix: hostile }, () => {}) });
  const { resource } = written({ functions: { hear: { variant: "direct" }, index: { database: hostile, documents: hostile, databaseLocation: hostile }, watch: { filter: hostile } } } as never, app);
  expect(resource.google_eventarc_trigger).toMatchObject({ hear_1: { matching_criteria: [{ value: escaped }] }, index: { location: escaped, matching_criteria: [{ attribute: "type" }, { value: escaped }, { value: escaped }] } });
  expect([resource.google_logging_project_sink!.l_log!.filter, resource.google_pubsub_subscription!.thumb!.filter]).toEqual([escaped, expect.stringContaining(`hasPrefix(attributes.objectId,"${escaped}")`)]);
});

describe("what is laid over a resource", () => {
  test("is merged into it, last, and null takes away", () => {
    expect(resourceOf({ overrides: { "google_pubsub_subscription.charge": { ack_deadline_seconds: 90, retry_policy: { maximum_backoff: "60s" }, labels: { team: "a" } } } }, "google_pubsub_subscription.charge")).toMatchObject({ ack_deadline_seconds: 90, retry_policy: { minimum_backoff: "10s", maximum_backoff: "60s" }, labels: { team: "a" }, expiration_policy: { ttl: "" } });
    expect(resourceOf({ overrides: { "google_cloudfunctions2_function.charge": { service_config: { ingress_settings: null }, build_config: { docker_repository: "${google_artifact_registry_repository.own.id}" } } } }, "google_cloudfunctions2_function.charge")).toMatchObject({ build_config: { entry_point: "charge", docker_repository: "${google_artifact_registry_repository.own.id}" } });
  });
  test("is looked at as our own is: by the path's rules, and by Google's", () => {
    expect(refusal({ overrides: { "google_pubsub_subscription.charge": { ack_deadline_seconds: 5, name: "goog-x" } } })).toEqual([
      "charge, as it is overridden: an acknowledgement deadline is 10 to 600 s, not 5",
      "charge, as it is overridden: Pub/Sub waits 5 s for the answer to a push, the function may take 6 s: it would be pushed a second time meanwhile",
      "charge, as it is overridden: the filter does not leave out what was sent again to another consumer, and a filter cannot be changed later",
      'charge, as it is overridden: google_pubsub_subscription.charge: Pub/Sub keeps names that begin with "goog" for itself',
      'google_pubsub_subscription.charge · the name "goog-x" · letters, digits and -._~+%, a letter first, and not "goog" are what it may have · another name',
    ]);
    expect(refusal({ overrides: { "google_cloudfunctions2_function.charge": { service_config: { available_memory: "8Gi", timeout_seconds: 4_000 } } } })).toEqual([
      "charge, as it is overridden: Pub/Sub waits 16 s for the answer to a push, the function may take 4000 s: it would be pushed a second time meanwhile",
      "charge, as it is overridden: Cloud Run ends a request after 3600 s, and this may take 4000 s",
      "charge, as it is overridden: 1 vCPU go with 128 to 4096 MB of memory, and this has 8192",
    ]);
  });
  test("has to be there", () => expect(refusal({ overrides: { "google_pubsub_subscription.chrage": {}, "google_pubsub_topic.orders_queue": {} }, existing: { queues: { orders: "x" } } })).toEqual(['overrides: there is no resource "google_pubsub_subscription.chrage"', 'overrides: there is no resource "google_pubsub_topic.orders_queue", which is there already and not made here']));
});

describe("what is added", () => {
  test("is there as it is", () => expect(resourceOf({ resources: { "google_pubsub_topic.own": { name: "own-${var.stage}" } } }, "google_pubsub_topic.own")).toEqual({ name: "own-${var.stage}" }));
  test("has a name of its own, and one that names a resource", () => {
    expect(refusal({ resources: { "google_pubsub_topic.orders_queue": {}, topic: {}, "google_pubsub_topic.a.b": {}, "a.${x}": {} } })).toEqual([
      'resources: "topic" is no name of a resource: a type, a dot, and a label',
      'resources: "google_pubsub_topic.a.b" is no name of a resource: a type, a dot, and a label',
      'resources: "a.${x}" is no name of a resource: a type, a dot, and a label',
      'resources: "google_pubsub_topic.orders_queue" is taken; `overrides` changes it',
    ]);
  });
  test("counts with ours: a bucket has ten notifications of an event", () => {
    const more = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`google_storage_notification.more${i}`, { bucket: "${google_storage_bucket.uploads_bucket.name}", topic: "t", payload_format: "NONE", ...(i === 0 ? {} : { event_types: ["OBJECT_FINALIZE"] }) }]));
    expect([refusal({ resources: more(9) }), refusal({ resources: more(10) })]).toEqual([[], ["11 notifications of OBJECT_FINALIZE of ${google_storage_bucket.uploads_bucket.name} · a bucket has 10 for one event · fewer, each with filtered subscriptions"]]);
  });
});

describe("what is said of everything", () => {
  test("are labels, where its provider's state is, and what it is built and run with", () => {
    const { terraform, provider, variable, resource } = written({ stage: "live-2", labels: { team: "shop" }, backend: { gcs: { bucket: "state" } }, runtime: "nodejs22", buildServiceAccount: "projects/p/serviceAccounts/b@p.iam.gserviceaccount.com" });
    expect([terraform.backend, provider.google, variable.project, variable.region]).toMatchObject([{ gcs: { bucket: "state" } }, { default_labels: { team: "shop", isobar_app: "shop", isobar_stage: "${var.stage}" } }, { type: "string" }, { type: "string" }]);
    expect([(variable.stage as Resource).default, resource.google_cloudfunctions2_function!.charge!.build_config]).toMatchObject(["live-2", { runtime: "nodejs22", service_account: "projects/p/serviceAccounts/b@p.iam.gserviceaccount.com" }]);
  });
  test("is data only where something looks it up", () => expect([written({}).data, written({ functions: {} }, defineApp("shop", { charge: shop.functions.charge })).data]).toEqual([{ google_project: { this: {} }, google_storage_project_service_account: { this: {} } }, { google_project: { this: {} } }]));
  test("are alerts, to whoever is named, or none", () => {
    const channels = ["projects/p/notificationChannels/1"];
    expect([written({ alarms: { notificationChannels: channels } }).resource.google_monitoring_alert_policy!.orders_failed_letters!.notification_channels, written({ alarms: false }).resource.google_monitoring_alert_policy]).toEqual([channels, undefined]);
  });
  test("a queue of dead letters that a function consumes has no alert: the function looks", () => {
    const { resource } = written({ functions: {} }, defineApp("shop", { charge: shop.functions.charge, clear: queue(failed, { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) }));
    expect([resource.google_monitoring_alert_policy, Object.keys(resource.google_pubsub_subscription!)]).toEqual([undefined, ["charge", "clear"]]);
  });
  test("a mistake in it is refused, all of them at once", () => {
    expect(refusal({ stage: "Live", project: "my project", region: "mars", logRetentionDays: 0, labels: { Team: "a", team: "A b" }, runtime: "nodejs20" } as never)).toEqual([
      'stage "Live" · part of every name · lower-case letters, digits and single hyphens, a letter first, 12 at most · another stage',
      'project "my project" · the id of a project · 6 to 30 lower-case letters, digits and hyphens · its id, not its name or number',
      'region "mars" · a region of Google Cloud · as "europe-west3" · another region',
      "logRetentionDays 0 · log lines · a log bucket keeps them for 1 to 3650 days · another number",
      'runtime "nodejs20" · functions · Isobar runs on nodejs22 and nodejs24 · one of them',
      'labels · the label "Team" · lower-case letters, digits, _ and -, a letter first, 63 at most · another label',
      'labels · the label team, "A b" · lower-case letters, digits, _ and -, 63 at most · another value',
    ]);
    expect([refusal({ stage: "abcdefghijkl" }), refusal({ stage: "abcdefghijklm" }).length, refusal({ stage: "a--b" }).length, refusal({ project: "example.com:shop-1" }), refusal({ logRetentionDays: 3_650 }), refusal({ logRetentionDays: 3_651 }).length]).toEqual([[], 1, 1, [], [], 1]);
    expect(refusal({ labels: { isobar_app: "x" } })).toEqual(["labels · those that begin with isobar_ are ours · another label"]);
  });
});
