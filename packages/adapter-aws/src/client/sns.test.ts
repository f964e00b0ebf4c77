import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sns } from "./sns.ts";
import { openService, standingClock, type Service } from "./testing.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const topicArn = "arn:aws:sns:eu-central-1:123456789012:news";
const signal = new AbortController().signal;
const published = '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></PublishResponse>';

let service: Service;
let client: ReturnType<typeof sns>;
beforeEach(async () => {
  service = await openService(credentials);
  client = sns({ credentials: () => credentials, endpoint: service.endpoint, clock: standingClock() });
});
afterEach(() => service.close());

describe("Publish", () => {
  test("carries message, attributes, group and deduplication id as a form, and tells the message's id", async () => {
    service.will({ body: published });
    const attributes = { isobar: { dataType: "String", stringValue: '{"v":1}' }, picture: { dataType: "Binary", binaryValue: "AAEC+/==" } };
    expect(await client.publish({ topicArn, body: "a+b & ä=😀\n", attributes, groupId: "g", deduplicationId: "d" }, signal)).toEqual({ messageId: "m-1" });
    const [{ headers, signed, body }] = service.seen as [(typeof service.seen)[0]];
    expect([headers["content-type"], headers["x-amz-target"], signed]).toEqual(["application/x-www-form-urlencoded", undefined, "sns eu-central-1"]);
    expect([...new URLSearchParams(body)]).toEqual([
      ["Action", "Publish"], ["Version", "2010-03-31"], ["TopicArn", topicArn], ["Message", "a+b & ä=😀\n"],
      ["MessageAttributes.entry.1.Name", "isobar"], ["MessageAttributes.entry.1.Value.DataType", "String"], ["MessageAttributes.entry.1.Value.StringValue", '{"v":1}'],
      ["MessageAttributes.entry.2.Name", "picture"], ["MessageAttributes.entry.2.Value.DataType", "Binary"], ["MessageAttributes.entry.2.Value.BinaryValue", "AAEC+/=="],
      ["MessageGroupId", "g"], ["MessageDeduplicationId", "d"],
    ]);
  });
  test("leaves out what is not given", async () => {
    service.will({ body: published });
    await client.publish({ topicArn, body: "a" }, signal);
    expect(service.seen[0]!.body).toBe("Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012%3Anews&Message=a");
  });
  test("takes 262,144 bytes, attributes counted in, and not one more", async () => {
    service.will({ body: published });
    const attributes = { isobar: { dataType: "String", stringValue: "{}" } };
    await client.publish({ topicArn, body: "a".repeat(262_144 - 14), attributes }, signal);
    await expect(client.publish({ topicArn, body: "a".repeat(262_144 - 13), attributes }, signal)).rejects.toMatchObject({ code: "payload-too-large" });
    expect(service.seen).toHaveLength(1);
  });
  test.each(["news", "arn:aws:sqs:eu-central-1:123456789012:news", ""])("%j is no topic", async (topicArn) => {
    await expect(client.publish({ topicArn, body: "a" }, signal)).rejects.toMatchObject({ name: "IsobarError", code: "send-failed" });
  });
  test("tells the code of an error", async () => {
    service.will({ status: 404, body: "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error><RequestId>r-1</RequestId></ErrorResponse>" });
    await expect(client.publish({ topicArn, body: "a" }, signal)).rejects.toMatchObject({ message: "SNS Publish: HTTP 404 NotFound", status: 404, code: "NotFound" });
  });
  test("is sent again when throttled", async () => {
    service.will({ status: 400, body: "<ErrorResponse><Error><Code>Throttled</Code></Error></ErrorResponse>" }, { body: published });
    expect(await client.publish({ topicArn, body: "a" }, signal)).toEqual({ messageId: "m-1" });
  });
  test.each(["", "<MessageId></MessageId>", '{"MessageId":"m-1"}'])("an answer of 200 with %j is no success", async (body) => {
    service.will({ body });
    await expect(client.publish({ topicArn, body: "a" }, signal)).rejects.toMatchObject({ message: "SNS Publish: HTTP 200 without MessageId" });
  });
});
