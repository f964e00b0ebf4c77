import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineStream, queue, stream, type App, type DeliveryPolicy } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { losses } from "./losses.ts";
import { azure, type AzureSettings } from "./target.ts";

const failed = defineQueue("failed");
const of = (app: App, settings: object = {}) => adapter.compose!(azure(app, settings as AzureSettings), plan(azure(app, settings as AzureSettings), adapter)).files;
const reads = (name: string, policy: Partial<DeliveryPolicy> = {}, order: "none" | "by-key" = "none") => defineApp("shop", { charge: queue(defineQueue(name, { order }), { delivery: { maxAttempts: 3, deadLetter: failed, ...policy }, timeout: "1s" }, () => {}) });
const counts = (settings: object) => of(defineApp("shop", { count: stream(defineStream("clicks"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) }), { functions: { count: settings } });
const type = "Microsoft.ServiceBus/namespaces/queues";
const before = of(reads("orders"));
const fails = "cannot be changed: the deployment fails until it is deleted, with its messages";

describe("a change", () => {
  test("that is made in place loses nothing", () => expect(losses(before, of(reads("orders", { maxAttempts: 9 })))).toEqual([]));
  test("leaves a queue behind that nobody reads any more", () =>
    expect(losses(before, of(reads("placed")))).toEqual([{ resource: "queue orders", type, what: "is not there any more, queue placed is new: if it was renamed, it stays where it is with its messages, which nobody reads any more" }]));
  test("of sessions or duplicate detection is one that Azure refuses", () => {
    expect(losses(before, of(reads("orders", {}, "by-key")))).toEqual([{ resource: "queue orders", type, property: "requiresSession", before: false, after: true, what: fails }]);
    expect(losses(before, of(reads("orders", { backoff: "10s" })))).toEqual([{ resource: "queue orders", type, property: "requiresDuplicateDetection", before: false, after: true, what: fails }]);
  });
  test("may take a queue its place for letters, or keep them for less", () => {
    const kept = (properties: object) => ({ "azuredeploy.json": JSON.stringify({ resources: [{ type, name: "n", comments: "queue orders · for charge", properties }] }) });
    expect(losses(kept({ forwardDeadLetteredMessagesTo: "failed", defaultMessageTimeToLive: "P14D" }), kept({ defaultMessageTimeToLive: "P7D" }))).toEqual([
      { resource: "queue orders", type, property: "forwardDeadLetteredMessagesTo", before: "failed", after: undefined, what: "keeps nothing of what fails any more" },
      { resource: "queue orders", type, property: "defaultMessageTimeToLive", before: "P14D", after: "P7D", what: "keeps it for a shorter time: what is older is deleted" },
    ]);
  });
  test("of an event hub's partitions and retention", () =>
    expect(losses(counts({ partitionCount: 4, retentionHours: 168 }), counts({ partitionCount: 8, retentionHours: 24 })).map(({ resource, property }) => [resource, property])).toEqual([["event hub clicks", "partitionCount"], ["event hub clicks", "retentionDescription.retentionTimeInHours"]]));
  test("is not told of files that are no templates, nor of what has no comment", () => {
    expect(losses({ "other.json": "{" }, before)).toEqual([]);
    expect(losses({ "azuredeploy.json": JSON.stringify({ resources: [{ type, name: "orders" }] }) }, { "azuredeploy.units-a.json": JSON.stringify({ resources: [{ type, name: "orders", properties: {} }] }) })).toEqual([]);
    expect(() => losses({ "azuredeploy.json": "{" }, before)).toThrow("azuredeploy.json is no manifest of Azure");
  });
});
