import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { defineQueue, defineStream, defineTopic, queue, stream, topic, type Queue } from "@isobar/core";
import type { DeadLetter, DeadLetters, LetterInHand, Machine, Recipient } from "@isobar/core/plan";
import { buildApp } from "fauxqs";
import { describe, expect, onTestFinished, test } from "vitest";
import { sqs } from "../client/sqs.ts";
import { standingClock } from "../client/testing.ts";
import { accessOn } from "./credentials.ts";
import { deadLettersOn } from "./dead-letters.ts";
import { operate } from "./index.ts";

const url = (name: string) => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
const { signal } = new AbortController();
const failed = defineQueue("orders-failed");
const delivery = { maxAttempts: 5, deadLetter: failed };
const charge: Recipient = { name: "charge", fn: queue(defineQueue("orders"), { delivery }, () => {}) };
const greetAll: Recipient = { name: "greetAll", fn: topic(defineTopic("news"), { delivery }, () => {}) };
const count: Recipient = { name: "count", fn: stream(defineStream("clicks"), { delivery }, () => {}) };
const recipients = [charge, greetAll, count];
const all = { limit: Number.POSITIVE_INFINITY, recipients };

const attribute = '{"v":1,"id":"o-1","function":"charge","reason":"needs a human","attempts":2,"first":1000,"last":2000,"traceparent":"00-1"}';
const text = (StringValue: string) => ({ DataType: "String", StringValue });
const message = (n: number, more: object = {}) => ({ MessageId: `m-${n}`, ReceiptHandle: `r-${n}`, Body: "{}", Attributes: { ApproximateReceiveCount: "9", SentTimestamp: "1500" }, ...more });
const ours = (n: number, more: object = {}) => message(n, { MessageAttributes: { isobar: text(attribute) }, ...more });
/** As SQS moves it: without our attribute, with the source's ARN. */
const moved = (n: number, source: string, more: object = {}) => message(n, { Attributes: { ApproximateReceiveCount: "9", SentTimestamp: "1500", DeadLetterQueueSourceArn: `arn:aws:sqs:eu-central-1:123456789012:${source}` }, ...more });
const received = (...Messages: readonly object[]): Answer => ({ body: { Messages } });
const sent: Answer = { body: { MessageId: "new" } };

