import { changes, defineQueue, defineTable, defineTopic, queue, topic, type Queue } from "@isobar/core";
import type { DeadLetter, DeadLetters, LetterInHand, Machine, Recipient } from "@isobar/core/plan";
import { describe, expect, onTestFinished, test } from "vitest";
import { openService, standingClock, type Act, type Answer } from "../client/testing.ts";
import { serviceBusTopic } from "../triggers/topic/codec.ts";
import { deadLettersOn } from "./dead-letters.ts";

const { signal } = new AbortController();
const failed = defineQueue("orders-failed");
const inSessions = defineQueue("letters-failed", { order: "by-key" });
const delivery = { maxAttempts: 5, deadLetter: failed };
const charge: Recipient = { name: "charge", fn: queue(defineQueue("orders"), { delivery }, () => {}) };
const greet: Recipient = { name: "greet", fn: topic(defineTopic("news"), { delivery }, () => {}) };
const inOrder: Recipient = { name: "inOrder", fn: queue(defineQueue("letters", { order: "by-key" }), { delivery }, () => {}) };
const index: Recipient = { name: "index", fn: changes(defineTable("users"), { delivery }, () => {}) };
const recipients = [charge, greet, inOrder, index];
const all = { limit: Number.POSITIVE_INFINITY, recipients };
const attribute = '{"v":1,"id":"o-1","function":"charge","reason":"needs a human","attempts":2,"first":1000,"last":2000,"traceparent":"00-1"}';
const enqueued = "Tue, 01 Jan 2030 00:00:01 GMT";

const locked = (n: number | bigint, { broker = {}, headers = {}, body = "{}" }: { readonly broker?: object; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): Answer => ({
  status: 201,
  headers: { location: `https://shop.servicebus.windows.net/orders-failed/messages/${n}/lock-${n}`, brokerproperties: JSON.stringify({ MessageId: `m-${n}`, EnqueuedTimeUtc: enqueued, DeliveryCount: 9, ...broker }).replace(/\}$/, `,"SequenceNumber":${n}}`), ...headers },
  body,
});
const ours = (n: number, more: { readonly broker?: object; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}) => locked(n, { ...more, headers: { isobar: JSON.stringify(attribute), ...more.headers } });
const moved = (n: number, from: string, more: { readonly broker?: object; readonly headers?: Readonly<Record<string, string>> } = {}) => locked(n, { ...more, broker: { DeadLetterSource: from, ...more.broker }, headers: { deadletterreason: '"MaxDeliveryCountExceeded"', deadlettererrordescription: '"Message could not be consumed."', ...more.headers } });
const head = "POST /orders-failed/messages/head?timeout=1";
const unlock = (n: number | bigint) => `PUT /orders-failed/messages/${n}/lock-${n}`;
const complete = (n: number | bigint) => `DELETE /orders-failed/messages/${n}/lock-${n}`;

/** A service that answers by what it is asked, the last answer for ever; receives of which none is left find nothing. */
async function opened(acts: Readonly<Record<string, readonly Act[]>>, env: Readonly<Record<string, string>> = {}) {
  const clock = standingClock();
  const asked = new Map<string, number>();
  const service = await openService([{ status: 200 }], ({ what }) => {
    const before = asked.get(what) ?? 0;
    asked.set(what, before + 1);
    const own = acts[what];
    return what === head ? (own?.[before] ?? { status: 204 }) : own?.[Math.min(before, own.length - 1)];
  });
  onTestFinished(service.close);
  const machine: Machine = {
    env: { ISOBAR_AZURE_TOKEN: "the-token", ISOBAR_SERVICE_BUS: service.endpoint, ISOBAR_QUEUE_ORDERS_FAILED: "orders-failed", ISOBAR_QUEUE_LETTERS_FAILED: "letters-failed", ISOBAR_SOURCE_CHARGE: "orders", ISOBAR_SOURCE_GREET: "news-greet", ISOBAR_SOURCE_INORDER: "letters", ...env },
    run: () => Promise.reject(new Error("a program was run")),
  };
  return { clock, service, machine, letters: deadLettersOn(machine, clock), what: () => service.seen.map(({ what }) => what) };
}
async function walked(letters: DeadLetters, visit: (each: LetterInHand) => Promise<unknown>, from: Queue = failed): Promise<void> {
  for await (const each of letters.take(from, all, signal)) await visit(each);
}
const failing = (promise: Promise<unknown>): Promise<Error & { code?: string }> => promise.then(() => { throw new Error("it resolved"); }, (error: Error) => error);

