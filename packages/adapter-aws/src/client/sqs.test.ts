import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqs as codec } from "../triggers/queue/codec.ts";
import { sqs, type SendMessage } from "./sqs.ts";
import { openService, standingClock, type Service } from "./testing.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
const signal = new AbortController().signal;

let service: Service;
let client: ReturnType<typeof sqs>;
beforeEach(async () => {
  service = await openService(credentials);
  client = sqs({ credentials: () => credentials, endpoint: service.endpoint, region: "eu-west-1", clock: standingClock() });
});
afterEach(() => service.close());
/** What was sent: action, what it was signed for, and the input as JSON. */
const asked = () => service.seen.map(({ headers, signed, body }) => [headers["x-amz-target"], headers["content-type"], signed, JSON.parse(body) as unknown]);
const as = (action: string, input: object, signed = "sqs eu-central-1") => [[`AmazonSQS.${action}`, "application/x-amz-json-1.0", signed, input]];

describe("SendMessage", () => {
  test("carries body, attributes, delay, group and deduplication id, and tells the message's id", async () => {
    service.will({ body: { MessageId: "m-1", MD5OfMessageBody: "…" } });
    const attributes = { isobar: { dataType: "String", stringValue: '{"v":1}' }, picture: { dataType: "Binary", binaryValue: "AAEC" } };
    expect(await client.sendMessage({ queueUrl, body: "ä \u2028 {}", attributes, delaySeconds: 5, groupId: "g", deduplicationId: "d" }, signal)).toEqual({ messageId: "m-1" });
    expect(asked()).toEqual(
      as("SendMessage", {
        QueueUrl: queueUrl, MessageBody: "ä \u2028 {}", MessageAttributes: { isobar: { DataType: "String", StringValue: '{"v":1}' }, picture: { DataType: "Binary", BinaryValue: "AAEC" } },
        DelaySeconds: 5, MessageGroupId: "g", MessageDeduplicationId: "d",
      }),
    );
  });
  test("leaves out what is not given", async () => {
    service.will({ body: { MessageId: "m-1" } });
    await client.sendMessage({ queueUrl, body: "a" }, signal);
    expect(asked()).toEqual(as("SendMessage", { QueueUrl: queueUrl, MessageBody: "a" }));
  });
  test.each([
    ["payload-too-large", { queueUrl, body: "a".repeat(1_048_577) }],
    ["payload-too-large", { queueUrl, body: "a".repeat(1_048_576 - 13), attributes: { isobar: { dataType: "String", stringValue: "{}" } } }],
    ["send-failed", { queueUrl, body: "\0" }],
  ] as const)("%s is thrown before anything is sent", async (code, input: SendMessage) => {
    await expect(client.sendMessage(input, signal)).rejects.toMatchObject({ name: "IsobarError", code });
    expect(service.seen).toEqual([]);
  });
  test("a message of exactly 1 MiB goes", async () => {
    service.will({ body: { MessageId: "m-1" } });
    await client.sendMessage({ queueUrl, body: "a".repeat(1_048_576 - 14), attributes: { isobar: { dataType: "String", stringValue: "{}" } } }, signal);
    expect(service.seen).toHaveLength(1);
  });
  test.each([["nothing", ""], ["no JSON", "<html>"], ["no id", {}], ["an id that is none", { MessageId: 5 }]])("an answer of 200 with %s is no success", async (_, body) => {
    service.will({ body });
    await expect(client.sendMessage({ queueUrl, body: "a" }, signal)).rejects.toMatchObject({ message: "SQS SendMessage: HTTP 200 without MessageId", action: "SendMessage", status: 200 });
  });
  test.each([
    [{ __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "The specified queue does not exist." }, "QueueDoesNotExist"],
    [{ __type: "com.amazon.coral.service#InvalidSignatureException", Message: "…" }, "InvalidSignatureException"],
    [{ __type: "AccessDenied" }, "AccessDenied"],
    ["<html>", undefined],
  ])("the error's code is in its type: %j", async (body, code) => {
    service.will({ status: 400, body });
    await expect(client.sendMessage({ queueUrl, body: "a" }, signal)).rejects.toMatchObject({ status: 400, code });
  });
  test("one that was throttled is sent again, the same to the byte", async () => {
    service.will({ status: 403, body: { __type: "com.amazonaws.sqs#RequestThrottled" } }, { body: { MessageId: "m-1" } });
    await client.sendMessage({ queueUrl, body: "a", groupId: "g", deduplicationId: "d" }, signal);
    expect(service.seen).toHaveLength(2);
    expect(service.seen[1]!.body).toBe(service.seen[0]!.body);
  });
});

describe("a message in hand", () => {
  test("is hidden for so many seconds", async () => {
    await client.changeMessageVisibility({ queueUrl, receiptHandle: "r", visibilitySeconds: 0 }, signal);
    expect(asked()).toEqual(as("ChangeMessageVisibility", { QueueUrl: queueUrl, ReceiptHandle: "r", VisibilityTimeout: 0 }));
  });
  test("is deleted", async () => {
    service.will({ body: "" });
    await client.deleteMessage({ queueUrl, receiptHandle: "r" }, signal);
    expect(asked()).toEqual(as("DeleteMessage", { QueueUrl: queueUrl, ReceiptHandle: "r" }));
  });
});

