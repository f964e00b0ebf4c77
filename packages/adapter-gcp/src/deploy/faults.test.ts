import { describe, expect, test } from "vitest";
import { bus, changes, defineApp, defineBucket, defineBus, defineQueue, defineStream, defineTable, queue, schedule, storage, stream } from "@isobar/core";
import type { Rendered } from "@isobar/core/plan";
import { busPlan } from "../triggers/bus/plan.ts";
import { changesPlan } from "../triggers/changes/plan.ts";
import { queuePlan } from "../triggers/queue/plan.ts";
import { schedulePlan } from "../triggers/schedule/plan.ts";
import { storagePlan } from "../triggers/storage/plan.ts";
import { streamPlan } from "../triggers/stream/plan.ts";
import { faultsOf } from "./faults.ts";

const delivery = { maxAttempts: 5, deadLetter: defineQueue("orders-failed") } as const;
const direct = { variant: "direct" } as const;
const charge = queue(defineQueue("orders"), { delivery, timeout: "1s" }, () => {});
const count = stream(defineStream("clicks"), { delivery, timeout: "1s" }, () => {});
const nightly = schedule("0 6 * * *", { delivery: { maxAttempts: 3, deadLetter: "discard" }, timeout: "1s" }, () => {});
const thumb = storage(defineBucket("uploads"), { delivery: { maxAttempts: 1, deadLetter: "discard" }, timeout: "1s" }, () => {});
const queued = queuePlan.render({ name: "charge", fn: charge, settings: {}, app: defineApp("shop", { charge }) });
const streamed = streamPlan.render({ name: "count", fn: count, settings: {}, app: defineApp("shop", { count }) });
const called = schedulePlan.render({ name: "nightly", fn: nightly, settings: direct, app: defineApp("shop", { nightly }) });
const posted = storagePlan.render({ name: "thumb", fn: thumb, settings: direct, app: defineApp("shop", { thumb }) });

const subscription = "google_pubsub_subscription.charge";
const lambda = "google_cloudfunctions2_function.charge";
const job = "google_cloud_scheduler_job.nightly";
type Any = Readonly<Record<string, unknown>>;
const at = (rendered: Rendered, key: string): Any => rendered.resources[key] as Any;
/** The same path with one resource changed, or left out. */
const spoilt = (rendered: Rendered, key: string, by: object | undefined): Rendered => {
  const { [key]: own, ...others } = rendered.resources;
  return { ...rendered, resources: by === undefined ? others : { ...others, [key]: { ...own, ...by } } };
};
const block = (rendered: Rendered, key: string, name: string, by: object): Rendered => spoilt(rendered, key, { [name]: { ...(at(rendered, key)[name] as object), ...by } });

test("what is rendered breaks none", () => {
  const hear = bus(defineBus("events"), { delivery: { maxAttempts: 5, deadLetter: "discard" } }, () => {});
  const index = changes(defineTable("users"), { delivery }, () => {});
  const more = [busPlan.render({ name: "hear", fn: hear, settings: {}, app: defineApp("shop", { hear }) }), changesPlan.render({ name: "index", fn: index, settings: {}, app: defineApp("shop", { index }) })];
  expect([queued, streamed, called, posted, ...more].flatMap(faultsOf)).toEqual([]);
});

describe("a push subscription", () => {
  const grant = "google_cloud_run_v2_service_iam_member.charge_pusher";
  test.each<[string, Rendered]>([
    ["an acknowledgement deadline is 10 to 600 s, not 9", spoilt(block(queued, lambda, "service_config", { timeout_seconds: 1 }), subscription, { ack_deadline_seconds: 9 })],
    ["an acknowledgement deadline is 10 to 600 s, not 601", spoilt(queued, subscription, { ack_deadline_seconds: 601 })],
    ["Pub/Sub waits 12 s for the answer to a push, the function may take 60 s: it would be pushed a second time meanwhile", block(queued, lambda, "service_config", { timeout_seconds: 60 })],
    ["the subscription has no retry policy: a failed message would be pushed again at once", spoilt(queued, subscription, { retry_policy: undefined })],
    ["a retry policy waits from 0 to 600 s, not from 10s to 601s", block(queued, subscription, "retry_policy", { maximum_backoff: "601s" })],
    ["a retry policy waits from 0 to 600 s, not from 10s to 5s", block(queued, subscription, "retry_policy", { maximum_backoff: "5s" })],
    ["the subscription has no dead-letter policy: no attempt would be told, and a failing message would be pushed for as long as it is kept", spoilt(queued, subscription, { dead_letter_policy: undefined })],
    ["a subscription keeps messages for 10 minutes to 31 days, not 599s", spoilt(queued, subscription, { message_retention_duration: "599s" })],
    ["a subscription keeps messages for 10 minutes to 31 days, not 2678401s", spoilt(queued, subscription, { message_retention_duration: "2678401s" })],
    ["the subscription expires when nothing is pushed for a while", spoilt(queued, subscription, { expiration_policy: { ttl: "2678400s" } })],
    ["the filter does not leave out what was sent again to another consumer, and a filter cannot be changed later", spoilt(queued, subscription, { filter: 'NOT attributes:isobar_to OR attributes.isobar_to="other"' })],
    ["the audience of the push's token is not the function's URL: every push would be refused", block(queued, subscription, "push_config", { oidc_token: { service_account_email: "${google_service_account.charge_pusher.email}" } })],
    ["the account that pushes may not call the function: every push would be refused", spoilt(queued, grant, undefined)],
    ["the account that pushes may not call the function: every push would be refused", spoilt(queued, grant, { role: "roles/run.viewer" })],
    ["the account that pushes may not call the function: every push would be refused", spoilt(queued, grant, { name: "other" })],
    ['google_pubsub_subscription.charge: Pub/Sub keeps names that begin with "goog" for itself', spoilt(queued, subscription, { name: "goog", filter: 'NOT attributes:isobar_to OR attributes.isobar_to="goog"' })],
    ['google_pubsub_topic.orders_queue: Pub/Sub keeps names that begin with "goog" for itself', spoilt(queued, "google_pubsub_topic.orders_queue", { name: "Google-orders" })],
  ])("%s", (sentence, rendered) => expect(faultsOf(rendered)).toEqual([sentence]));
});

