import { describe, expect, test } from "vitest";
import { defineApp, defineBucket, defineQueue, queue, storage, type DeliveryPolicy, type Queue } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { losses } from "./losses.ts";
import { gcp, type GcpSettings } from "./target.ts";

const [orders, failed] = [defineQueue("orders"), defineQueue("orders-failed")];
function filesOf({ from = orders, delivery = { maxAttempts: 5, deadLetter: failed } as DeliveryPolicy, bucket = "uploads" }: { readonly from?: Queue; readonly delivery?: DeliveryPolicy; readonly bucket?: string } = {}, settings: GcpSettings = {}) {
  const target = gcp(defineApp("shop", { charge: queue(from, { delivery }, () => {}), thumb: storage(defineBucket(bucket), { delivery: { maxAttempts: 5, deadLetter: "discard" }, prefix: "in/" }, () => {}) }), settings as never);
  return adapter.compose!(target, plan(target, adapter)).files;
}
const before = filesOf();
const told = (after: ReturnType<typeof filesOf>, from = before) => losses(from, after).map(({ resource, property, what }) => `${resource}${property === undefined ? "" : ` ${property}`} ${what}`);

test("nothing is lost by what is changed in place", () => {
  expect([told(before), told(filesOf({ delivery: { maxAttempts: 9, backoff: "30s", deadLetter: failed } })), told(filesOf({}, { labels: { team: "a" }, alarms: false, project: "other-project" }))]).toEqual([[], [], []]);
});
test("a queue that is not there any more goes with what waits in its subscription", () => {
  expect(told(filesOf({ delivery: { maxAttempts: 5, deadLetter: "discard" } }))).toEqual(["google_pubsub_subscription.orders_failed_queue is destroyed, with its messages"]);
});
test("a function that reads another queue has another subscription, in which nothing of the first waits", () => {
  expect(told(filesOf({ from: defineQueue("placed") }))).toEqual(["google_pubsub_subscription.charge topic is destroyed and made anew, without its messages"]);
});
test("a topic that has a new name takes what waits in its subscriptions along", () => {
  expect(told(filesOf({}, { overrides: { "google_pubsub_topic.orders_queue": { name: "shop-${var.stage}-placed" } } }))).toEqual(["google_pubsub_subscription.charge topic is destroyed and made anew, without its messages"]);
});
test("order and filter of a subscription cannot be changed", () => {
  expect(told(filesOf({ from: defineQueue("orders", { order: "by-key" }) }))).toEqual(["google_pubsub_subscription.charge enable_message_ordering is destroyed and made anew, without its messages"]);
  expect(told(filesOf({}, { overrides: { "google_pubsub_subscription.thumb": { filter: 'NOT attributes:isobar_to OR attributes.isobar_to="shop-${var.stage}-thumb"' } } }))).toEqual(["google_pubsub_subscription.thumb filter is destroyed and made anew, without its messages"]);
});
test("another stage is another name of everything", () => {
  expect(told(filesOf({}, { stage: "live" })).filter((line) => / name /.test(line))).toEqual([
    "google_storage_bucket.code name is destroyed and made anew, without its objects: Terraform refuses while it has any",
    "google_storage_bucket.uploads_bucket name is destroyed and made anew, without its objects: Terraform refuses while it has any",
    "google_pubsub_subscription.orders_failed_queue name is destroyed and made anew, without its messages",
    "google_pubsub_subscription.charge name is destroyed and made anew, without its messages",
    "google_pubsub_subscription.thumb name is destroyed and made anew, without its messages",
  ]);
});
test("what lies elsewhere has moved", () => expect(told(filesOf({}, { region: "europe-west1" }), filesOf({}, { region: "europe-west3" }))).toEqual(["google_storage_bucket.code location is destroyed and made anew, without its objects: Terraform refuses while it has any", "google_storage_bucket.uploads_bucket location is destroyed and made anew, without its objects: Terraform refuses while it has any"]));
test("what is kept for a shorter time, or nowhere any more", () => {
  const shorter = filesOf({}, { overrides: { "google_pubsub_subscription.orders_failed_queue": { message_retention_duration: "86400s" } } });
  expect([told(shorter), told(before, shorter)]).toEqual([["google_pubsub_subscription.orders_failed_queue message_retention_duration keeps it for a shorter time: what is older is deleted"], []]);
  const file = (resource: object) => ({ "main.tf.json": JSON.stringify({ resource: { google_pubsub_subscription: { a: resource } } }) });
  expect(told(file({ name: "a" }), file({ name: "a", dead_letter_policy: { dead_letter_topic: "t" } }))).toEqual(["google_pubsub_subscription.a dead_letter_policy.dead_letter_topic keeps nothing of what fails any more"]);
  expect(told(file({ name: "b" }), file({ name: "a", lifecycle: { prevent_destroy: true } }))).toEqual(["google_pubsub_subscription.a name is destroyed and made anew, without its messages"]);
  expect(told({ "main.tf.json": '{"resource":{}}' }, file({ name: "a", lifecycle: { prevent_destroy: true } }))).toEqual([]);
});
describe("files that are no manifest", () => {
  test("are passed over, or refused where they should be one", () => {
    expect(told({}, {})).toEqual([]);
    for (const text of ["{", "{}", '{"resource":[null]}', '{"resource":{"a":{"b":null}}}']) expect(() => losses({ "main.tf.json": text }, before)).toThrow(expect.objectContaining({ code: "invalid-definition", message: "main.tf.json is no manifest of Google Cloud" }));
  });
});
