import { describe, expect, test } from "vitest";
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type App } from "@isobar/core";
import type { Unit } from "@isobar/core/plan";
import { adapter } from "./entries.ts";
import { aws, type AwsSettings } from "./target.ts";

const get = (path: `/${string}`, options: { group?: string; streaming?: boolean } = {}) => http.get(path, { access: "public", ...options }, () => empty());
const consumer = (name: string) => queue(defineQueue(name), { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {});
const locate = (name: string) => ({ module: `./functions/${name}.js`, export: name });
/** The entries of every unit, by file-independent name. */
const entries = (app: App, settings: AwsSettings = {}, options: { outbox?: string } = {}, find = locate) => {
  const target = aws(app, settings);
  return Object.fromEntries(adapter.units(target).map((unit) => [unit.name, adapter.entry(target, unit, find, options).text]));
};

describe("units", () => {
  test("each function is one, HTTP functions too; a group is one under its own name", () => {
    const app = defineApp("shop", { list: get("/a"), show: get("/b", { group: "web" }), add: get("/c", { group: "web" }), charge: consumer("orders") });
    expect(adapter.units(aws(app))).toEqual<readonly Unit[]>([{ name: "list", kind: "http", functions: ["list"] }, { name: "web", kind: "http", functions: ["show", "add"] }, { name: "charge", kind: "queue", functions: ["charge"] }]);
  });
  test("a group of queue functions is unsupported", () => {
    const app = defineApp("shop", { charge: queue(defineQueue("orders"), { group: "work", delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}) });
    expect(() => adapter.units(aws(app))).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

describe("entries", () => {
  test("one file, ESM, with nothing left outside", () => {
    const target = aws(defineApp("shop", { charge: consumer("orders") }));
    expect({ ...adapter.entry(target, adapter.units(target)[0]!, locate), text: "" }).toEqual({ file: "index.mjs", format: "esm", external: [], text: "" });
  });
  test("one HTTP function behind the HTTP API", () => {
    expect(entries(defineApp("shop", { checkout: get("/a") }))["checkout"]).toBe(`import * as lambda from "@isobar/adapter-aws/runtime";
import { checkout } from "./functions/checkout.js";

export const handler = lambda.http(checkout, { name: "checkout" });
`);
  });
  test("a group of HTTP functions is one object by the functions' names", () => {
    expect(entries(defineApp("shop", { show: get("/b", { group: "web" }), add: get("/c", { group: "web" }) }))["web"]).toBe(`import * as lambda from "@isobar/adapter-aws/runtime";
import { show } from "./functions/show.js";
import { add } from "./functions/add.js";

export const handler = lambda.http({ show, add });
`);
  });
  test("a Function URL, and one that streams", () => {
    const app = defineApp("shop", { page: get("/a"), events: get("/b", { streaming: true }) });
    const made = entries(app, { functions: { page: { variant: "function-url" }, events: { variant: "function-url" } } });
    expect([made["page"]?.split("\n").at(-2), made["events"]?.split("\n").at(-2)]).toEqual(['export const handler = lambda.functionUrl(page, { name: "page" });', 'export const handler = lambda.functionUrlStream(events, { name: "events" });']);
  });
  test("a queue function", () => {
    expect(entries(defineApp("shop", { charge: consumer("orders") }))["charge"]).toBe(`import * as lambda from "@isobar/adapter-aws/runtime";
import { charge } from "./functions/charge.js";

export const handler = lambda.queue(charge, { name: "charge" });
`);
  });
  const written = defineQueue("failed");
  test.each([
    ["a wait between attempts is kept by hiding the message", "lambda.queue", queue(defineQueue("orders"), { delivery: { maxAttempts: 3, backoff: "10s", deadLetter: written } }, () => {}), {}, ", keeping: lambda.postponing, outbox: lambda.outbox"],
    ["a dead letter needs an outbox and no keeping", "lambda.topic", topic(defineTopic("news"), { delivery: { maxAttempts: 3, deadLetter: written } }, () => {}), {}, ", outbox: lambda.outbox"],
    ["a secret is read by the run time", "lambda.queue", queue(defineQueue("orders"), { delivery: { maxAttempts: 3, deadLetter: "discard" }, secrets: ["stripe-key"] }, () => {}), {}, ", secret: lambda.secret"],
    ["what is read by position has its attempts inside the invocation", "lambda.stream", stream(defineStream("clicks"), { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {}), {}, ", keeping: lambda.inside"],
    ["what Lambda retries itself is kept by nobody here", "lambda.topicDirect", topic(defineTopic("news"), { delivery: { maxAttempts: 3, backoff: "60s", deadLetter: written } }, () => {}), { variant: "direct" }, ", outbox: lambda.outbox"],
  ] as const)("%s", (_, maker, fn, settings, wiring) => {
    const made = entries(defineApp("shop", { work: fn }), { functions: { work: settings } } as AwsSettings)["work"];
    expect(made?.split("\n").at(-2)).toBe(`export const handler = ${maker}(work, { name: "work"${wiring} });`);
  });
  test("an outbox is imported first and handed to the maker, of one function and of a group", () => {
    const made = entries(defineApp("shop", { charge: consumer("orders"), show: get("/b", { group: "web" }), add: get("/c", { group: "web" }) }), {}, { outbox: "@isobar/outbox" });
    expect([made["charge"], made["web"]?.split("\n").at(-2)]).toEqual([
      `import * as lambda from "@isobar/adapter-aws/runtime";
import { outbox } from "@isobar/outbox";
import { charge } from "./functions/charge.js";

export const handler = lambda.queue(charge, { name: "charge", outbox });
`,
      "export const handler = lambda.http({ show, add }, { outbox });",
    ]);
  });
  test("a name that the entry or the language has taken gets a dollar inside, and stays itself outside", () => {
    const app = defineApp("shop", { delete: get("/a", { group: "web" }), handler: get("/b", { group: "web" }), lambda: get("/c", { group: "web" }), outbox: get("/d", { group: "web" }), plain: get("/e", { group: "web" }) });
    expect(entries(app, {}, {}, (name) => ({ module: "./functions.js", export: name === "delete" ? "remove" : name }))["web"]).toBe(`import * as lambda from "@isobar/adapter-aws/runtime";
import { remove as delete$ } from "./functions.js";
import { handler as handler$ } from "./functions.js";
import { lambda as lambda$ } from "./functions.js";
import { outbox as outbox$ } from "./functions.js";
import { plain } from "./functions.js";

export const handler = lambda.http({ "delete": delete$, "handler": handler$, "lambda": lambda$, "outbox": outbox$, plain });
`);
  });
  test("a function that lives only in the app's literal is taken out of the app", () => {
    const made = entries(defineApp("shop", { delete: get("/a"), hello: get("/b") }), {}, {}, (name) => ({ module: "./app.js", export: `default.functions.${name}` }));
    expect([made["hello"], made["delete"]]).toEqual([
      `import * as lambda from "@isobar/adapter-aws/runtime";
import app$hello from "./app.js";
const hello = app$hello.functions.hello;

export const handler = lambda.http(hello, { name: "hello" });
`,
      `import * as lambda from "@isobar/adapter-aws/runtime";
import app$delete from "./app.js";
const delete$ = app$delete.functions.delete;

export const handler = lambda.http(delete$, { name: "delete" });
`,
    ]);
  });
  test("a module's specifier is spelled as a text, whatever is in it", () => {
    expect(entries(defineApp("shop", { hello: get("/b") }), {}, {}, () => ({ module: 'C:\\a "b"\\hello.js', export: "hello" }))["hello"]).toContain('import { hello } from "C:\\\\a \\"b\\"\\\\hello.js";');
  });
  test.each([
    ["streaming through the HTTP API", {}, "events: streaming"],
    ["two front ends in one group", { functions: { events: { variant: "function-url" } } }, "events, list: two front ends"],
  ] as const)("%s is unsupported", (_, settings, said) => {
    const app = defineApp("shop", { events: get("/a", { group: "web", streaming: true }), list: get("/b", { group: "web" }) });
    expect(() => entries(app, settings as AwsSettings)).toThrow(expect.objectContaining({ code: "unsupported", message: expect.stringContaining(said) as string }));
  });
});

describe("the maker of every kind and wire", () => {
  const delivery = { maxAttempts: 3, deadLetter: "discard" } as const;
  const app = defineApp("shop", {
    page: get("/a"), charge: consumer("orders"), hear: topic(defineTopic("news"), { delivery }, () => {}), resize: storage(defineBucket("uploads"), { delivery }, () => {}), tick: schedule("0 6 * * *", { delivery }, () => {}), follow: changes(defineTable("users"), { delivery }, () => {}),
    count: stream(defineStream("clicks"), { delivery }, () => {}), listen: bus(defineBus("events"), { delivery }, () => {}), read: logs(defineLog("access"), { delivery }, () => {}), ask: call({ delivery }, () => null),
  });
  const maker = (name: string, variant?: string) => /lambda\.(\w+)\(/.exec(entries(app, { functions: { [name]: variant === undefined ? {} : { variant } } } as AwsSettings)[name]!)![1];
  test.each([
    ["page", undefined, "http"], ["page", "http-api", "http"], ["page", "function-url", "functionUrl"], ["page", "rest-api", "restApi"], ["page", "alb", "alb"], ["charge", undefined, "queue"], ["charge", "sqs", "queue"],
    ["hear", undefined, "topic"], ["hear", "sns-sqs", "topic"], ["hear", "direct", "topicDirect"], ["resize", undefined, "storage"], ["resize", "s3-sqs", "storage"], ["resize", "direct", "storageDirect"],
    ["tick", undefined, "schedule"], ["tick", "scheduler-sqs", "schedule"], ["tick", "direct", "scheduleDirect"], ["follow", undefined, "changes"], ["follow", "dynamodb-streams", "changes"], ["count", undefined, "stream"], ["count", "kinesis", "stream"], ["count", "kafka", "streamKafka"],
    ["listen", undefined, "bus"], ["listen", "eventbridge-sqs", "bus"], ["listen", "direct", "busDirect"], ["read", undefined, "logs"], ["read", "kinesis", "logs"], ["read", "direct", "logsDirect"], ["ask", undefined, "call"], ["ask", "invoke", "call"], ["ask", "async", "callAsync"],
  ])("%s by %s is %s", (name, variant, expected) => {
    expect(maker(name, variant)).toBe(expected);
  });
  test("a variant that AWS has not got is unsupported, where the compiler was passed by", () => {
    expect(() => maker("hear", "carrier-pigeon")).toThrow(expect.objectContaining({ code: "unsupported", message: 'hear: variant "carrier-pigeon" — AWS has no such topic wire' }));
    expect(() => maker("page", "carrier-pigeon")).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});
