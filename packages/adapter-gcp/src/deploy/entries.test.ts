import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, empty, http, queue, type App } from "@isobar/core";
import { adapter } from "./entries.ts";
import { gcp } from "./target.ts";

const open = { access: "public" } as const;
const failed = defineQueue("failed");
const list = http.get("/orders/{id}", open, () => empty());
const add = http.post("/files/{rest+}", { access: "private", cors: { origins: "*" } }, () => empty());
const charge = queue(defineQueue("new-orders"), { delivery: { maxAttempts: 3, deadLetter: failed }, sends: [failed] }, () => {});
const locate = (each: string) => ({ module: `./functions/${each}.js`, export: each });
const entries = (app: App, options = {}): Record<string, string> => Object.fromEntries(adapter.units(gcp(app)).map((unit) => [unit.name, adapter.entry(gcp(app), unit, locate, options).text]));

test("HTTP functions are one unit together, every other function is one of its own", () => {
  expect(adapter.units(gcp(defineApp("shop", { list, add, charge })))).toEqual([{ name: "shop", kind: "http", functions: ["list", "add"] }, { name: "charge", kind: "queue", functions: ["charge"] }]);
});

describe("entries", () => {
  test("all routes of an app, with the parts that they use", () => {
    expect(entries(defineApp("shop", { list, add })).shop).toBe("import { http as register } from \"@google-cloud/functions-framework\";\nimport * as gcp from \"@isobar/adapter-gcp/runtime\";\nimport { list } from \"./functions/list.js\";\nimport { add } from \"./functions/add.js\";\n\nregister(\"shop\", gcp.http({ list, add }, { cors: gcp.cors }));\n");
  });
  test("a queue function that sends, with the outbox it was built for", () => {
    expect(entries(defineApp("shop", { charge }), { outbox: "./outbox.js" }).charge).toBe("import { http as register } from \"@google-cloud/functions-framework\";\nimport * as gcp from \"@isobar/adapter-gcp/runtime\";\nimport { outbox } from \"./outbox.js\";\nimport { charge } from \"./functions/charge.js\";\n\nregister(\"charge\", gcp.queue(charge, { name: \"charge\", outbox, send: gcp.send }));\n");
  });
  test("a function whose name is a word of the language is set apart", () => {
    expect(entries(defineApp("shop", { delete: http.get("/", open, () => empty()) })).shop).toContain("register(\"shop\", gcp.http({ \"delete\": delete$ }));");
  });
  test("a unit that streams", () => {
    expect(entries(defineApp("shop", { feed: http.get("/", { ...open, streaming: true }, () => empty()) })).shop).toBe("import { http as register } from \"@google-cloud/functions-framework\";\nimport * as gcp from \"@isobar/adapter-gcp/runtime\";\nimport { feed } from \"./functions/feed.js\";\n\nregister(\"shop\", gcp.httpStream({ feed }));\n");
  });
});
