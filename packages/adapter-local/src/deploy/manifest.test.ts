import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineTopic, empty, http, queue, topic, type App } from "@isobar/core";
import { plan, type Manifest } from "@isobar/core/plan";
import { losses, manifestFile } from "./manifest.ts";
import { adapter } from "./entries.ts";
import { local } from "./target.ts";

const [orders, failed, mail, news] = [defineQueue("orders"), defineQueue("failed"), defineQueue("mail", { order: "by-key" }), defineTopic("news")];
const delivery = { maxAttempts: 3, deadLetter: failed } as const;
const charge = queue(orders, { delivery, timeout: "1s", memoryMb: 256, environment: { LEVEL: "debug" }, secrets: ["stripe-key"] }, () => {});
const shop = defineApp("shop", {
  place: http.post("/orders", { access: "public", sends: [orders, mail, news] }, () => empty()),
  charge,
  clear: queue(failed, { delivery: { maxAttempts: 1, deadLetter: "discard" }, timeout: "2s" }, () => {}),
  tell: topic(news, { delivery, timeout: "1s" }, () => {}),
});
const composed = (app: App, origin?: (name: string) => string | undefined): Manifest => adapter.compose!(local(app), plan(local(app), adapter), origin === undefined ? {} : { origin });
const parsed = ({ files }: Manifest) => JSON.parse(files[manifestFile]!) as { readonly units: Record<string, unknown>; readonly resources: Record<string, Record<string, unknown>> };

describe("the manifest", () => {
  test("is one file, with every unit and what it may do", () => {
    const { files, units, steps, deployer } = composed(shop);
    expect([Object.keys(files), units, steps, deployer]).toEqual([["isobar.json"], {}, [], ["read and write the file that ISOBAR_STORE names"]]);
    expect(parsed(composed(shop)).units).toEqual({
      shop: { entry: "shop/index.mjs", functions: ["place"], memoryMb: 512, environment: {}, secrets: {}, may: [{ actions: ["send"], on: "queue orders", for: "sending" }, { actions: ["send"], on: "queue mail", for: "sending" }, { actions: ["send"], on: "topic news", for: "sending" }] },
      charge: { entry: "charge/index.mjs", functions: ["charge"], memoryMb: 256, environment: { LEVEL: "debug" }, secrets: { "stripe-key": "ISOBAR_SECRET_STRIPE_KEY" }, may: [{ actions: ["receive", "settle"], on: "queue orders", for: "consuming" }, { actions: ["send"], on: "queue failed", for: "dead letters" }] },
      clear: { entry: "clear/index.mjs", functions: ["clear"], memoryMb: 512, environment: {}, secrets: {}, may: [{ actions: ["receive", "settle"], on: "queue failed", for: "consuming" }] },
      tell: { entry: "tell/index.mjs", functions: ["tell"], memoryMb: 512, environment: {}, secrets: {}, may: [{ actions: ["receive", "settle"], on: "queue news/tell", for: "consuming" }, { actions: ["send"], on: "queue failed", for: "dead letters" }] },
    });
  });
  test("has each resource once, for all who need it, and where they stand", () => {
    const { resources } = parsed(composed(shop, (name) => (name === "tell" ? undefined : `functions/${name}.ts:5`)));
    expect(resources["queue failed"]).toEqual({ type: "queue", order: "none", visibilityMs: 13_000, for: "charge, clear, tell", from: "functions/charge.ts:5, functions/clear.ts:5" });
    expect(resources["queue orders"]).toEqual({ type: "queue", order: "none", visibilityMs: 12_000, for: "place, charge", from: "functions/place.ts:5, functions/charge.ts:5" });
    expect(resources["subscription tell"]).toEqual({ type: "subscription", topic: "news", queue: "news/tell", for: "tell" });
  });
  test("has a queue that is only sent to", () => expect(parsed(composed(shop)).resources["queue mail"]).toEqual({ type: "queue", order: "by-key", for: "place" }));
  test("is the same text every time", () => expect(composed(shop).files).toEqual(composed(shop).files));
  test("says for whom a resource is, and what a function may do", () => {
    const { explained } = composed(shop, (name) => `functions/${name}.ts:5`);
    expect(explained.find(({ name }) => name === "queue failed")).toEqual({ name: "queue failed", type: "queue", functions: ["charge", "clear", "tell"], lines: ["functions/charge.ts:5", "functions/clear.ts:5", "functions/tell.ts:5"], allows: [] });
    expect(explained.find(({ name }) => name === "function charge")).toEqual({ name: "function charge", type: "function", functions: ["charge"], lines: ["functions/charge.ts:5"], allows: ["receive, settle on queue orders: consuming", "send on queue failed: dead letters"] });
  });
  test("of an app that only answers requests asks nothing of whoever runs it", () => expect(composed(defineApp("web", { hello: http.get("/", { access: "public" }, () => empty()) })).deployer).toEqual([]));
});

describe("a change of it", () => {
  const of = (app: App) => composed(app).files;
  const before = of(defineApp("shop", { charge }));
  test("that keeps its queues loses nothing", () => expect(losses(before, of(defineApp("shop", { charge: queue(orders, { delivery, timeout: "9s" }, () => {}) })))).toEqual([]));
  test("loses what nobody reads any more, and an order that came too late", () => {
    expect(losses(before, of(defineApp("shop", { charge: queue(defineQueue("placed"), { delivery, timeout: "1s" }, () => {}) })))).toEqual([{ resource: "queue orders", type: "queue", what: "is not there any more, queue placed is new: if it was renamed, it stays in the store with its messages, which nobody reads any more" }]);
    const ordered = { maxAttempts: 3, deadLetter: defineQueue("failed", { order: "by-key" }) } as const;
    expect(losses(before, of(defineApp("shop", { charge: queue(orders, { delivery: ordered }, () => {}) })))).toEqual([{ resource: "queue failed", type: "queue", property: "order", before: "none", after: "by-key", what: "keeps its messages, which were sent without that order" }]);
  });
  test("is not told of files that are no manifest", () => {
    expect(losses({ "other.json": "{" }, before)).toEqual([]);
    expect(() => losses({ [manifestFile]: "{" }, before)).toThrow("isobar.json is no manifest of this machine");
    expect(() => losses({ [manifestFile]: '{"resources":[null]}' }, before)).toThrow("isobar.json is no manifest of this machine");
  });
});