interface Answer {
  readonly status?: number;
  readonly body?: object;
}
type Asked = readonly [action: string, input: Readonly<Record<string, unknown>>];
/** A service that answers by action, the last answer for ever; what is not told answers {}. `reset`: the connection goes. */
async function opened(acts: Readonly<Partial<Record<string, readonly (Answer | "reset")[]>>>, env: Readonly<Record<string, string>> = {}) {
  const clock = { ...standingClock(), time: Date.UTC(2030, 0, 1), now: () => clock.time };
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk)).on("end", () => {
      const action = String(request.headers["x-amz-target"]).replace("AmazonSQS.", "");
      const before = asked.filter(([each]) => each === action).length;
      asked.push([action, JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>]);
      const act = acts[action]?.[Math.min(before, acts[action].length - 1)] ?? {};
      if (act === "reset") request.socket.resetAndDestroy();
      else response.writeHead(act.status ?? 200).end(JSON.stringify(act.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const machine: Machine = {
    env: { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ISOBAR_QUEUE_ORDERS_FAILED: url("orders-failed"), ISOBAR_SOURCE_CHARGE: url("orders"), ISOBAR_SOURCE_GREETALL: url("inbox"), ...env },
    run: () => Promise.reject(new Error("a program was run")),
  };
  return { clock, letters: deadLettersOn(machine, clock), asked, actions: () => asked.map(([action]) => action) };
}
/** What becomes of the letters that are in hand. */
async function walked(letters: DeadLetters, visit: (each: LetterInHand) => Promise<unknown>, from: Queue = failed): Promise<void> {
  for await (const each of letters.take(from, all, signal)) await visit(each);
}
const failing = (promise: Promise<unknown>): Promise<Error & { code?: string }> => promise.then(() => { throw new Error("it resolved"); }, (error: Error) => error);

describe("a letter", () => {
  const listed = async (...messages: readonly object[]): Promise<readonly DeadLetter[]> => (await opened({ ReceiveMessage: [received(...messages), {}] })).letters.list(failed, all, signal);

  test("that the run time wrote has its story", async () => {
    expect(await listed(ours(1, { Body: "ä", Attributes: { MessageGroupId: "k", SentTimestamp: "1500" } }))).toEqual([
      { id: "o-1", function: "charge", reason: "needs a human", attempts: 2, first: 1000, last: 2000, body: new Uint8Array([0xc3, 0xa4]), key: "k", place: url("orders-failed"), native: { messageId: "m-1", attributes: { MessageGroupId: "k", SentTimestamp: "1500" }, messageAttributes: { isobar: { dataType: "String", stringValue: attribute } } } },
    ]);
  });
  test("that SQS moved itself has the broker's id, no reason, and the function whose queue it comes from", async () => {
    const story = { reason: "unknown", attempts: undefined, first: 1500, last: undefined };
    expect(await listed(moved(1, "orders"), moved(2, "inbox", { MessageAttributes: { isobar: text('{"v":1,"id":"n-1"}') } }), moved(3, "elsewhere"), message(4))).toMatchObject([
      { ...story, id: "m-1", function: "charge" }, { ...story, id: "n-1", function: "greetAll" }, { ...story, id: "m-3", function: undefined }, { ...story, id: "m-4", function: undefined },
    ]);
  });
  test("that SQS moved to a FIFO queue has the time of the move", async () => {
    const { letters } = await opened({ ReceiveMessage: [received(moved(1, "orders.fifo"), message(2, { Attributes: { SentTimestamp: "x" } })), {}] }, { ISOBAR_QUEUE_ORDERS_FAILED: url("orders-failed.fifo") });
    expect(await letters.list(failed, all, signal)).toMatchObject([{ first: undefined, last: 1500 }, { last: undefined }]);
  });
  test("whose body SQS could not carry has the bytes that it stands for", async () => {
    const coded = (n: number, Body: string, encoding: string) => message(n, { Body, MessageAttributes: { isobar: text(`{"v":1,"function":"charge","encoding":"${encoding}"}`) } });
    expect((await listed(coded(1, "AP8=", "base64"), coded(2, "-", "empty"), coded(3, "***", "base64"))).map(({ body }) => [...body])).toEqual([[0, 255], [], [42, 42, 42]]);
  });
});

describe("looking", () => {
  test("hides letters, waits for the first, and gives each back at once", async () => {
    const { letters, asked } = await opened({ ReceiveMessage: [received(ours(1), ours(2)), {}] });
    await letters.list(failed, all, signal);
    const QueueUrl = url("orders-failed");
    expect(asked.slice(0, 2)).toEqual(Array(2).fill(["ReceiveMessage", expect.objectContaining({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 120, WaitTimeSeconds: 1 })]));
    expect(asked.slice(2).sort((a, b) => String(a[1].ReceiptHandle).localeCompare(String(b[1].ReceiptHandle)))).toEqual(["r-1", "r-2"].map((ReceiptHandle) => ["ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }]));
  });
  test("at some receives no more", async () => {
    const { letters, asked } = await opened({ ReceiveMessage: [received(...Array.from({ length: 10 }, (_, n) => ours(n))), received(ours(10), ours(11))] });
    expect(await letters.list(failed, { ...all, limit: 12 }, signal)).toHaveLength(12);
    expect(asked.flatMap(([action, { MaxNumberOfMessages }]) => (action === "ReceiveMessage" ? [MaxNumberOfMessages] : []))).toEqual([10, 2]);
  });
  test("says which letters stay hidden where they could not be given back", async () => {
    const { letters } = await opened({ ReceiveMessage: [received(ours(1), ours(2)), {}], ChangeMessageVisibility: [{ status: 403, body: { __type: "x#AccessDenied" } }] });
    expect(await failing(letters.list(failed, all, signal))).toMatchObject({ code: "send-failed", message: "2 of 2 letters could not be given back and stay hidden for up to 120 s: SQS ChangeMessageVisibility: HTTP 403 AccessDenied" });
  });
  test("at a queue without an address names the variable", async () => {
    const { letters } = await opened({}, { ISOBAR_QUEUE_ORDERS_FAILED: "" });
    expect(await failing(letters.list(failed, all, signal))).toMatchObject({ code: "send-failed", message: 'queue "orders-failed" has no address: ISOBAR_QUEUE_ORDERS_FAILED is not set' });
  });
  test("rejects as the client does", async () => {
    const { letters } = await opened({ ReceiveMessage: [{ status: 400, body: { __type: "com.amazonaws.sqs#QueueDoesNotExist" } }] });
    expect((await failing(letters.list(failed, all, signal))).message).toBe("SQS ReceiveMessage: HTTP 400 QueueDoesNotExist");
  });
});

describe("a redrive", () => {
  test("sends the body with its id to the function's own queue, then removes the letter", async () => {
    const { letters, asked } = await opened({ ReceiveMessage: [received(ours(1, { MessageAttributes: { isobar: text(attribute), shop: text("x"), raw: { DataType: "Binary", BinaryValue: "AAEC" } } })), {}], SendMessage: [sent] });
    await walked(letters, ({ redrive }) => redrive(charge, signal));
    expect(asked.filter(([action]) => action !== "ReceiveMessage")).toEqual([
      ["SendMessage", { QueueUrl: url("orders"), MessageBody: "{}", MessageAttributes: { isobar: text('{"v":1,"id":"o-1","traceparent":"00-1"}'), shop: text("x"), raw: { DataType: "Binary", BinaryValue: "AAEC" } } }],
      ["DeleteMessage", { QueueUrl: url("orders-failed"), ReceiptHandle: "r-1" }],
    ]);
  });
  test("that could not be sent removes nothing, and gives the letter back", async () => {
    const { letters, actions } = await opened({ ReceiveMessage: [received(ours(1)), {}], SendMessage: [{ status: 400, body: { __type: "x#AccessDenied" } }] });
    await walked(letters, async ({ redrive }) => expect((await failing(redrive(charge, signal))).message).toBe("SQS SendMessage: HTTP 400 AccessDenied"));
    expect(actions()).toEqual(["ReceiveMessage", "SendMessage", "ReceiveMessage", "ChangeMessageVisibility"]);
  });
  test("that was sent and could not be removed says so, and gives the letter back: twice, and never not at all", async () => {
    const { letters, actions } = await opened({ ReceiveMessage: [received(ours(1)), {}], SendMessage: [sent], DeleteMessage: ["reset"] });
    await walked(letters, async ({ redrive }) =>
      expect(await failing(redrive(charge, signal))).toMatchObject({ code: "dead-letter-failed", message: "o-1 was sent to charge and could not be removed here: redriven again, it would arrive twice (SQS DeleteMessage: ECONNRESET)" }));
    expect(actions()).toEqual(["ReceiveMessage", "SendMessage", ...Array(4).fill("DeleteMessage"), "ReceiveMessage", "ChangeMessageVisibility"]);
  });
  test("of a letter that was in hand for long makes sure of it first, and sends nothing where it is no longer ours", async () => {
    const { letters, actions, asked, clock } = await opened({ ReceiveMessage: [received(ours(1), ours(2), ours(3)), {}], SendMessage: [sent], ChangeMessageVisibility: [{}, { status: 400, body: { __type: "x#MessageNotInflight" } }, {}] });
    const waits = [60_000, 1, 0];
    const told: string[] = [];
    await walked(letters, ({ redrive }) => ((clock.time += waits.shift()!), redrive(charge, signal).then(() => told.push("sent"), (error: Error) => told.push(error.message))));
    expect(told).toEqual(["sent", "sent", "SQS ChangeMessageVisibility: HTTP 400 MessageNotInflight"]);
    expect(actions()).toEqual(["ReceiveMessage", "SendMessage", "DeleteMessage", "ChangeMessageVisibility", "SendMessage", "DeleteMessage", "ChangeMessageVisibility", "ReceiveMessage", "ChangeMessageVisibility"]);
    expect([asked[3]?.[1], asked.at(-1)?.[1]]).toMatchObject([{ ReceiptHandle: "r-2", VisibilityTimeout: 120 }, { ReceiptHandle: "r-3", VisibilityTimeout: 0 }]);
  });
  test("on FIFO keeps the key, and has one deduplication id however often it is sent", async () => {
    const { letters, asked } = await opened({ ReceiveMessage: [received(ours(1, { Attributes: { MessageGroupId: "k" } }), ours(2)), {}], SendMessage: [sent] }, { ISOBAR_SOURCE_CHARGE: url("orders.fifo") });
    const errors: unknown[] = [];
    await walked(letters, ({ redrive }) => redrive(charge, signal).catch((error: unknown) => errors.push(error)));
    expect(asked.find(([action]) => action === "SendMessage")?.[1]).toMatchObject({ MessageGroupId: "k", MessageDeduplicationId: "redrive:m-1" });
    expect(errors).toEqual([expect.objectContaining({ code: "invalid-definition", message: "o-1 has no key, and the queue of charge is FIFO" })]);
  });
  test("of a body that SQS could not carry keeps it as it lies there, with its encoding", async () => {
    const { letters, asked } = await opened({ ReceiveMessage: [received(message(1, { Body: "AP8=", MessageAttributes: { isobar: text('{"v":1,"id":"o-1","function":"charge","encoding":"base64"}') } })), {}], SendMessage: [sent] });
    await walked(letters, ({ redrive }) => redrive(charge, signal));
    expect(asked[1]).toEqual(["SendMessage", { QueueUrl: url("orders"), MessageBody: "AP8=", MessageAttributes: { isobar: text('{"v":1,"id":"o-1","encoding":"base64"}') } }]);
  });
  test.each<[string, object, Recipient, Readonly<Record<string, string>>, string, string]>([
    ["to a function that reads by position", ours(1), count, {}, "unsupported", "count reads by position: nothing can be put back for it alone"],
    ["to a function without an address", ours(1), greetAll, { ISOBAR_SOURCE_GREETALL: "" }, "send-failed", "the queue of greetAll has no address: ISOBAR_SOURCE_GREETALL is not set"],
    ["to a queue function without an address", ours(1), charge, { ISOBAR_SOURCE_CHARGE: "" }, "send-failed", "the queue of charge has no address: ISOBAR_SOURCE_CHARGE is not set, nor is ISOBAR_QUEUE_ORDERS"],
    ["to another function than the queue tells", moved(1, "orders"), greetAll, {}, "invalid-definition", "m-1 comes from arn:aws:sqs:eu-central-1:123456789012:orders, which is not the queue of greetAll"],
    ["with more attributes than fit", message(1, { MessageAttributes: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${n}`, text("x")])) }), charge, {}, "unsupported", "m-1 has 10 attributes of its sender's, and SQS takes no more: none is left for its id"],
  ])("%s is refused before anything is sent", async (_, letter, to, env, code, why) => {
    const { letters, actions } = await opened({ ReceiveMessage: [received(letter), {}] }, env);
    await walked(letters, async ({ redrive }) => expect(await failing(redrive(to, signal))).toMatchObject({ code, message: why }));
    expect(actions()).not.toContain("SendMessage");
  });
  test("goes to a queue function's channel where nothing else is told", async () => {
    const { letters, asked } = await opened({ ReceiveMessage: [received(moved(1, "orders")), {}], SendMessage: [sent] }, { ISOBAR_SOURCE_CHARGE: "", ISOBAR_QUEUE_ORDERS: url("orders") });
    await walked(letters, ({ letter, redrive }) => (expect(letter.function).toBe("charge"), redrive(charge, signal)));
    expect(asked[1]?.[1]).toMatchObject({ QueueUrl: url("orders"), MessageAttributes: { isobar: text('{"v":1,"id":"m-1"}') } });
  });
});

test("against a broker: what was rejected and what it moved itself is seen, given back, and redriven to its queue alone", async () => {
  const broker = buildApp({ logger: false, host: "127.0.0.1" });
  await broker.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => broker.close() as Promise<void>);
  const port = (broker.server.address() as AddressInfo).port;
  const endpoint = `http://127.0.0.1:${port}`;
  const made = async (QueueName: string, Attributes: object = {}) => {
    const answer = await fetch(endpoint, { method: "POST", headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.CreateQueue", authorization: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0" }, body: JSON.stringify({ QueueName, Attributes }) });
    return ((await answer.json()) as { QueueUrl: string }).QueueUrl;
  };
  const dead = await made("orders-failed");
  const orders = await made("orders", { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:orders-failed", maxReceiveCount: 1 }) });
  const machine: Machine = { env: { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: endpoint, ISOBAR_QUEUE_ORDERS_FAILED: dead, ISOBAR_QUEUE_ORDERS: orders }, run: async () => undefined };
  const client = sqs(accessOn(machine));
  await client.sendMessage({ queueUrl: dead, body: '{"n":1}', attributes: { isobar: { dataType: "String", stringValue: attribute } } }, signal);
  await client.sendMessage({ queueUrl: orders, body: '{"n":2}' }, signal);
  // The first receive fails, and a second moves it.
  const [taken] = await client.receiveMessages({ queueUrl: orders }, signal);
  await client.changeMessageVisibility({ queueUrl: orders, receiptHandle: taken!.receiptHandle, visibilitySeconds: 0 }, signal);
  expect(await client.receiveMessages({ queueUrl: orders }, signal)).toEqual([]);

  const { deadLetters } = operate(machine);
  const look = { limit: 2, recipients };
  const bodies = (letters: readonly DeadLetter[]) => letters.map(({ body }) => Buffer.from(body).toString()).sort();
  expect(bodies(await deadLetters.list(failed, look, signal))).toEqual(['{"n":1}', '{"n":2}']);
  const letters: DeadLetter[] = [];
  for await (const { letter, redrive } of deadLetters.take(failed, look, signal)) {
    letters.push(letter);
    await redrive(charge, signal);
  }
  expect(bodies(letters)).toEqual(['{"n":1}', '{"n":2}']);
  expect(await client.receiveMessages({ queueUrl: dead }, signal)).toEqual([]);
  const back = await client.receiveMessages({ queueUrl: orders }, signal);
  expect(back.map(({ body, attributes, messageAttributes }) => [body, attributes.ApproximateReceiveCount, messageAttributes!.isobar?.stringValue]).sort()).toEqual([
    ['{"n":1}', "1", '{"v":1,"id":"o-1","traceparent":"00-1"}'],
    ['{"n":2}', "1", `{"v":1,"id":"${letters.find(({ reason }) => reason === "unknown")!.id}"}`],
  ]);
});
