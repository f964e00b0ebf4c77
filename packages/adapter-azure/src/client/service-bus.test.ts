import { createHmac } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { serviceBus, type BusMessage } from "./index.ts";
import { openService, standingClock, type Act } from "./testing.ts";

const never = new AbortController().signal;
const bytes = (...values: number[]) => new Uint8Array(values);
async function bus(acts: readonly Act[] = [{ status: 201 }], over: { readonly maxBytes?: number } = {}) {
  const service = await openService(acts);
  onTestFinished(service.close);
  const clock = standingClock();
  return { service, clock, client: serviceBus({ namespace: service.endpoint, token: async () => "the-token", clock, ...over }) };
}
const message: BusMessage = { body: '{"n":1}', messageId: "m-1" };

describe("what is sent to Service Bus", () => {
  test("is the body as it is, its id in the broker's properties", async () => {
    const { service, client } = await bus();
    await client.send("orders", message, never);
    expect(service.seen).toMatchObject([{ what: "POST /orders/messages", headers: { authorization: "Bearer the-token", brokerproperties: '{"MessageId":"m-1"}', "content-type": "text/plain; charset=utf-8" }, body: '{"n":1}' }]);
  });
  test("has session, time and properties where they are given; a time is rounded up to the second", async () => {
    const { service, client } = await bus();
    await client.send("orders", { ...message, sessionId: "s", enqueueAt: 1_893_456_000_001, contentType: "application/json", properties: { isobar: '{"v":1,"id":"a\\"b"}', tries: 3, last: true, none: null } }, never);
    const { brokerproperties, isobar, tries, last, none, "content-type": type } = service.seen[0]!.headers;
    expect(JSON.parse(brokerproperties!)).toEqual({ MessageId: "m-1", SessionId: "s", ScheduledEnqueueTimeUtc: "Tue, 01 Jan 2030 00:00:01 GMT" });
    expect([isobar, tries, last, none, type]).toEqual(['"{\\"v\\":1,\\"id\\":\\"a\\\\\\"b\\"}"', "3", "true", "null", "application/json"]);
  });
  test("on the second is not late", async () => {
    const { service, client } = await bus();
    await client.send("orders", { ...message, enqueueAt: 1_893_456_060_000 }, never);
    expect(JSON.parse(service.seen[0]!.headers.brokerproperties!)).toEqual({ MessageId: "m-1", ScheduledEnqueueTimeUtc: "Tue, 01 Jan 2030 00:01:00 GMT" });
  });
  test("goes in ASCII, whatever the text", async () => {
    const { service, client } = await bus();
    await client.send("orders", { body: "ü", messageId: "größe-😀-\r\n", properties: { isobar: "für\u007f" } }, never);
    const { brokerproperties, isobar } = service.seen[0]!.headers;
    expect([brokerproperties, isobar]).toEqual(['{"MessageId":"gr\\u00f6\\u00dfe-\\ud83d\\ude00-\\r\\n"}', '"f\\u00fcr\\u007f"']);
    expect([JSON.parse(isobar!), service.seen[0]!.body]).toEqual(["für\u007f", "ü"]);
  });
  test("is told from text where it is bytes", async () => {
    const { service, client } = await bus();
    await client.send("a/b", { body: bytes(0x68, 0x69), messageId: "m" }, never);
    expect(service.seen).toMatchObject([{ what: "POST /a/b/messages", headers: { "content-type": "application/octet-stream", "content-length": "2" }, body: "hi" }]);
  });
  test("may be empty", async () => {
    const { service, client } = await bus();
    await client.send("orders", { body: "", messageId: "m" }, never);
    expect(service.seen).toMatchObject([{ headers: { "content-length": "0" }, body: "" }]);
  });
  test("keeps its id over tries, so that it counts once", async () => {
    const { service, client } = await bus([{ status: 503 }, { status: 201 }]);
    await client.send("orders", message, never);
    expect(service.seen.map(({ headers }) => headers.brokerproperties)).toEqual(['{"MessageId":"m-1"}', '{"MessageId":"m-1"}']);
  });
  test.each(["Authorization", "BrokerProperties", "content-type", "date", "host", "two words", ""])("has no property %j: HTTP has its own, or cannot spell it", async (name) => {
    const { service, client } = await bus();
    await expect(client.send("orders", { ...message, properties: { [name]: "x" } }, never)).rejects.toMatchObject({ code: "send-failed" });
    expect(service.seen).toEqual([]);
  });
  test("is refused by its status and the service's word", async () => {
    const { client } = await bus([{ status: 401, body: "<Error><Code>401</Code><Detail>InvalidSignature: the-token</Detail></Error>" }]);
    await expect(client.send("orders", message, never)).rejects.toThrow(new Error("send to orders: HTTP 401 InvalidSignature"));
  });
  test("does not go where the token would go in the clear", async () => {
    await expect(serviceBus({ namespace: "http://shop.servicebus.windows.net", token: async () => "t" }).send("orders", message, never)).rejects.toMatchObject({ code: "send-failed" });
  });
  test("rejects with what the token says, and sends nothing", async () => {
    const service = await openService();
    onTestFinished(service.close);
    await expect(serviceBus({ namespace: service.endpoint, token: () => Promise.reject(new Error("no identity")) }).send("orders", message, never)).rejects.toThrow(new Error("no identity"));
    expect(service.seen).toEqual([]);
  });
});