describe("a letter in Service Bus", () => {
  const listed = async (...messages: readonly Answer[]): Promise<readonly DeadLetter[]> => (await opened({ [head]: messages })).letters.list(failed, all, signal);

  test("that the run time wrote has its story", async () => {
    expect(await listed(ours(1, { body: "ä", broker: { SessionId: "k" }, headers: { "content-type": "text/plain" } }))).toEqual([
      {
        id: "o-1", function: "charge", reason: "needs a human", attempts: 2, first: 1000, last: 2000, body: new Uint8Array([0xc3, 0xa4]), key: "k", place: "orders-failed",
        native: { brokerProperties: { MessageId: "m-1", EnqueuedTimeUtc: enqueued, DeliveryCount: 9, SessionId: "k", SequenceNumber: 1 }, properties: { isobar: attribute }, contentType: "text/plain" },
      },
    ]);
  });
  test("that the broker moved itself has the broker's id, the time of the move, and the function whose queue it comes from, whatever the case of its name", async () => {
    const story = { reason: "unknown", attempts: undefined, first: undefined, last: 1_893_456_001_000 };
    expect(await listed(moved(1, "Orders"), moved(2, "news-greet", { headers: { isobar: JSON.stringify('{"v":1,"id":"n-1","used":2,"since":500}') } }), moved(3, "elsewhere"), locked(4, { broker: { MessageId: undefined, EnqueuedTimeUtc: undefined } }))).toMatchObject([
      { ...story, id: "m-1", function: "charge" }, { ...story, id: "n-1", function: "greet", first: 500 }, { ...story, id: "m-3", function: undefined }, { ...story, id: "4", function: undefined, last: undefined },
    ]);
  });
  test("tells numbers that JSON has no word for as text", async () => {
    const [letter] = await listed(locked(9_295_429_630_892_703_745n));
    expect(JSON.parse(JSON.stringify(letter!.native))).toMatchObject({ brokerProperties: { SequenceNumber: "9295429630892703745" } });
  });
});

describe("looking into Service Bus", () => {
  test("locks letter by letter, and unlocks them", async () => {
    const { letters, service, what } = await opened({ [head]: [ours(1), ours(2)] });
    expect(await letters.list(failed, all, signal)).toHaveLength(2);
    expect([what().slice(0, 3), what().slice(3).sort(), new Set(service.seen.map(({ headers }) => headers.authorization))]).toEqual([[head, head, head], [unlock(1), unlock(2)], new Set(["Bearer the-token"])]);
  });
  test("at one locks no more", async () => {
    const { letters, what } = await opened({ [head]: [ours(1), ours(2)] });
    expect(await letters.list(failed, { ...all, limit: 1 }, signal)).toHaveLength(1);
    expect(what()).toEqual([head, unlock(1)]);
  });
  test("says so where letters could not be given back", async () => {
    const { letters } = await opened({ [head]: [ours(1), ours(2)], [unlock(2)]: [{ status: 404 }] });
    expect(await failing(letters.list(failed, all, signal))).toMatchObject({ code: "send-failed", message: "1 of 2 letters could not be given back and stay hidden until their locks are over: unlock a message: HTTP 404" });
  });
  test("at a queue with sessions is refused, since its REST interface has none", async () => {
    const { letters, what } = await opened({});
    expect(await failing(letters.list(inSessions, all, signal))).toMatchObject({ code: "unsupported", message: expect.stringContaining("receives from no session") as string });
    expect(what()).toEqual([]);
  });
  test.each([["ISOBAR_QUEUE_ORDERS_FAILED", 'ISOBAR_QUEUE_ORDERS_FAILED is not set: it holds the address of queue "orders-failed"'], ["ISOBAR_SERVICE_BUS", "ISOBAR_SERVICE_BUS is not set: it holds the host of the namespace"]])("without %s says so", async (name, message) => {
    const { letters } = await opened({}, { [name]: "" });
    expect(await failing(letters.list(failed, all, signal))).toMatchObject({ code: "send-failed", message });
  });
  test("rejects as the client does", async () => {
    const { letters } = await opened({ [head]: [{ status: 401, body: "<Error><Detail>ExpiredToken: the-token</Detail></Error>" }] });
    expect((await failing(letters.list(failed, all, signal))).message).toBe("receive from orders-failed: HTTP 401 ExpiredToken");
  });
});

