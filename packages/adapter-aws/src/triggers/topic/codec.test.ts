import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import { sns, snsInSqs } from "./codec.ts";

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html#http-notification-json, as SQS receives it. */
const notification = {
  Type: "Notification",
  MessageId: "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
  TopicArn: "arn:aws:sns:us-west-2:123456789012:MyTopic",
  Subject: "My First Message",
  Message: "Hello world!",
  Timestamp: "2012-05-02T00:54:06.655Z",
  SignatureVersion: "1",
  Signature: "EXAMPLEw6JRN...",
  SigningCertURL: "https://sns.us-west-2.amazonaws.com/SimpleNotificationService.pem",
  UnsubscribeURL: "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
};
const message = (body: unknown, change: object = {}) => ({
  messageId: "m-1", body: typeof body === "string" ? body : JSON.stringify(body), attributes: { ApproximateReceiveCount: "2", SentTimestamp: "1335920046700" }, messageAttributes: {}, eventSource: "aws:sqs", ...change,
});
const only = (items: readonly Item[]): Delivery => (items[0] as Extract<Item, { deliveries: unknown }>).deliveries[0]!;
const queued = (body: unknown, change: object = {}) => only(snsInSqs.decode({ Records: [message(body, change)] }).items);
const direct = (change: object = {}) => only(sns.decode({ Records: [{ EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: "arn", Sns: { ...notification, ...change } }] }).items);

describe("behind a queue", () => {
  test("the notification is the event, and the message keeps its envelope for a dead letter", () => {
    const record = message(notification);
    const [item] = snsInSqs.decode({ Records: [record] }).items;
    expect(item).toMatchObject({ id: "m-1", deliveries: [{ id: notification.MessageId, attempt: 2, group: undefined, enqueuedAt: 1335920046655, attribute: undefined, body: record.body }] });
    expect([only([item!]).told!(), only([item!]).record]).toEqual([{ subject: "My First Message", body: "Hello world!" }, { carrier: record, event: notification }]);
  });
  test("edge 34: both spellings of the certificate's URL are notifications", () => {
    const { SigningCertURL: _, UnsubscribeURL: __, ...rest } = notification;
    expect(queued({ ...rest, SigningCertUrl: "https://a", UnsubscribeUrl: "https://b" }).told!()).toMatchObject({ body: "Hello world!" });
  });
  test("edge 35: the attribute isobar is { Type, Value } inside the notification, and the message's own is not looked at", () => {
    const delivery = queued({ ...notification, MessageAttributes: { isobar: { Type: "String", Value: '{"v":1,"id":"order-1"}' } } }, { messageAttributes: { isobar: { dataType: "String", stringValue: '{"v":1,"id":"other"}' } } });
    expect([delivery.id, delivery.attribute]).toEqual(["order-1", '{"v":1,"id":"order-1"}']);
    expect(queued({ ...notification, MessageAttributes: { isobar: { dataType: "String", stringValue: "{}" } } }).attribute).toBeUndefined();
  });
  test("edge 36: JSON in Message stays the text that was published", () => {
    expect(queued({ ...notification, Message: '{"a":1}' }).told!()).toMatchObject({ body: '{"a":1}' });
  });
  test.each([[null, undefined], [undefined, undefined], ["", undefined], ["s", "s"]])("a Subject of %j is the subject %j", (Subject, subject) => {
    expect((queued({ ...notification, Subject }).told!() as { subject?: string }).subject).toBe(subject);
  });
  test("a FIFO topic's group is the message's", () => {
    expect(queued(notification, { attributes: { MessageGroupId: "tenant-1" } }).group).toBe("tenant-1");
  });
  test("a time that is none leaves SQS's", () => {
    expect(queued({ ...notification, Timestamp: "soon" }).enqueuedAt).toBe(1335920046700);
  });
  test.each([
    ["a raw message", "hello"], ["raw JSON", '{"Message":"x","MessageId":"1"}'], ["a list", "[]"], ["null", "null"], ["a subscription's confirmation", { ...notification, Type: "SubscriptionConfirmation" }],
    ["no Message", { ...notification, Message: undefined }], ["a Message that is no text", { ...notification, Message: { a: 1 } }], ["no id", { ...notification, MessageId: "" }], ["empty", ""],
  ])("%s is no notification: it is rejected with its body kept, and its neighbours are not touched", (_, body) => {
    const { items } = snsInSqs.decode({ Records: [message(body), message(notification, { messageId: "m-2" })] });
    expect(() => only(items).told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect([only(items).id, only(items).body, only(items.slice(1)).id]).toEqual(["m-1", message(body).body, notification.MessageId]);
  });
});

describe("direct", () => {
  test("the invocation is one item, and Message its body", () => {
    const native = { Records: [{ EventSource: "aws:sns", Sns: notification }] };
    const { items, native: known } = sns.decode(native);
    expect([items.length, known === native, only(items).record === native.Records[0]]).toEqual([1, true, true]);
    expect([items[0], only(items).told!()]).toMatchObject([{ id: notification.MessageId, deliveries: [{ id: notification.MessageId, attempt: undefined, enqueuedAt: 1335920046655, body: "Hello world!" }] }, { subject: "My First Message", body: "Hello world!" }]);
  });
  test("edge 34: SigningCertUrl and a Subject of null, as Lambda gets them", () => {
    expect(direct({ SigningCertUrl: "https://a", Subject: null }).told!()).toEqual({ subject: undefined, body: "Hello world!" });
  });
  test("a notification without its Type is one here, where the envelope says it", () => {
    expect(direct({ Type: undefined }).told!()).toMatchObject({ body: "Hello world!" });
  });
  test.each([
    ["another Type", { Records: [{ EventSource: "aws:sns", Sns: { ...notification, Type: "SubscriptionConfirmation" } }] }],
    ["null", null], ["an SQS batch", { Records: [message(notification)] }], ["no Message", { Records: [{ EventSource: "aws:sns", Sns: {} }] }], ["a null Sns", { Records: [{ EventSource: "aws:sns", Sns: null }] }], ["sns in lower case", { Records: [{ eventSource: "aws:sns", sns: notification }] }],
    ["a stranger among ours", { Records: [{ EventSource: "aws:sns", Sns: notification }, { EventSource: "aws:ses", ses: {} }] }],
  ])("%s is an invalid event", (_, native) => {
    expect(() => sns.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("any event that comes again is a fault of the whole invocation", () => {
    expect(sns.encode([{ id: "1", then: "done" }], { Records: [] })).toEqual({ respond: null });
    expect(sns.encode([{ id: "1", then: "again" }], { Records: [] })).toMatchObject({ fault: { code: "handler-failed" } });
  });
});