describe("a message that is too large", () => {
  const of = (length: number) => ({ body: "x".repeat(length), messageId: "m-1" });
  test("is refused before it is sent: 256 KB with its properties", async () => {
    const { service, client } = await bus();
    await client.send("orders", of(262_144 - 3), never);
    await expect(client.send("orders", of(262_144 - 2), never)).rejects.toMatchObject({ code: "payload-too-large", message: "a message with its properties has 262145 bytes; Service Bus takes 262144" });
    await expect(client.send("orders", { ...of(262_144 - 3), properties: { a: "" } }, never)).rejects.toMatchObject({ code: "payload-too-large" });
    await expect(client.send("orders", { ...of(262_144 - 3), sessionId: "s" }, never)).rejects.toMatchObject({ code: "payload-too-large" });
    expect(service.seen).toHaveLength(1);
  });
  test("may be larger where the namespace's tier takes more", async () => {
    const { service, client } = await bus(undefined, { maxBytes: 300_003 });
    await client.send("orders", of(300_000), never);
    await expect(client.send("orders", of(300_001), never)).rejects.toMatchObject({ code: "payload-too-large" });
    expect(service.seen).toHaveLength(1);
  });
  test("by a property is refused: 32 KB for one, 64 KB for all, in UTF-8", async () => {
    const { service, client } = await bus();
    await expect(client.send("orders", { ...message, properties: { isobar: "ü".repeat(16_382) } }, never)).rejects.toMatchObject({ code: "payload-too-large", message: 'the property "isobar" has 32770 bytes; Service Bus takes 32768' });
    const half = "x".repeat(32_767);
    await expect(client.send("orders", { ...message, properties: { a: half, b: half } }, never)).rejects.toMatchObject({ code: "payload-too-large", message: "a message's properties has 65539 bytes; Service Bus takes 65536" });
    expect(service.seen).toEqual([]);
  });
});