describe("a redrive in Service Bus", () => {
  const send = "POST /orders/messages";
  const sentIn = (service: Awaited<ReturnType<typeof opened>>["service"], what = send) => service.seen.find((each) => each.what === what)!;

  test("sends the body with its id to the function's own queue, then completes the letter", async () => {
    const { letters, service, what } = await opened({ [head]: [ours(1, { broker: { SessionId: "k" }, headers: { shop: '"x"', tries: "3", "content-type": "application/json" } })] });
    await walked(letters, ({ redrive }) => redrive(charge, signal));
    expect(what()).toEqual([head, send, complete(1), head]);
    const { headers: { isobar, shop, tries, brokerproperties, "content-type": type }, body } = sentIn(service);
    expect([JSON.parse(isobar!), shop, tries, JSON.parse(brokerproperties!), type, body]).toEqual(['{"v":1,"id":"o-1","traceparent":"00-1"}', '"x"', "3", { MessageId: "redrive:1:1893456001000", SessionId: "k" }, "application/json", "{}"]);
  });
  test("takes off what the broker wrote when it moved the message, and counts from 1", async () => {
    const { letters, service } = await opened({ [head]: [moved(1, "orders", { headers: { isobar: JSON.stringify('{"v":1,"id":"o-1","used":4,"since":500}') } })] });
    await walked(letters, ({ letter, redrive }) => (expect(letter.function).toBe("charge"), redrive(charge, signal)));
    const { headers } = sentIn(service);
    expect([headers.deadletterreason, headers.deadlettererrordescription, JSON.parse(headers.isobar!)]).toEqual([undefined, undefined, '{"v":1,"id":"o-1"}']);
  });
  test("of a topic's message keeps the subject, where its codec looks for it", async () => {
    const { letters, service } = await opened({ [head]: [moved(1, "news-greet", { broker: { Label: "size" } })] });
    await walked(letters, ({ redrive }) => redrive(greet, signal));
    const isobar = JSON.parse(sentIn(service, "POST /news-greet/messages").headers.isobar!) as string;
    const [item] = serviceBusTopic.decode({ body: new Uint8Array(), metadata: { messageId: "m", deliveryCount: 1, applicationProperties: { isobar } } }).items;
    expect([JSON.parse(isobar), (item as unknown as { deliveries: { id: string; told: () => object }[] }).deliveries.map(({ id, told }) => [id, told()])]).toEqual([{ v: 1, id: "m-1", subject: "size" }, [["m-1", { subject: "size" }]]]);
  });
  test("that could not be sent completes nothing, and gives the letter back", async () => {
    const { letters, what } = await opened({ [head]: [ours(1)], [send]: [{ status: 403 }] });
    await walked(letters, async ({ redrive }) => expect((await failing(redrive(charge, signal))).message).toBe("send to orders: HTTP 403"));
    expect(what()).toEqual([head, send, head, unlock(1)]);
  });
  test("that was sent and could not be completed says so, and gives the letter back: twice, and never not at all", async () => {
    const { letters, what } = await opened({ [head]: [ours(1)], [complete(1)]: ["reset"] });
    await walked(letters, async ({ redrive }) =>
      expect(await failing(redrive(charge, signal))).toMatchObject({ code: "dead-letter-failed", message: "o-1 was sent to charge and could not be removed here: redriven again, it would arrive twice (complete a message: ECONNRESET)" }));
    expect(what()).toEqual([head, send, ...Array<string>(4).fill(complete(1)), head, unlock(1)]);
  });
  test("of a letter whose lock may be over sends nothing", async () => {
    const { letters, clock, what } = await opened({ [head]: [ours(1), ours(2)] });
    const ends: unknown[] = [];
    await walked(letters, ({ redrive }) => ((clock.time += 30_000 + ends.length), redrive(charge, signal).then(() => ends.push("sent"), (error: unknown) => ends.push(error))));
    expect(ends).toEqual(["sent", expect.objectContaining({ code: "send-failed", message: "o-1 was in hand for more than 30 s, and its lock may be over: it was not sent" })]);
    expect(what().filter((each) => each === send)).toHaveLength(1);
  });
  test("takes larger messages where the namespace does", async () => {
    const large = ours(1, { body: "x".repeat(262_145) });
    const narrow = await opened({ [head]: [large] });
    await walked(narrow.letters, async ({ redrive }) => expect(await failing(redrive(charge, signal))).toMatchObject({ code: "payload-too-large" }));
    const wide = await opened({ [head]: [large] }, { ISOBAR_SERVICE_BUS_MAX_BYTES: "1048576" });
    await walked(wide.letters, ({ redrive }) => redrive(charge, signal));
    expect([narrow.what().includes(send), wide.what().includes(send)]).toEqual([false, true]);
    expect(await failing((await opened({}, { ISOBAR_SERVICE_BUS_MAX_BYTES: "1e6" })).letters.list(failed, all, signal))).toMatchObject({ message: 'ISOBAR_SERVICE_BUS_MAX_BYTES is "1e6", which is no number of bytes' });
  });
  test.each<[string, Answer, Recipient, Readonly<Record<string, string>>, string, string]>([
    ["to a function that reads by position", ours(1), index, {}, "unsupported", "index reads by position: nothing can be put back for it alone"],
    ["to a function without an address", ours(1), greet, { ISOBAR_SOURCE_GREET: "" }, "send-failed", "ISOBAR_SOURCE_GREET is not set: it holds the queue that greet reads"],
    ["to a queue function without an address", ours(1), charge, { ISOBAR_SOURCE_CHARGE: "" }, "send-failed", "ISOBAR_SOURCE_CHARGE is not set: it holds the queue that charge reads; nor is ISOBAR_QUEUE_ORDERS"],
    ["to another function than the broker tells", moved(1, "orders"), greet, {}, "invalid-definition", "m-1 comes from orders, which is not the queue of greet"],
    ["of a letter without a key to a queue with sessions", ours(1), inOrder, {}, "invalid-definition", "o-1 has no key, and inOrder is ordered by key"],
    ["of a property that would be rounded", ours(1, { headers: { big: "12345678901234567890" } }), charge, {}, "unsupported", 'o-1 has a property "big" whose number is beyond 2^53, which would be sent rounded'],
  ])("%s is refused before anything is sent", async (_, letter, to, env, code, why) => {
    const { letters, what } = await opened({ [head]: [letter] }, env);
    await walked(letters, async ({ redrive }) => expect(await failing(redrive(to, signal))).toMatchObject({ code, message: why }));
    expect(what()).toEqual([head, head, unlock(1)]);
  });
  test("goes to a queue function's channel where nothing else is told", async () => {
    const { letters, what } = await opened({ [head]: [moved(1, "orders")] }, { ISOBAR_SOURCE_CHARGE: "", ISOBAR_QUEUE_ORDERS: "orders" });
    await walked(letters, ({ letter, redrive }) => (expect(letter.function).toBe("charge"), redrive(charge, signal)));
    expect(what()[1]).toBe(send);
  });
});

