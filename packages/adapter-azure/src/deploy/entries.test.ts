import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, empty, http, queue, type App } from "@isobar/core";
import { adapter } from "./entries.ts";
import { azure } from "./target.ts";

const open = { access: "public" } as const;
const failed = defineQueue("failed");
const list = http.get("/orders/{id}", open, () => empty());
const add = http.post("/files/{rest+}", { access: "private", cors: { origins: "*" } }, () => empty());
const charge = queue(defineQueue("new-orders"), { delivery: { maxAttempts: 3, deadLetter: failed }, sends: [failed] }, () => {});
const locate = (each: string) => ({ module: `./functions/${each}.js`, export: each });
const entries = (app: App, options = {}): Record<string, string> => Object.fromEntries(adapter.units(azure(app)).map((unit) => [unit.name, adapter.entry(azure(app), unit, locate, options).text]));

test("HTTP functions are one unit together, every other function is one of its own", () => {
  expect(adapter.units(azure(defineApp("shop", { list, add, charge })))).toEqual([{ name: "shop", kind: "http", functions: ["list", "add"] }, { name: "charge", kind: "queue", functions: ["charge"] }]);
});

describe("entries", () => {
  test("all routes of an app, with the parts that they use", () => {
    expect(entries(defineApp("shop", { list, add })).shop).toBe("import { app } from \"@azure/functions\";\nimport * as azure from \"@isobar/adapter-azure/runtime\";\nimport { list } from \"./functions/list.js\";\nimport { add } from \"./functions/add.js\";\n\napp.http(\"list\", { route: \"orders/{id}\", methods: [\"GET\",\"HEAD\"], authLevel: \"anonymous\", handler: azure.http(list) });\napp.http(\"add\", { route: \"files/{*rest}\", methods: [\"POST\",\"OPTIONS\"], authLevel: \"function\", handler: azure.http(add, { cors: azure.cors }) });\n");
  });
  test("a queue function that sends, with the outbox it was built for", () => {
    expect(entries(defineApp("shop", { charge }), { outbox: "./outbox.js" }).charge).toBe("import { app } from \"@azure/functions\";\nimport * as azure from \"@isobar/adapter-azure/runtime\";\nimport { outbox } from \"./outbox.js\";\nimport { charge } from \"./functions/charge.js\";\n\napp.serviceBusQueue(\"charge\", { queueName: \"new-orders\", connection: \"NEW_ORDERS\", dataType: \"binary\", handler: azure.queue(charge, { outbox, send: azure.send }) });\n");
  });
  test("a function whose name is a word of the language is set apart", () => {
    expect(entries(defineApp("shop", { delete: http.get("/", open, () => empty()) })).shop).toContain("app.http(\"delete\", { route: \"/\", methods: [\"GET\",\"HEAD\"], authLevel: \"anonymous\", handler: azure.http(delete$) });");
  });
  test("a unit that streams", () => {
    expect(entries(defineApp("shop", { feed: http.get("/", { ...open, streaming: true }, () => empty()) })).shop).toBe("import { app } from \"@azure/functions\";\nimport * as azure from \"@isobar/adapter-azure/runtime\";\nimport { feed } from \"./functions/feed.js\";\n\napp.setup({ enableHttpStream: true });\napp.http(\"feed\", { route: \"/\", methods: [\"GET\",\"HEAD\"], authLevel: \"anonymous\", handler: azure.httpStream(feed) });\n");
  });
  test("access by token, which nothing here checks yet, is refused", () => {
    expect(() => entries(defineApp("shop", { a: http.get("/", { access: { jwt: { issuer: "https://a.example", audience: "b" } } }, () => empty()) }))).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
  test("sessions where the queue is ordered", () => {
    expect(entries(defineApp("shop", { a: queue(defineQueue("o", { order: "by-key" }), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) })).a).toContain("isSessionsEnabled: true");
  });
});
