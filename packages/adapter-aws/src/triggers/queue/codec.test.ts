import { describe, expect, test } from "vitest";
import { IsobarError, type Delivery, type Item } from "@isobar/core/adapter";
import type { SqsEvent } from "../../native.ts";
import { sqs } from "./codec.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
const record = {
  messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
  receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
  body: "Test message.",
  attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183", SenderId: "AIDAIENQZJOLO23YVJ4VO", ApproximateFirstReceiveTimestamp: "1545082649185" },
  messageAttributes: {},
  md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
  eventSource: "aws:sqs",
  eventSourceARN: "arn:aws:sqs:us-east-2:123456789012:my-queue",
  awsRegion: "us-east-2",
};
const items = (...records: readonly unknown[]): readonly Item[] => sqs.decode({ Records: records }).items;
const delivery = (change: object = {}): Delivery => {
  const [item] = items({ ...record, ...change });
  if (!("deliveries" in item!)) throw item!.unreadable;
  return item.deliveries[0]!;
};
const unreadable = (change: object): unknown => items({ ...record, ...change })[0];
const attributes = (change: object) => ({ attributes: { ...record.attributes, ...change } });
const attribute = (given: object) => delivery({ messageAttributes: { isobar: given } }).attribute;

describe("a record is a delivery", () => {
  test("each native field is mapped or kept in the record", () => {
    expect(items(record)).toEqual([{ id: record.messageId, deliveries: [{ id: record.messageId, attempt: 1, group: undefined, enqueuedAt: 1545082649183, body: "Test message.", attribute: undefined, record }] }]);
  });
  test("the record is the very object that arrived", () => {
    const native = { Records: [record] };
    expect([delivery().record === undefined, sqs.decode(native).native === native]).toEqual([false, true]);
    expect((sqs.decode(native).items[0] as Extract<Item, { deliveries: unknown }>).deliveries[0]!.record).toBe(record);
  });
  test.each([["1", 1], ["2", 2], ["10", 10], ["", undefined], ["first", undefined], ["-1", undefined], [3, undefined], [undefined, undefined]])("ApproximateReceiveCount %j is attempt %j", (count, attempt) => {
    expect(delivery(attributes({ ApproximateReceiveCount: count })).attempt).toBe(attempt);
  });
  test.each([["1545082649183", 1545082649183], ["soon", undefined], [undefined, undefined], ["99999999999999999999", undefined]])("SentTimestamp %j is enqueuedAt %j", (sent, at) => {
    expect(delivery(attributes({ SentTimestamp: sent })).enqueuedAt).toBe(at);
  });
  test("without attributes the attempt, the group and the time are unknown, and the message is one all the same", () => {
    expect([delivery({ attributes: undefined }), delivery({ attributes: null }), delivery({ attributes: {} })]).toMatchObject([1, 2, 3].map(() => ({ attempt: undefined, group: undefined, enqueuedAt: undefined, body: "Test message." })));
  });
  test("a FIFO queue's group is the group of order", () => {
    expect([delivery(attributes({ MessageGroupId: "tenant-1", MessageDeduplicationId: "d", SequenceNumber: "18849496460467696128" })).group, delivery(attributes({ MessageGroupId: 5 })).group]).toEqual(["tenant-1", undefined]);
  });
  test.each(["not JSON", "", "{", '{"__proto__":{"a":1}}', "\u0000é東"])("edge 36: the body %j passes as it is", (body) => {
    expect(delivery({ body }).body).toBe(body);
  });
  test("edge 34: a body that SNS wrote is a body like any other", () => {
    const body = '{"Type":"Notification","Message":"{\\"a\\":1}","SigningCertURL":"https://sns.us-east-2.amazonaws.com/c.pem","UnsubscribeURL":"https://sns.us-east-2.amazonaws.com/u"}';
    expect(delivery({ body }).body).toBe(body);
  });
});

describe("the attribute isobar", () => {
  test("edge 35: it is read in Lambda's spelling of attributes", () => {
    expect([attribute({ dataType: "String", stringValue: '{"v":1}', stringListValues: [], binaryListValues: [] }), attribute({ Type: "String", Value: "{}" }), attribute({ DataType: "String", StringValue: "{}" })]).toEqual(['{"v":1}', undefined, undefined]);
  });
  test("its id counts before the broker's, which still names the item", () => {
    const [item] = items({ ...record, messageAttributes: { isobar: { dataType: "String", stringValue: '{"v":1,"id":"order-1"}' } } });
    expect(item).toMatchObject({ id: record.messageId, deliveries: [{ id: "order-1" }] });
  });
  test("one in bytes, without a value or of another shape is none, and spoils nothing", () => {
    expect([attribute({ dataType: "Binary", binaryValue: "AP8=" }), attribute({ dataType: "String" }), attribute({ dataType: "String", stringValue: { v: 1 } })]).toEqual([undefined, undefined, undefined]);
    expect(delivery({ messageAttributes: { isobar: null } }).attribute).toBeUndefined();
  });
  test("a later version's attribute, and one that is no JSON, leave the broker's id", () => {
    expect([delivery({ messageAttributes: { isobar: { dataType: "String", stringValue: "not JSON" } } }).id, delivery({ messageAttributes: { isobar: { dataType: "String", stringValue: '{"id":"x"}' } } }).id]).toEqual([record.messageId, record.messageId]);
  });
  test("others' attributes, binary ones too, stay in the record", () => {
    const messageAttributes = { trace: { dataType: "Binary", binaryValue: "AP8=", stringListValues: [], binaryListValues: [] } };
    expect(delivery({ messageAttributes })).toMatchObject({ attribute: undefined, record: { messageAttributes } });
  });
});

