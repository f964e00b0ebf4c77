import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineTopic, empty, http, queue, type App } from "@isobar/core";
import { plan, type Manifest } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { frameworkVersion } from "./package.ts";
import { gcp, type GcpSettings } from "./target.ts";

const [orders, failed, news] = [defineQueue("orders"), defineQueue("orders-failed"), defineTopic("news")];
const delivery = { maxAttempts: 5, deadLetter: failed } as const;
const place = http.post("/orders", { access: "public", sends: [orders] }, () => empty());
const charge = queue(orders, { delivery, timeout: "5s", memoryMb: 1024, environment: { LEVEL: "debug" }, secrets: ["stripe-key"] }, () => {});
const shop = defineApp("shop", { place, charge });
function composed(app: App, settings: GcpSettings = {}, origin?: (name: string) => string | undefined): Manifest {
  const target = gcp(app, settings as never);
  return adapter.compose!(target, plan(target, adapter), origin === undefined ? {} : { origin });
}
type Json = Readonly<Record<string, never>> & { readonly resource: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>> };
const parsed = ({ files }: Manifest) => JSON.parse(files["main.tf.json"]!) as Json;
const resourcesOf = (...given: Parameters<typeof composed>) => parsed(composed(...given)).resource;
const refusal = (app: App, settings: GcpSettings = {}): readonly string[] => {
  try {
    composed(app, settings);
  } catch (error) {
    expect(error).toMatchObject({ name: "IsobarError", code: "unsupported" });
    return (error as Error).message.split("\n  ").slice(1);
  }
  return [];
};

