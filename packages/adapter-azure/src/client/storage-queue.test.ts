import { createHmac } from "node:crypto";
import { describe, expect, onTestFinished, test } from "vitest";
import { storageQueue } from "./index.ts";
import { openService, standingClock, type Act } from "./testing.ts";

const never = new AbortController().signal;
async function queue(acts: readonly Act[] = [{ status: 201 }]) {
  const service = await openService(acts);
  onTestFinished(service.close);
  return { service, client: storageQueue({ url: `${service.endpoint}/shop/orders`, token: async () => "the-token", clock: standingClock() }) };
}
const listed = (...messages: string[]): Act => ({ status: 200, body: `\ufeff<?xml version="1.0" encoding="utf-8"?><QueueMessagesList>${messages.map((each) => `<QueueMessage>${each}</QueueMessage>`).join("")}</QueueMessagesList>` });
const one = (text: string, id = "m-1") =>
  `<MessageId>${id}</MessageId><InsertionTime>Tue, 01 Jan 2030 00:00:00 GMT</InsertionTime><ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime><PopReceipt>AgAA+/=</PopReceipt><TimeNextVisible>Tue, 01 Jan 2030 00:00:30 GMT</TimeNextVisible><DequeueCount>2</DequeueCount><MessageText>${text}</MessageText>`;

describe("what is put into a Storage queue", () => {
  test("is the body in base64, and does not expire", async () => {
    const { service, client } = await queue();
    await client.send('{"n":1}', {}, never);
    expect(service.seen).toMatchObject([
      {
        what: "POST /shop/orders/messages?visibilitytimeout=0&messagettl=-1",
        headers: { authorization: "Bearer the-token", "x-ms-version": "2021-12-02", "x-ms-date": "Tue, 01 Jan 2030 00:00:00 GMT", "content-type": "application/xml" },
        body: "<QueueMessage><MessageText>eyJuIjoxfQ==</MessageText></QueueMessage>",
      },
    ]);
  });
  test("is held back for as long as it is told, in whole seconds and never less", async () => {
    const { service, client } = await queue();
    for (const afterMs of [1, 1_000, 1_001, 604_800_000]) await client.send("", { afterMs }, never);
    expect(service.seen.map(({ what }) => /visibilitytimeout=(\d+)/.exec(what)![1])).toEqual(["1", "1", "2", "604800"]);
  });
  test("is refused where it would have to be held back for more than seven days", async () => {
    const { service, client } = await queue();
    await expect(client.send("", { afterMs: 604_800_001 }, never)).rejects.toMatchObject({ code: "send-failed" });
    expect(service.seen).toEqual([]);
  });
  test("is refused before it is sent where it has more than 64 KiB in base64", async () => {
    const { service, client } = await queue();
    await client.send(new Uint8Array(49_152), {}, never);
    await expect(client.send(new Uint8Array(49_153), {}, never)).rejects.toMatchObject({ code: "payload-too-large", message: "a message has 65540 bytes in base64; a Storage queue takes 65536" });
    expect(service.seen).toHaveLength(1);
  });
  test("is the bytes that it is a view of", async () => {
    const { service, client } = await queue();
    await client.send(new Uint8Array([1, 2, 3, 4]).subarray(1, 3), {}, never);
    expect(service.seen[0]!.body).toContain(">AgM=<");
  });
  test("is refused by its status and the service's word", async () => {
    const { client } = await queue([{ status: 404, headers: { "x-ms-error-code": "QueueNotFound" } }]);
    await expect(client.send("x", {}, never)).rejects.toThrow(new Error("send to shop/orders: HTTP 404 QueueNotFound"));
  });
  test("lets itself in by a key from a connection string", async () => {
    const service = await openService();
    onTestFinished(service.close);
    await storageQueue({ url: `${service.endpoint}/shop/orders`, connection: "AccountName=shop;AccountKey=c2VjcmV0", clock: standingClock() }).send("hi", {}, never);
    const length = service.seen[0]!.body.length;
    const text = `POST\n\n\n${length}\n\napplication/xml\n\n\n\n\n\n\nx-ms-date:Tue, 01 Jan 2030 00:00:00 GMT\nx-ms-version:2021-12-02\n/shop/shop/orders/messages\nmessagettl:-1\nvisibilitytimeout:0`;
    expect(service.seen[0]!.headers.authorization).toBe(`SharedKey shop:${createHmac("sha256", "secret").update(text).digest("base64")}`);
  });
});

describe("what is read from a Storage queue", () => {
  test("is one message, hidden for a while, in whole seconds and never less", async () => {
    const { service, client } = await queue([listed(one("aGk="))]);
    expect(await client.receive({ hideMs: 29_001 }, never)).toEqual({ id: "m-1", body: new Uint8Array([0x68, 0x69]), dequeueCount: 2, insertedAt: 1_893_456_000_000, popReceipt: "AgAA+/=" });
    expect(service.seen[0]!.what).toBe("GET /shop/orders/messages?numofmessages=1&visibilitytimeout=30");
    expect(service.seen[0]!.headers["content-type"]).toBeUndefined();
  });
  test.each(["<QueueMessagesList />", "<QueueMessagesList></QueueMessagesList>"])("is nothing where nothing is there: %s", async (body) => {
    expect(await (await queue([{ status: 200, body }])).client.receive({ hideMs: 1_000 }, never)).toBeUndefined();
  });
  test("is an empty body where the message has none", async () => {
    expect((await (await queue([listed(one(""))])).client.receive({ hideMs: 1_000 }, never))?.body).toEqual(new Uint8Array(0));
  });
  test("is looked at without being hidden", async () => {
    const { service, client } = await queue([listed(one("aGk=", "m-1"), one("aG8=", "m-2"))]);
    expect((await client.peek({ max: 32 }, never)).map(({ id, body }) => [id, Buffer.from(body).toString()])).toEqual([["m-1", "hi"], ["m-2", "ho"]]);
    expect(service.seen[0]!.what).toBe("GET /shop/orders/messages?numofmessages=32&peekonly=true");
  });
  test.each(["not base64", "aGk", "{&quot;n&quot;:1}"])("is refused where the text is no base64: %s", async (text) => {
    await expect((await queue([listed(one(text))])).client.receive({ hideMs: 1_000 }, never)).rejects.toThrow(new Error("receive: message m-1 is not in base64"));
  });
  test.each(["MessageId", "InsertionTime", "DequeueCount"])("is refused without %s", async (name) => {
    const { client } = await queue([listed(one("aGk=").replace(new RegExp(`<${name}>.*</${name}>`), ""))]);
    await expect(client.receive({ hideMs: 1_000 }, never)).rejects.toThrow(new Error("receive: the answer is not a list of messages"));
  });
  test("is deleted by its receipt", async () => {
    const { service, client } = await queue([{ status: 204 }]);
    await client.delete({ id: "m/1", popReceipt: "AgAA+/=" }, never);
    expect(service.seen[0]!.what).toBe("DELETE /shop/orders/messages/m%2F1?popreceipt=AgAA%2B%2F%3D");
  });
});
