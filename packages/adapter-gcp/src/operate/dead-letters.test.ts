import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bus, defineBus, defineQueue, defineTopic, queue, topic } from "@isobar/core";
import type { Clock } from "@isobar/core/adapter";
import type { DeadLetter, DeadLetters, LetterInHand, Machine, Recipient } from "@isobar/core/plan";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { filterOf } from "../deploy/push.ts";
import { busPush } from "../triggers/bus/codec.ts";
import { deadLettersOn } from "./dead-letters.ts";
import { operate } from "./index.ts";

afterEach(() => vi.unstubAllEnvs());
const { signal } = new AbortController();
const failed = defineQueue("orders-failed");
const delivery = { maxAttempts: 5, deadLetter: failed };
const charge: Recipient = { name: "charge", fn: queue(defineQueue("orders"), { delivery }, () => {}) };
const inOrder: Recipient = { name: "inOrder", fn: topic(defineTopic("news", { order: "by-key" }), { delivery }, () => {}) };
const hear: Recipient = { name: "hear", fn: bus(defineBus("events"), { delivery }, () => {}) };
const recipients = [charge, inOrder, hear];
const all = { limit: Number.POSITIVE_INFINITY, recipients };
const dead = "projects/p/subscriptions/shop-prod-orders-failed-queue";
const source = (name: string) => `projects/p/subscriptions/shop-prod-${name}`;
const attribute = '{"v":1,"id":"o-1","function":"charge","reason":"needs a human","attempts":2,"first":1000,"last":2000,"traceparent":"00-1"}';
const base64 = (text: string) => Buffer.from(text).toString("base64");
interface Message {
  readonly messageId?: string;
  readonly data?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly orderingKey?: string;
  readonly publishTime?: string;
}
const message = (n: number, more: Message = {}) => ({ ackId: `a-${n}`, message: { messageId: `m-${n}`, data: base64("{}"), publishTime: "2030-01-01T00:00:02.123456789Z", ...more } });
const ours = (n: number, more: Message = {}) => message(n, { ...more, attributes: { isobar: attribute, ...more.attributes } });
const moved = (n: number, subscription: string, more: Message = {}) =>
  message(n, { ...more, attributes: { CloudPubSubDeadLetterSourceDeliveryCount: "5", CloudPubSubDeadLetterSourceSubscription: subscription, CloudPubSubDeadLetterSourceSubscriptionProject: "123456", CloudPubSubDeadLetterSourceTopicPublishTime: "2030-01-01T00:00:01Z", ...more.attributes } });
const told = (name: string, more: object = {}) => ({ topic: `projects/p/topics/${name}`, filter: filterOf(`shop-prod-${name}`), ...more });