describe("a message that is received", () => {
  const locked: Act = {
    status: 201,
    headers: { location: "https://elsewhere.example/orders/messages/17/7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547?a=1", brokerproperties: '{"DeliveryCount":2,"MessageId":"m-1","SequenceNumber":9295429630892703745,"TimeToLive":922337203685.47754}', isobar: '"{\\"v\\":1}"', Tries: "3", Big: "12345678901234567890", last: "true", none: "null", "content-type": "application/json", server: "Microsoft-HTTPAPI/2.0", "content-length": "2", "strict-transport-security": "max-age=31536000" },
    body: Buffer.from([0, 0xff]),
  };
  test("is locked, with all that it carries", async () => {
    const { service, client } = await bus([locked]);
    const received = await client.receive("news/subscriptions/mail", { waitSeconds: 5 }, never);
    expect(received).toEqual({
      body: bytes(0, 0xff),
      brokerProperties: { DeliveryCount: 2, MessageId: "m-1", SequenceNumber: 9295429630892703745n, TimeToLive: 922337203685.47754 },
      properties: { isobar: '{"v":1}', tries: 3, big: 12345678901234567890n, last: true, none: null },
      contentType: "application/json",
      lock: "/orders/messages/17/7da9cfd5-40d5-4bb1-8d64-ec5a52e1c547?a=1",
    });
    expect(service.seen).toMatchObject([{ what: "POST /news/subscriptions/mail/messages/head?timeout=5", headers: { authorization: "Bearer the-token", "content-length": "0" }, body: "" }]);
  });
  test("is none where none came in time, for which the call waits longer", async () => {
    const service = await openService([{ status: 204 }], () => void expect(clock.limitsMs()).toEqual([30_000]));
    onTestFinished(service.close);
    const clock = standingClock();
    expect(await serviceBus({ namespace: service.endpoint, token: async () => "t", clock }).receive("orders/$deadletterqueue", { waitSeconds: 20 }, never)).toBeUndefined();
    expect(service.seen[0]!.what).toBe("POST /orders/$deadletterqueue/messages/head?timeout=20");
  });
  test("has its text as it was, whatever the text", async () => {
    const { client } = await bus([{ status: 201, headers: { location: "/q/messages/1/2", brokerproperties: Buffer.from('{"MessageId":"größe"}').toString("latin1"), isobar: '"f\\u00fcr"', note: Buffer.from('"für"').toString("latin1") } }]);
    expect(await client.receive("q", { waitSeconds: 0 }, never)).toMatchObject({ brokerProperties: { MessageId: "größe" }, properties: { isobar: "für", note: "für" }, lock: "/q/messages/1/2" });
  });
  test("has no property of what is not in JSON", async () => {
    const { client } = await bus([{ status: 201, headers: { location: "/q/messages/1/2", brokerproperties: "{}", a: '"', b: '"\\x"', c: "12:00", d: "true", e: "nullish", f: "{}" } }]);
    expect((await client.receive("q", { waitSeconds: 0 }, never))?.properties).toEqual({ d: true });
  });
  test.each<[string, Record<string, string>]>([["Location", { brokerproperties: "{}" }], ["BrokerProperties", { location: "/q/messages/1/2" }]])("is none without %s", async (_, headers) => {
    await expect((await bus([{ status: 201, headers }])).client.receive("q", { waitSeconds: 0 }, never)).rejects.toThrow(new Error("receive from q: the answer has no Location or no BrokerProperties"));
  });
  test("is completed and unlocked where it lies, at the namespace and nowhere else", async () => {
    const { service, client } = await bus([locked, { status: 200 }]);
    const { lock } = (await client.receive("orders", { waitSeconds: 0 }, never))!;
    await client.unlock(lock, never);
    await client.complete(lock, never);
    expect(service.seen.slice(1).map(({ what, headers }) => [what, headers.authorization])).toEqual([
      [`PUT ${lock}`, "Bearer the-token"],
      [`DELETE ${lock}`, "Bearer the-token"],
    ]);
  });
  test("whose lock is lost says so", async () => {
    const { client } = await bus([{ status: 404 }]);
    await expect(client.complete("/orders/messages/1/2", never)).rejects.toThrow(new Error("complete a message: HTTP 404"));
    await expect(client.unlock("/orders/messages/1/2", never)).rejects.toThrow(new Error("unlock a message: HTTP 404"));
  });
});

test("a connection string lets in by its key, at the namespace that it names or at another", async () => {
  const service = await openService();
  onTestFinished(service.close);
  const connection = "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=root;SharedAccessKey=c2VjcmV0";
  await serviceBus({ connection, namespace: service.endpoint, clock: standingClock() }).send("orders", message, never);
  const resource = encodeURIComponent(`${service.endpoint}/orders`);
  const signature = createHmac("sha256", "c2VjcmV0").update(`${resource}\n1893459600`).digest("base64");
  expect(service.seen[0]!.headers.authorization).toBe(`SharedAccessSignature sr=${resource}&sig=${encodeURIComponent(signature)}&se=1893459600&skn=root`);
});
