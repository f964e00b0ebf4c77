import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, queue, type DeliveryPolicy, type Queue } from "@isobar/core";
import { faultsOf } from "../../deploy/faults.ts";
import { allSaid } from "../../testing/said.ts";
import { queuePlan, type QueueSettings } from "./plan.ts";

const failed = defineQueue("orders-failed");
const promised: DeliveryPolicy = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed };
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly from?: Queue;
  readonly settings?: QueueSettings;
  readonly timeout?: "1s" | "589s" | "590s";
  readonly batch?: number;
}
function bindingOf({ delivery, from = defineQueue("orders"), settings = {}, timeout = "1s", batch }: Case = {}) {
  const charge = queue(from, { delivery: { ...promised, ...delivery }, timeout, ...(batch === undefined ? {} : { batch: { maxSize: batch } }) }, () => {});
  return { name: "charge", fn: charge, settings, app: defineApp("shop", { charge }) };
}
const canonical = bindingOf();
const saidOf = (given: Case) => allSaid(queuePlan.assess(bindingOf(given)));
const subscriptionOf = (given: Case) => queuePlan.render(bindingOf(given)).resources["google_pubsub_subscription.charge"] as Readonly<Record<string, unknown>>;

test("a queue: what is promised", () => {
  expect(allSaid(queuePlan.assess(canonical))).toEqual({
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
test("a queue: what is rendered", () => {
  expect(queuePlan.render(canonical)).toEqual({
    maker: "queue",
    resources: {
      "google_pubsub_topic.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed" } },
      "google_pubsub_subscription.orders_failed_queue": { name: "shop-${var.stage}-orders-failed-queue", topic: "${google_pubsub_topic.orders_failed_queue.id}", ack_deadline_seconds: 60, message_retention_duration: "2678400s", expiration_policy: { ttl: "" }, enable_message_ordering: false, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-orders-failed-queue\" OR attributes:CloudPubSubDeadLetterSourceSubscription" },
      "google_pubsub_topic.orders_queue": { name: "shop-${var.stage}-orders-queue", labels: { isobar_app: "shop", isobar_queue: "orders", isobar_consumed: "true" } },
      "google_cloudfunctions2_function.charge": { service_config: { timeout_seconds: 2, min_instance_count: 0, max_instance_count: 100, max_instance_request_concurrency: 10, available_cpu: "1", available_memory: "512Mi", environment_variables: { ISOBAR_QUEUE_ORDERS_FAILED: "${google_pubsub_topic.orders_failed_queue.id}" } } },
      "google_service_account.charge_pusher": { account_id: "push-${substr(sha1(\"shop-${var.stage}-charge\"), 0, 20)}", display_name: "shop-${var.stage}-charge, push" },
      "google_cloud_run_v2_service_iam_member.charge_pusher": { name: "${google_cloudfunctions2_function.charge.name}", location: "${google_cloudfunctions2_function.charge.location}", role: "roles/run.invoker", member: "serviceAccount:${google_service_account.charge_pusher.email}" },
      "google_service_account_iam_member.charge_pusher": { service_account_id: "${google_service_account.charge_pusher.name}", role: "roles/iam.serviceAccountTokenCreator", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription.charge": { name: "shop-${var.stage}-charge", topic: "${google_pubsub_topic.orders_queue.id}", push_config: { push_endpoint: "${google_cloudfunctions2_function.charge.service_config[0].uri}", oidc_token: { service_account_email: "${google_service_account.charge_pusher.email}", audience: "${google_cloudfunctions2_function.charge.service_config[0].uri}" } }, ack_deadline_seconds: 12, message_retention_duration: "2678400s", retry_policy: { minimum_backoff: "10s", maximum_backoff: "600s" }, dead_letter_policy: { dead_letter_topic: "${google_pubsub_topic.orders_failed_queue.id}", max_delivery_attempts: 5 }, enable_message_ordering: false, expiration_policy: { ttl: "" }, filter: "NOT attributes:isobar_to OR attributes.isobar_to=\"shop-${var.stage}-charge\" OR attributes:CloudPubSubDeadLetterSourceSubscription", depends_on: ["google_cloud_run_v2_service_iam_member.charge_pusher", "google_service_account_iam_member.charge_pusher"] },
      "google_pubsub_topic_iam_member.orders_failed_queue_agent": { topic: "${google_pubsub_topic.orders_failed_queue.id}", role: "roles/pubsub.publisher", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
      "google_pubsub_subscription_iam_member.charge_agent": { subscription: "${google_pubsub_subscription.charge.id}", role: "roles/pubsub.subscriber", member: "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com" },
    },
    grants: [{ actions: ["roles/pubsub.publisher"], on: "google_pubsub_topic.orders_failed_queue", for: "dead letters" }],
  });
  expect(faultsOf(queuePlan.render(canonical))).toEqual([]);
});

describe("attempts", () => {
  test.each<[number, number, string]>([
    [1, 5, "emulated [google_pubsub_subscription dead_letter_policy.max_delivery_attempts: 5]: the run time counts by deliveryAttempt; a dead-letter policy counts 5 at the least, and is the backstop | a crash on the last attempt, or a dead letter that could not be written, brings one push more, which is not run"],
    [4, 5, "emulated [google_pubsub_subscription dead_letter_policy.max_delivery_attempts: 5]: the run time counts by deliveryAttempt; a dead-letter policy counts 5 at the least, and is the backstop | a crash on the last attempt, or a dead letter that could not be written, brings one push more, which is not run"],
    [100, 100, "exact [google_pubsub_subscription dead_letter_policy.max_delivery_attempts: 100]; Pub/Sub calls its count best effort: a push too many becomes a dead letter without being run"],
    [101, 100, "unsupported: a dead-letter policy counts up to 100 | maxAttempts: 100"],
  ])("%i", (maxAttempts, rendered, verdict) => {
    const given = { delivery: { maxAttempts, backoff: "10s" } } as const;
    expect([saidOf(given).attempts, (subscriptionOf(given).dead_letter_policy as { readonly max_delivery_attempts: number }).max_delivery_attempts]).toEqual([verdict, rendered]);
  });
});

describe("waits", () => {
  const by = (min: string, max: string) => `[google_pubsub_subscription retry_policy.minimum_backoff: ${min}, google_pubsub_subscription retry_policy.maximum_backoff: ${max}]`;
  test.each<[string, DeliveryPolicy["backoff"], string, string, string]>([
    ["none that is asked for", undefined, "10s", "600s", `exact ${by("10s", "600s")}; the wait is Pub/Sub's own, from 10 s up to 600 s`],
    ["one length", "30s", "30s", "30s", `exact ${by("30s", "30s")}; the wait runs from the answer, by best effort; it is not documented how exactly`],
    ["a fraction of a second", "1500ms", "1.5s", "1.5s", `exact ${by("1.5s", "1.5s")}; the wait runs from the answer, by best effort; it is not documented how exactly, nor whether fractions of a second are kept`],
    ["nothing", "0s", "0s", "0s", `exact ${by("0s", "0s")}; the wait runs from the answer, by best effort; it is not documented how exactly`],
    ["a range that these attempts do not come to the end of", { min: "10s", max: "1h" }, "10s", "600s", `exact ${by("10s", "600s")}; the wait runs from the answer, by best effort; by which factor it grows is not documented, two is taken`],
    ["a range that they do", { min: "5m", max: "1h" }, "300s", "600s", `approximated ${by("300s", "600s")}: Pub/Sub waits 600 s at most | backoff.max: "10m", or fewer attempts`],
    ["ten minutes", "10m", "600s", "600s", `exact ${by("600s", "600s")}; the wait runs from the answer, by best effort; it is not documented how exactly`],
    ["more than ten minutes", "11m", "600s", "600s", `approximated ${by("600s", "600s")}: Pub/Sub waits 600 s at most | backoff: "10m"`],
  ])("of %s", (_, backoff, minimum_backoff, maximum_backoff, verdict) => {
    const given = { delivery: { backoff } as Partial<DeliveryPolicy> };
    expect([saidOf(given).backoff, subscriptionOf(given).retry_policy]).toEqual([verdict, { minimum_backoff, maximum_backoff }]);
  });
  test("are as many as there are attempts, less one", () => {
    const verdictOf = (maxAttempts: number, backoff: DeliveryPolicy["backoff"]) => queuePlan.assess(bindingOf({ delivery: { maxAttempts, backoff } as Partial<DeliveryPolicy> })).backoff.verdict;
    expect([verdictOf(1, "11m"), verdictOf(2, { min: "6m", max: "1h" }), verdictOf(3, { min: "6m", max: "1h" })]).toEqual(["exact", "exact", "approximated"]);
  });
  test("of a message's own are the policy's", () => {
    expect(saidOf({ delivery: { retryAfter: { max: "1h" } } }).retryAfter).toBe(`approximated ${by("10s", "600s")}: a push subscription holds no single message back: the wait is the policy's own | a backoff of that length`);
  });
});

test("age is looked at by the run time, up to what a subscription keeps", () => {
  expect([saidOf({ delivery: { maxAge: "31d" } }).maxAge, saidOf({ delivery: { maxAge: "32d" } }).maxAge]).toEqual([
    "emulated [google_pubsub_subscription message_retention_duration: 2678400s]: the run time looks at publishTime before each attempt, and before a wait that would pass it | what waits in the subscription is looked at when it is pushed, not before",
    'unsupported: Pub/Sub keeps a message for 31 days | maxAge: "31d"',
  ]);
});

describe("dead letters", () => {
  test("that are discarded end in a topic that nobody subscribes to", () => {
    const { resources, grants } = queuePlan.render(bindingOf({ delivery: { deadLetter: "discard" } }));
    expect(saidOf({ delivery: { deadLetter: "discard" } }).deadLetter).toBe("emulated [google_pubsub_subscription dead_letter_policy.max_delivery_attempts: 5]: the run time acknowledges what is given up; the subscription's own dead-letter policy ends in a topic that nobody subscribes to | what never reaches the run time is dropped by Pub/Sub, after 5 pushes");
    expect([resources["google_pubsub_topic.charge_discarded"], (resources["google_pubsub_subscription.charge"] as { dead_letter_policy: object }).dead_letter_policy, Object.keys(resources).filter((key) => key.includes("failed")), grants]).toEqual([{ name: "shop-${var.stage}-charge-discarded", labels: { isobar_app: "shop", isobar_own: "discarded" } }, { dead_letter_topic: "${google_pubsub_topic.charge_discarded.id}", max_delivery_attempts: 5 }, [], []]);
  });
  test("that a function of the app consumes have no second subscription", () => {
    const { fn } = canonical;
    const again = queue(failed, { delivery: { maxAttempts: 5, deadLetter: "discard" } }, () => {});
    const { resources } = queuePlan.render({ ...canonical, app: defineApp("shop", { charge: fn, again }) });
    expect([resources["google_pubsub_topic.orders_failed_queue"], Object.keys(resources).filter((key) => key.startsWith("google_pubsub_subscription."))]).toEqual([{ name: "shop-${var.stage}-orders-failed-queue", labels: { isobar_app: "shop", isobar_queue: "orders-failed", isobar_consumed: "true" } }, ["google_pubsub_subscription.charge"]]);
    expect(faultsOf({ maker: "queue", resources, grants: [] })).toEqual([]);
  });
  test("of an ordered queue keep their order while nobody takes them", () => {
    const { resources } = queuePlan.render(bindingOf({ delivery: { deadLetter: defineQueue("orders-failed", { order: "by-key" }) } }));
    expect((resources["google_pubsub_subscription.orders_failed_queue"] as { enable_message_ordering: boolean }).enable_message_ordering).toBe(true);
  });
});

test("order by key is Pub/Sub's", () => {
  const given = { from: defineQueue("orders", { order: "by-key" }) };
  expect([saidOf(given).order, subscriptionOf(given).enable_message_ordering]).toEqual(["exact [google_pubsub_subscription enable_message_ordering: true]; one message of a key is under way at a time, and one that comes again brings every later one of its key again; what Pub/Sub itself moves to the dead letter lets the key go on", true]);
});
test("a batch is a ceiling: one message comes with each push", () => {
  expect(saidOf({ batch: 10 }).batch).toBe("exact; a push carries one message: the size of a batch is a ceiling");
});

describe("the time for a delivery", () => {
  test.each<[Case, string]>([
    [{ timeout: "589s" }, "exact [google_cloudfunctions2_function service_config.timeout_seconds: 590, google_pubsub_subscription ack_deadline_seconds: 600]"],
    [{ timeout: "590s" }, 'unsupported: Pub/Sub waits 600 s for the answer to a push, and this function may take 591 s | timeout: "589s"'],
    [{ settings: { ackDeadlineSeconds: 30 } }, "exact [google_cloudfunctions2_function service_config.timeout_seconds: 2, google_pubsub_subscription ack_deadline_seconds: 30]"],
    [{ settings: { ackDeadlineSeconds: 9 } }, "unsupported: an acknowledgement deadline is 10 to 600 s | ackDeadlineSeconds: 12"],
    [{ settings: { ackDeadlineSeconds: 601 } }, "unsupported: an acknowledgement deadline is 10 to 600 s | ackDeadlineSeconds: 12"],
    [{ timeout: "589s", settings: { ackDeadlineSeconds: 60 } }, "unsupported: the acknowledgement deadline set here, 60 s, ends before the function's 590 s: Pub/Sub would push the message a second time meanwhile | ackDeadlineSeconds: 600"],
  ])("%j", (given, verdict) => expect(saidOf(given).timeout).toBe(verdict));
});

describe("being turned away", () => {
  const by = (instances: number, concurrency: number, cpu: number) => `[google_cloudfunctions2_function service_config.max_instance_count: ${instances}, google_cloudfunctions2_function service_config.max_instance_request_concurrency: ${concurrency}, google_cloudfunctions2_function service_config.available_cpu: ${cpu}]`;
  test("with short waits spends attempts before there is an instance, which is said", () => {
    expect(saidOf({ delivery: { backoff: "1s" } }).saturation).toBe(`emulated ${by(100, 10, 1)}: the function takes 1000 requests at a time | when all are busy a push is answered 429, which counts as an attempt: with waits of less than 10 s attempts are spent before an instance has started`);
  });
  test("takes ten requests at a time to be kept away", () => {
    expect(queuePlan.assess(bindingOf({ settings: { maxInstanceCount: 2, maxInstanceRequestConcurrency: 5 } })).saturation.verdict).toBe("emulated");
  });
  const nearest = "maxInstanceCount times maxInstanceRequestConcurrency of 10 or more, with availableCpu: 1 or more";
  test.each<[QueueSettings, string]>([
    [{ maxInstanceCount: 3, maxInstanceRequestConcurrency: 3 }, `approximated ${by(3, 3, 1)}: a push that finds no instance free is answered 429, which counts as an attempt, and 9 at a time fill every instance there may be | ${nearest}`],
    [{ availableCpu: 0.5 }, `approximated ${by(100, 1, 0.5)}: a push that finds no instance free is answered 429, which counts as an attempt, and 100 at a time fill every instance there may be | ${nearest}`],
    [{ availableCpu: 0.5, maxInstanceRequestConcurrency: 10 }, "unsupported: an instance of less than one vCPU works on one request at a time | availableCpu: 1"],
    [{ maxInstanceRequestConcurrency: 1001 }, "unsupported: an instance works on 1 to 1,000 requests at a time | maxInstanceRequestConcurrency: 1000"],
    [{ maxInstanceRequestConcurrency: 0 }, "unsupported: an instance works on 1 to 1,000 requests at a time | maxInstanceRequestConcurrency: 1"],
    [{ maxInstanceCount: 0 }, "unsupported: a function without instances runs nothing | maxInstanceCount: 1"],
  ])("%j", (settings, verdict) => expect(saidOf({ settings }).saturation).toBe(verdict));
});

test.each(["unwrapped", "cloudevent", "background"] as const)("the variant %s is decoded and not deployed", (variant) => {
  const binding = bindingOf({ settings: { variant } as never });
  const makers = { unwrapped: "queueUnwrapped", cloudevent: "queueCloudevent", background: "queueBackground" };
  expect([queuePlan.variant({ variant } as never), queuePlan.render(binding)]).toEqual([variant, { maker: makers[variant], resources: {}, grants: [] }]);
  expect(Object.values(queuePlan.assess(binding)).map(({ verdict }) => verdict)).toEqual(Array(11).fill("unsupported"));
  expect(queuePlan.assess(binding).attempts).toMatchObject({ nearest: 'the variant "pubsub-push"' });
});
