import { expect, test } from "vitest";
import { bus, defineApp, defineBus, defineQueue, type DeliveryPolicy } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { busPlan, type BusSettings } from "./plan.ts";

function bindingOf(delivery: DeliveryPolicy, settings: BusSettings, detailTypes?: readonly string[]) {
  const hear = bus(defineBus("events"), { delivery, timeout: "1s", ...(detailTypes === undefined ? {} : { detailTypes }) }, () => {});
  return { name: "hear", fn: hear, settings, app: defineApp("shop", { hear }) };
}
const canonical = bindingOf({ maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: defineQueue("orders-failed") }, {});
const direct = { variant: "direct" } as const;
const endless = { maxAttempts: 200, maxAge: "24h", deadLetter: "discard" } as const;
const canonicalDirect = bindingOf(endless, direct, ["order.placed", "order.paid"]);

test("a bus over Pub/Sub: what is promised", () => {
  expect(allSaid(busPlan.assess(canonical))).toEqual({
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
test("a bus over Pub/Sub: what is rendered", () => {
  expect(busPlan.render(canonical)).toEqual({
    maker: "bus",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.events_bus": { name: "shop-${var.stage}-events-bus", labels: { isobar_app: "shop", isobar_bus: "events" } },
      "google_cloudfunctions2_function.hear": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.hear_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-hear\"), 0, 20)}", display_name: "shop-${var.stage}-hear, push" },
      "google_cloud_run_v2_service_iam_member.hear_pusher": { name: "${google_cloudfunctions2_function.hear.name}", location: "${google_cloudfunctions2_function.hear.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.hear_pusher.email}" },
      "google_service_account_iam_member.hear_pusher": { service_account_id: "${google_service_account.hear_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.hear": { name: "shop-${var.stage}-hear", topic: "${google_pubsub_topic.events_bus.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.hear.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.hear_pusher.email}", audience: "${google_cloudfunctions2_function.hear.service_config[0].uri}" } }, ack_deadline_seconds: 12, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.orders_failed_queue.id}", max_delivery_attempts: 5 }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-hear\"", depends_on: ["google_cloud_run_v2_service_iam_member.hear_pusher", "google_service_account_iam_member.hear_pusher"] },
      "google_pubsub_topic_iam_member.orders_failed_queue_agent": { topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription_iam_member.hear_agent": { subscription: "${google_pubsub_subscription.hear.id}", role: "roles/pubsub.subscriber", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(busPlan.render(canonical))).toEqual([]);
});
test("a bus through a channel: what is promised", () => {
  expect(allSaid(busPlan.assess(canonicalDirect))).toEqual({
    attempts: "exact; 24 hours hold some 149 tries: the count is never used up",
    backoff: "exact; the wait is Eventarc's own: 10 s, doubling to 600 s",
    retryAfter: "exact",
    maxAge: "exact; 24 hours are Eventarc's own",
    deadLetter: "exact; what is given up is dropped",
    order: "exact",
    batch: "exact; one event is posted at a time: the size of a batch is a ceiling",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 2]",
    saturation: "exact; tries are not counted",
    identity: "exact; the event's own id, at every try",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
  });
});
test("a bus through a channel: what is rendered", () => {
  expect(busPlan.render(canonicalDirect)).toEqual({
    maker: "busDirect",
    resources: {
      "google_eventarc_channel.events_bus": { name: "shop-${var.stage}-events", location: "${var.region}" },
      "google_cloudfunctions2_function.hear": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi" } },
      "google_service_account.hear_events": { account_id: "events-${substr(sha1(\"shop-${var.stage}-hear\"), 0, 20)}", display_name: "shop-${var.stage}-hear, events" },
      "google_cloud_run_v2_service_iam_member.hear_events": { name: "${google_cloudfunctions2_function.hear.name}", location: "${google_cloudfunctions2_function.hear.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.hear_events.email}" },
      "google_project_iam_member.hear_events": { project: "${data.google_project.this.project_id}", role: "roles/eventarc.eventReceiver", member: "serviceAccount:${google_service_account.hear_events.email}" },
      "google_eventarc_trigger.hear_1": { name: "shop-${var.stage}-hear-1", location: "${var.region}", channel: "${google_eventarc_channel.events_bus.id}", matching_criteria: [{ attribute: "type", value: "order.placed" }], destination: { cloud_run_service: { service: "${google_cloudfunctions2_function.hear.name}", region: "${var.region}" } }, service_account: "${google_service_account.hear_events.email}", depends_on: ["google_project_iam_member.hear_events"] },
      "google_eventarc_trigger.hear_2": { name: "shop-${var.stage}-hear-2", location: "${var.region}", channel: "${google_eventarc_channel.events_bus.id}", matching_criteria: [{ attribute: "type", value: "order.paid" }], destination: { cloud_run_service: { service: "${google_cloudfunctions2_function.hear.name}", region: "${var.region}" } }, service_account: "${google_service_account.hear_events.email}", depends_on: ["google_project_iam_member.hear_events"] },
    },
    grants: [],
  });
  expect(faultsOf(busPlan.render(canonicalDirect))).toEqual([]);
});

test("a trigger of a channel has no count, not even one", () => {
  expect(allSaid(busPlan.assess(bindingOf({ maxAttempts: 1, deadLetter: "discard" }, direct, ["order.placed"]))).attempts).toBe('unsupported: a trigger of a channel tries again for 24 hours | the variant "pubsub"');
  expect(allSaid(busPlan.assess(bindingOf({ maxAttempts: 5, deadLetter: "discard" }, direct, ["order.placed"]))).attempts).toBe('unsupported: Eventarc tries once, or for 24 hours without a count | the variant "pubsub"');
});
test("and hears of the types that are named alone", () => {
  expect(allSaid(busPlan.assess(bindingOf(endless, direct))).attempts).toBe('unsupported: a trigger hears of one type of event, and no types are named: none would arrive | detailTypes, or the variant "pubsub"');
});
