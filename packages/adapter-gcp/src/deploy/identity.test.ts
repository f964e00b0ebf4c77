/** Every kind and variant once: what is there, who may do what, and that it is no more than that. */
import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic } from "@isobar/core";
import { plan, refusedOf } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { projectWide } from "./identity.ts";
import { referred, type Resource, type Resources } from "./resources.ts";
import { gcp } from "./target.ts";

type Grant = Resource & { readonly role: string; readonly member: string };
const [failed, orders, news, uploads] = [defineQueue("orders-failed"), defineQueue("orders"), defineTopic("news"), defineBucket("uploads")];
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } as const;
const once = { maxAttempts: 1, deadLetter: "discard" } as const;
const shop = defineApp("shop", {
  place: http.post("/orders", { access: "public", sends: [orders, news], secrets: ["stripe-key"] }, () => empty()),
  list: http.get("/orders", { access: "private", group: "inner" }, () => empty()),
  charge: queue(orders, { delivery, secrets: ["stripe-key"] }, () => {}),
  greet: topic(news, { delivery }, () => {}),
  thumb: storage(uploads, { delivery }, () => {}),
  storage: storage(defineBucket("raw"), { delivery: once }, () => {}),
  nightly: schedule("0 6 * * *", { delivery }, () => {}),
  hourly: schedule("0 * * * *", { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}),
  index: changes(defineTable("users"), { delivery: once }, () => {}),
  follow: changes(defineTable("posts"), { delivery: once }, () => {}),
  count: stream(defineStream("clicks"), { delivery }, () => {}),
  hear: bus(defineBus("events"), { delivery }, () => {}),
  listen: bus(defineBus("partners"), { delivery: { maxAttempts: 200, maxAge: "24h", deadLetter: "discard" }, detailTypes: ["order.placed"] }, () => {}),
  watch: logs(defineLog("access"), { delivery }, () => {}),
  quote: call({ delivery }, () => 1),
  later: call({ delivery }, () => 1),
});
const billing = "serviceAccount:billing@shop-project.iam.gserviceaccount.com";
const target = gcp(shop, {
  functions: {
    list: { callers: ["group:staff@example.com"] },
    storage: { variant: "direct" },
    hourly: { variant: "direct" },
    index: { accept: ["order"] },
    follow: { variant: "direct", accept: ["order"] },
    listen: { variant: "direct" },
    quote: { callers: [billing] },
    later: { variant: "async", callers: [billing] },
  },
});
const planned = plan(target, adapter);
const { files, explained } = adapter.compose!(target, planned);
const { resource, output } = JSON.parse(files["main.tf.json"]!) as { readonly resource: Readonly<Record<string, Resources>>; readonly output: Resources };
const all: Resources = Object.fromEntries(Object.entries(resource).flatMap(([type, labelled]) => Object.entries(labelled).map(([label, each]) => [`${type}.${label}`, each] as const)));
const grants = Object.entries(all).filter(([key]) => key.includes("_iam_")) as readonly (readonly [string, Resource])[] as readonly (readonly [string, Grant])[];
const runner = (unit: string) => `serviceAccount:\${google_service_account.${unit}_runner.email}`;
const allowed = (member: string) => grants.filter(([, each]) => each.member === member).map(([, { role, topic, subscription, name, secret_id: secret, service_account_id: account }]) => [role, referred(topic ?? subscription ?? name ?? account) ?? secret]);

test("every kind plans without a gap that nobody accepted", () => expect([refusedOf(planned), planned.faults]).toEqual([[], []]));

