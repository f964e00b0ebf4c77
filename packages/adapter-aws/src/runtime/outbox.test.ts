import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineQueue, queue as define, reject, retry } from "@isobar/core";
import type { Effect } from "@isobar/core/adapter";
import fc from "fast-check";
import { rolldown } from "rolldown";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openService, standingClock, type Service } from "../client/testing.ts";
import type { LambdaContext } from "../native.ts";
import { outboxOf } from "./outbox.ts";
import { queue } from "./queue.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
const topicArn = (name: string) => `arn:aws:sns:eu-central-1:123456789012:${name}`;
const signal = new AbortController().signal;
const orders = { resource: "queue", name: "orders" } as const;
const ordered = { resource: "queue", name: "ordered-ones" } as const;
const news = { resource: "topic", name: "news" } as const;
const orderedNews = { resource: "topic", name: "ordered-news" } as const;

let service: Service;
let environment: Record<string, string>;
beforeEach(async () => {
  service = await openService(credentials);
  service.will({ body: '{"MessageId":"m-1","for":"SNS: <MessageId>m-1</MessageId>"}' });
  environment = {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token", AWS_REGION: "us-east-1", AWS_ENDPOINT_URL_SQS: service.endpoint, AWS_ENDPOINT_URL_SNS: service.endpoint, AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    ISOBAR_QUEUE_ORDERS: queueUrl("orders"), ISOBAR_QUEUE_ORDERED_ONES: queueUrl("ordered.fifo"), ISOBAR_TOPIC_NEWS: topicArn("news"), ISOBAR_TOPIC_ORDERED_NEWS: topicArn("news.fifo"),
  };
});
afterEach(() => service.close());

const perform = (effect: Effect) => outboxOf(() => environment, standingClock()).perform(effect, signal);
const inputs = () => service.seen.map(({ body }) => (body.startsWith("{") ? (JSON.parse(body) as Record<string, unknown>) : Object.fromEntries(new URLSearchParams(body))));
async function refused(effect: Effect, code: string, message: string): Promise<void> {
  await expect(perform(effect)).rejects.toMatchObject({ name: "IsobarError", code, message });
  expect(service.seen).toEqual([]);
}
const isobar = (StringValue: string) => ({ isobar: { DataType: "String", StringValue } });

describe("a message is sent to a queue", () => {
  test("by its URL in the unit's environment, signed for the queue's region", async () => {
    await perform({ do: "send", to: orders, body: '{"id":"o-1"}' });
    expect(service.seen.map(({ headers, signed }) => [headers["x-amz-target"], signed])).toEqual([["AmazonSQS.SendMessage", "sqs eu-central-1"]]);
    expect(inputs()).toEqual([{ QueueUrl: queueUrl("orders"), MessageBody: '{"id":"o-1"}' }]);
  });
  test("with its attribute, its key and its delay", async () => {
    await perform({ do: "send", to: orders, body: "{}", attribute: '{"v":1}', key: "k", afterMs: 1_001, deduplicationId: "d" });
    expect(inputs()).toEqual([{ QueueUrl: queueUrl("orders"), MessageBody: "{}", MessageAttributes: isobar('{"v":1}'), MessageGroupId: "k", DelaySeconds: 2 }]);
  });
  test("that is FIFO with its key, and with the sender's deduplication id or a fresh one each time", async () => {
    await perform({ do: "send", to: ordered, body: "{}", key: "k", deduplicationId: "d" });
    await perform({ do: "send", to: ordered, body: "{}", key: "k", afterMs: 0 });
    await perform({ do: "send", to: ordered, body: "{}", key: "k" });
    const [first, ...fresh] = inputs();
    expect(first).toEqual({ QueueUrl: queueUrl("ordered.fifo"), MessageBody: "{}", MessageGroupId: "k", MessageDeduplicationId: "d" });
    const ids = fresh.map(({ MessageDeduplicationId }) => MessageDeduplicationId);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(2);
  });
  test("that is FIFO as one message, however often it takes to be sent", async () => {
    service.will("reset", { status: 500 }, { body: { MessageId: "m-1" } });
    await perform({ do: "send", to: ordered, body: "{}", key: "k" });
    expect(service.seen).toHaveLength(3);
    expect(new Set(inputs().map(({ MessageDeduplicationId }) => MessageDeduplicationId)).size).toBe(1);
  });
  test("that is FIFO not without a key, and not with a delay", async () => {
    await refused({ do: "send", to: ordered, body: "{}" }, "send-failed", 'queue "ordered-ones" is FIFO: every message needs a key');
    await refused({ do: "send", to: ordered, body: "{}", key: "k", afterMs: 1 }, "unsupported", 'queue "ordered-ones" takes no delay for a message: FIFO has none');
  });
  test("not without its address, and the variable is named", async () => {
    delete environment.ISOBAR_QUEUE_ORDERS;
    await refused({ do: "send", to: orders, body: "{}" }, "send-failed", 'queue "orders" has no address: ISOBAR_QUEUE_ORDERS is not set');
  });
});