describe("a record that cannot be read", () => {
  test.each([["absent", undefined], ["null", null], ["an object", { a: 1 }]])("a body that is %s fails alone, by its id", (_, body) => {
    expect(items(record, { ...record, messageId: "2", body }, { ...record, messageId: "3" })).toMatchObject([
      { id: record.messageId, deliveries: [{}] }, { id: "2", unreadable: { code: "invalid-native-event" } }, { id: "3", deliveries: [{}] },
    ]);
  });
  test.each([undefined, null, "", 5])("an id of %j names nothing", (messageId) => {
    expect(unreadable({ messageId })).toMatchObject({ id: undefined, unreadable: { code: "invalid-native-event" } });
  });
});

describe("any other envelope is an invalid event, and nothing in it is acknowledged", () => {
  test.each([
    ["null", null], ["undefined", undefined], ["a text", "Records"], ["a number", 5], ["a list", []], ["an empty object", {}], ["Records that are a text", { Records: "x" }], ["no records", { Records: [] }],
    ["a list of null", { Records: [null] }], ["a list of numbers", { Records: [1] }],
    ["an S3 event", { Records: [{ eventSource: "aws:s3", s3: {} }] }], ["an SNS event, which writes the source in another case", { Records: [{ EventSource: "aws:sns", Sns: { Message: "" } }] }],
    ["a Kinesis event", { Records: [{ eventSource: "aws:kinesis", kinesis: {} }] }], ["a CloudFront event, which has no source", { Records: [{ cf: { config: {} } }] }],
    ["a stranger among ours", { Records: [record, { ...record, eventSource: "aws:s3" }] }], ["a source that is no text", { Records: [{ ...record, eventSource: 5n }] }],
    ["an HTTP event", { version: "2.0", rawPath: "/", requestContext: { http: { method: "GET" } } }],
  ])("%s", (_, native) => {
    expect(() => sqs.decode(native)).toThrow(expect.objectContaining({ name: "IsobarError", code: "invalid-native-event" }));
  });
  test("a test tool's record without a source is a message", () => {
    expect(items({ messageId: "1", body: "{}" })).toMatchObject([{ id: "1", deliveries: [{ body: "{}" }] }]);
  });
});

const encode = (...outcomes: Parameters<typeof sqs.encode>[0]) => sqs.encode(outcomes, { Records: [record] } satisfies SqsEvent);
describe("the answer names the messages that come again, and no other", () => {
  test("none", () => {
    expect(encode({ id: "1", then: "done" }, { id: "2", then: "done" })).toEqual({ respond: { batchItemFailures: [] } });
  });
  test("some, in order", () => {
    expect(encode({ id: "1", then: "again" }, { id: "2", then: "done" }, { id: "3", then: "again" })).toEqual({ respond: { batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "3" }] } });
  });
  test("one without an id that fails is a fault of the whole batch, which a list could not say", () => {
    const reply = encode({ id: "1", then: "done" }, { id: undefined, then: "again" });
    expect("fault" in reply && reply.fault).toBeInstanceOf(IsobarError);
    expect(reply).toMatchObject({ fault: { code: "invalid-native-event" } });
  });
  test("one without an id that is done is done", () => {
    expect(encode({ id: undefined, then: "done" })).toEqual({ respond: { batchItemFailures: [] } });
  });
});

describe("a dead letter that SQS could not carry as it was", () => {
  const letter = (body: string, encoding: string) => delivery({ body, messageAttributes: { isobar: { dataType: "String", stringValue: `{"v":1,"id":"r-1","encoding":"${encoding}"}` } } });
  test("is the bytes that its attribute says it stands for", () => {
    expect([letter("AP+A", "base64").body, letter("-", "empty").body, letter("AP+A", "gzip").body]).toEqual([new Uint8Array([0, 255, 128]), new Uint8Array(), "AP+A"]);
  });
  test("that is no base64 after all is rejected with its body as it lies there", () => {
    expect(() => letter("***", "base64").told?.()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect(letter("***", "base64").body).toBe("***");
  });
});
