import { expect, test } from "vitest";
import { defineApp, defineLog, defineQueue, logs } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { logsPlan } from "./plan.ts";

const delivery = { maxAttempts: 3, backoff: "1s", deadLetter: defineQueue("orders-failed") } as const;
const watch = logs(defineLog("access"), { delivery, timeout: "1s" }, () => {});
const canonical = { name: "watch", fn: watch, settings: {}, app: defineApp("shop", { watch }) };

test("a log: what is promised", () => {
  expect(allSaid(logsPlan.assess(canonical))).toEqual({
    batch: "exact; a push carries one message: the size of a batch is a ceiling",
    identity: "emulated: the attribute isobar carries the id into the dead letter and back | what Pub/Sub moved itself, and was published again without that attribute, has a new id",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    attempts: "emulated [google_cloudfunctions2_function service_config.timeout_seconds: 7]: attempts are made inside one push, and counted there | a crash of the instance makes the count begin again",
    backoff: "emulated [google_pubsub_subscription retry_policy.minimum_backoff: 10s, google_pubsub_subscription retry_policy.maximum_backoff: 600s]: the run time waits inside the push | after a crash the wait is Pub/Sub's own, from 10 s up to 600 s",
    retryAfter: "exact",
    maxAge: "exact; Pub/Sub itself drops what is older than 31 days",
    deadLetter: "emulated [google_pubsub_subscription (orders-failed) message_retention_duration: 2678400s]: the run time publishes the letter before it acknowledges, and the key goes on | a crash between letter and acknowledgement leaves a second letter; while a letter cannot be written the event is pushed again, and its attempts are counted from 1; what never reaches the run time is pushed again for 31 days",
    order: "exact",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 7, google_pubsub_subscription ack_deadline_seconds: 17]",
    saturation: "exact; attempts are counted where they are made: a push that is turned away is pushed again",
  });
});
test("a log: what is rendered", () => {
  expect(logsPlan.render(canonical)).toEqual({
    maker: "logs",
    keeping: "inside",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.access_log": { name: "shop-${var.stage}-access-log", labels: { isobar_app: "shop", isobar_log: "access" } },
      "google_logging_project_sink.access_log": { name: "shop-${var.stage}-access", destination: "pubsub.googleapis.com/${google_pubsub_topic.access_log.id}", filter: "log_id(\"access\")", unique_writer_identity: true, exclusions: [{ name: "watch", filter: "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${google_cloudfunctions2_function.watch.name}\"" }] },
      "google_pubsub_topic_iam_member.access_log": { topic: "${google_pubsub_topic.access_log.id}", role: "roles/pubsub.publisher", member: "${google_logging_project_sink.access_log.writer_identity}" },
      "google_cloudfunctions2_function.watch": { service_config: { timeout_seconds: 7, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.watch_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-watch\"), 0, 20)}", display_name: "shop-${var.stage}-watch, push" },
      "google_cloud_run_v2_service_iam_member.watch_pusher": { name: "${google_cloudfunctions2_function.watch.name}", location: "${google_cloudfunctions2_function.watch.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.watch_pusher.email}" },
      "google_service_account_iam_member.watch_pusher": { service_account_id: "${google_service_account.watch_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.watch": { name: "shop-${var.stage}-watch", topic: "${google_pubsub_topic.access_log.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.watch.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.watch_pusher.email}", audience: "${google_cloudfunctions2_function.watch.service_config[0].uri}" } }, ack_deadline_seconds: 17, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-watch\"", depends_on: ["google_cloud_run_v2_service_iam_member.watch_pusher", "google_service_account_iam_member.watch_pusher"] },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(logsPlan.render(canonical))).toEqual([]);
});

test("a sink leaves out what its own consumers write, and takes the filter that it is given", () => {
  const count = logs(defineLog("access"), { delivery }, () => {});
  const { resources } = logsPlan.render({ ...canonical, settings: { filter: "severity>=ERROR" }, app: defineApp("shop", { watch, count }) });
  const { filter, exclusions } = resources["google_logging_project_sink.access_log"] as { filter: string; exclusions: readonly { name: string; filter: string }[] };
  expect([filter, exclusions]).toEqual(["severity>=ERROR", [
    { name: "watch", filter: 'resource.type="cloud_run_revision" AND resource.labels.service_name="${google_cloudfunctions2_function.watch.name}"' },
    { name: "count", filter: 'resource.type="cloud_run_revision" AND resource.labels.service_name="${google_cloudfunctions2_function.count.name}"' },
  ]]);
});