describe("a dead-letter policy", () => {
  const grant = "google_pubsub_topic_iam_member.orders_failed_queue_agent";
  test.each<[string, Rendered]>([
    ["a dead-letter policy counts 5 to 100, not 4", block(queued, subscription, "dead_letter_policy", { max_delivery_attempts: 4 })],
    ["a dead-letter policy counts 5 to 100, not 101", block(queued, subscription, "dead_letter_policy", { max_delivery_attempts: 101 })],
    ["nobody subscribes to the dead letter's topic: what is moved there is lost", spoilt(queued, "google_pubsub_subscription.orders_failed_queue", undefined)],
    ["Pub/Sub may not publish to the dead letter's topic: nothing would be moved", spoilt(queued, grant, undefined)],
    ["Pub/Sub may not publish to the dead letter's topic: nothing would be moved", spoilt(queued, grant, { member: "allUsers" })],
    ["Pub/Sub may not take a message from the subscription that it moves it from: nothing would be moved", spoilt(queued, "google_pubsub_subscription_iam_member.charge_agent", undefined)],
  ])("%s", (sentence, rendered) => expect(faultsOf(rendered)).toEqual([sentence]));
  test("has no place where attempts are made inside a push", () => {
    const { dead_letter_policy: policy } = at(queued, subscription);
    const grants = Object.fromEntries(["google_pubsub_topic_iam_member.orders_failed_queue_agent"].map((key) => [key, at(queued, key)]));
    const own = { "google_pubsub_subscription_iam_member.count_agent": { subscription: "${google_pubsub_subscription.count.id}", role: "roles/pubsub.subscriber", member: at(queued, "google_pubsub_subscription_iam_member.charge_agent").member } };
    const rendered = spoilt({ ...streamed, resources: { ...streamed.resources, ...grants, ...own } }, "google_pubsub_subscription.count", { dead_letter_policy: policy });
    expect(faultsOf(rendered)).toEqual(["attempts are made inside a push, and the dead-letter policy counts pushes: it would move what was tried in full or not at all"]);
  });
});

test("a stream without message ordering is none", () => {
  expect(faultsOf(spoilt(streamed, "google_pubsub_subscription.count", { enable_message_ordering: false }))).toEqual(["a stream is ordered, and the subscription is not"]);
});

describe("a function", () => {
  const { service_config: config } = at(queued, lambda);
  const withConfig = (by: object) => spoilt(queued, lambda, { service_config: { ...(config as object), ...by } });
  test.each<[string, Rendered]>([
    ["10 requests at a time need a vCPU or more, not 0.5", withConfig({ available_cpu: "0.5" })],
    ["10 requests at a time need a vCPU or more, not undefined", withConfig({ available_cpu: undefined })],
    ["the function does not say how many instances it may have", withConfig({ max_instance_count: undefined })],
    ["the event trigger does not say whether it tries again, and does not", block(posted, "google_cloudfunctions2_function.thumb", "event_trigger", { retry_policy: undefined })],
    ["a function with an event trigger ends after 540 s, not 600", block(posted, "google_cloudfunctions2_function.thumb", "service_config", { timeout_seconds: 600 })],
  ])("%s", (sentence, rendered) => expect(faultsOf(rendered)).toEqual([sentence]));
  test.each<[object, readonly string[]]>([
    [{ timeout_seconds: 3_600 }, []],
    [{ timeout_seconds: 3_601 }, ["Cloud Run ends a request after 3600 s, and this may take 3601 s"]],
    [{ available_memory: "4Gi" }, []],
    [{ available_memory: "5Gi" }, ["1 vCPU go with 128 to 4096 MB of memory, and this has 5120"]],
    [{ available_memory: "5000Mi", available_cpu: 2 }, []],
    // What is spelled otherwise is the service's to judge.
    [{ available_memory: "5G" }, []],
  ])("that is called, %j", (by, sentences) => expect(faultsOf({ maker: "http", resources: { [lambda]: { service_config: { ...(config as object), ...by } } }, grants: [] })).toEqual(sentences));
  test("that does not say how long it may take breaks what its subscription says too", () => {
    expect(faultsOf(withConfig({ timeout_seconds: undefined }))).toEqual(["Pub/Sub waits 12 s for the answer to a push, the function may take undefined s: it would be pushed a second time meanwhile", "the function does not say how long it may take"]);
  });
});

describe("a job", () => {
  test.each<[string, Rendered]>([
    ["a job is retried up to five times, not 6", block(called, job, "retry_config", { retry_count: 6 })],
    ["a job is retried up to five times, not undefined", spoilt(called, job, { retry_config: {} })],
    ["the job waits 1s for its answer, the function may take 2 s", spoilt(called, job, { attempt_deadline: "1s" })],
  ])("%s", (sentence, rendered) => expect(faultsOf(rendered)).toEqual([sentence]));
});
