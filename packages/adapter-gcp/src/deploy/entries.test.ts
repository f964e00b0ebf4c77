import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type App } from "@isobar/core";
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
  test("a function that has dead letters writes, through the adapter's own outbox where no other is named", () => {
    const { options: { sends: _, ...options }, ...rest } = charge;
    expect(entries(defineApp("shop", { charge: { ...rest, options } })).charge).toContain("gcp.queue(charge, { name: \"charge\", outbox: gcp.outbox }));");
  });
  test("a function that reads by position makes its attempts inside", () => {
    const count = stream(defineStream("clicks"), { delivery: { maxAttempts: 3, deadLetter: failed } }, () => {});
    expect(entries(defineApp("shop", { count })).count).toContain("gcp.stream(count, { name: \"count\", keeping: gcp.inside, outbox: gcp.outbox }));");
  });
  test("one that writes nothing has no outbox", () => {
    const count = stream(defineStream("clicks"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
    expect(entries(defineApp("shop", { count })).count).toContain("gcp.stream(count, { name: \"count\", keeping: gcp.inside }));");
  });
  test("a relay writes, whatever its function does", () => {
    const index = changes(defineTable("users"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
    expect(entries(defineApp("shop", { index })).index).toContain("gcp.changes(index, { name: \"index\", keeping: gcp.inside, outbox: gcp.outbox }));");
    expect(entries(defineApp("shop", { index }), { outbox: "./outbox.js" }).index).toContain("gcp.changes(index, { name: \"index\", keeping: gcp.inside, outbox }));");
  });
  test("a function that reads secrets", () => {
    const pay = queue(defineQueue("payments"), { delivery: { maxAttempts: 3, deadLetter: "discard" }, secrets: ["stripe-key"] }, () => {});
    expect(entries(defineApp("shop", { pay })).pay).toContain("gcp.queue(pay, { name: \"pay\", secret: gcp.secret }));");
  });
  test("the framework is installed beside them", () => {
    const target = gcp(defineApp("shop", { list }));
    expect(adapter.entry(target, adapter.units(target)[0]!, locate)).toMatchObject({ file: "index.cjs", format: "cjs", external: ["@google-cloud/functions-framework"], installed: ["@google-cloud/functions-framework"] });
  });
  test("a function whose name is a word of the language is set apart", () => {
    expect(entries(defineApp("shop", { delete: http.get("/", open, () => empty()) })).shop).toContain("register(\"shop\", gcp.http({ \"delete\": delete$ }));");
  });
  test("a unit that streams", () => {
    expect(entries(defineApp("shop", { feed: http.get("/", { ...open, streaming: true }, () => empty()) })).shop).toBe("import { http as register } from \"@google-cloud/functions-framework\";\nimport * as gcp from \"@isobar/adapter-gcp/runtime\";\nimport { feed } from \"./functions/feed.js\";\n\nregister(\"shop\", gcp.httpStream({ feed }));\n");
  });
  test("a unit of which one route streams", () => {
    const feed = http.get("/feed", { ...open, streaming: true }, () => empty());
    expect(entries(defineApp("shop", { list, feed })).shop).toContain("gcp.httpStream({ list, feed })");
  });
});

describe("makers", () => {
  const delivery = { maxAttempts: 3, deadLetter: failed } as const;
  const app = defineApp("shop", {
    charge,
    greet: topic(defineTopic("news"), { delivery }, () => {}),
    thumb: storage(defineBucket("uploads"), { delivery }, () => {}),
    nightly: schedule("0 6 * * *", { delivery }, () => {}),
    index: changes(defineTable("users"), { delivery }, () => {}),
    count: stream(defineStream("clicks"), { delivery }, () => {}),
    hear: bus(defineBus("events"), { delivery }, () => {}),
    watch: logs(defineLog("access"), { delivery }, () => {}),
    quote: call({ delivery }, () => 1),
  });
  const makers = (functions: object) => Object.fromEntries(adapter.units(gcp(app)).map((unit) => [unit.name, /gcp\.(\w+)\(/.exec(adapter.entry(gcp(app, { functions } as never), unit, locate).text)![1]]));

  test("a kind's default is its own name", () => {
    expect(makers({})).toEqual({ charge: "queue", greet: "topic", thumb: "storage", nightly: "schedule", index: "changes", count: "stream", hear: "bus", watch: "logs", quote: "call" });
  });
  test("a variant that deploys is chosen by the target", () => {
    const direct = { variant: "direct" } as const;
    gcp(app, { functions: { thumb: direct, nightly: direct, index: direct, hear: direct, quote: { variant: "async" } } });
    expect(makers({ thumb: direct, nightly: direct, index: direct, hear: direct, quote: { variant: "async" } })).toMatchObject({ thumb: "storageDirect", nightly: "scheduleDirect", index: "changesDirect", hear: "busDirect", quote: "callAsync" });
  });
  test("a variant that only decodes has a maker, and no word in the target", () => {
    // @ts-expect-error no app is deployed behind it
    gcp(app, { functions: { charge: { variant: "unwrapped" } } });
    expect(["unwrapped", "cloudevent", "background"].map((variant) => makers({ charge: { variant }, greet: { variant } })).map(({ charge: one, greet: two }) => [one, two])).toEqual([["queueUnwrapped", "topicUnwrapped"], ["queueCloudevent", "topicCloudevent"], ["queueBackground", "topicBackground"]]);
    expect(makers({ thumb: { variant: "background" } }).thumb).toBe("storageBackground");
  });
});
