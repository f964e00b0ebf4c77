import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, schedule, type DeliveryPolicy, type Duration } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { schedulePlan, type ScheduleSettings } from "./plan.ts";

const failed = defineQueue("orders-failed");
function bindingOf(delivery: DeliveryPolicy, settings: ScheduleSettings, { zone, timeout = "1s" }: { readonly zone?: string; readonly timeout?: Duration } = {}) {
  const nightly = schedule("0 6 * * *", { delivery, timeout, ...(zone === undefined ? {} : { zone }) }, () => {});
  return { name: "nightly", fn: nightly, settings, app: defineApp("shop", { nightly }) };
}
const canonical = bindingOf({ maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed }, {}, { zone: "Europe/Berlin" });
const direct = { variant: "direct" } as const;
const tried = { maxAttempts: 3, backoff: { min: "10s", max: "1m" }, deadLetter: "discard" } as const;
const canonicalDirect = bindingOf(tried, direct);

test("a schedule over Pub/Sub: what is promised", () => {
  expect(allSaid(schedulePlan.assess(canonical))).toEqual({
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
    zone: "exact [google_cloud_scheduler_job time_zone: Europe/Berlin]; what Cloud Scheduler does in an hour that daylight saving repeats or leaves out is not documented",
  });
});
test("a schedule over Pub/Sub: what is rendered", () => {
  expect(schedulePlan.render(canonical)).toEqual({
    maker: "schedule",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.nightly_ticks": { name: "shop-${var.stage}-nightly-ticks", labels: { isobar_app: "shop", isobar_own: "ticks" } },
      "google_cloud_scheduler_job.nightly": { name: "shop-${var.stage}-nightly", region: "${var.region}", schedule: "0 6 * * *", time_zone: "Europe/Berlin", retry_config: { retry_count: 5, min_backoff_duration: "5s", max_backoff_duration: "60s", max_doublings: 5 }, pubsub_target: { topic_name: "${google_pubsub_topic.nightly_ticks.id}", data: "e30=" } },
      "google_cloudfunctions2_function.nightly": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.nightly_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-nightly\"), 0, 20)}", display_name: "shop-${var.stage}-nightly, push" },
      "google_cloud_run_v2_service_iam_member.nightly_pusher": { name: "${google_cloudfunctions2_function.nightly.name}", location: "${google_cloudfunctions2_function.nightly.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.nightly_pusher.email}" },
      "google_service_account_iam_member.nightly_pusher": { service_account_id: "${google_service_account.nightly_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.nightly": { name: "shop-${var.stage}-nightly", topic: "${google_pubsub_topic.nightly_ticks.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.nightly.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.nightly_pusher.email}", audience: "${google_cloudfunctions2_function.nightly.service_config[0].uri}" } }, ack_deadline_seconds: 12, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.orders_failed_queue.id}", max_delivery_attempts: 5 }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-nightly\"", depends_on: ["google_cloud_run_v2_service_iam_member.nightly_pusher", "google_service_account_iam_member.nightly_pusher"] },
      "google_pubsub_topic_iam_member.orders_failed_queue_agent": { topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription_iam_member.nightly_agent": { subscription: "${google_pubsub_subscription.nightly.id}", role: "roles/pubsub.subscriber", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(schedulePlan.render(canonical))).toEqual([]);
});
test("a job that calls: what is promised", () => {
  expect(allSaid(schedulePlan.assess(canonicalDirect))).toEqual({
    attempts: "exact [google_cloud_scheduler_job retry_config.retry_count: 2]; retries end when the next tick is due",
    backoff: "exact [google_cloud_scheduler_job retry_config.min_backoff_duration: 10s, google_cloud_scheduler_job retry_config.max_backoff_duration: 60s, google_cloud_scheduler_job retry_config.max_doublings: 5]",
    retryAfter: "exact",
    maxAge: "exact; a tick lives as long as its retries",
    deadLetter: "exact; a tick that is given up is gone",
    order: "exact",
    batch: "exact; a tick comes alone",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 2, google_cloud_scheduler_job attempt_deadline: 15s]",
    saturation: "emulated [google_cloudfunctions2_function service_config.max_instance_count: 100, google_cloudfunctions2_function service_config.max_instance_request_concurrency: 10, google_cloudfunctions2_function service_config.available_cpu: 1]: the function takes 1000 requests at a time | when all are busy a tick is answered 429, which counts as an attempt",
    identity: "exact; the job's name and the time the tick was due, at every try",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    zone: "exact [google_cloud_scheduler_job time_zone: UTC]",
  });
});
test("a job that calls: what is rendered", () => {
  expect(schedulePlan.render(canonicalDirect)).toEqual({
    maker: "scheduleDirect",
    resources: {
      "google_cloudfunctions2_function.nightly": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi" } },
      "google_service_account.nightly_caller": { account_id: "tick-${substr(sha1(\"shop-${var.stage}-nightly\"), 0, 20)}", display_name: "shop-${var.stage}-nightly, ticks" },
      "google_cloud_run_v2_service_iam_member.nightly_caller": { name: "${google_cloudfunctions2_function.nightly.name}", location: "${google_cloudfunctions2_function.nightly.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.nightly_caller.email}" },
      "google_service_account_iam_member.nightly_caller": { service_account_id: "${google_service_account.nightly_caller.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-cloudscheduler.iam.gserviceaccount.com" },
      "google_cloud_scheduler_job.nightly": { name: "shop-${var.stage}-nightly", region: "${var.region}", schedule: "0 6 * * *", time_zone: "UTC", attempt_deadline: "15s", retry_config: { retry_count: 2, min_backoff_duration: "10s", max_backoff_duration: "60s", max_doublings: 5 }, http_target: { uri: "${google_cloudfunctions2_function.nightly.service_config[0].uri}", http_method: "POST", oidc_token: { service_account_email: "${google_service_account.nightly_caller.email}", audience: "${google_cloudfunctions2_function.nightly.service_config[0].uri}" } } },
    },
    grants: [],
  });
  expect(faultsOf(schedulePlan.render(canonicalDirect))).toEqual([]);
});

