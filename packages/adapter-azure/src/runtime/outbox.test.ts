import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import type { Effect } from "@isobar/core/adapter";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { openService, standingClock, type Act, type Seen } from "../client/testing.ts";
import { outbox, outboxIn } from "./outbox.ts";

afterEach(() => vi.unstubAllEnvs());
const never = new AbortController().signal;
const identity: Act = { body: JSON.stringify({ access_token: "the-token", expires_on: "1893542400" }) };
const aboutIdentity = ({ what }: Seen) => what.startsWith("GET /msi");

/** A unit whose identity, namespace and storage account are one server on this machine. */
async function unit(over: Readonly<Record<string, string>> = {}, acts?: readonly Act[]) {
  const service = await openService(acts, (seen) => (aboutIdentity(seen) ? identity : undefined));
  onTestFinished(service.close);
  const { endpoint } = service;
  const env = {
    IDENTITY_ENDPOINT: `${endpoint}/msi`,
    IDENTITY_HEADER: "the-header",
    ISOBAR_SERVICE_BUS: endpoint,
    ISOBAR_QUEUE_ORDERS: "orders",
    ISOBAR_QUEUE_ORDERS_FAILED: "shop-orders-failed",
    ISOBAR_TOPIC_NEWS: "shop/news",
    ISOBAR_SOURCE_CHARGECARD: "news-chargecard",
    ISOBAR_QUEUE_STORED: `${endpoint}/shop/stored`,
    ISOBAR_SOURCE_READER: `${endpoint}/shop/stored`,
    ...over,
  };
  return { service, env, outbox: outboxIn(env, standingClock()), sent: () => service.seen.filter((seen) => !aboutIdentity(seen)), asked: () => service.seen.filter(aboutIdentity) };
}
const queue = (name: string) => ({ resource: "queue", name }) as const;
const send = (over: Partial<Extract<Effect, { do: "send" }>> = {}): Effect => ({ do: "send", to: queue("orders"), body: '{"n":1}', ...over });
const attribute = '{"v":1,"id":"m-1","used":2,"since":1893455000000}';
const requeue = (over: Partial<Extract<Effect, { do: "requeue" }>> = {}): Effect => ({ do: "requeue", functionName: "chargeCard", body: new Uint8Array([0x68, 0x69]), attribute, afterMs: 10_500, deduplicationId: "m-1:3", ...over });
const broker = ({ headers }: Seen): unknown => JSON.parse(headers.brokerproperties!);
const random = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string;

describe("what a function sends", () => {
  test("goes to the queue that the environment names, with an id of its own and nothing of ours", async () => {
    const { outbox, sent } = await unit();
    await outbox.perform(send(), never);
    expect(sent()).toMatchObject([{ what: "POST /orders/messages", headers: { authorization: "Bearer the-token" }, body: '{"n":1}' }]);
    expect([broker(sent()[0]!), sent()[0]!.headers.isobar]).toEqual([{ MessageId: random }, undefined]);
  });
  test("goes to a topic", async () => {
    const { outbox, sent } = await unit();
    await outbox.perform(send({ to: { resource: "topic", name: "news" } }), never);
    expect(sent()[0]!.what).toBe("POST /shop/news/messages");
  });
  test("has its attribute, its key as session, its own id, and is not delivered before its time", async () => {
    const { outbox, sent } = await unit();
    await outbox.perform(send({ attribute: '{"v":1,"traceparent":"00-1"}', key: "customer-1", deduplicationId: "order-7", afterMs: 60_001 }), never);
    expect(broker(sent()[0]!)).toEqual({ MessageId: "order-7", SessionId: "customer-1", ScheduledEnqueueTimeUtc: "Tue, 01 Jan 2030 00:01:01 GMT" });
    expect(JSON.parse(sent()[0]!.headers.isobar!)).toBe('{"v":1,"traceparent":"00-1"}');
  });
  test("without a delay is not scheduled", async () => {
    const { outbox, sent } = await unit();
    await outbox.perform(send({ afterMs: 0, deduplicationId: "a" }), never);
    expect(broker(sent()[0]!)).toEqual({ MessageId: "a" });
  });
  test("asks for a token of Service Bus once", async () => {
    const { outbox, asked } = await unit({ AZURE_CLIENT_ID: "c-1" });
    await Promise.all([outbox.perform(send(), never), outbox.perform(send(), never)]);
    await outbox.perform(send(), never);
    expect(asked().map(({ what, headers }) => [what, headers["x-identity-header"]])).toEqual([["GET /msi?resource=https%3A%2F%2Fservicebus.azure.net&api-version=2019-08-01&client_id=c-1", "the-header"]]);
  });
  test("that is too large is refused before anything is asked: the Standard tier's limit, or the one of the environment", async () => {
    const standard = await unit();
    await expect(standard.outbox.perform(send({ body: "x".repeat(262_145) }), never)).rejects.toMatchObject({ code: "payload-too-large" });
    expect(standard.service.seen).toEqual([]);
    const premium = await unit({ ISOBAR_SERVICE_BUS_MAX_BYTES: "1048576" });
    await premium.outbox.perform(send({ body: "x".repeat(1_048_000) }), never);
    await expect(premium.outbox.perform(send({ body: "x".repeat(1_048_577) }), never)).rejects.toMatchObject({ code: "payload-too-large" });
  });
  test.each(["256 KB", "0", "-1", "1e6"])("rejects where the limit of the environment is %j", async (text) => {
    await expect((await unit({ ISOBAR_SERVICE_BUS_MAX_BYTES: text })).outbox.perform(send(), never)).rejects.toMatchObject({ code: "send-failed", message: expect.stringContaining("ISOBAR_SERVICE_BUS_MAX_BYTES") as string });
  });
  test("rejects as the service refuses it", async () => {
    const { outbox } = await unit({}, [{ status: 401, body: "<Error><Code>401</Code><Detail>ExpiredToken: the-token</Detail></Error>" }]);
    await expect(outbox.perform(send(), never)).rejects.toThrow(new Error("send to orders: HTTP 401 ExpiredToken"));
  });
  test("ends with the signal", async () => {
    const controller = new AbortController();
    const reason = new Error("too late");
    const { outbox, sent } = await unit();
    controller.abort(reason);
    await expect(outbox.perform(send(), controller.signal)).rejects.toBe(reason);
    expect(sent()).toEqual([]);
  });
});

