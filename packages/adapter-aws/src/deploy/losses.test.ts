import { describe, expect, test } from "vitest";
import { losses } from "./losses.ts";

const template = (Resources: object) => ({ "template.json": JSON.stringify({ Resources }) });
const queue = (Properties: object = {}, more: object = { UpdateReplacePolicy: "Retain" }) => ({ Type: "AWS::SQS::Queue", Properties: { QueueName: "shop-dev-orders", MessageRetentionPeriod: 1209600, ...Properties }, ...more });
const other = (Type: string, Properties: object, more: object = {}) => ({ Type, Properties, ...more });
const left = "is made anew: the old one stays, with its messages, which nobody reads any more";
const said = (before: object, after: object) => losses(template(before), template(after)).map(({ resource, property, what }) => [resource, property, what]);

describe("nothing is lost", () => {
  test.each<[string, object, object]>([
    ["by what a queue takes in place", { Orders: queue({ VisibilityTimeout: 12 }) }, { Orders: queue({ VisibilityTimeout: 60, ContentBasedDeduplication: true }) }],
    ["with a table or a bucket that leaves the stack and is kept", { Users: other("AWS::DynamoDB::Table", {}, { DeletionPolicy: "RetainExceptOnCreate" }), Uploads: other("AWS::S3::Bucket", {}, { DeletionPolicy: "Retain" }) }, {}],
    ["with a topic, a role or a function", { News: other("AWS::SNS::Topic", { TopicName: "a" }), Role: other("AWS::IAM::Role", {}), Charge: other("AWS::Lambda::Function", {}) }, { News: other("AWS::SNS::Topic", { TopicName: "b" }) }],
    ["with a queue whose messages are to be discarded", { Sink: queue({}, { Metadata: { Isobar: { discards: "what is given up" } } }) }, {}],
  ])("%s", (_, before, after) => expect(said(before, after)).toEqual([]));
  test("by files that are no template of ours", () => expect(losses({ "packaged.json": "{", "stack-x.json": "{" }, {})).toEqual([]));
});

describe("what is lost", () => {
  test("goes with a queue that leaves the stack, or has another name there", () => {
    expect(said({ Orders: queue() }, {})).toEqual([["Orders", undefined, "is deleted, with its messages"]]);
    expect(said({ Orders: queue() }, { Placed: queue() })).toEqual([["Orders", undefined, "is not there any more, Placed is new: if it was renamed, it is deleted, with its messages"]]);
  });
  test.each<[string, object, object, readonly (string | undefined)[]]>([
    ["a queue that becomes FIFO", queue(), queue({ QueueName: "shop-dev-orders.fifo", FifoQueue: true }), ["QueueName", "FifoQueue"]],
    ["a queue of another stage", queue(), queue({ QueueName: "shop-prod-orders" }), ["QueueName"]],
  ])("stays behind with %s", (_, before, after, properties) => expect(said({ Orders: before }, { Orders: after })).toEqual(properties.map((property) => ["Orders", property, left])));
  test.each<[string, object, object, string, string]>([
    ["a stream of another name", other("AWS::Kinesis::Stream", { Name: "a" }), other("AWS::Kinesis::Stream", { Name: "b" }), "Name", "is made anew, without its records"],
    ["a table of another key", other("AWS::DynamoDB::Table", { KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] }), other("AWS::DynamoDB::Table", { KeySchema: [{ AttributeName: "tenant", KeyType: "HASH" }] }), "KeySchema", "is made anew, without its items"],
    ["a bucket of another name", other("AWS::S3::Bucket", { BucketName: "a" }), other("AWS::S3::Bucket", { BucketName: "b" }), "BucketName", "is made anew, without its objects"],
    ["a log group of another name", other("AWS::Logs::LogGroup", { LogGroupName: "a" }), other("AWS::Logs::LogGroup", { LogGroupName: "b" }), "LogGroupName", "is made anew, without its lines"],
    ["a queue that redrives nowhere any more", queue({ RedrivePolicy: { maxReceiveCount: 5 } }), queue(), "RedrivePolicy", "keeps nothing of what fails any more"],
    ["a subscription that does not", other("AWS::SNS::Subscription", { RedrivePolicy: {} }), other("AWS::SNS::Subscription", {}), "RedrivePolicy", "keeps nothing of what fails any more"],
    ["a rule that does not", other("AWS::Events::Rule", { Targets: [{ DeadLetterConfig: {} }] }), other("AWS::Events::Rule", { Targets: [{}] }), "Targets.0.DeadLetterConfig", "keeps nothing of what fails any more"],
    ["a schedule that does not", other("AWS::Scheduler::Schedule", { Target: { DeadLetterConfig: {} } }), other("AWS::Scheduler::Schedule", { Target: {} }), "Target.DeadLetterConfig", "keeps nothing of what fails any more"],
    ["an asynchronous function that does not", other("AWS::Lambda::EventInvokeConfig", { DestinationConfig: { OnFailure: {} } }), other("AWS::Lambda::EventInvokeConfig", {}), "DestinationConfig.OnFailure", "keeps nothing of what fails any more"],
    ["a queue that keeps messages for a shorter time", queue(), queue({ MessageRetentionPeriod: 3600 }), "MessageRetentionPeriod", "keeps it for a shorter time: what is older is deleted"],
    ["logs that are kept for a shorter time", other("AWS::Logs::LogGroup", { RetentionInDays: 30 }), other("AWS::Logs::LogGroup", { RetentionInDays: 7 }), "RetentionInDays", "keeps it for a shorter time: what is older is deleted"],
  ])("goes with %s", (_, before, after, property, what) => expect(said({ Thing: before }, { Thing: after })).toEqual([["Thing", property, what]]));
  test("stays behind with a queue that moves to another stack", () =>
    expect(losses(template({ Orders: queue() }), { ...template({}), "stack-03.json": JSON.stringify({ Resources: { Orders: queue() } }) })).toEqual([{ resource: "Orders", type: "AWS::SQS::Queue", property: "Stack", before: "template.json", after: "stack-03.json", what: left }]));
});
test("a template that cannot be read is refused", () => {
  expect(() => losses({ "template.json": "{" }, {})).toThrow("template.json is no manifest of AWS");
  expect(() => losses({}, { "stack-01.json": "{}" })).toThrow("stack-01.json is no manifest of AWS");
});
