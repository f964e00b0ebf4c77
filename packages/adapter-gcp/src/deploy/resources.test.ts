import { describe, expect, test } from "vitest";
import { defineApp } from "@isobar/core";
import { blockOf, displayNameOf, labelOf, literal, msOf, nameOf, nameWithin, ofType, ref, referred, secondsText } from "./resources.ts";

test("labels are names with underscores, and what they are", () => {
  expect([labelOf("orders-failed", "queue"), labelOf("chargeCard"), labelOf("a-b-c")]).toEqual(["orders_failed_queue", "chargeCard", "a_b_c"]);
});
test("names carry the app and the stage", () => {
  expect(nameOf(defineApp("shop", {}), "orders", "queue")).toBe("shop-${var.stage}-orders-queue");
});
describe("a name that has to be short", () => {
  const long = defineApp("shop-of-everything-and-nothing", {});
  test("is what it would be, where that is short enough", () => expect([nameWithin(49, defineApp("shop", {}), "charge"), nameWithin(25, defineApp("shop", {}), "orders2")]).toEqual(["shop-${var.stage}-charge", "shop-${var.stage}-orders2"]));
  test("is cut, in the app's part and its own, with a hash of the whole", () => {
    expect([nameWithin(49, long, "charge"), nameWithin(49, long, "chargeeverythingandnothing"), nameWithin(40, long, "charge", "1")]).toEqual(["shop-of-ever-${var.stage}-charge-ab043bd8", "shop-of-ever-${var.stage}-chargeeverythi-52907725", "shop-of-ever-${var.stage}-charg-4c21dfd7"]);
  });
  test("may have no part of its own", () => expect(nameWithin(40, long)).toBe("shop-of-ever-${var.stage}-61efa111"));
  test("differs where what it stands for does", () => expect(new Set([nameWithin(49, long, "a".repeat(20)), nameWithin(49, long, "a".repeat(21)), nameWithin(49, defineApp("shop-of-everything-and-nothings", {}), "a".repeat(20))]).size).toBe(3));
  test("does not end a part with a hyphen", () => expect(nameWithin(49, defineApp("shop-of-alls-things-of-all-sizes", {}), "chargeeveryth-ing")).toMatch(/^shop-of-alls-\$\{var.stage\}-chargeeveryth-[0-9a-f]{8}$/));
  test("is shown in 100 bytes", () => expect([displayNameOf(defineApp("shop", {}), "charge", "push"), displayNameOf(long, "c".repeat(60), "events").length]).toEqual(["shop-${var.stage}-charge, push", 100]));
});
test("a text is no template, whatever it holds", () => expect(["plain $ % {", "${var.x}", "%{ if }", "$${x}", "100%"].map(literal)).toEqual(["plain $ % {", "$${var.x}", "%%{ if }", "$$${x}", "100%"]));
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