describe("a variable that is missing", () => {
  test.each<[string, Effect]>([
    ["ISOBAR_QUEUE_ORDERS_FAILED", { do: "dead-letter", to: queue("orders-failed"), body: "x", attribute }],
    ["ISOBAR_TOPIC_NEWS", send({ to: { resource: "topic", name: "news" } })],
    ["ISOBAR_SOURCE_CHARGECARD", requeue()],
    ["ISOBAR_SERVICE_BUS", send()],
    ["IDENTITY_ENDPOINT", send()],
    ["IDENTITY_HEADER", send()],
  ])("%s is named, and nothing is sent", async (variable, effect) => {
    const { outbox, sent } = await unit({ [variable]: "" });
    await expect(outbox.perform(effect, never)).rejects.toMatchObject({ code: "send-failed", message: expect.stringContaining(`${variable} is not set`) as string });
    expect(sent()).toEqual([]);
  });
});

test("a dead letter is the body as it was, and its attribute", async () => {
  const { outbox, sent } = await unit();
  const reason = '{"v":1,"id":"m-1","function":"charge","reason":"zu groß: \\"\\\\\\""}';
  await outbox.perform({ do: "dead-letter", to: queue("orders-failed"), body: new Uint8Array([0x68, 0x69]), attribute: reason, key: "customer-1" }, never);
  expect(sent()).toMatchObject([{ what: "POST /shop-orders-failed/messages", body: "hi" }]);
  expect([broker(sent()[0]!), JSON.parse(sent()[0]!.headers.isobar!)]).toEqual([{ MessageId: random, SessionId: "customer-1" }, reason]);
});

describe("a copy behind a delay", () => {
  test("goes to the queue that its function reads, under an id that makes two of it one", async () => {
    const { outbox, sent } = await unit();
    await outbox.perform(requeue({ key: "customer-1" }), never);
    expect(sent()).toMatchObject([{ what: "POST /news-chargecard/messages", body: "hi" }]);
    expect(broker(sent()[0]!)).toEqual({ MessageId: "m-1:3", SessionId: "customer-1", ScheduledEnqueueTimeUtc: "Tue, 01 Jan 2030 00:00:11 GMT" });
    expect(JSON.parse(sent()[0]!.headers.isobar!)).toBe(attribute);
  });
  test("has an id that the broker takes, however long the sender's: 128 characters, or a digest", async () => {
    const { outbox, sent } = await unit();
    const long = "x".repeat(129);
    for (const deduplicationId of ["x".repeat(128), long, long]) await outbox.perform(requeue({ deduplicationId }), never);
    const digest = { MessageId: createHash("sha256").update(long).digest("base64url"), ScheduledEnqueueTimeUtc: "Tue, 01 Jan 2030 00:00:11 GMT" };
    expect(sent().map(broker)).toEqual([{ ...digest, MessageId: "x".repeat(128) }, digest, digest]);
  });
  test("is not made in a Storage queue, where it would begin to count anew", async () => {
    const { outbox, service } = await unit();
    await expect(outbox.perform(requeue({ functionName: "reader" }), never)).rejects.toMatchObject({ code: "unsupported" });
    expect(service.seen).toEqual([]);
  });
});