describe("every kind has its parts", () => {
  const push = (label: string) => [`google_pubsub_subscription.${label}`, `google_service_account.${label}_pusher`, `google_cloud_run_v2_service_iam_member.${label}_pusher`, `google_service_account_iam_member.${label}_pusher`];
  test.each<[string, readonly string[]]>([
    ["http", ["google_cloud_run_v2_service_iam_member.shop_public", "google_cloud_run_v2_service_iam_member.inner_caller_1"]],
    ["queue", [...push("charge"), "google_pubsub_topic.orders_queue", "google_pubsub_subscription_iam_member.charge_agent", "google_pubsub_topic_iam_member.orders_failed_queue_agent", "google_pubsub_subscription.orders_failed_queue", "google_monitoring_alert_policy.orders_failed_letters"]],
    ["topic", [...push("greet"), "google_pubsub_topic.news_topic"]],
    ["storage", [...push("thumb"), "google_storage_bucket.uploads_bucket", "google_storage_notification.uploads_bucket", "google_pubsub_topic_iam_member.uploads_bucket"]],
    ["storage, directly", ["google_storage_bucket.raw_bucket", "google_service_account.storage_events", "google_project_iam_member.storage_events", "google_project_iam_member.storage_agent_publisher"]],
    ["schedule", [...push("nightly"), "google_cloud_scheduler_job.nightly", "google_pubsub_topic.nightly_ticks"]],
    ["schedule, directly", ["google_cloud_scheduler_job.hourly", "google_service_account.hourly_caller", "google_service_account_iam_member.hourly_caller"]],
    ["changes", [...push("index"), "google_eventarc_trigger.index", "google_pubsub_topic.index_relay", "google_project_iam_member.index_events"]],
    ["changes, directly", ["google_service_account.follow_events", "google_project_iam_member.follow_events"]],
    ["stream", [...push("count"), "google_pubsub_topic.clicks_stream"]],
    ["bus", [...push("hear"), "google_pubsub_topic.events_bus"]],
    ["bus, directly", ["google_eventarc_channel.partners_bus", "google_eventarc_trigger.listen_1"]],
    ["logs", [...push("watch"), "google_logging_project_sink.access_log", "google_pubsub_topic_iam_member.access_log"]],
    ["call", ["google_cloud_run_v2_service_iam_member.quote_caller_1"]],
    ["call, sent ahead", [...push("later"), "google_pubsub_topic.later_calls", "google_pubsub_topic_iam_member.later_caller_1"]],
  ])("%s", (_, keys) => expect(keys.filter((key) => all[key] === undefined)).toEqual([]));
  test("and every function its own account, code, and place to run", () => {
    const units = ["shop", "inner", ...Object.keys(shop.functions).filter((name) => name !== "place" && name !== "list")];
    expect(units.flatMap((unit) => [`google_cloudfunctions2_function.${unit}`, `google_service_account.${unit}_runner`, `google_storage_bucket_object.${unit}`]).filter((key) => all[key] === undefined)).toEqual([]);
    expect(Object.keys(resource.google_cloudfunctions2_function!).length).toBe(units.length);
    expect(new Set(Object.values(resource.google_cloudfunctions2_function!).map(({ service_config: config }) => (config as Resource).service_account_email)).size).toBe(units.length);
  });
  test("and only what is called can be reached from everywhere", () => {
    const reached = (setting: string) => Object.entries(resource.google_cloudfunctions2_function!).flatMap(([label, { service_config: config }]) => ((config as Resource).ingress_settings === setting ? [label] : []));
    expect([reached("ALLOW_ALL"), reached("ALLOW_INTERNAL_ONLY").length]).toEqual([["shop", "inner", "quote"], 13]);
  });
});

test("outputs are the URLs of what is called, and where dead letters lie and go back to", () => {
  expect([Object.keys(output), Object.keys(output.dead_letters!.value as object)]).toEqual([
    ["shop_url", "inner_url", "quote_url", "dead_letters"],
    ["ISOBAR_SUBSCRIPTION_ORDERS_FAILED", ...["CHARGE", "GREET", "THUMB", "NIGHTLY", "COUNT", "HEAR", "WATCH", "LATER"].map((name) => `ISOBAR_SOURCE_${name}`)],
  ]);
});