describe("a delay is never shorter than asked for", () => {
  test.each([[1, 1], [999, 1], [1_000, 1], [1_000.5, 2], [899_001, 900], [900_000, 900]])("%d ms are %d s", async (afterMs, seconds) => {
    await perform({ do: "send", to: orders, body: "{}", afterMs });
    expect(inputs()).toMatchObject([{ DelaySeconds: seconds }]);
  });
  test("by less than a second longer, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: Number.MIN_VALUE, max: 900_000, noNaN: true }), async (afterMs) => {
        await perform({ do: "send", to: orders, body: "{}", afterMs });
        const seconds = inputs().at(-1)!.DelaySeconds as number;
        expect(Number.isInteger(seconds) && seconds * 1_000 >= afterMs && (seconds - 1) * 1_000 < afterMs).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
  test.each([900_001, 86_400_000, Number.POSITIVE_INFINITY, -1, Number.NaN])("%d ms are refused, with the limit", async (afterMs) => {
    await refused({ do: "send", to: orders, body: "{}", afterMs }, "unsupported", `SQS delays a message by at most 900 s, not by ${afterMs} ms`);
  });
});

describe("a message is published to a topic", () => {
  test("by its ARN in the unit's environment, with its attribute and its key", async () => {
    await perform({ do: "send", to: news, body: "{}", attribute: '{"v":1}', key: "k", deduplicationId: "d" });
    expect(service.seen[0]!.signed).toBe("sns eu-central-1");
    const entry = { "MessageAttributes.entry.1.Name": "isobar", "MessageAttributes.entry.1.Value.DataType": "String", "MessageAttributes.entry.1.Value.StringValue": '{"v":1}' };
    expect(inputs()).toEqual([{ Action: "Publish", Version: "2010-03-31", TopicArn: topicArn("news"), Message: "{}", ...entry, MessageGroupId: "k" }]);
  });
  test("that is FIFO with a key and a deduplication id", async () => {
    await perform({ do: "send", to: orderedNews, body: "{}", key: "k" });
    expect(inputs()).toMatchObject([{ MessageGroupId: "k", MessageDeduplicationId: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
    await expect(perform({ do: "send", to: orderedNews, body: "{}" })).rejects.toMatchObject({ code: "send-failed" });
  });
  test("not with a delay", async () => {
    await refused({ do: "send", to: news, body: "{}", afterMs: 1 }, "unsupported", 'topic "news" takes no delay for a message: SNS has none');
  });
});

describe("a body goes as it is", () => {
  const bytes = (...values: readonly number[]) => Uint8Array.from(values);
  test("bytes that are UTF-8 are text, with their byte order mark", async () => {
    await perform({ do: "send", to: orders, body: bytes(0xef, 0xbb, 0xbf, 0xc3, 0xa4) });
    expect(inputs()).toMatchObject([{ MessageBody: "\ufeffä" }]);
  });
  test("other bytes are refused", async () => {
    await refused({ do: "send", to: orders, body: bytes(0x61, 0xff) }, "send-failed", "SQS and SNS carry text only, and the body is not UTF-8");
  });
  test("what the service would change is refused", async () => {
    await refused({ do: "send", to: orders, body: bytes(0) }, "send-failed", "SQS: the message has the character U+0000, which is not carried");
    await refused({ do: "send", to: news, body: "" }, "send-failed", "SNS: the message is empty");
  });
});

describe("a dead letter", () => {
  test("is the body with its attribute, and its key where it has one", async () => {
    await perform({ do: "dead-letter", to: orders, body: "not JSON", attribute: '{"v":1,"reason":"no"}' });
    await perform({ do: "dead-letter", to: ordered, body: "{}", attribute: "{}", key: "k" });
    expect(inputs()).toEqual([
      { QueueUrl: queueUrl("orders"), MessageBody: "not JSON", MessageAttributes: isobar('{"v":1,"reason":"no"}') },
      { QueueUrl: queueUrl("ordered.fifo"), MessageBody: "{}", MessageAttributes: isobar("{}"), MessageGroupId: "k", MessageDeduplicationId: expect.any(String) },
    ]);
  });
  test("that is none of SQS's text is kept all the same: as base64 or nothing, and its attribute says so", async () => {
    for (const body of [Uint8Array.from([0, 0xff]), "\u0000", "\uffff", new Uint8Array(), ""]) await perform({ do: "dead-letter", to: orders, body, attribute: '{"v":1,"reason":"no"}' });
    const marked = (encoding: string) => isobar(`{"v":1,"reason":"no","encoding":"${encoding}"}`);
    expect(inputs().map(({ MessageBody, MessageAttributes }) => [MessageBody, MessageAttributes])).toEqual([["AP8=", marked("base64")], ["AA==", marked("base64")], ["77+/", marked("base64")], ["-", marked("empty")], ["-", marked("empty")]]);
  });
  test("rejects where the queue does not take it, with the service's code", async () => {
    service.will({ status: 400, body: { __type: "com.amazonaws.sqs#QueueDoesNotExist" } });
    await expect(perform({ do: "dead-letter", to: orders, body: "{}", attribute: "{}" })).rejects.toThrow("SQS SendMessage: HTTP 400 QueueDoesNotExist");
  });
});

describe("a delivery is postponed where it is", () => {
  const record = { messageId: "m-1", receiptHandle: "r-1", body: "{}", eventSource: "aws:sqs", eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders" };
  const hidden = (VisibilityTimeout: number, QueueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders") => ({ QueueUrl, ReceiptHandle: "r-1", VisibilityTimeout });

  test("by its receipt handle, in the queue that its ARN names", async () => {
    await perform({ do: "postpone", record, afterMs: 10_500 });
    await perform({ do: "postpone", record, afterMs: 0 });
    await perform({ do: "postpone", record, afterMs: 43_200_000 });
    expect(service.seen.map(({ headers, signed }) => [headers["x-amz-target"], signed])).toEqual(Array.from({ length: 3 }, () => ["AmazonSQS.ChangeMessageVisibility", "sqs eu-west-1"]));
    expect(inputs()).toEqual([hidden(11), hidden(0), hidden(43_200)]);
  });
  test("in the queue's partition", async () => {
    await perform({ do: "postpone", record: { ...record, eventSourceARN: "arn:aws-cn:sqs:cn-north-1:123456789012:orders" }, afterMs: 1 });
    expect(inputs()).toEqual([hidden(1, "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders")]);
  });
  test("with its event where it travels inside the message", async () => {
    await perform({ do: "postpone", record: { carrier: record, event: { receiptHandle: "not this" } }, afterMs: 1_000 });
    expect(inputs()).toEqual([hidden(1)]);
  });
  test.each([43_200_001, -1, Number.NaN])("but not by %d ms", async (afterMs) => {
    await refused({ do: "postpone", record, afterMs }, "unsupported", `SQS hides a message by at most 43200 s, not by ${afterMs} ms`);
  });
  test.each([undefined, null, {}, { ...record, receiptHandle: "" }, { ...record, eventSourceARN: "arn:aws:kinesis:eu-west-1:123456789012:stream/x" }, { carrier: { eventSourceARN: record.eventSourceARN } }])("but not %j, which is no SQS message", async (given) => {
    await refused({ do: "postpone", record: given, afterMs: 1_000 }, "unsupported", "only an SQS message can be postponed, by its receiptHandle and eventSourceARN");
  });
});

test("nothing is put back behind a delay", async () => {
  await refused({ do: "requeue", functionName: "charge", body: "{}", attribute: "{}", afterMs: 1_000, deduplicationId: "d" }, "unsupported", "SQS postpones a delivery where it is: nothing is put back behind a delay");
});

test("an effect whose time is over is not begun", async () => {
  const reason = new Error("too late");
  await expect(outboxOf(() => environment).perform({ do: "send", to: orders, body: "{}" }, AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(service.seen).toEqual([]);
});

test("behind an entry a reject is a dead letter before it is acknowledged; one that could not be written comes again", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const delivery = { maxAttempts: 3, deadLetter: defineQueue("orders", { format: "text" }) } as const;
  const entry = queue(define(defineQueue("incoming", { format: "text" }), { delivery }, ({ data }) => (data === "retry" ? retry() : reject("no"))), { name: "charge", outbox: outboxOf(() => environment, standingClock()) });
  const context: LambdaContext = { awsRequestId: "request-1", functionName: "charge", getRemainingTimeInMillis: () => 30_000 };
  const record = (messageId: string, body: string) => ({ messageId, body, attributes: { ApproximateReceiveCount: "1" }, eventSource: "aws:sqs" });
  expect(await entry({ Records: [record("1", "retry"), record("2", "reject")] }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
  expect(inputs()).toMatchObject([{ QueueUrl: queueUrl("orders"), MessageBody: "reject" }]);
  service.will({ status: 403, body: { __type: "AccessDenied" } });
  expect(await entry({ Records: [record("2", "reject")] }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
  error.mockRestore();
  warn.mockRestore();
});

test("none of Node's own modules is loaded before the first effect, and then http and crypto are", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "isobar-outbox-")));
  try {
    const adapter = fileURLToPath(import.meta.resolve("@isobar/core/adapter"));
    const build = await rolldown({ input: fileURLToPath(new URL("./outbox.ts", import.meta.url)), platform: "node", resolve: { alias: { "@isobar/core/adapter": adapter } } });
    await build.write({ file: join(folder, "outbox.mjs"), format: "esm" });
    await build.close();
    writeFileSync(
      join(folder, "probe.mjs"),
      `const start = process.moduleLoadList.slice();
       const { outbox } = await import("./outbox.mjs");
       const imported = process.moduleLoadList.filter((each) => !start.includes(each));
       const failed = await outbox.perform({ do: "send", to: { resource: "queue", name: "orders" }, body: "{}" }, new AbortController().signal).catch(({ message }) => message);
       const loaded = process.moduleLoadList.filter((each) => !start.includes(each));
       process.stdout.write(JSON.stringify({ start, imported, failed, loaded }));`,
    );
    await service.close();
    const seen = JSON.parse(execFileSync(process.execPath, [join(folder, "probe.mjs")], { encoding: "utf8", env: environment, timeout: 10_000 })) as Record<"start" | "imported" | "loaded", readonly string[]> & { readonly failed: string };
    const costly = ["http", "https", "crypto", "internal/deps/undici/undici"].map((name) => `NativeModule ${name}`);
    expect(seen.imported).toEqual([]);
    expect(costly.filter((each) => seen.start.includes(each))).toEqual([]);
    expect(seen.failed).toBe("SQS SendMessage: ECONNREFUSED");
    expect(costly.filter((each) => seen.loaded.includes(each))).toEqual(["NativeModule http", "NativeModule crypto"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
