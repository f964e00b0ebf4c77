import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type App } from "@isobar/core";
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
  test("a function that waits between attempts, with the adapter's own outbox and how its attempts are kept", () => {
    const waiting = queue(defineQueue("new-orders"), { delivery: { maxAttempts: 3, backoff: "10s", deadLetter: "discard" } }, () => {});
    expect(entries(defineApp("shop", { waiting })).waiting).toContain('handler: azure.queue(waiting, { keeping: azure.requeuing, outbox: azure.outbox }) });');
  });
  test("a schedule has its timer beside it, which sends to the function's own queue", () => {
    const report = schedule("0 6 * * *", { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {});
    const lines = (options: object) => entries(defineApp("shop", { report }), options).report!.split("\n").filter((line) => line.startsWith("app."));
    const timer = 'app.timer("reportRelay", { schedule: "0 0 6 * * *", useMonitor: true, runOnStartup: false, retry: {"strategy":"fixedDelay","maxRetryCount":-1,"delayInterval":{"seconds":10}}, handler: azure.scheduleRelay(report, { name: "report", ';
    expect(lines({})).toEqual(['app.serviceBusQueue("report", { queueName: "report.ticks", connection: "REPORT", dataType: "binary", handler: azure.schedule(report) });', `${timer}outbox: azure.outbox }) });`]);
    expect(lines({ outbox: "./outbox.js" })[1]).toBe(`${timer}outbox }) });`);
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
  test("what is there already by its own name, and what reads its secrets", () => {
    const app = defineApp("shop", { act: queue(defineQueue("orders"), { delivery: { maxAttempts: 1, deadLetter: "discard" }, secrets: ["stripe-key"] }, () => {}) });
    const existing = azure(app, { existing: { serviceBus: "corp", queues: { orders: "Orders.In" } } });
    expect(adapter.entry(existing, adapter.units(existing)[0]!, locate).text).toContain('app.serviceBusQueue("act", { queueName: "Orders.In", connection: "ORDERS", dataType: "binary", handler: azure.queue(act, { secret: azure.secret }) });');
  });
  test("sessions where the queue is ordered", () => {
    expect(entries(defineApp("shop", { a: queue(defineQueue("o", { order: "by-key" }), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}) })).a).toContain("isSessionsEnabled: true");
  });
});

describe("registrations of the other kinds", () => {
  const each = { delivery: { maxAttempts: 3, deadLetter: "discard" } } as const;
  const app = defineApp("shop", {
    mail: topic(defineTopic("news"), each, () => {}),
    mailInOrder: topic(defineTopic("letters", { order: "by-key" }), each, () => {}),
    resize: storage(defineBucket("uploads"), each, () => {}),
    report: schedule("0 6 * * 1-5", each, () => {}),
    index: changes(defineTable("users"), each, () => {}),
    count: stream(defineStream("clicks"), each, () => {}),
    audit: bus(defineBus("events"), each, () => {}),
    watch: logs(defineLog("access"), each, () => {}),
    total: call(each, () => 1),
    charge,
  });
  const registrationOf = (name: string, variant?: string) => {
    const target = azure(app, variant === undefined ? {} : { functions: { [name]: { variant } } as never });
    const { text } = adapter.entry(target, adapter.units(target).find(({ functions }) => functions.includes(name))!, locate, { outbox: "./outbox.js" });
    return text.split("\n").find((line) => line.startsWith("app."));
  };
  const retry = 'retry: {"strategy":"fixedDelay","maxRetryCount":-1,"delayInterval":{"seconds":10}}';
  test.each([
    ["mail", undefined, 'app.serviceBusQueue("mail", { queueName: "news.mail", connection: "NEWS", dataType: "binary", handler: azure.topic(mail, { outbox }) });'],
    ["mailInOrder", undefined, 'app.serviceBusQueue("mailInOrder", { queueName: "letters.mailInOrder", connection: "LETTERS", dataType: "binary", isSessionsEnabled: true, handler: azure.topic(mailInOrder, { outbox }) });'],
    ["resize", undefined, 'app.serviceBusQueue("resize", { queueName: "uploads.resize", connection: "UPLOADS", dataType: "binary", handler: azure.storage(resize, { outbox }) });'],
    ["resize", "direct", 'app.eventGrid("resize", { handler: azure.storageDirect(resize, { outbox }) });'],
    ["resize", "event-grid-schema", 'app.eventGrid("resize", { handler: azure.storageEventGridSchema(resize, { outbox }) });'],
    ["report", undefined, 'app.serviceBusQueue("report", { queueName: "report.ticks", connection: "REPORT", dataType: "binary", handler: azure.schedule(report, { outbox }) });'],
    ["report", "direct", `app.timer("report", { schedule: "0 0 6 * * 1-5", useMonitor: true, runOnStartup: false, ${retry}, handler: azure.scheduleDirect(report, { keeping: azure.inside, outbox }) });`],
    ["index", undefined, `app.cosmosDB("index", { databaseName: "users", containerName: "users", connection: "USERS", leaseContainerName: "leases", leaseContainerPrefix: "index", createLeaseContainerIfNotExists: false, maxItemsPerInvocation: 1, feedPollDelay: 5000, startFromBeginning: false, ${retry}, handler: azure.changes(index, { keeping: azure.inside, outbox }) });`],
    ["count", undefined, `app.eventHub("count", { eventHubName: "clicks", connection: "CLICKS", consumerGroup: "count", cardinality: "many", dataType: "binary", ${retry}, handler: azure.stream(count, { keeping: azure.inside, outbox }) });`],
    ["count", "kafka", `app.generic("count", { trigger: {"type":"kafkaTrigger","name":"event","topic":"clicks","brokerList":"%CLICKS%","consumerGroup":"count","cardinality":"many","dataType":"string"}, ${retry}, handler: azure.streamKafka(count, { outbox }) });`],
    ["audit", undefined, 'app.serviceBusQueue("audit", { queueName: "events.audit", connection: "EVENTS", dataType: "binary", handler: azure.bus(audit, { outbox }) });'],
    ["audit", "direct", 'app.eventGrid("audit", { handler: azure.busDirect(audit, { outbox }) });'],
    ["audit", "event-grid-schema", 'app.eventGrid("audit", { handler: azure.busEventGridSchema(audit, { outbox }) });'],
    ["watch", undefined, `app.eventHub("watch", { eventHubName: "access", connection: "ACCESS", consumerGroup: "watch", cardinality: "many", dataType: "binary", ${retry}, handler: azure.logs(watch, { keeping: azure.inside, outbox }) });`],
    ["total", undefined, 'app.http("total", { route: "total", methods: ["POST"], authLevel: "function", handler: azure.call(total, { outbox }) });'],
    ["total", "async", 'app.serviceBusQueue("total", { queueName: "total.calls", connection: "TOTAL", dataType: "binary", handler: azure.callAsync(total, { outbox }) });'],
    ["charge", "storage-queue", 'app.storageQueue("charge", { queueName: "new-orders", connection: "NEW_ORDERS", dataType: "binary", handler: azure.queueStorageQueue(charge, { outbox, send: azure.send }) });'],
  ])("%s by %s", (name, variant, registration) => expect(registrationOf(name, variant)).toBe(registration));
});