describe("a job that calls", () => {
  const waits = (min: string, max: string) => `[google_cloud_scheduler_job retry_config.min_backoff_duration: ${min}, google_cloud_scheduler_job retry_config.max_backoff_duration: ${max}, google_cloud_scheduler_job retry_config.max_doublings: 5]`;
  test.each<[string, Partial<DeliveryPolicy>, string, string]>([
    ["one attempt", { maxAttempts: 1 }, "attempts", "exact [google_cloud_scheduler_job retry_config.retry_count: 0]"],
    ["six attempts", { maxAttempts: 6 }, "attempts", "exact [google_cloud_scheduler_job retry_config.retry_count: 5]; retries end when the next tick is due"],
    ["seven attempts", { maxAttempts: 7 }, "attempts", 'unsupported: a job is retried five times | maxAttempts: 6, or the variant "scheduler-pubsub"'],
    ["a wait of one length", { backoff: "90s" }, "backoff", `exact ${waits("90s", "90s")}`],
    ["a wait of the handler's own", { retryAfter: { max: "1m" } }, "retryAfter", `approximated ${waits("10s", "60s")}: a job waits by its own curve | a backoff of that length, or the variant "scheduler-pubsub"`],
    ["an age", { maxAge: "1h" }, "maxAge", "emulated: the run time looks at the time the tick was due before each attempt | a wait that would pass it is made all the same"],
    ["a dead letter", { deadLetter: failed }, "deadLetter", 'unsupported: a job has no dead letter, and does not tell which attempt is the last | the variant "scheduler-pubsub", or deadLetter: "discard"'],
  ])("%s", (_, delivery, capability, verdict) => expect(allSaid(schedulePlan.assess(bindingOf({ ...tried, ...delivery }, direct)))[capability]).toBe(verdict));
  test("no wait that is asked for is Cloud Scheduler's own", () => {
    const { backoff: _, ...none } = tried;
    expect(allSaid(schedulePlan.assess(bindingOf(none, direct))).backoff).toBe(`exact ${waits("5s", "3600s")}; the wait is Cloud Scheduler's own`);
  });
  test("half an hour is what it waits for its answer", () => {
    const timeoutOf = (timeout: Duration) => allSaid(schedulePlan.assess(bindingOf(tried, direct, { timeout }))).timeout;
    expect([timeoutOf("1789s"), timeoutOf("1790s")]).toEqual(["exact [google_cloudfunctions2_function service_config.timeout_seconds: 1790, google_cloud_scheduler_job attempt_deadline: 1800s]", 'unsupported: a job waits 1800 s for its answer | timeout: "1789s"']);
  });
});
test("in UTC there is nothing to say of daylight saving", () => {
  expect(allSaid(schedulePlan.assess(bindingOf(tried, {}))).zone).toBe("exact [google_cloud_scheduler_job time_zone: UTC]");
});
