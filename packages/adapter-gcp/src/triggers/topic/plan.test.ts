import { expect, test } from "vitest";
import { defineApp, defineQueue, defineTopic, topic } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { topicPlan } from "./plan.ts";

const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: defineQueue("orders-failed") } as const;
const greet = topic(defineTopic("news"), { delivery, timeout: "1s" }, () => {});
const canonical = { name: "greet", fn: greet, settings: {}, app: defineApp("shop", { greet }) };

test("a subscriber: what is promised", () => {
  expect(allSaid(topicPlan.assess(canonical))).toEqual({
    batch: "exact; a push carries one message: the size of a batch is a ceiling",
    identity: "emulated: the attribute isobar carries the id into the dead letter and back | what Pub/Sub moved itself, and was published again without that attribute, has a new id",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    attempts: "exact [google_pubsub_subscription dead_letter_policy.max_delivery_attempts: 5]; Pub/Sub calls its count best effort: a push too many becomes a dead letter without being run",
    backoff: "exact [google_pubsub_subscription retry_policy.minimum_backoff: 10s, google_pubsub_subscription retry_policy.maximum_backoff: 600s]; the wait runs from the answer, by best effort; by which factor it grows is not documented, two is taken",
    retryAfter: "exact",
    maxAge: "exact; Pub/Sub itself drops what is older than 31 days",
    deadLetter: "emulated [google_pubsub_subscription dead_letter_policy.max_delivery_attempts: 5, google_pubsub_subscription dead_letter_policy.dead_letter_topic: orders-failed, google_pubsub_subscription (orders-failed) message_retention_duration: 2678400s]: the run time publishes the letter before it acknowledges; the subscription's own dead-letter policy to the same topic catches what never reached the run time | a crash between letter and acknowledgement leaves a second letter; what Pub/Sub moved itself has no reason",
    order: "exact",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 2, google_pubsub_subscription ack_deadline_seconds: 12]",
    saturation: "emulated [google_cloudfunctions2_function service_config.max_instance_count: 100, google_cloudfunctions2_function service_config.max_instance_request_concurrency: 10, google_cloudfunctions2_function service_config.available_cpu: 1]: the function takes 1000 requests at a time | when all are busy a push is answered 429, which counts as an attempt",
  });
});
test("a subscriber: what is rendered", () => {
  expect(topicPlan.render(canonical)).toEqual({
    maker: "topic",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.news_topic": { name: "shop-${var.stage}-news-topic", labels: { isobar_app: "shop", isobar_topic: "news" } },
      "google_cloudfunctions2_function.greet": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.greet_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-greet\"), 0, 20)}", display_name: "shop-${var.stage}-greet, push" },
      "google_cloud_run_v2_service_iam_member.greet_pusher": { name: "${google_cloudfunctions2_function.greet.name}", location: "${google_cloudfunctions2_function.greet.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.greet_pusher.email}" },
      "google_service_account_iam_member.greet_pusher": { service_account_id: "${google_service_account.greet_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.greet": { name: "shop-${var.stage}-greet", topic: "${google_pubsub_topic.news_topic.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.greet.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.greet_pusher.email}", audience: "${google_cloudfunctions2_function.greet.service_config[0].uri}" } }, ack_deadline_seconds: 12, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.orders_failed_queue.id}", max_delivery_attempts: 5 }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-greet\"", depends_on: ["google_cloud_run_v2_service_iam_member.greet_pusher", "google_service_account_iam_member.greet_pusher"] },
      "google_pubsub_topic_iam_member.orders_failed_queue_agent": { topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription_iam_member.greet_agent": { subscription: "${google_pubsub_subscription.greet.id}", role: "roles/pubsub.subscriber", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(topicPlan.render(canonical))).toEqual([]);
});

test("two subscribers of one topic have a subscription each", () => {
  const other = topic(defineTopic("news"), { delivery }, () => {});
  const app = defineApp("shop", { greet, other });
  const topics = ["greet", "other"].map((name) => topicPlan.render({ name, fn: app.functions[name as "greet"], settings: {}, app }).resources);
  expect(topics.map((resources, i) => (resources[`google_pubsub_subscription.${["greet", "other"][i]!}`] as { topic: string }).topic)).toEqual(["${google_pubsub_topic.news_topic.id}", "${google_pubsub_topic.news_topic.id}"]);
});
test("order by key is Pub/Sub's", () => {
  const fn = topic(defineTopic("news", { order: "by-key" }), { delivery }, () => {});
  const { resources } = topicPlan.render({ name: "greet", fn, settings: {}, app: defineApp("shop", { greet: fn }) });
  expect((resources["google_pubsub_subscription.greet"] as { enable_message_ordering: boolean }).enable_message_ordering).toBe(true);
});
test.each(["unwrapped", "cloudevent", "background"] as const)("the variant %s is decoded and not deployed", (variant) => {
  const binding = { ...canonical, settings: { variant } as never };
  const makers = { unwrapped: "topicUnwrapped", cloudevent: "topicCloudevent", background: "topicBackground" };
  expect([topicPlan.variant({ variant } as never), topicPlan.render(binding), topicPlan.assess(binding).order.verdict]).toEqual([variant, { maker: makers[variant], resources: {}, grants: [] }, "unsupported"]);
});