describe("ReceiveMessage", () => {
  const wire = {
    MessageId: "m-1", ReceiptHandle: "r-1", Body: "{}", MD5OfBody: "…", Attributes: { ApproximateReceiveCount: "4", SentTimestamp: "1545082649183", MessageGroupId: "g" },
    MessageAttributes: { isobar: { DataType: "String", StringValue: '{"v":1,"id":"o-1"}' }, picture: { DataType: "Binary", BinaryValue: "AAEC" } },
  };
  test("asks for ten and for all that is known of them", async () => {
    service.will({ body: {} });
    expect(await client.receiveMessages({ queueUrl }, signal)).toEqual([]);
    expect(asked()).toEqual(as("ReceiveMessage", { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] }));
  });
  test("asks for fewer, hidden for longer, waiting for the first; one try lasts as much longer", async () => {
    const clock = standingClock();
    service.will({ body: {} });
    await sqs({ credentials: () => credentials, endpoint: service.endpoint, clock }).receiveMessages({ queueUrl, max: 1, visibilitySeconds: 60, waitSeconds: 20 }, signal);
    expect(asked()).toEqual(as("ReceiveMessage", { QueueUrl: queueUrl, MaxNumberOfMessages: 1, VisibilityTimeout: 60, WaitTimeSeconds: 20, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] }));
    expect(clock.waits).toEqual([25_000]);
  });
  test("tells messages as Lambda's records do, so that the queue's codec reads them", async () => {
    service.will({ body: { Messages: [wire, { MessageId: "m-2", ReceiptHandle: "r-2", Body: "" }] } });
    const messages = await client.receiveMessages({ queueUrl }, signal);
    expect(messages).toStrictEqual([
      {
        messageId: "m-1", receiptHandle: "r-1", body: "{}", attributes: { ApproximateReceiveCount: "4", SentTimestamp: "1545082649183", MessageGroupId: "g" },
        messageAttributes: { isobar: { dataType: "String", stringValue: '{"v":1,"id":"o-1"}' }, picture: { dataType: "Binary", binaryValue: "AAEC" } },
      },
      { messageId: "m-2", receiptHandle: "r-2", body: "", attributes: {}, messageAttributes: {} },
    ]);
    expect(codec.decode({ Records: messages }).items[0]).toMatchObject({ id: "m-1", deliveries: [{ id: "o-1", attempt: 4, group: "g", enqueuedAt: 1545082649183, body: "{}" }] });
  });
  test.each([[{ Messages: "m" }], [{ Messages: [{ ...wire, ReceiptHandle: undefined }] }], [{ Messages: [{ ...wire, MessageId: "" }] }], [{ Messages: [{ ...wire, Body: undefined }] }], [{ Messages: [null] }]])("an answer that holds no messages is none: %j", async (body) => {
    service.will({ body });
    await expect(client.receiveMessages({ queueUrl }, signal)).rejects.toMatchObject({ action: "ReceiveMessage", status: 200 });
  });
});

describe("a queue", () => {
  test("tells its attributes, all or those that are asked for", async () => {
    service.will({ body: { Attributes: { VisibilityTimeout: "30" } } }, { body: {} });
    expect(await client.getQueueAttributes({ queueUrl }, signal)).toEqual({ VisibilityTimeout: "30" });
    expect(await client.getQueueAttributes({ queueUrl, names: ["QueueArn"] }, signal)).toEqual({});
    expect(asked()).toEqual([...as("GetQueueAttributes", { QueueUrl: queueUrl, AttributeNames: ["All"] }), ...as("GetQueueAttributes", { QueueUrl: queueUrl, AttributeNames: ["QueueArn"] })]);
  });
  test("is found by its name in the access's region, and in another account", async () => {
    service.will({ body: { QueueUrl: queueUrl } });
    expect(await client.getQueueUrl({ queueName: "orders" }, signal)).toBe(queueUrl);
    await client.getQueueUrl({ queueName: "orders", account: "210987654321" }, signal);
    expect(asked()).toEqual([...as("GetQueueUrl", { QueueName: "orders" }, "sqs eu-west-1"), ...as("GetQueueUrl", { QueueName: "orders", QueueOwnerAWSAccountId: "210987654321" }, "sqs eu-west-1")]);
  });
  test("is not found where there is no URL in the answer, or no region to ask in", async () => {
    await expect(client.getQueueUrl({ queueName: "orders" }, signal)).rejects.toMatchObject({ message: "SQS GetQueueUrl: HTTP 200 without QueueUrl" });
    await expect(sqs({ credentials: () => credentials }).getQueueUrl({ queueName: "orders" }, signal)).rejects.toMatchObject({ code: "send-failed" });
  });
});