describe("what a unit may do is", () => {
  test("to send what it sends, and to read the secrets that it lists", () => expect(allowed(runner("shop"))).toEqual([["roles/pubsub.publisher", "google_pubsub_topic.orders_queue"], ["roles/pubsub.publisher", "google_pubsub_topic.news_topic"], ["roles/secretmanager.secretAccessor", "projects/${var.project}/secrets/shop-${var.stage}-stripe-key"]]));
  test("to write its dead letters", () => expect(allowed(runner("charge"))).toEqual([["roles/pubsub.publisher", "google_pubsub_topic.orders_failed_queue"], ["roles/secretmanager.secretAccessor", "projects/${var.project}/secrets/shop-${var.stage}-stripe-key"]]));
  test("to relay, where it does", () => expect(allowed(runner("index"))).toEqual([["roles/pubsub.publisher", "google_pubsub_topic.index_relay"]]));
  test.each(["inner", "storage", "hourly", "follow", "listen", "quote"])("nothing, where nothing is needed: %s", (unit) => expect(allowed(runner(unit))).toEqual([]));
  test("told of its function", () => expect(explained.find(({ name }) => name === "google_cloudfunctions2_function.charge")!.allows).toEqual(["roles/pubsub.publisher on google_pubsub_topic.orders_failed_queue", "roles/secretmanager.secretAccessor on projects/${var.project}/secrets/shop-${var.stage}-stripe-key"]));
  test("told of each grant, with who gets it", () => {
    const told = (key: string) => explained.find(({ name }) => name === key)!.allows;
    expect([told("google_project_iam_member.index_events"), told("google_pubsub_subscription_iam_member.charge_agent"), told("google_secret_manager_secret_iam_member.shop__stripe_key"), told("google_pubsub_topic.orders_queue")]).toEqual([
      ["roles/eventarc.eventReceiver on the project, for serviceAccount:${google_service_account.index_events.email}"],
      ["roles/pubsub.subscriber on google_pubsub_subscription.charge, for serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"],
      ["roles/secretmanager.secretAccessor on projects/${var.project}/secrets/shop-${var.stage}-stripe-key, for serviceAccount:${google_service_account.shop_runner.email}"],
      [],
    ]);
  });
  test("granted before it runs for the first time", () => {
    const waits = (unit: string) => resource.google_cloudfunctions2_function![unit]!.depends_on;
    expect([waits("charge"), waits("storage"), waits("quote")]).toEqual([
      ["google_pubsub_topic_iam_member.charge__orders_failed_queue", "google_secret_manager_secret_iam_member.charge__stripe_key"],
      ["google_project_iam_member.storage_agent_publisher", "google_project_iam_member.storage_events"],
      undefined,
    ]);
  });
});

describe("no grant is more than it has to be", () => {
  test("none replaces others", () => expect(grants.filter(([key]) => !/_iam_member\./.test(key))).toEqual([]));
  test("none is of a basic role, or of one that is not among these", () => {
    expect([...new Set(grants.map(([, { role }]) => role))].sort()).toEqual(["roles/eventarc.eventReceiver", "roles/iam.serviceAccountTokenCreator", "roles/pubsub.publisher", "roles/pubsub.subscriber", "roles/run.invoker", "roles/secretmanager.secretAccessor"]);
  });
  test("none is on the project, but for what the services leave no other place for", () => {
    const onProject = grants.filter(([key]) => key.startsWith("google_project_"));
    expect(onProject.map(([key, { role }]) => [key, role])).toEqual([
      ["google_project_iam_member.storage_agent_publisher", "roles/pubsub.publisher"],
      ["google_project_iam_member.storage_events", "roles/eventarc.eventReceiver"],
      ["google_project_iam_member.index_events", "roles/eventarc.eventReceiver"],
      ["google_project_iam_member.follow_events", "roles/eventarc.eventReceiver"],
      ["google_project_iam_member.listen_events", "roles/eventarc.eventReceiver"],
    ]);
    expect(onProject.filter(([, { role }]) => !Object.hasOwn(projectWide, role))).toEqual([]);
    expect(onProject.filter(([key, { member }]) => member !== (key.endsWith("storage_agent_publisher") ? "serviceAccount:${data.google_storage_project_service_account.this.email_address}" : `serviceAccount:\${google_service_account.${key.split(".")[1]}.email}`))).toEqual([]);
  });
  test("everyone may call what is public, and nothing else", () => expect(grants.filter(([, { member }]) => /^all/.test(member)).map(([key]) => key)).toEqual(["google_cloud_run_v2_service_iam_member.shop_public"]));
  test("each pusher, trigger and job may call one function, its own", () => {
    const calling = grants.filter(([key, { role }]) => role === "roles/run.invoker" && !/_public$|_caller_\d+$/.test(key));
    expect(calling.filter(([key, { name, member }]) => !(member === `serviceAccount:\${google_service_account.${key.split(".")[1]}.email}` && referred(name) === `google_cloudfunctions2_function.${key.split(".")[1]!.split("_")[0]}`))).toEqual([]);
    expect(calling.length).toBe(new Set(calling.map(([, { member }]) => member)).size);
  });
  test("Pub/Sub and Cloud Scheduler sign for those accounts, and for no other", () => {
    const signing = grants.filter(([, { role }]) => role === "roles/iam.serviceAccountTokenCreator");
    expect(signing.filter(([key, { member }]) => !/_pusher$|_caller$/.test(key) || !/@gcp-sa-(?:pubsub|cloudscheduler)\.iam\.gserviceaccount\.com$/.test(member))).toEqual([]);
  });
  test("a unit's own account gets nothing on a project, on a subscription or on another account", () => {
    expect(grants.filter(([key, { member }]) => /_runner\.email\}$/.test(member) && !/^google_(?:pubsub_topic|secret_manager_secret)_iam_member\./.test(key))).toEqual([]);
  });
});
