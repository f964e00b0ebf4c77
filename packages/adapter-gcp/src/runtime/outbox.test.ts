import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Effect } from "@isobar/core/adapter";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { outbox, shortened } from "./outbox.ts";

type Sent = Extract<Effect, { readonly do: "send" }>;
const { signal } = new AbortController();
let status = 200;
let seen: { readonly url: string | undefined; readonly message: unknown }[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk)).on("end", () => {
    seen.push({ url: request.url, message: (JSON.parse(body) as { readonly messages: readonly unknown[] }).messages[0] });
    response.writeHead(status).end('{"messageIds":["m-1"]}');
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("PUBSUB_EMULATOR_HOST", `127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("ISOBAR_QUEUE_ORDERS_FAILED", "projects/p/topics/orders-failed");
  vi.stubEnv("ISOBAR_TOPIC_NEWS", "projects/p/topics/news-7");
  vi.stubEnv("ISOBAR_QUEUE_WRONG", "projects/p/subscriptions/wrong");
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  status = 200;
  seen = [];
});
const news = { resource: "topic", name: "news" } as const;
const failed = { resource: "queue", name: "orders-failed" } as const;
const send = (over: Partial<Sent> = {}): Sent => ({ do: "send", to: news, body: "{}", ...over });

test("nothing of Node's is loaded before the first effect", async () => {
  const loads = vi.spyOn(process, "getBuiltinModule");
  const loaded = () => loads.mock.calls.map(([id]) => id).filter((id) => /https?$/.test(id));
  vi.resetModules();
  const fresh = await import("./outbox.ts");
  expect(loaded()).toEqual([]);
  await fresh.outbox.perform(send(), signal);
  expect(loaded()).toEqual(["node:http"]);
});

describe("what is sent", () => {
  test.each<[string, Effect, string, object]>([
    ["text, and nothing else", send(), "/v1/projects/p/topics/news-7:publish", { data: "e30=" }],
    ["bytes, an attribute and a key", send({ body: new Uint8Array([0, 255]), attribute: '{"v":1,"traceparent":"t"}', key: "k", afterMs: 0 }), "/v1/projects/p/topics/news-7:publish", { data: "AP8=", attributes: { isobar: '{"v":1,"traceparent":"t"}' }, orderingKey: "k" }],
    ["a de-duplication id, as the event's id", send({ deduplicationId: "d" }), "/v1/projects/p/topics/news-7:publish", { data: "e30=", attributes: { isobar: '{"v":1,"id":"d"}' } }],
    ["the same beside a trace", send({ deduplicationId: "d", attribute: '{"v":1,"traceparent":"t"}' }), "/v1/projects/p/topics/news-7:publish", { data: "e30=", attributes: { isobar: '{"v":1,"traceparent":"t","id":"d"}' } }],
    ["nothing, with the attribute that Pub/Sub wants then", send({ body: "" }), "/v1/projects/p/topics/news-7:publish", { data: "", attributes: { isobar: '{"v":1}' } }],
    ["a dead letter, body and attribute unchanged", { do: "dead-letter", to: failed, body: "ü", attribute: '{ "v":1,"id":"m-1","reason":"no" }', key: "k" }, "/v1/projects/p/topics/orders-failed:publish", { data: "w7w=", attributes: { isobar: '{ "v":1,"id":"m-1","reason":"no" }' }, orderingKey: "k" }],
  ])("%s", async (_, effect, url, message) => {
    expect(await outbox.perform(effect, signal)).toBeUndefined();
    expect(seen).toEqual([{ url, message }]);
  });
});

describe("what is not", () => {
  test.each<[string, Effect, string, string]>([
    ["to a channel without an address", send({ to: { resource: "queue", name: "new-orders-2" } }), "send-failed", 'queue "new-orders-2": the environment has no ISOBAR_QUEUE_NEW_ORDERS_2 that reads "projects/…/topics/…"'],
    ["to a topic where a queue of its name has one", send({ to: { resource: "topic", name: "orders-failed" } }), "send-failed", 'topic "orders-failed": the environment has no ISOBAR_TOPIC_ORDERS_FAILED that reads "projects/…/topics/…"'],
    ["to an address that is no topic", send({ to: { resource: "queue", name: "wrong" } }), "send-failed", 'queue "wrong": the environment has no ISOBAR_QUEUE_WRONG that reads "projects/…/topics/…"'],
    ["later", send({ afterMs: 1 }), "send-failed", 'topic "news": Pub/Sub delays no message, and 1 ms were asked for'],
    ["an attribute that is too long", send({ attribute: "a".repeat(1_025) }), "payload-too-large", 'the attribute "isobar" is 1025 bytes; Pub/Sub takes 1024'],
    ["a dead letter whose attribute is too long without any reason", { do: "dead-letter", to: failed, body: "", attribute: JSON.stringify({ v: 1, id: "i".repeat(1_024), reason: "no" }) }, "payload-too-large", 'the attribute "isobar" is 1054 bytes; Pub/Sub takes 1024'],
    ["a delivery that is to be hidden", { do: "postpone", record: {}, afterMs: 1 }, "unsupported", "postpone: a push subscription can neither hide one message for a while nor take one back"],
    ["a copy", { do: "requeue", functionName: "charge", body: "", attribute: "{}", afterMs: 1, deduplicationId: "d" }, "unsupported", "requeue: a push subscription can neither hide one message for a while nor take one back"],
  ])("%s", async (_, effect, code, message) => {
    await expect(outbox.perform(effect, signal)).rejects.toMatchObject({ code, message });
    expect(seen).toEqual([]);
  });
  test("what Pub/Sub refuses rejects", async () => {
    status = 403;
    await expect(outbox.perform(send(), signal)).rejects.toThrow("publish projects/p/topics/news-7: HTTP 403");
  });
  test("what is no longer wanted rejects with the signal's reason", async () => {
    const reason = new Error("the deadline passed");
    await expect(outbox.perform(send(), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(seen).toEqual([]);
  });
});

describe("a dead letter's attribute", () => {
  const attribute = (reason: string) => JSON.stringify({ v: 1, id: "m-1", function: "charge", reason, attempts: 3, last: 5 });
  const lengthOf = (text: string) => Buffer.byteLength(text);
  test("of 1,024 bytes is left as it is", () => {
    const fits = attribute("r".repeat(1_024 - lengthOf(attribute(""))));
    expect([lengthOf(fits), shortened(fits)]).toEqual([1_024, fits]);
  });
  test.each([
    ["letters", "r".repeat(5_000), 1_024],
    ["one letter too many", "r".repeat(1_025 - lengthOf(attribute(""))), 1_024],
    ["characters of two bytes", "ü".repeat(5_000), 1_023],
    ["characters of two code units", "😀".repeat(5_000), 1_023],
    ["quotes, which JSON spells longer", '"'.repeat(5_000), 1_023],
    ["halves of characters, which JSON spells longer still", "\ud800".repeat(5_000), 1_023],
  ])("longer by %s has its reason cut, visibly, and is else the same", (_, reason, bytes) => {
    const short = shortened(attribute(reason));
    const told = JSON.parse(short) as { readonly reason: string };
    expect({ ...told, reason: "" }).toEqual({ v: 1, id: "m-1", function: "charge", reason: "", attempts: 3, last: 5 });
    expect([lengthOf(short), told.reason.at(-1), reason.startsWith(told.reason.slice(0, -1)), told.reason.length > 100]).toEqual([bytes, "…", true, true]);
  });
  test("without a reason stays too long", () => {
    const long = JSON.stringify({ v: 1, id: "i".repeat(2_000) });
    expect(shortened(long)).toBe(long);
  });
});
