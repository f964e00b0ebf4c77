import { describe, expect, test } from "vitest";
import { defineApp, defineBucket, defineQueue, storage, type DeliveryPolicy, type StorageOptions } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { storagePlan, type StorageSettings } from "./plan.ts";

const uploads = defineBucket("uploads");
const promised: DeliveryPolicy = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: defineQueue("orders-failed") };
const once: DeliveryPolicy = { maxAttempts: 1, deadLetter: "discard" };
function bindingOf(options: Partial<StorageOptions> = {}, settings: StorageSettings = {}, delivery = promised) {
  const thumb = storage(uploads, { delivery, timeout: "1s", ...options }, () => {});
  return { name: "thumb", fn: thumb, settings, app: defineApp("shop", { thumb }) };
}
const canonical = bindingOf({ prefix: "in/" });
const direct = { variant: "direct" } as const;
const canonicalDirect = bindingOf({}, direct, once);
const saidOf = (...given: Parameters<typeof bindingOf>) => allSaid(storagePlan.assess(bindingOf(...given)));
const resourcesOf = (...given: Parameters<typeof bindingOf>) => storagePlan.render(bindingOf(...given)).resources as Readonly<Record<string, Readonly<Record<string, unknown>>>>;

test("a bucket over Pub/Sub: what is promised", () => {
  expect(allSaid(storagePlan.assess(canonical))).toEqual({
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
    filter: "exact [google_pubsub_subscription filter: attributes.eventType=\"OBJECT_FINALIZE\" AND hasPrefix(attributes.objectId,\"in/\")]; a filter cannot be changed: another one is another subscription, and what waits in this one is lost",
  });
});
test("a bucket over Pub/Sub: what is rendered", () => {
  expect(storagePlan.render(canonical)).toEqual({
    maker: "storage",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.uploads_bucket": { name: "shop-${var.stage}-uploads-bucket", labels: { isobar_app: "shop", isobar_bucket: "uploads" } },
      "google_storage_bucket.uploads_bucket": { name: "${data.google_project.this.number}-shop-${var.stage}-uploads", location: "${var.region}", uniform_bucket_level_access: true, public_access_prevention: "enforced" },
      "google_pubsub_topic_iam_member.uploads_bucket": { topic: "${google_pubsub_topic.uploads_bucket.id}", role: "roles/pubsub.publisher", member: "serviceAccount:${data.google_storage_project_service_account.this.email_address}" },
      "google_storage_notification.uploads_bucket": { bucket: "${google_storage_bucket.uploads_bucket.name}", topic: "${google_pubsub_topic.uploads_bucket.id}", payload_format: "JSON_API_V1", event_types: ["OBJECT_FINALIZE"], depends_on: ["google_pubsub_topic_iam_member.uploads_bucket"] },
      "google_cloudfunctions2_function.thumb": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.thumb_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-thumb\"), 0, 20)}", display_name: "shop-${var.stage}-thumb, push" },
      "google_cloud_run_v2_service_iam_member.thumb_pusher": { name: "${google_cloudfunctions2_function.thumb.name}", location: "${google_cloudfunctions2_function.thumb.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.thumb_pusher.email}" },
      "google_service_account_iam_member.thumb_pusher": { service_account_id: "${google_service_account.thumb_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.thumb": { name: "shop-${var.stage}-thumb", topic: "${google_pubsub_topic.uploads_bucket.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.thumb.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.thumb_pusher.email}", audience: "${google_cloudfunctions2_function.thumb.service_config[0].uri}" } }, ack_deadline_seconds: 12, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.orders_failed_queue.id}", max_delivery_attempts: 5 }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "(NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-thumb\") AND attributes.eventType=\"OBJECT_FINALIZE\" AND hasPrefix(attributes.objectId,\"in/\")", depends_on: ["google_cloud_run_v2_service_iam_member.thumb_pusher", "google_service_account_iam_member.thumb_pusher"] },
      "google_pubsub_topic_iam_member.orders_failed_queue_agent": { topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription_iam_member.thumb_agent": { subscription: "${google_pubsub_subscription.thumb.id}", role: "roles/pubsub.subscriber", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(storagePlan.render(canonical))).toEqual([]);
});
test("a bucket through Eventarc: what is promised", () => {
  expect(allSaid(storagePlan.assess(canonicalDirect))).toEqual({
    attempts: "exact [google_cloudfunctions2_function event_trigger.retry_policy: RETRY_POLICY_DO_NOT_RETRY]; what is not tried again is dropped",
    backoff: "exact",
    retryAfter: "exact",
    maxAge: "exact; Eventarc drops what is older than 24 hours",
    deadLetter: "exact; what is given up is dropped",
    order: "exact",
    batch: "exact; one event is posted at a time: the size of a batch is a ceiling",
    timeout: "exact [google_cloudfunctions2_function service_config.timeout_seconds: 2]",
    saturation: "emulated [google_cloudfunctions2_function service_config.max_instance_count: 100, google_cloudfunctions2_function service_config.max_instance_request_concurrency: 10, google_cloudfunctions2_function service_config.available_cpu: 1]: the function takes 1000 requests at a time | when all are busy an event is answered 429, which counts as an attempt",
    identity: "exact; the event's own id, at every try",
    isolation: "exact; a Cloud Run function of its own, with its own service account",
    filter: "exact [google_cloudfunctions2_function event_trigger.event_type: google.cloud.storage.object.v1.finalized]",
  });
});
test("a bucket through Eventarc: what is rendered", () => {
  expect(storagePlan.render(canonicalDirect)).toEqual({
    maker: "storageDirect",
    resources: {
      "google_storage_bucket.uploads_bucket": { name: "${data.google_project.this.number}-shop-${var.stage}-uploads", location: "${var.region}", uniform_bucket_level_access: true, public_access_prevention: "enforced" },
      "google_project_iam_member.storage_agent_publisher": { project: "${data.google_project.this.project_id}", role: "roles/pubsub.publisher", member: "serviceAccount:${data.google_storage_project_service_account.this.email_address}" },
      "google_cloudfunctions2_function.thumb": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi" }, event_trigger: { event_type: "google.cloud.storage.object.v1.finalized", trigger_region: "${var.region}", retry_policy: "RETRY_POLICY_DO_NOT_RETRY", service_account_email: "${google_service_account.thumb_events.email}", event_filters: [{ attribute: "bucket", value: "${google_storage_bucket.uploads_bucket.name}" }] }, depends_on: ["google_project_iam_member.storage_agent_publisher", "google_project_iam_member.thumb_events"] },
      "google_service_account.thumb_events": { account_id: "events-${substr(sha1(\"shop-${var.stage}-thumb\"), 0, 20)}", display_name: "shop-${var.stage}-thumb, events" },
      "google_cloud_run_v2_service_iam_member.thumb_events": { name: "${google_cloudfunctions2_function.thumb.name}", location: "${google_cloudfunctions2_function.thumb.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.thumb_events.email}" },
      "google_project_iam_member.thumb_events": { project: "${data.google_project.this.project_id}", role: "roles/eventarc.eventReceiver", member: "serviceAccount:${google_service_account.thumb_events.email}" },
    },
    grants: [],
  });
  expect(faultsOf(storagePlan.render(canonicalDirect))).toEqual([]);
});

describe("what is filtered", () => {
  const own = '(NOT attributes:isobar_to OR attributes.isobar_to="shop-${var.stage}-thumb")';
  const bare = 'NOT attributes:isobar_to OR attributes.isobar_to="shop-${var.stage}-thumb"';
  const filterIn = (options: Partial<StorageOptions>) => [storagePlan.assess(bindingOf(options)).filter.verdict, resourcesOf(options)["google_pubsub_subscription.thumb"]!.filter];
  test.each<[string, Partial<StorageOptions>, string, string]>([
    ["one event", {}, "exact", `${own} AND attributes.eventType="OBJECT_FINALIZE"`],
    ["two events", { on: ["deleted", "created"] }, "exact", `${own} AND (attributes.eventType="OBJECT_DELETE" OR attributes.eventType="OBJECT_FINALIZE")`],
    ["every event", { on: ["created", "deleted", "updated", "archived"] }, "exact", bare],
    ["what is told, beside what never is", { on: ["created", "restored"] }, "exact", `${own} AND attributes.eventType="OBJECT_FINALIZE"`],
    ["what has no name yet", { on: ["other"], prefix: "in/" }, "exact", `${own} AND hasPrefix(attributes.objectId,"in/")`],
    ["the end of a name is looked at by the run time", { suffix: ".png" }, "emulated", `${own} AND attributes.eventType="OBJECT_FINALIZE"`],
    ["a name that the filter cannot spell too", { prefix: 'a"b' }, "emulated", `${own} AND attributes.eventType="OBJECT_FINALIZE"`],
    ["and one that is too long for it", { prefix: "x".repeat(120) }, "emulated", `${own} AND attributes.eventType="OBJECT_FINALIZE"`],
  ])("%s", (_, options, verdict, filter) => expect(filterIn(options)).toEqual([verdict, filter]));
  test("what Cloud Storage never tells of is refused", () => {
    expect(saidOf({ on: ["restored"] }).filter).toBe('unsupported: Cloud Storage has no event of restored objects: it tells of them as created | on: ["created"]');
    expect(saidOf({ on: ["restored"] }, direct, once).filter).toBe('unsupported: Cloud Storage has no event of restored objects: it tells of them as created | on: ["created"]');
  });
  test("an event trigger hears of one type", () => {
    expect(saidOf({ on: ["created", "deleted"] }, direct, once).filter).toBe('unsupported: a function\'s event trigger hears of one type of event | `on` with one of "created", "deleted", "updated", "archived", or the variant "gcs-pubsub"');
    expect(saidOf({ on: ["deleted"] }, direct, once).filter).toBe("exact [google_cloudfunctions2_function event_trigger.event_type: google.cloud.storage.object.v1.deleted]; an overwritten object is deleted too");
    expect(saidOf({ prefix: "in/" }, direct, once).filter).toBe("emulated [google_cloudfunctions2_function event_trigger.event_type: google.cloud.storage.object.v1.finalized]: the run time looks at the object's name | what else arrives is acknowledged without running the function");
  });
});

describe("the bucket", () => {
  test("has a name of 63 characters at most, whatever it is called", () => {
    const far = storage(defineBucket(`uploads-${"of-all-the-world-".repeat(3)}x`), { delivery: promised }, () => {});
    const { resources } = storagePlan.render({ ...canonical, fn: far, app: defineApp("shop", { thumb: far }) });
    const [name] = Object.entries(resources).flatMap(([key, each]) => (key.startsWith("google_storage_bucket.") ? [(each as { readonly name: string }).name] : []));
    expect(name).toBe("${data.google_project.this.number}-shop-${var.stage}-uploads-of-all-the-wor-ddbc321b");
  });
  test("has one notification, of all that its consumers want", () => {
    const { fn } = canonical;
    const gone = storage(uploads, { delivery: promised, on: ["deleted"] }, () => {});
    const { resources } = storagePlan.render({ ...canonical, app: defineApp("shop", { thumb: fn, gone }) });
    expect((resources["google_storage_notification.uploads_bucket"] as { event_types: readonly string[] }).event_types).toEqual(["OBJECT_DELETE", "OBJECT_FINALIZE"]);
    expect("event_types" in resourcesOf({ on: ["other"] })["google_storage_notification.uploads_bucket"]!).toBe(false);
  });
});

describe("through Eventarc", () => {
  const endless = { maxAttempts: 149, maxAge: "24h", deadLetter: "discard" } as const;
  test.each<[string, DeliveryPolicy, keyof ReturnType<typeof saidOf>, string]>([
    ["more than one attempt", { ...once, maxAttempts: 2 }, "attempts", 'unsupported: Eventarc tries once, or for 24 hours without a count | maxAttempts: 1, or the variant "gcs-pubsub"'],
    ["attempts without end", { ...once, maxAttempts: 149 }, "attempts", 'unsupported: Eventarc drops an event after 24 hours, however often it was tried | maxAge: "24h", or the variant "gcs-pubsub"'],
    ["attempts for 24 hours", endless, "attempts", "exact [google_cloudfunctions2_function event_trigger.retry_policy: RETRY_POLICY_RETRY]; 24 hours hold some 149 tries: the count is never used up"],
    ["its own age", endless, "maxAge", "exact [google_cloudfunctions2_function event_trigger.retry_policy: RETRY_POLICY_RETRY]; 24 hours are Eventarc's own"],
    ["another age", { ...once, maxAge: "1h" }, "maxAge", 'unsupported: Eventarc does not tell when an event was enqueued, and keeps it for 24 hours | the variant "gcs-pubsub"'],
    ["its own waits", endless, "backoff", "exact; the wait is Eventarc's own: 10 s, doubling to 600 s"],
    ["other waits", { ...endless, backoff: "1m" }, "backoff", 'approximated: Eventarc waits by a curve of its own: 10 s, doubling to 600 s | the variant "gcs-pubsub"'],
    ["waits that never are", { ...once, backoff: "1m" }, "backoff", "exact; there is one attempt, and nothing to wait for"],
    ["waits of the handler's own", { ...endless, retryAfter: { max: "1m" } }, "retryAfter", 'approximated: Eventarc waits by a curve of its own: 10 s, doubling to 600 s | the variant "gcs-pubsub"'],
    ["a dead letter", { ...once, deadLetter: defineQueue("orders-failed") }, "deadLetter", 'unsupported: Eventarc\'s subscription has no dead letter of ours, and does not tell which attempt is the last | the variant "gcs-pubsub", or deadLetter: "discard"'],
    ["being turned away", endless, "saturation", "exact; tries are not counted"],
  ])("%s", (_, delivery, capability, verdict) => expect(saidOf({}, direct, delivery)[capability]).toBe(verdict));
  test("a function with an event trigger has 540 s", () => {
    expect([saidOf({ timeout: "539s" }, direct, once).timeout, saidOf({ timeout: "540s" }, direct, once).timeout]).toEqual(["exact [google_cloudfunctions2_function service_config.timeout_seconds: 540]", 'unsupported: a function with an event trigger ends after 540 s | timeout: "539s"']);
  });
  test("what is tried again is said to the trigger", () => {
    expect((resourcesOf({}, direct, endless)["google_cloudfunctions2_function.thumb"]!.event_trigger as { retry_policy: string }).retry_policy).toBe("RETRY_POLICY_RETRY");
  });
});

test("the first generation's events are decoded and not deployed", () => {
  const binding = bindingOf({}, { variant: "background" } as never);
  expect([storagePlan.render(binding), storagePlan.assess(binding).filter]).toEqual([{ maker: "storageBackground", resources: {}, grants: [] }, { verdict: "unsupported", why: "functions of the first generation; Isobar deploys Cloud Run functions", nearest: 'the variant "gcs-pubsub"' }]);
});
