import { expect, test } from "vitest";
import { changes, defineApp, defineQueue, defineTable, type DeliveryPolicy } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { changesPlan, type ChangesSettings } from "./plan.ts";

function bindingOf(delivery: DeliveryPolicy, settings: ChangesSettings) {
  const index = changes(defineTable("users"), { delivery, timeout: "1s" }, () => {});
  return { name: "index", fn: index, settings, app: defineApp("shop", { index }) };
}
const canonical = bindingOf({ maxAttempts: 3, backoff: "1s", deadLetter: defineQueue("orders-failed") }, {});
const canonicalDirect = bindingOf({ maxAttempts: 1, deadLetter: "discard" }, { variant: "direct" });

test("changes over Pub/Sub: what is promised", () => {
  expect(allSaid(changesPlan.assess(canonical))).toEqual({
    batch: "exact; a push carries one message: the size of a batch is a ceiling",
    identity: "emulated: the attribute isobar carries the id into the dead letter and back | what Pub/Sub moved itself, and was published again without that attribute, has a new id",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    attempts: "emulated [google_cloudfunctions2_function service_config.timeout_seconds: 7]: attempts are made inside one push, and counted there | a crash of the instance makes the count begin again",
    backoff: "emulated [google_pubsub_subscription retry_policy.minimum_backoff: 10s, google_pubsub_subscription retry_policy.maximum_backoff: 600s]: the run time waits inside the push | after a crash the wait is Pub/Sub's own, from 10 s up to 600 s",
    retryAfter: "exact",
    maxAge: "exact; Pub/Sub itself drops what is older than 31 days",
    deadLetter: "emulated [google_pubsub_subscription (orders-failed) message_retention_duration: 2678400s]: the run time publishes the letter before it acknowledges, and the key goes on | a crash between letter and acknowledgement leaves a second letter; while a letter cannot be written the event is pushed again, and its attempts are counted from 1; what never reaches the run time is pushed again for 31 days",
    order: "approximated: Eventarc hands changes over in any order, also those of one document, and drops what it could not hand over in 24 hours | `time` of the change, by which the function may pass over what is older than what it has seen",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 7, google_pubsub_subscription ack_deadline_seconds: 17]",
    saturation: "exact; attempts are counted where they are made: a push that is turned away is pushed again",
    images: "exact; an event has the document before and after",
  });
});
test("changes over Pub/Sub: what is rendered", () => {
  expect(changesPlan.render(canonical)).toEqual({
    maker: "changes",
    keeping: "inside",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.index_relay": { name: "shop-${var.stage}-index-relay", labels: { isobar_app: "shop", isobar_own: "relay" } },
      "google_service_account.index_events": { account_id: "events-${substr(sha1(\"shop-${var.stage}-index\"), 0, 20)}", display_name: "shop-${var.stage}-index, events" },
      "google_cloud_run_v2_service_iam_member.index_events": { name: "${google_cloudfunctions2_function.index.name}", location: "${google_cloudfunctions2_function.index.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.index_events.email}" },
      "google_project_iam_member.index_events": { project: "${data.google_project.this.project_id}", role: "roles/eventarc.eventReceiver", member: "serviceAccount:${google_service_account.index_events.email}" },
      "google_eventarc_trigger.index": { name: "shop-${var.stage}-index", location: "${var.region}", matching_criteria: [{ attribute: "type", value: "google.cloud.firestore.document.v1.written" }, { attribute: "database", value: "(default)" }, { attribute: "document", value: "users/{document}", operator: "match-path-pattern" }], event_data_content_type: "application/protobuf", destination: { cloud_run_service: { service: "${google_cloudfunctions2_function.index.name}", region: "${var.region}", path: "/_isobar/relay" } }, service_account: "${google_service_account.index_events.email}", depends_on: ["google_project_iam_member.index_events"] },
      "google_cloudfunctions2_function.index": { service_config: { timeout_seconds: 7, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}", ISOBAR_TOPIC_ISOBAR__RELAY: "${google_pubsub_topic.index_relay.id}" } } },
      "google_service_account.index_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-index\"), 0, 20)}", display_name: "shop-${var.stage}-index, push" },
      "google_cloud_run_v2_service_iam_member.index_pusher": { name: "${google_cloudfunctions2_function.index.name}", location: "${google_cloudfunctions2_function.index.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.index_pusher.email}" },
      "google_service_account_iam_member.index_pusher": { service_account_id: "${google_service_account.index_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.index": { name: "shop-${var.stage}-index", topic: "${google_pubsub_topic.index_relay.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.index.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.index_pusher.email}", audience: "${google_cloudfunctions2_function.index.service_config[0].uri}" } }, ack_deadline_seconds: 17, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-index\"", depends_on: ["google_cloud_run_v2_service_iam_member.index_pusher", "google_service_account_iam_member.index_pusher"] },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }, { actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.index_relay", for: "the relay" }],
    writes: true,
  });
  expect(faultsOf(changesPlan.render(canonical))).toEqual([]);
});
test("changes through Eventarc: what is promised", () => {
  expect(allSaid(changesPlan.assess(canonicalDirect))).toEqual({
    attempts: "exact [google_cloudfunctions2_function event_trigger.retry_policy: RETRY_POLICY_DO_NOT_RETRY]; what is not tried again is dropped",
    backoff: "exact",
    retryAfter: "exact",
    maxAge: "exact; Eventarc drops what is older than 24 hours",
    deadLetter: "exact; what is given up is dropped",
    order: "approximated: Eventarc hands changes over in any order, also those of one document, and drops what it could not hand over in 24 hours | `time` of the change, by which the function may pass over what is older than what it has seen",
    batch: "exact; one event is posted at a time: the size of a batch is a ceiling",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 2]",
    saturation: "emulated [google_cloudfunctions2_function service_config.max_instance_count: 100, google_cloudfunctions2_function service_config.max_instance_request_concurrency: 10, google_cloudfunctions2_function service_config.available_cpu: 1]: the function takes 1000 requests at a time | when all are busy an event is answered 429, which counts as an attempt",
    identity: "exact; the event's own id, at every try",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    images: "exact; an event has the document before and after",
  });
});
test("changes through Eventarc: what is rendered", () => {
  expect(changesPlan.render(canonicalDirect)).toEqual({
    maker: "changesDirect",
    resources: {
      "google_cloudfunctions2_function.index": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi" }, event_trigger: { event_type: "google.cloud.firestore.document.v1.written", trigger_region: "${var.region}", retry_policy: "RETRY_POLICY_DO_NOT_RETRY", service_account_email: "${google_service_account.index_events.email}", event_filters: [{ attribute: "database", value: "(default)" }, { attribute: "document", value: "users/{document}", operator: "match-path-pattern" }] }, depends_on: ["google_project_iam_member.index_events"] },
      "google_service_account.index_events": { account_id: "events-${substr(sha1(\"shop-${var.stage}-index\"), 0, 20)}", display_name: "shop-${var.stage}-index, events" },
      "google_cloud_run_v2_service_iam_member.index_events": { name: "${google_cloudfunctions2_function.index.name}", location: "${google_cloudfunctions2_function.index.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.index_events.email}" },
      "google_project_iam_member.index_events": { project: "${data.google_project.this.project_id}", role: "roles/eventarc.eventReceiver", member: "serviceAccount:${google_service_account.index_events.email}" },
    },
    grants: [],
  });
  expect(faultsOf(changesPlan.render(canonicalDirect))).toEqual([]);
});

