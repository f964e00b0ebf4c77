import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type App } from "@isobar/core";
import { adapter } from "./entries.ts";
import { local } from "./target.ts";

const open = { access: "public" } as const;
const failed = defineQueue("failed");
const list = http.get("/orders/{id}", open, () => empty());
const add = http.post("/files/{rest+}", { access: "private", cors: { origins: "*" } }, () => empty());
const charge = queue(defineQueue("new-orders"), { delivery: { maxAttempts: 3, deadLetter: failed }, sends: [failed] }, () => {});
const locate = (each: string) => ({ module: `./functions/${each}.js`, export: each });
const entries = (app: App, options = {}): Record<string, string> => Object.fromEntries(adapter.units(local(app)).map((unit) => [unit.name, adapter.entry(local(app), unit, locate, options).text]));
const last = (text: string) => text.trimEnd().split("\n").at(-1);

test("HTTP functions are one unit together, every other function is one of its own", () => {
  expect(adapter.units(local(defineApp("shop", { list, add, charge })))).toEqual([{ name: "shop", kind: "http", functions: ["list", "add"] }, { name: "charge", kind: "queue", functions: ["charge"] }]);
});

describe("entries", () => {
  test("one of its own for every function that is not HTTP, by its kind; what is read by position keeps its attempts inside", () => {
    const delivery = { maxAttempts: 1, deadLetter: "discard" } as const;
    const app = defineApp("shop", {
      news: topic(defineTopic("news"), { delivery }, () => {}), resize: storage(defineBucket("uploads"), { delivery }, () => {}), tidy: schedule("0 6 * * *", { delivery }, () => {}), follow: changes(defineTable("users"), { delivery }, () => {}),
      count: stream(defineStream("clicks"), { delivery }, () => {}), hear: bus(defineBus("events"), { delivery }, () => {}), watch: logs(defineLog("access"), { delivery }, () => {}), add: call({ delivery }, () => 1), later: call({ delivery }, () => 1),
    });
    const target = local(app, { functions: { later: { variant: "async" } } });
    expect(adapter.units(target).map((unit) => last(adapter.entry(target, unit, locate).text))).toEqual([
      'export const handler = local.topic(news, { name: "news" });', 'export const handler = local.storage(resize, { name: "resize" });', 'export const handler = local.schedule(tidy, { name: "tidy" });', 'export const handler = local.changes(follow, { name: "follow", keeping: local.inside });',
      'export const handler = local.stream(count, { name: "count", keeping: local.inside });', 'export const handler = local.bus(hear, { name: "hear" });', 'export const handler = local.logs(watch, { name: "watch", keeping: local.inside });', 'export const handler = local.call(add, { name: "add" });', 'export const handler = local.callAsync(later, { name: "later" });',
    ]);
  });
  test.each<[string, object, string]>([
    ["a backoff is kept by postponing", { backoff: "10s" }, "keeping: local.postponing, outbox: local.outbox"],
    ["a wait of the handler's own too", { retryAfter: { max: "1m" } }, "keeping: local.postponing, outbox: local.outbox"],
    ["without a wait nothing is postponed", { deadLetter: failed }, "outbox: local.outbox"],
  ])("%s", (_, asked, wiring) => {
    const delivery = { maxAttempts: 3, deadLetter: "discard", ...asked } as const;
    expect(last(entries(defineApp("shop", { charge: queue(defineQueue("orders"), { delivery }, () => {}) })).charge!)).toBe(`export const handler = local.queue(charge, { name: "charge", ${wiring} });`);
  });
  test("all routes of an app, with the parts that they use", () => {
    expect(entries(defineApp("shop", { list, add })).shop).toBe("import * as local from \"@isobar/adapter-local/runtime\";\nimport { list } from \"./functions/list.js\";\nimport { add } from \"./functions/add.js\";\n\nexport const handler = local.http({ list, add }, { cors: local.cors });\n");
  });
  test("a queue function that sends, with the outbox it was built for", () => {
    expect(entries(defineApp("shop", { charge }), { outbox: "./outbox.js" }).charge).toBe("import * as local from \"@isobar/adapter-local/runtime\";\nimport { outbox } from \"./outbox.js\";\nimport { charge } from \"./functions/charge.js\";\n\nexport const handler = local.queue(charge, { name: \"charge\", outbox, send: local.send });\n");
  });
  test("a function whose name is a word of the language is set apart", () => {
    expect(entries(defineApp("shop", { delete: http.get("/", open, () => empty()) })).shop).toContain("export const handler = local.http({ \"delete\": delete$ });");
  });
});