type Answer = { readonly status?: number; readonly body?: unknown } | "silence";
/** A service that answers by "resource:verb", the last answer for ever; what is not told answers {}. A pull that nothing is told for is not answered, as Pub/Sub waits for messages. */
async function opened(acts: Readonly<Record<string, readonly Answer[]>>, { env = {}, emulated = false }: { readonly env?: Readonly<Record<string, string>>; readonly emulated?: boolean } = {}) {
  const asked: (readonly [what: string, input: Readonly<Record<string, unknown>>, authorization: string | undefined])[] = [];
  const patience = { waitMs: [] as number[] };
  let over = () => {};
  const clock: Clock & { time: number } = {
    time: 1_893_456_000_000,
    now: () => clock.time,
    after(ms, then) {
      if (ms !== 5_000) return () => {};
      patience.waitMs.push(ms);
      over = then;
      return () => void (over = () => {});
    },
  };
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk)).on("end", () => {
      const what = request.url!.split("/").at(-1)!;
      const before = asked.filter(([each]) => each === what).length;
      asked.push([what, JSON.parse(Buffer.concat(chunks).toString() || "{}") as Record<string, unknown>, request.headers.authorization]);
      const own = acts[what];
      const act = own?.[what.endsWith(":pull") ? before : Math.min(before, own.length - 1)] ?? (what.endsWith(":pull") ? "silence" : {});
      if (act === "silence") over();
      else response.writeHead(act.status ?? 200).end(JSON.stringify(act.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (emulated) vi.stubEnv("PUBSUB_EMULATOR_HOST", host);
  const machine: Machine = {
    env: { GOOGLE_OAUTH_ACCESS_TOKEN: "the-token", ISOBAR_SUBSCRIPTION_ORDERS_FAILED: dead, ISOBAR_SOURCE_CHARGE: source("charge"), ISOBAR_SOURCE_INORDER: source("inOrder"), ISOBAR_SOURCE_HEAR: source("hear"), ...(emulated ? { PUBSUB_EMULATOR_HOST: host } : {}), ...env },
    run: () => Promise.reject(new Error("a program was run")),
  };
  return { clock, patience, letters: emulated ? operate(machine).deadLetters : deadLettersOn(machine, { clock, endpoint: `http://${host}` }), asked, what: () => asked.map(([each]) => each) };
}
const pull = "shop-prod-orders-failed-queue:pull";
const acknowledge = "shop-prod-orders-failed-queue:acknowledge";
const hold = "shop-prod-orders-failed-queue:modifyAckDeadline";
const pulled = (...receivedMessages: readonly object[]): Answer => ({ body: { receivedMessages } });
const published: Answer = { body: { messageIds: ["new"] } };
async function walked(letters: DeadLetters, visit: (each: LetterInHand) => Promise<unknown>): Promise<void> {
  for await (const each of letters.take(failed, all, signal)) await visit(each);
}
const failing = (promise: Promise<unknown>): Promise<Error & { code?: string }> => promise.then(() => { throw new Error("it resolved"); }, (error: Error) => error);

describe("a letter", () => {
  const listed = async (...messages: readonly object[]): Promise<readonly DeadLetter[]> => (await opened({ [pull]: [pulled(...messages)] })).letters.list(failed, all, signal);

  test("that the run time wrote has its story", async () => {
    expect(await listed(ours(1, { data: base64("ä"), orderingKey: "k" }))).toEqual([
      { id: "o-1", function: "charge", reason: "needs a human", attempts: 2, first: 1000, last: 2000, body: new Uint8Array([0xc3, 0xa4]), key: "k", place: dead, native: { messageId: "m-1", publishTime: "2030-01-01T00:00:02.123456789Z", attributes: { isobar: attribute } } },
    ]);
  });
  test("that Pub/Sub moved itself has the broker's id, the pushes that were counted, both times, and the function whose subscription it comes from", async () => {
    const story = { reason: "unknown", attempts: 5, first: 1_893_456_001_000, last: 1_893_456_002_123 };
    expect(await listed(moved(1, "shop-prod-charge"), moved(2, "elsewhere", { attributes: { isobar: '{"v":1,"id":"n-1"}', CloudPubSubDeadLetterSourceDeliveryCount: "x" } }), { ackId: "a", message: { messageId: "m-3" } })).toMatchObject([
      { ...story, id: "m-1", function: "charge" },
      { ...story, id: "n-1", function: undefined, attempts: undefined },
      { id: "m-3", function: undefined, reason: "unknown", attempts: undefined, first: undefined, last: undefined, body: new Uint8Array(), key: undefined },
    ]);
  });
});

describe("looking", () => {
  test("holds letters, waits for more as long as it is worth it, and gives them back at once", async () => {
    const { letters, asked, patience } = await opened({ [pull]: [pulled(ours(1), ours(2)), pulled(ours(3))] });
    expect(await letters.list(failed, all, signal)).toHaveLength(3);
    const bearer = "Bearer the-token";
    expect(asked).toEqual([
      [pull, { maxMessages: 100 }, bearer], [hold, { ackIds: ["a-1", "a-2"], ackDeadlineSeconds: 120 }, bearer],
      [pull, { maxMessages: 100 }, bearer], [hold, { ackIds: ["a-3"], ackDeadlineSeconds: 120 }, bearer],
      [pull, { maxMessages: 100 }, bearer], [hold, { ackIds: ["a-1", "a-2", "a-3"], ackDeadlineSeconds: 0 }, bearer],
    ]);
    expect(patience.waitMs).toEqual([5_000, 5_000, 5_000]);
  });
  test("at some pulls no more", async () => {
    const { letters, asked } = await opened({ [pull]: [pulled(ours(1), ours(2))] });
    expect(await letters.list(failed, { ...all, limit: 2 }, signal)).toHaveLength(2);
    expect(asked.map(([what, { maxMessages }]) => [what, maxMessages])).toEqual([[pull, 2], [hold, undefined], [hold, undefined]]);
  });
  test("says so where letters could not be given back", async () => {
    const { letters } = await opened({ [pull]: [pulled(ours(1))], [hold]: [{}, { status: 403 }] });
    expect(await failing(letters.list(failed, all, signal))).toMatchObject({ code: "send-failed", message: `1 letters could not be given back and stay hidden for up to 120 s: modifyAckDeadline ${dead}: HTTP 403` });
  });
  test("ends at once, and with its reason, where it is not wanted any more", async () => {
    const controller = new AbortController();
    const { letters, patience } = await opened({});
    const reason = new Error("gone");
    const looking = failing(letters.list(failed, all, controller.signal));
    await vi.waitFor(() => expect(patience.waitMs).toHaveLength(1));
    controller.abort(reason);
    expect(await looking).toBe(reason);
  });
  test.each([[""], ["shop-prod-orders-failed-queue"], ["projects/p/topics/t"]])("at a dead letter whose address is %j names the variable", async (address) => {
    const { letters } = await opened({}, { env: { ISOBAR_SUBSCRIPTION_ORDERS_FAILED: address } });
    expect(await failing(letters.list(failed, all, signal))).toMatchObject({ code: "send-failed", message: 'the dead letter "orders-failed" has no address: ISOBAR_SUBSCRIPTION_ORDERS_FAILED is not set to "projects/…/subscriptions/…"' });
  });
  test("rejects as the client does", async () => {
    const { letters } = await opened({ [pull]: [{ status: 404, body: { error: { status: "NOT_FOUND" } } }] });
    expect((await failing(letters.list(failed, all, signal))).message).toBe(`pull ${dead}: HTTP 404 NOT_FOUND`);
  });
});

describe("a redrive", () => {
  const sources = { "shop-prod-charge": [{ body: told("charge") }], "shop-prod-inOrder": [{ body: told("inOrder") }], "shop-prod-hear": [{ body: told("hear") }] };
  const publish = "charge:publish";

  test("publishes the message to the function's topic, for its subscription alone, then acknowledges the letter", async () => {
    const { letters, asked } = await opened({ ...sources, [pull]: [pulled(ours(1, { attributes: { shop: "x" }, orderingKey: "k" }))], [publish]: [published] });
    await walked(letters, ({ redrive }) => redrive(charge, signal));
    expect(asked.slice(2, -1).map(([what, input]) => [what, input])).toEqual([
      ["shop-prod-charge", {}],
      [publish, { messages: [{ data: base64("{}"), attributes: { shop: "x", isobar: '{"v":1,"id":"o-1","traceparent":"00-1"}', isobar_to: "shop-prod-charge" }, orderingKey: "k" }] }],
      [acknowledge, { ackIds: ["a-1"] }],
    ]);
    expect(asked[2]?.[2]).toBe("Bearer the-token");
  });
  test("asks once where a function's messages come from; one that was not told is asked for again", async () => {
    const { letters, what } = await opened({ ...sources, "shop-prod-charge": [{ status: 403 }, ...sources["shop-prod-charge"]], [pull]: [pulled(ours(1), ours(2), ours(3))], [publish]: [published] });
    const ends: string[] = [];
    await walked(letters, ({ redrive }) => redrive(charge, signal).then(() => ends.push("sent"), (error: Error) => ends.push(error.message)));
    expect([ends, what().filter((each) => each === "shop-prod-charge")]).toEqual([["get projects/p/subscriptions/shop-prod-charge: HTTP 403", "sent", "sent"], ["shop-prod-charge", "shop-prod-charge"]]);
  });
  test("takes off what Pub/Sub wrote when it moved the message, and whom it was sent to before", async () => {
    const { letters, asked } = await opened({ ...sources, [pull]: [pulled(moved(1, "shop-prod-charge", { attributes: { shop: "x", isobar: '{"v":1,"carries":"application/cloudevents+json"}', isobar_to: "another" } }))], [publish]: [published] });
    await walked(letters, ({ redrive }) => redrive(charge, signal));
    expect(asked.find(([what]) => what === publish)?.[1]).toEqual({ messages: [{ data: base64("{}"), attributes: { shop: "x", isobar: '{"v":1,"carries":"application/cloudevents+json","id":"m-1"}', isobar_to: "shop-prod-charge" } }] });
  });
  test("of a kind whose event is more than the data takes the message apart again, so that it reads as it did", async () => {
    const event = { specversion: "1.0", id: "e-1", source: "/s", type: "t" };
    const first = { messageId: "m-0", publishTime: "2030-01-01T00:00:00Z", data: base64('{"n":1}'), attributes: { "ce-specversion": "1.0", "ce-id": "e-1", "ce-source": "/s", "ce-type": "t", "content-type": "application/json", isobar: '{"v":1,"traceparent":"00-1"}' } };
    const decoded = (each: object) => {
      const [item] = busPush.decode({ rawBody: Buffer.from(JSON.stringify({ subscription: "s", message: each })), rawHeaders: [] }).items;
      const [{ id, body, told }] = (item as unknown as { readonly deliveries: readonly [{ readonly id: string; readonly body: string; readonly told: () => object }] }).deliveries;
      return { id, body, told };
    };
    const { id, body } = decoded(first);
    const letter = message(1, { data: base64(body), attributes: { isobar: `{"v":1,"id":"${id}","function":"hear","reason":"no","attempts":1,"last":1,"traceparent":"00-1"}` } });
    const { letters, asked } = await opened({ ...sources, [pull]: [pulled(letter)], "hear:publish": [published] });
    await walked(letters, ({ redrive }) => redrive(hear, signal));
    const [again] = (asked.find(([what]) => what === "hear:publish")![1] as { messages: [Message] }).messages;
    expect(again).toEqual({ data: first.data, attributes: { ...first.attributes, isobar: '{"v":1,"traceparent":"00-1","id":"e-1"}', isobar_to: "shop-prod-hear" } });
    expect([decoded({ messageId: "m-9", ...again }).id, decoded({ messageId: "m-9", ...again }).told()]).toEqual([event.id, decoded(first).told()]);
  });
  test("of such a kind that Pub/Sub moved itself sends it as it lies there", async () => {
    const { letters, asked } = await opened({ ...sources, [pull]: [pulled(moved(1, "shop-prod-hear", { attributes: { "ce-id": "e-1" } }))], "hear:publish": [published] });
    await walked(letters, ({ redrive }) => redrive(hear, signal));
    expect(asked.find(([what]) => what === "hear:publish")?.[1]).toMatchObject({ messages: [{ data: base64("{}"), attributes: { "ce-id": "e-1", isobar_to: "shop-prod-hear" } }] });
  });
  test("that could not be sent acknowledges nothing, and gives the letter back", async () => {
    const { letters, what } = await opened({ ...sources, [pull]: [pulled(ours(1))], [publish]: [{ status: 403, body: { error: { status: "PERMISSION_DENIED" } } }] });
    await walked(letters, async ({ redrive }) => expect((await failing(redrive(charge, signal))).message).toBe("publish projects/p/topics/charge: HTTP 403 PERMISSION_DENIED"));
    expect(what()).toEqual([pull, hold, "shop-prod-charge", publish, pull, hold]);
  });
  test("that was sent and could not be acknowledged says so, and gives the letter back: twice, and never not at all", async () => {
    const { letters, what } = await opened({ ...sources, [pull]: [pulled(ours(1))], [publish]: [published], [acknowledge]: [{ status: 403 }] });
    await walked(letters, async ({ redrive }) =>
      expect(await failing(redrive(charge, signal))).toMatchObject({ code: "dead-letter-failed", message: `o-1 was sent to charge and could not be removed here: redriven again, it would arrive twice (acknowledge ${dead}: HTTP 403)` }));
    expect(what()).toEqual([pull, hold, "shop-prod-charge", publish, acknowledge, pull, hold]);
  });
  test("of a letter that was in hand for long holds it for longer first, and sends nothing where that fails", async () => {
    const { letters, what, clock } = await opened({ ...sources, [pull]: [pulled(ours(1), ours(2))], [publish]: [published], [hold]: [{}, {}, { status: 400 }, {}] });
    const ends: string[] = [];
    await walked(letters, ({ redrive }) => ((clock.time += 60_001), redrive(charge, signal).then(() => ends.push("sent"), (error: Error) => ends.push(error.message))));
    expect([ends, what()]).toEqual([["sent", `modifyAckDeadline ${dead}: HTTP 400`], [pull, hold, "shop-prod-charge", hold, publish, acknowledge, hold, pull, hold]]);
  });
  test.each<[string, object, Recipient, Readonly<Record<string, readonly Answer[]>>, Readonly<Record<string, string>>, string, string]>([
    ["to a function without an address", ours(1), charge, {}, { ISOBAR_SOURCE_CHARGE: "" }, "send-failed", 'the subscription of charge has no address: ISOBAR_SOURCE_CHARGE is not set to "projects/…/subscriptions/…"'],
    ["to another function than the message tells", moved(1, "shop-prod-charge"), hear, {}, {}, "invalid-definition", "m-1 comes from the subscription shop-prod-charge, which is not that of hear"],
    ["to a subscription whose topic is gone", ours(1), charge, { "shop-prod-charge": [{ body: told("charge", { topic: "_deleted-topic_" }) }] }, {}, "unsupported", "projects/p/subscriptions/shop-prod-charge has no topic any more"],
    ["to a subscription that takes what is sent to all", ours(1), charge, { "shop-prod-charge": [{ body: told("charge", { filter: 'attributes.kind="x"' }) }] }, {}, "unsupported", "projects/p/subscriptions/shop-prod-charge has no filter with isobar_to: a message sent to projects/p/topics/charge again would reach every other subscriber too"],
    ["of a letter without a key to a function in order", ours(1), inOrder, {}, {}, "invalid-definition", "o-1 has no key, and inOrder is ordered by key"],
    ["of a body that is no whole message where it should be", ours(1), hear, {}, {}, "unsupported", "o-1 is no message as the run time writes it: it cannot be taken apart again"],
  ])("%s is refused before anything is sent", async (_, letter, to, acts, env, code, why) => {
    const { letters, what } = await opened({ ...sources, ...acts, [pull]: [pulled(letter)] }, { env });
    await walked(letters, async ({ redrive }) => expect(await failing(redrive(to, signal))).toMatchObject({ code, message: why }));
    expect(what().filter((each) => each.endsWith(":publish"))).toEqual([]);
  });
  test.each(["no json", "null", '{"data":"e30="}', '{"attributes":{"a":1},"data":"e30="}', '{"attributes":{},"data":"%"}', '{"attributes":{}}'])("takes no letter apart that is %j", async (body) => {
    const { letters } = await opened({ ...sources, [pull]: [pulled(ours(1, { data: base64(body) }))] });
    await walked(letters, async ({ redrive }) => expect(await failing(redrive(hear, signal))).toMatchObject({ code: "unsupported" }));
  });
  test("on the emulator has no token", async () => {
    const { letters, asked } = await opened({ ...sources, [pull]: [pulled(ours(1))], [publish]: [published] }, { emulated: true, env: { GOOGLE_OAUTH_ACCESS_TOKEN: "" } });
    for await (const { redrive } of letters.take(failed, { ...all, limit: 1 }, signal)) await redrive(charge, signal);
    expect(asked.map(([what, , authorization]) => [what, authorization])).toEqual([pull, hold, "shop-prod-charge", publish, acknowledge].map((each) => [each, undefined]));
  });
});
