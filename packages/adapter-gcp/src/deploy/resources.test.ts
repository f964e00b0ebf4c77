import { expect, test } from "vitest";
import { defineApp } from "@isobar/core";
import { blockOf, labelOf, msOf, nameOf, ofType, ref, referred, secondsText } from "./resources.ts";

test("labels are names with underscores, and what they are", () => {
  expect([labelOf("orders-failed", "queue"), labelOf("chargeCard"), labelOf("a-b-c")]).toEqual(["orders_failed_queue", "chargeCard", "a_b_c"]);
});
test("names carry the app and the stage", () => {
  expect(nameOf(defineApp("shop", {}), "orders", "queue")).toBe("shop-${var.stage}-orders-queue");
});
test("a reference names the resource that it is of", () => {
  expect(ref("google_pubsub_topic.orders_queue")).toBe("${google_pubsub_topic.orders_queue.id}");
  expect(["${google_pubsub_topic.orders_queue.id}", "${google_cloudfunctions2_function.charge.service_config[0].uri}", "${google_x.a-b[0].id}", "projects/p/topics/t", "a ${google_x.a.id}", 7].map(referred)).toEqual(["google_pubsub_topic.orders_queue", "google_cloudfunctions2_function.charge", "google_x.a-b", undefined, undefined, undefined]);
});
test.each([[0, "0s"], [1, "0.001s"], [500, "0.5s"], [1_500, "1.5s"], [10_000, "10s"], [600_000, "600s"], [0.5, "0.0005s"], [90_061_001, "90061.001s"]])("%d ms are %s", (ms, text) => {
  expect([secondsText(ms), msOf(text)]).toEqual([text, ms]);
});
test("what is no length of time has no number", () => expect([undefined, 10, "10", "10m", "s", "-1s", "1e3s"].map(msOf)).toEqual(Array(7).fill(Number.NaN)));
test("resources are found by their type, and blocks by their names", () => {
  const resources = { "google_pubsub_topic.a": { labels: { x: "y" } }, "google_pubsub_topic_iam_member.a": {} };
  expect(ofType(resources, "google_pubsub_topic")).toEqual([["google_pubsub_topic.a", { labels: { x: "y" } }]]);
  expect([blockOf(resources["google_pubsub_topic.a"], "labels"), blockOf({}, "labels"), blockOf(undefined, "labels")]).toEqual([{ x: "y" }, {}, {}]);
});
