import { describe, expect, test } from "vitest";
import { changes, defineApp, defineQueue, defineTable, queue } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { labelFaults, limitFaults, widest } from "./limits.ts";
import { gcp } from "./target.ts";

test("a name is as long as it can become: where an expression does not tell, nothing is said of it", () => {
  expect(["shop-${var.stage}-a", "${data.google_project.this.number}-x", 'run-${substr(sha1("shop-${var.stage}-shop"), 0, 20)}', "$${x} %%{y}", "${google_x.y.name}-z"].map(widest)).toEqual(["shop-ssssssssssss-a", "1111111111111-x", `run-${"a".repeat(20)}`, "${x} %{y}", undefined]);
});

describe("names", () => {
  const faults = (type: string, name: string, attribute = "name") => limitFaults({ [`${type}.x`]: { [attribute]: name } });
  test.each<[string, string, string]>([
    ["google_cloudfunctions2_function", `a${"b".repeat(48)}`, `a${"b".repeat(49)}`],
    ["google_storage_bucket", "1".repeat(63), "1".repeat(64)],
    ["google_pubsub_topic", "a".repeat(255), "a".repeat(256)],
    ["google_pubsub_subscription", "abc", "ab"],
    ["google_eventarc_trigger", "a".repeat(63), "a".repeat(64)],
    ["google_eventarc_channel", "a".repeat(63), "a".repeat(64)],
    ["google_cloud_scheduler_job", "a".repeat(500), "a".repeat(501)],
    ["google_logging_project_sink", "a".repeat(100), "a".repeat(101)],
  ])("%s", (type, good, bad) => expect([faults(type, good), faults(type, bad)]).toEqual([[], [expect.stringContaining(`which comes to ${bad.length} characters · `)]]));
  test("google_service_account", () => expect(["abcdef", "a".repeat(30), "abcde", "a".repeat(31)].map((id) => faults("google_service_account", id, "account_id").length)).toEqual([0, 0, 1, 1]));
  test.each<[string, readonly string[]]>([
    ["google_cloudfunctions2_function", ["A", "1a", "a_b", "a-", "ä", ""]],
    ["google_storage_bucket", ["Abc", "-abc", "abc-", "goog-abc", "my-google-bucket", "my-g00gle", "a b"]],
    ["google_pubsub_topic", ["googabc", "1abc", "a/b", "a b"]],
    ["google_logging_project_sink", ["_a", "a b"]],
    ["google_cloud_scheduler_job", ["a.b", "ä"]],
  ])("of other characters are none: %s", (type, bad) => expect(bad.filter((name) => faults(type, name).length === 0)).toEqual([]));
  test("of one type differ", () => {
    expect(limitFaults({ "google_pubsub_topic.a": { name: "abc" }, "google_pubsub_topic.b": { name: "abc" }, "google_pubsub_subscription.a": { name: "abc" } })).toEqual(['google_pubsub_topic.b · the name "abc" · google_pubsub_topic.a has it · another name for one of them']);
    expect(limitFaults({ "google_pubsub_topic.a": { name: "abc" }, "google_pubsub_topic.b": { name: "abc" }, "google_pubsub_topic.c": { name: "abc" } })[1]).toContain("google_pubsub_topic.c · the name \"abc\" · google_pubsub_topic.a has it");
    expect(limitFaults({ "google_service_account.a": { account_id: "abcdef" }, "google_service_account.b": { account_id: "abcdef" } }).length).toBe(1);
  });
});

test("labels are lower-case, short, and 64 at most", () => {
  const long = "a".repeat(63);
  expect(labelFaults("x", { [long]: long, "ä-1": "", stage: "${var.stage}", other: "${google_x.y.name}" })).toEqual([]);
  expect(Object.entries({ A: "a", "1a": "a", "": "a", [`${long}a`]: "a", a: `${long}a`, b: "A", c: 1, d: "a.b" }).map(([name, value]) => labelFaults("x", { [name]: value }).length)).toEqual(Array(8).fill(1));
  expect(labelFaults("x", Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`l${i}`, "a"])))).toEqual([]);
  expect(labelFaults("x", Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, "a"])))).toEqual(["x · 65 labels · 64 are the most · fewer"]);
  expect(limitFaults({ "google_monitoring_alert_policy.a": { user_labels: { A: "a" } }, "google_pubsub_topic.a": { name: "abc", labels: { a: "A" } } }).length).toBe(2);
});
test("a filter has 256 bytes", () => {
  const of = (filter: string) => limitFaults({ "google_pubsub_subscription.a": { name: "abc", filter } });
  expect([of("x".repeat(256)), of(`\${var.stage}${"é".repeat(123)}`)]).toEqual([[], ["google_pubsub_subscription.a · a filter that comes to 258 bytes · a filter has 256 · shorter names"]]);
});
test("the longest names that an app can have are within all of it", () => {
  const app = defineApp("a".repeat(40), { ["b".repeat(60)]: queue(defineQueue("c".repeat(60)), { delivery: { maxAttempts: 5, deadLetter: defineQueue("d".repeat(60)) } }, () => {}), ["e".repeat(60)]: changes(defineTable("f".repeat(60)), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) });
  const target = gcp(app, { stage: "abcdefghijkl" });
  expect(() => adapter.compose!(target, plan(target, adapter))).not.toThrow();
});
