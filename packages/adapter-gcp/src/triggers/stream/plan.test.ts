import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineStream, stream, type DeliveryPolicy, type Duration } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { streamPlan, type StreamSettings } from "./plan.ts";

const promised: DeliveryPolicy = { maxAttempts: 3, backoff: "1s", deadLetter: defineQueue("orders-failed") };
function bindingOf(delivery: Partial<DeliveryPolicy> = {}, timeout: Duration = "1s", settings: StreamSettings = {}) {
  const count = stream(defineStream("clicks"), { delivery: { ...promised, ...delivery }, timeout }, () => {});
  return { name: "count", fn: count, settings, app: defineApp("shop", { count }) };
}
const canonical = bindingOf();
const saidOf = (...given: Parameters<typeof bindingOf>) => allSaid(streamPlan.assess(bindingOf(...given)));

test("a stream: what is promised", () => {
  expect(allSaid(streamPlan.assess(canonical))).toEqual({
    batch: "exact; a push carries one message: the size of a batch is a ceiling",
    identity: "emulated: the attribute isobar carries the id into the dead letter and back | what Pub/Sub moved itself, and was published again without that attribute, has a new id",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    attempts: "emulated [google_cloudfunctions2_function service_config.timeout_seconds: 7]: attempts are made inside one push, and counted there | a crash of the instance makes the count begin again",
    backoff: "emulated [google_pubsub_subscription retry_policy.minimum_backoff: 10s, google_pubsub_subscription retry_policy.maximum_backoff: 600s]: the run time waits inside the push | after a crash the wait is Pub/Sub's own, from 10 s up to 600 s",
    retryAfter: "exact",
    maxAge: "exact; Pub/Sub itself drops what is older than 31 days",
    deadLetter: "emulated [google_pubsub_subscription (orders-failed) message_retention_duration: 2678400s]: the run time publishes the letter before it acknowledges, and the key goes on | a crash between letter and acknowledgement leaves a second letter; while a letter cannot be written the event is pushed again, and its attempts are counted from 1; what never reaches the run time is pushed again for 31 days",
    order: "exact [google_pubsub_subscription enable_message_ordering: true]; for what is published with an ordering key; one record of a key is under way at a time",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 7, google_pubsub_subscription ack_deadline_seconds: 17]",
    saturation: "exact; attempts are counted where they are made: a push that is turned away is pushed again",
  });
});
test("a stream: what is rendered", () => {
  expect(streamPlan.render(canonical)).toEqual({
    maker: "stream",
    keeping: "inside",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.clicks_stream": { name: "shop-${var.stage}-clicks-stream", labels: { isobar_app: "shop", isobar_stream: "clicks" } },
      "google_cloudfunctions2_function.count": { service_config: { timeout_seconds: 7, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.count_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-count\"), 0, 20)}", display_name: "shop-${var.stage}-count, push" },
      "google_cloud_run_v2_service_iam_member.count_pusher": { name: "${google_cloudfunctions2_function.count.name}", location: "${google_cloudfunctions2_function.count.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.count_pusher.email}" },
      "google_service_account_iam_member.count_pusher": { service_account_id: "${google_service_account.count_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.count": { name: "shop-${var.stage}-count", topic: "${google_pubsub_topic.clicks_stream.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.count.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.count_pusher.email}", audience: "${google_cloudfunctions2_function.count.service_config[0].uri}" } }, ack_deadline_seconds: 17, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, enable_message_ordering: true, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-count\"", depends_on: ["google_cloud_run_v2_service_iam_member.count_pusher", "google_service_account_iam_member.count_pusher"] },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(streamPlan.render(canonical))).toEqual([]);
});

describe("attempts inside one push", () => {
  test("have to fit into it", () => {
    // 3 x (195 s + 0.25 s) + 2 x 1 s + 1 s = 588.75 s.
    expect([saidOf({}, "195s").attempts, saidOf({}, "195s").timeout]).toEqual(["emulated [google_cloudfunctions2_function service_config.timeout_seconds: 589]: attempts are made inside one push, and counted there | a crash of the instance makes the count begin again", "exact [google_cloudfunctions2_function service_config.timeout_seconds: 589, google_pubsub_subscription ack_deadline_seconds: 599]"]);
    expect([saidOf({}, "200s").attempts, saidOf({}, "200s").timeout]).toEqual(["unsupported: attempts are made inside one push, which has 590 s: 3 of 200s with their waits take 604 s | fewer attempts, shorter waits, or a shorter timeout", "exact [google_cloudfunctions2_function service_config.timeout_seconds: 590, google_pubsub_subscription ack_deadline_seconds: 600]"]);
  });
  test("of which one alone does not fit are its timeout's gap", () => {
    expect(saidOf({ maxAttempts: 1 }, "600s").timeout).toBe('unsupported: Pub/Sub waits 600 s for the answer to a push, and this function may take 601 s | timeout: "589s", with one attempt');
  });
  test("wait there, also for as long as the handler says", () => {
    const { backoff: _, ...none } = promised;
    const fn = stream(defineStream("clicks"), { delivery: none, timeout: "1s" }, () => {});
    expect(allSaid(streamPlan.assess({ ...canonical, fn })).backoff).toBe("exact; the next attempt follows at once");
    expect([saidOf({ retryAfter: { max: "30s" } }).retryAfter, saidOf({ retryAfter: { max: "30s" } }).timeout]).toEqual(["emulated [google_pubsub_subscription retry_policy.minimum_backoff: 10s, google_pubsub_subscription retry_policy.maximum_backoff: 600s]: the run time waits inside the push | after a crash the wait is Pub/Sub's own, from 10 s up to 600 s", "exact [google_cloudfunctions2_function service_config.timeout_seconds: 65, google_pubsub_subscription ack_deadline_seconds: 75]"]);
  });
  test("that are discarded leave nothing to grant and nothing to keep", () => {
    const { resources, grants } = streamPlan.render(bindingOf({ deadLetter: "discard" }));
    expect([Object.keys(resources).filter((key) => key.startsWith("google_pubsub")), grants]).toEqual([["google_pubsub_topic.clicks_stream", "google_pubsub_subscription.count"], []]);
    expect(saidOf({ deadLetter: "discard" }).deadLetter).toBe("emulated [google_pubsub_subscription message_retention_duration: 2678400s]: the run time acknowledges what is given up | what never reaches the run time is pushed again for 31 days");
  });
});
test("an acknowledgement deadline under what all attempts take is refused", () => {
  expect(saidOf({}, "1s", { ackDeadlineSeconds: 10, maxInstanceRequestConcurrency: 0 })).toMatchObject({ timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 7, google_pubsub_subscription ack_deadline_seconds: 10]", saturation: "unsupported: an instance works on 1 to 1,000 requests at a time | maxInstanceRequestConcurrency: 1" });
  expect(saidOf({}, "10s", { ackDeadlineSeconds: 20 }).timeout).toBe("unsupported: the acknowledgement deadline set here, 20 s, ends before the function's 34 s: Pub/Sub would push the message a second time meanwhile | ackDeadlineSeconds: 44");
});