describe("letters in a Storage queue", () => {
  const stored = (id: string, text = "{}") =>
    `<QueueMessage><MessageId>${id}</MessageId><InsertionTime>${enqueued}</InsertionTime><ExpirationTime>x</ExpirationTime><PopReceipt>r/${id}</PopReceipt><TimeNextVisible>x</TimeNextVisible><DequeueCount>2</DequeueCount><MessageText>${Buffer.from(text).toString("base64")}</MessageText></QueueMessage>`;
  const answered = (...messages: readonly string[]): Answer => ({ status: 200, body: `<QueueMessagesList>${messages.join("")}</QueueMessagesList>` });
  const of = "/shop/orders-poison/messages";
  const get = `GET ${of}?numofmessages=1&visibilitytimeout=120`;
  const update = (id: string, receipt: string, seconds: number) => `PUT ${of}/${id}?popreceipt=${encodeURIComponent(receipt)}&visibilitytimeout=${seconds}`;
  const gone = (id: string, receipt: string) => `DELETE ${of}/${id}?popreceipt=${encodeURIComponent(receipt)}`;
  async function storage(acts: Readonly<Record<string, readonly Act[]>>, env: Readonly<Record<string, string>> = {}) {
    const all = await opened({ [get]: [answered()], ...acts });
    const machine: Machine = { ...all.machine, env: { ...all.machine.env, ISOBAR_QUEUE_ORDERS_FAILED: `${all.service.endpoint}/shop/orders-poison`, ...env } };
    return { ...all, letters: deadLettersOn(machine, all.clock) };
  }

  test("are peeked at, which hides none: a body is all that they have", async () => {
    const { letters, what, service } = await storage({ [`GET ${of}?numofmessages=5&peekonly=true`]: [answered(stored("m-1", "ä"))] });
    expect(await letters.list(failed, { ...all, limit: 5 }, signal)).toEqual([
      { id: "m-1", function: undefined, reason: "unknown", attempts: undefined, first: undefined, last: 1_893_456_001_000, body: new Uint8Array([0xc3, 0xa4]), key: undefined, place: `${service.endpoint}/shop/orders-poison`, native: { id: "m-1", dequeueCount: 2, insertedAt: "2030-01-01T00:00:01.000Z" } },
    ]);
    expect(what()).toEqual([`GET ${of}?numofmessages=5&peekonly=true`]);
  });
  test("are received and shown again where there may be more than can be peeked at", async () => {
    const names = Array.from({ length: 32 }, (_, n) => `m-${n}`);
    const { letters, what, service } = await storage({ [`GET ${of}?numofmessages=32&peekonly=true`]: [answered(...names.map((id) => stored(id)))], [get]: [answered(stored("m-1")), answered(stored("m-2")), answered()] });
    expect(await letters.list(failed, all, signal)).toHaveLength(2);
    expect(what().slice(1, 4)).toEqual([get, get, get]);
    expect(what().slice(4).sort()).toEqual([update("m-1", "r/m-1", 0), update("m-2", "r/m-2", 0)]);
    expect(service.seen.at(-1)!.headers).toMatchObject({ authorization: "Bearer the-token", "x-ms-version": "2021-12-02", "x-ms-date": "Tue, 01 Jan 2030 00:00:00 GMT", "content-length": "0" });
  });
  test("are sent to the function's queue, then deleted", async () => {
    const { letters, what, service } = await storage({ [get]: [answered(stored("m-1")), answered()] });
    await walked(letters, ({ redrive }) => redrive(charge, signal));
    expect(what()).toEqual([get, "POST /orders/messages", gone("m-1", "r/m-1"), get]);
    const { isobar, brokerproperties } = service.seen[1]!.headers;
    expect([JSON.parse(isobar!), JSON.parse(brokerproperties!)]).toEqual(['{"v":1,"id":"m-1"}', { MessageId: "redrive:m-1:1893456001000" }]);
  });
  test("go to a Storage queue as a body, where the function reads one", async () => {
    const { machine, clock, service, what } = await opened({ [get]: [answered(stored("m-1")), answered()] });
    const again = deadLettersOn({ ...machine, env: { ISOBAR_AZURE_TOKEN: "t", ISOBAR_QUEUE_ORDERS_FAILED: `${service.endpoint}/shop/orders-poison`, ISOBAR_SOURCE_CHARGE: `${service.endpoint}/shop/orders` } }, clock);
    await walked(again, ({ redrive }) => redrive(charge, signal));
    expect([what(), service.seen[1]!.body]).toEqual([[get, "POST /shop/orders/messages?visibilitytimeout=0&messagettl=-1", gone("m-1", "r/m-1"), get], "<QueueMessage><MessageText>e30=</MessageText></QueueMessage>"]);
  });
  test("that were in hand for long are hidden for longer first, and not sent where somebody else received them", async () => {
    const { letters, clock, what } = await storage({ [get]: [answered(stored("m-1")), answered(stored("m-2")), answered()], [update("m-1", "r/m-1", 120)]: [{ status: 204, headers: { "x-ms-popreceipt": "r2" } }], [update("m-2", "r/m-2", 120)]: [{ status: 404, headers: { "x-ms-error-code": "MessageNotFound" } }] });
    const ends: string[] = [];
    await walked(letters, ({ redrive }) => ((clock.time += 60_001), redrive(charge, signal).then(() => ends.push("sent"), (error: Error) => ends.push(error.message))));
    expect(ends).toEqual(["sent", "update in shop/orders-poison: HTTP 404 MessageNotFound"]);
    expect(what()).toEqual([get, update("m-1", "r/m-1", 120), "POST /orders/messages", gone("m-1", "r2"), get, update("m-2", "r/m-2", 120), get, update("m-2", "r/m-2", 0)]);
  });
  test("that were sent and could not be deleted say so, and are shown again", async () => {
    const { letters, what } = await storage({ [get]: [answered(stored("m-1")), answered()], [gone("m-1", "r/m-1")]: [{ status: 403 }] });
    await walked(letters, async ({ redrive }) => expect(await failing(redrive(charge, signal))).toMatchObject({ code: "dead-letter-failed", message: "m-1 was sent to charge and could not be removed here: redriven again, it would arrive twice (delete from shop/orders-poison: HTTP 403)" }));
    expect(what()).toEqual([get, "POST /orders/messages", gone("m-1", "r/m-1"), get, update("m-1", "r/m-1", 0)]);
  });
  test("that could not be shown again are told", async () => {
    const { letters } = await storage({ [get]: [answered(stored("m-1")), answered()], [update("m-1", "r/m-1", 0)]: [{ status: 403 }] });
    expect(await failing(walked(letters, async () => {}))).toMatchObject({ code: "send-failed", message: "1 of 1 letters could not be given back and stay hidden for up to 120 s: update in shop/orders-poison: HTTP 403" });
  });
});