test("the whole manifest of a route and a queue", () => {
  const agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com";
  const uri = "${google_cloudfunctions2_function.charge.service_config[0].uri}";
  const ofCharge = "for charge (functions/charge.ts:5)";
  const size = { min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1" };
  const source = (unit: string) => ({ storage_source: { bucket: "${google_storage_bucket.code.name}", object: `\${google_storage_bucket_object.${unit}.name}` } });
  expect(parsed(composed(shop, { project: "shop-project", region: "europe-west3" }, (name) => (name === "charge" ? "functions/charge.ts:5" : undefined)))).toEqual({
    "//": "shop on Google Cloud. isobar build writes this file anew: what is to stay is said in the target, as overrides and resources.",
    terraform: { required_version: ">= 1.5", required_providers: { google: { source: "hashicorp/google", version: ">= 6.50, < 8" } } },
    provider: { google: { project: "${var.project}", region: "${var.region}", default_labels: { isobar_app: "shop", isobar_stage: "${var.stage}" } } },
    variable: {
      project: { type: "string", description: "the project's id", default: "shop-project" },
      region: { type: "string", description: "where everything lies", default: "europe-west3" },
      stage: { type: "string", description: "part of every name, so that two copies of the app live in one project", default: "dev", validation: [{ condition: '${can(regex("^[a-z](-?[a-z0-9])*$", var.stage)) && length(var.stage) <= 12}', error_message: "A stage is lower-case letters, digits and single hyphens, a letter first, 12 at most." }] },
    },
    data: { google_project: { this: {} } },
    resource: {
      google_storage_bucket: { code: { "//": "the code of all units", name: "${data.google_project.this.number}-shop-${var.stage}_code", location: "${var.region}", uniform_bucket_level_access: true, public_access_prevention: "enforced" } },
      google_cloud_run_v2_service_iam_member: {
        shop_public: { "//": "for place", name: "${google_cloudfunctions2_function.shop.name}", location: "${google_cloudfunctions2_function.shop.location}", role: "roles/run.invoker", member: "allUsers" },
        charge_pusher: { "//": ofCharge, name: "${google_cloudfunctions2_function.charge.name}", location: "${google_cloudfunctions2_function.charge.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.charge_pusher.email}" },
      },
      google_pubsub_topic: {
        orders_queue: { "//": `for place, ${ofCharge.slice(4)}`, name: "shop-${var.stage}-orders-queue", labels: { isobar_app: "shop", isobar_queue: "orders", isobar_consumed: "true" } },
        orders_failed_queue: { "//": ofCharge, name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      },
      google_storage_bucket_object: {
        shop: { "//": "for place", name: 'shop-${filemd5("${path.module}/shop.zip")}.zip', bucket: "${google_storage_bucket.code.name}", source: "${path.module}/shop.zip" },
        charge: { "//": ofCharge, name: 'charge-${filemd5("${path.module}/charge.zip")}.zip', bucket: "${google_storage_bucket.code.name}", source: "${path.module}/charge.zip" },
      },
      google_service_account: {
        shop_runner: { "//": "for place", account_id: 'run-${substr(sha1("shop-${var.stage}-shop"), 0, 20)}', display_name: "shop-${var.stage}-shop, run" },
        charge_pusher: { "//": ofCharge, account_id: 'push-${substr(sha1("shop-${var.stage}-charge"), 0, 20)}', display_name: "shop-${var.stage}-charge, push" },
        charge_runner: { "//": ofCharge, account_id: 'run-${substr(sha1("shop-${var.stage}-charge"), 0, 20)}', display_name: "shop-${var.stage}-charge, run" },
      },
      google_pubsub_topic_iam_member: {
        shop__orders_queue: { "//": "for place", topic: "${google_pubsub_topic.orders_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:${google_service_account.shop_runner.email}" },
        orders_failed_queue_agent: { "//": ofCharge, topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: agent },
        charge__orders_failed_queue: { "//": ofCharge, topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:${google_service_account.charge_runner.email}" },
      },
      google_cloudfunctions2_function: {
        shop: {
          "//": "for place", name: "shop-${var.stage}-shop", location: "${var.region}", labels: { isobar_unit: "shop" },
          build_config: { runtime: "nodejs24", entry_point: "shop", source: source("shop") },
          service_config: { timeout_seconds: 21, ...size, available_memory: "512Mi", ingress_settings: "ALLOW_ALL", all_traffic_on_latest_revision: true, service_account_email: "${google_service_account.shop_runner.email}", environment_variables: { ISOBAR_QUEUE_ORDERS: "${google_pubsub_topic.orders_queue.id}", LOG_EXECUTION_ID: "true" } },
          depends_on: ["google_pubsub_topic_iam_member.shop__orders_queue"],
        },
        charge: {
          "//": ofCharge, name: "shop-${var.stage}-charge", location: "${var.region}", labels: { isobar_unit: "charge" },
          build_config: { runtime: "nodejs24", entry_point: "charge", source: source("charge") },
          service_config: {
            timeout_seconds: 6, ...size, available_memory: "1024Mi", ingress_settings: "ALLOW_INTERNAL_ONLY", all_traffic_on_latest_revision: true, service_account_email: "${google_service_account.charge_runner.email}",
            environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}", LEVEL: "debug", LOG_EXECUTION_ID: "true" },
            secret_environment_variables: [{ key: "ISOBAR_SECRET_STRIPE_KEY", project_id: "${var.project}", secret: "shop-${var.stage}-stripe-key", version: "latest" }],
          },
          depends_on: ["google_pubsub_topic_iam_member.charge__orders_failed_queue", "google_secret_manager_secret_iam_member.charge__stripe_key"],
        },
      },
      google_pubsub_subscription: {
        orders_failed_queue: { "//": ofCharge, name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: 'NOT attributes:isobar_to OR attributes.isobar_to="shop-${var.stage}-orders-failed-queue" OR attributes:CloudPubSubDeadLetterSourceSubscription' },
        charge: {
          "//": ofCharge, name: "shop-${var.stage}-charge", topic: "${google_pubsub_topic.orders_queue.id}",
          push_config: { push_endpoint: uri, oidc_token: { service_account_email: "${google_service_account.charge_pusher.email}", audience: uri } },
          ack_deadline_seconds: 16, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.orders_failed_queue.id}", max_delivery_attempts: 5 },
          enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: 'NOT attributes:isobar_to OR attributes.isobar_to="shop-${var.stage}-charge" OR attributes:CloudPubSubDeadLetterSourceSubscription',
          depends_on: ["google_cloud_run_v2_service_iam_member.charge_pusher", "google_service_account_iam_member.charge_pusher"],
        },
      },
      google_service_account_iam_member: { charge_pusher: { "//": ofCharge, service_account_id: "${google_service_account.charge_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: agent } },
      google_pubsub_subscription_iam_member: { charge_agent: { "//": ofCharge, subscription: "${google_pubsub_subscription.charge.id}", role: "roles/pubsub.subscriber", member: agent } },
      google_secret_manager_secret_iam_member: { charge__stripe_key: { "//": ofCharge, secret_id: "projects/${var.project}/secrets/shop-${var.stage}-stripe-key", role: "roles/secretmanager.secretAccessor", member: "serviceAccount:${google_service_account.charge_runner.email}" } },
      google_monitoring_alert_policy: {
        orders_failed_letters: {
          "//": ofCharge, display_name: "shop-${var.stage}-orders-failed-queue, dead letters", combiner: "OR",
          conditions: [{
            display_name: "shop-${var.stage}-orders-failed-queue holds a message",
            condition_threshold: { filter: 'resource.type = "pubsub_subscription" AND resource.labels.subscription_id = "${google_pubsub_subscription.orders_failed_queue.name}" AND metric.type = "pubsub.googleapis.com/subscription/num_undelivered_messages"', comparison: "COMPARISON_GT", threshold_value: 0, duration: "0s", aggregations: [{ alignment_period: "60s", per_series_aligner: "ALIGN_MAX" }], trigger: { count: 1 } },
          }],
          documentation: { content: "A message ended as a dead letter. `isobar dead-letters list --cloud gcp --queue orders-failed` shows which, and why.", mime_type: "text/markdown" },
        },
      },
    },
    output: {
      shop_url: { description: "where shop is called", value: "${google_cloudfunctions2_function.shop.service_config[0].uri}" },
      dead_letters: { description: "the environment of isobar dead-letters", value: { ISOBAR_SUBSCRIPTION_ORDERS_FAILED: "${google_pubsub_subscription.orders_failed_queue.id}", ISOBAR_SOURCE_CHARGE: "${google_pubsub_subscription.charge.id}" } },
    },
  });
});
test("is the same text every time, two spaces and a line's end", () => {
  expect(composed(shop).files).toEqual(composed(shop).files);
  expect(composed(shop).files["main.tf.json"]).toMatch(/^\{\n {2}"\/\/": "shop on Google Cloud\.[^]*\n\}\n$/);
});

describe("a unit", () => {
  const get = (path: `/${string}`, options: object = {}) => http.get(path, { access: "private", ...options }, () => empty());
  test("has a package.json from which the framework is installed", () => expect(JSON.parse(composed(shop).units.charge!["package.json"]!)).toEqual({ name: "shop-charge", version: "1.0.0", private: true, main: "index.cjs", dependencies: { "@google-cloud/functions-framework": "5.0.5" } }));
  test("has the framework that conformance runs on", () => {
    const { version } = JSON.parse(readFileSync(new URL("../../../../node_modules/@google-cloud/functions-framework/package.json", import.meta.url), "utf8")) as { readonly version: string };
    expect(frameworkVersion).toBe(version);
  });
  test("of several routes is sized as any of them says, and waits for the longest", () => {
    const web = defineApp("web", { a: get("/a", { memoryMb: 8_192 }), b: get("/b", { timeout: "90s" }), c: get("/c") });
    expect(resourcesOf(web, { functions: { c: { maxInstanceCount: 7, minInstanceCount: 1 } } } as never).google_cloudfunctions2_function!.web).toMatchObject({ "//": "for a, b, c", service_config: { timeout_seconds: 91, max_instance_count: 7, min_instance_count: 1, available_cpu: "2", available_memory: "8192Mi" } });
  });
  test("whose members disagree is refused, with all of it at once", () => {
    const web = defineApp("web", { a: get("/a", { memoryMb: 512 }), b: get("/b", { memoryMb: 1_024 }), c: get("/c", { group: "c", timeout: "5s" }), d: get("/d", { group: "c", timeout: "6s" }) });
    expect(refusal(web, { functions: { a: { maxInstanceCount: 5 }, b: { maxInstanceCount: 7, ingressSettings: "ALLOW_ALL" } } } as never)).toEqual([
      'maxInstanceCount: 5 for a, 7 for b · unit "web" · its members are deployed together, with one of each · say the same, or give them groups of their own',
      'memoryMb: 512 for a, 1024 for b · unit "web" · its members are deployed together, with one of each · say the same, or give them groups of their own',
      'timeout: 5s for c, 6s for d · unit "c" · its members are deployed together, with one of each · say the same, or give them groups of their own',
    ]);
  });
  test("reaches a network through a connector, and is reached from where the target says", () => {
    const connector = "projects/p/locations/r/connectors/c";
    const config = (settings: object) => resourcesOf(shop, { functions: { charge: settings } } as never).google_cloudfunctions2_function!.charge!.service_config;
    expect(config({ vpcConnector: connector })).toMatchObject({ vpc_connector: connector, vpc_connector_egress_settings: "PRIVATE_RANGES_ONLY" });
    expect(config({ vpcConnector: connector, vpcConnectorEgressSettings: "ALL_TRAFFIC", ingressSettings: "ALLOW_INTERNAL_AND_GCLB" })).toMatchObject({ vpc_connector_egress_settings: "ALL_TRAFFIC", ingress_settings: "ALLOW_INTERNAL_AND_GCLB" });
  });
  test("reaches a subnetwork without a connector, by a provider that has words for it", () => {
    const subnetwork = "projects/p/regions/r/subnetworks/s";
    const of = (settings: object) => parsed(composed(shop, { functions: { charge: settings } } as never));
    const { terraform, resource } = of({ directVpcSubnetwork: subnetwork });
    expect([terraform, resource.google_cloudfunctions2_function!.charge!.service_config]).toMatchObject([{ required_providers: { google: { version: ">= 7.21, < 8" } } }, { direct_vpc_egress: "VPC_EGRESS_PRIVATE_RANGES_ONLY", direct_vpc_network_interface: { subnetwork } }]);
    expect(of({ directVpcSubnetwork: subnetwork, directVpcEgress: "VPC_EGRESS_ALL_TRAFFIC" }).resource.google_cloudfunctions2_function!.charge!.service_config).toMatchObject({ direct_vpc_egress: "VPC_EGRESS_ALL_TRAFFIC" });
  });
  test.each(["PORT", "K_SERVICE", "FUNCTION_TARGET", "X_GOOGLE_ANYTHING", "LOG_EXECUTION_ID"])("may not set %s", (name) => {
    expect(refusal(defineApp("shop", { charge: { ...charge, options: { ...charge.options, environment: { [name]: "1" } } } }))).toEqual([`environment ${name} · unit "charge" · the platform sets it itself · another name`]);
  });
  test("has its variables as they are, whatever they look like to Terraform", () => {
    const ODD = '${var.stage} %{ if true } $${x} "quoted" \\ \n';
    expect(resourcesOf(defineApp("shop", { charge: { ...charge, options: { ...charge.options, environment: { ODD } } } })).google_cloudfunctions2_function!.charge!.service_config).toMatchObject({ environment_variables: { ODD: '$${var.stage} %%{ if true } $$${x} "quoted" \\ \n' } });
  });
  test("has an environment of 32 KiB and 1,000 variables, ours among them", () => {
    const of = (environment: Readonly<Record<string, string>>) => refusal(defineApp("shop", { charge: { ...charge, options: { ...charge.options, environment } } }));
    // ISOBAR_QUEUE_ORDERS_FAILED and its address are 26 + 200 bytes.
    expect([of({ A: "x".repeat(32_768 - 227) }), of({ A: "é".repeat(16_271) })]).toEqual([[], ['an environment of 32769 bytes · unit "charge" · a function has 32768 for names and values · fewer, or shorter ones']]);
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`V${i}`, ""]));
    expect([of(many(999)), of(many(1_000))]).toEqual([[], ['an environment of 1001 variables · unit "charge" · a function has 1000 · fewer']]);
  });
  test("is named by its group", () => {
    expect(Object.keys(resourcesOf(defineApp("shop", { a: get("/a", { group: "back-office" }) })).google_cloudfunctions2_function!)).toEqual(["back_office"]);
  });
  test("that is only decoded cannot be deployed", () => expect(refusal(shop, { functions: { charge: { variant: "unwrapped" } } } as never)).toEqual(['charge · the variant "unwrapped" · it decodes what others deployed, and nothing of it is rendered · another variant']));
});

describe("what is sent to", () => {
  test("is there, though no function of the app reads it: a queue keeps what it gets", () => {
    const { google_pubsub_topic: topics, google_pubsub_subscription: kept } = resourcesOf(defineApp("shop", { place: http.post("/", { access: "public", sends: [defineQueue("mail", { order: "by-key" }), news] }, () => empty()) }));
    expect([Object.keys(topics!), Object.keys(kept!), kept!.mail_queue]).toMatchObject([["mail_queue", "news_topic"], ["mail_queue"], { topic: "${google_pubsub_topic.mail_queue.id}", message_retention_duration: "2678400s", enable_message_ordering: true }]);
  });
  test("by a letter's name is no queue that an alert looks at", () => expect(resourcesOf(defineApp("shop", { place })).google_monitoring_alert_policy).toBeUndefined());
});
test("300 functions of mixed kinds are composed together", () => {
  const functions = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, i % 3 === 0 ? http.get(`/r${i}`, { access: "public", sends: [news] }, () => empty()) : queue(defineQueue(`q${i}`), { delivery, sends: [news] }, () => {})]));
  const target = gcp(defineApp("shop", functions));
  const planned = plan(target, adapter);
  const { files, explained } = adapter.compose!(target, planned);
  expect([Object.keys((JSON.parse(files["main.tf.json"]!) as Json).resource.google_cloudfunctions2_function!).length, explained.length]).toEqual([201, 2_211]);
});