test("nothing is postponed: the host holds the lock", async () => {
  const { outbox, service } = await unit();
  await expect(outbox.perform({ do: "postpone", record: {}, afterMs: 1 }, never)).rejects.toMatchObject({ code: "unsupported" });
  expect(service.seen).toEqual([]);
});

describe("a Storage queue", () => {
  test("takes a body, by a token of Storage", async () => {
    const { outbox, sent, asked } = await unit({ ISOBAR_SERVICE_BUS: "" });
    await outbox.perform(send({ to: queue("stored"), afterMs: 1_500 }), never);
    expect(sent()).toMatchObject([{ what: "POST /shop/stored/messages?visibilitytimeout=2&messagettl=-1", headers: { authorization: "Bearer the-token" }, body: "<QueueMessage><MessageText>eyJuIjoxfQ==</MessageText></QueueMessage>" }]);
    expect(asked().map(({ what }) => what)).toEqual(["GET /msi?resource=https%3A%2F%2Fstorage.azure.com&api-version=2019-08-01"]);
  });
  test("takes a dead letter without its attribute: it carries a body alone", async () => {
    const { outbox, sent } = await unit();
    await outbox.perform({ do: "dead-letter", to: queue("stored"), body: "hi", attribute }, never);
    expect(sent()).toMatchObject([{ what: "POST /shop/stored/messages?visibilitytimeout=0&messagettl=-1", body: "<QueueMessage><MessageText>aGk=</MessageText></QueueMessage>" }]);
    expect(JSON.stringify(sent())).not.toContain("since");
  });
  test("takes nothing that is ordered by key", async () => {
    const { outbox, service } = await unit();
    await expect(outbox.perform(send({ to: queue("stored"), key: "customer-1" }), never)).rejects.toMatchObject({ code: "unsupported" });
    expect(service.seen).toEqual([]);
  });
  test("takes more than 64 KiB of no one", async () => {
    await expect((await unit()).outbox.perform(send({ to: queue("stored"), body: "x".repeat(50_000) }), never)).rejects.toMatchObject({ code: "payload-too-large" });
  });
  test("lets itself in by the account's key where the environment has a connection string", async () => {
    const { outbox, sent, asked } = await unit({ ISOBAR_STORAGE_CONNECTION: "AccountName=shop;AccountKey=c2VjcmV0" });
    await outbox.perform(send({ to: queue("stored") }), never);
    expect([sent()[0]!.headers.authorization, asked()]).toEqual([expect.stringMatching(/^SharedKey shop:[A-Za-z0-9+/]{43}=$/), []]);
  });
});

test("a unit's own outbox reads the unit's own environment, when it sends", async () => {
  const { env, sent } = await unit();
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  await outbox.perform(send(), never);
  expect(sent()).toHaveLength(1);
});
test("loading it loads nothing of Node's; sending does", () => {
  const probe = `
    import { registerHooks } from "node:module";
    const [, file, core] = process.argv;
    registerHooks({ resolve: (specifier, context, next) => next(specifier === "@isobar/core/adapter" ? core : specifier, context) });
    const before = process.moduleLoadList.length;
    const { outbox } = await import(file);
    const own = () => process.moduleLoadList.slice(before).filter((each) => /^NativeModule (?:http|https|crypto|tls|net|zlib|internal\\/deps\\/undici\\/undici)$/.test(each));
    const loaded = own();
    const said = await outbox.perform({ do: "send", to: { resource: "queue", name: "orders" }, body: "x" }, new AbortController().signal).catch(({ code }) => code);
    process.stdout.write(JSON.stringify([loaded, said, own().includes("NativeModule crypto")]));`;
  const [file, core] = ["outbox.ts", "../../../core/src/adapter.ts"].map((path) => new URL(path, import.meta.url).href) as [string, string];
  const said = execFileSync(process.execPath, ["--input-type=module", "--eval", probe, file, core], { encoding: "utf8", env: { ISOBAR_QUEUE_ORDERS: "orders", ISOBAR_SERVICE_BUS: "shop.servicebus.windows.net" }, timeout: 10_000 });
  expect(JSON.parse(said)).toEqual([[], "send-failed", true]);
});