test("a database and documents that are named are what the trigger hears of", () => {
  const filters = [{ attribute: "database", value: "eu" }, { attribute: "document", value: "users/{id}/posts/{post}", operator: "match-path-pattern" }];
  const chosen = { database: "eu", documents: "users/{id}/posts/{post}" };
  const { resources } = changesPlan.render({ ...canonical, settings: chosen });
  expect((resources["google_eventarc_trigger.index"] as { matching_criteria: readonly object[] }).matching_criteria.slice(1)).toEqual(filters);
  const direct = changesPlan.render({ ...canonicalDirect, settings: { ...chosen, variant: "direct" } });
  expect((direct.resources["google_cloudfunctions2_function.index"] as { event_trigger: { event_filters: readonly object[] } }).event_trigger.event_filters).toEqual(filters);
});
test("the trigger lies where the database does", () => {
  const [relayed, direct] = [changesPlan.render({ ...canonical, settings: { databaseLocation: "eur3" } }), changesPlan.render({ ...canonicalDirect, settings: { variant: "direct", databaseLocation: "eur3" } })];
  expect([relayed.resources["google_eventarc_trigger.index"], direct.resources["google_cloudfunctions2_function.index"]]).toMatchObject([{ location: "eur3", destination: { cloud_run_service: { region: "${var.region}" } } }, { event_trigger: { trigger_region: "eur3" } }]);
});
test("what Eventarc itself cannot keep is refused, with the relay as the nearest", () => {
  const { attempts, deadLetter } = allSaid(changesPlan.assess(bindingOf({ maxAttempts: 3, deadLetter: defineQueue("orders-failed") }, { variant: "direct" })));
  expect([attempts, deadLetter]).toEqual(['unsupported: Eventarc tries once, or for 24 hours without a count | maxAttempts: 1, or the variant "eventarc-pubsub"', 'unsupported: Eventarc\'s subscription has no dead letter of ours, and does not tell which attempt is the last | the variant "eventarc-pubsub", or deadLetter: "discard"']);
});
