import { expect, test } from "vitest";
import { call, defineApp, defineQueue, type Duration } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { callPlan, type CallSettings } from "./plan.ts";

const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: defineQueue("orders-failed") } as const;
function bindingOf(settings: CallSettings, timeout: Duration = "1s") {
  const quote = call({ delivery, timeout }, () => 1);
  return { name: "quote", fn: quote, settings, app: defineApp("shop", { quote }) };
}
const callers = ["serviceAccount:billing@p.iam.gserviceaccount.com"];
const canonical = bindingOf({ callers });
const canonicalAsync = bindingOf({ variant: "async", callers });

test("a call that is answered: what is promised", () => {
  expect(allSaid(callPlan.assess(canonical))).toEqual({
    attempts: "exact; the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead",
    backoff: "exact; the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead",
    retryAfter: "exact; the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead",
    maxAge: "exact; the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead",
    deadLetter: "exact; the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead",
    order: "exact; the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead",
    batch: "exact; a request carries one call",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 2]",
    saturation: "exact; a caller that finds no instance free is answered 429",
    identity: "exact; the caller waits, and hears of a failure: `delivery` is for calls that are sent ahead",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    caller: "exact [google_cloud_run_v2_service_iam_member role: roles/run.invoker]; Cloud Run lets in whose ID token names an account with that role; native(ctx) has the token",
  });
});
test("a call that is answered: what is rendered", () => {
  expect(callPlan.render(canonical)).toEqual({
    maker: "call",
    resources: {
      "google_cloudfunctions2_function.quote": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi" } },
      "google_cloud_run_v2_service_iam_member.quote_caller_1": { name: "${google_cloudfunctions2_function.quote.name}", location: "${google_cloudfunctions2_function.quote.location}", role: "roles/run.invoker", member: "serviceAccount:billing@p.iam.gserviceaccount.com" },
    },
    grants: [],
  });
  expect(faultsOf(callPlan.render(canonical))).toEqual([]);
});
test("a call that is sent ahead: what is promised", () => {
  expect(allSaid(callPlan.assess(canonicalAsync))).toEqual({
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
    caller: "exact [google_pubsub_topic_iam_member role: roles/pubsub.publisher]; Pub/Sub takes calls from accounts with that role, and does not tell the function which it was",
  });
});
test("a call that is sent ahead: what is rendered", () => {
  expect(callPlan.render(canonicalAsync)).toEqual({
    maker: "callAsync",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.quote_calls": { name: "shop-${var.stage}-quote-calls", labels: { isobar_app: "shop", isobar_own: "calls" } },
      "google_pubsub_topic_iam_member.quote_caller_1": { topic: "${google_pubsub_topic.quote_calls.id}", role: "roles/pubsub.publisher", member: "serviceAccount:billing@p.iam.gserviceaccount.com" },
      "google_cloudfunctions2_function.quote": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.quote_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-quote\"), 0, 20)}", display_name: "shop-${var.stage}-quote, push" },
      "google_cloud_run_v2_service_iam_member.quote_pusher": { name: "${google_cloudfunctions2_function.quote.name}", location: "${google_cloudfunctions2_function.quote.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.quote_pusher.email}" },
      "google_service_account_iam_member.quote_pusher": { service_account_id: "${google_service_account.quote_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.quote": { name: "shop-${var.stage}-quote", topic: "${google_pubsub_topic.quote_calls.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.quote.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.quote_pusher.email}", audience: "${google_cloudfunctions2_function.quote.service_config[0].uri}" } }, ack_deadline_seconds: 12, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.orders_failed_queue.id}", max_delivery_attempts: 5 }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-quote\"", depends_on: ["google_cloud_run_v2_service_iam_member.quote_pusher", "google_service_account_iam_member.quote_pusher"] },
      "google_pubsub_topic_iam_member.orders_failed_queue_agent": { topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription_iam_member.quote_agent": { subscription: "${google_pubsub_subscription.quote.id}", role: "roles/pubsub.subscriber", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(callPlan.render(canonicalAsync))).toEqual([]);
});

test("an hour is what a request may take", () => {
  const timeoutOf = (timeout: Duration) => allSaid(callPlan.assess(bindingOf({}, timeout))).timeout;
  expect([timeoutOf("3599s"), timeoutOf("1h")]).toEqual(["exact [google_cloudfunctions2_function service_config.timeout_seconds: 3600]", 'unsupported: Cloud Run ends a request after 3600 s | timeout: "3599s"']);
});
test("a size that cannot be is refused", () => {
  expect(allSaid(callPlan.assess(bindingOf({ maxInstanceCount: 0 }))).saturation).toBe("unsupported: a function without instances runs nothing | maxInstanceCount: 1");
});
