import { describe, expect, test } from "vitest";
import { defineBucket, storage, type Bucket, type StorageFunction, type StorageOptions } from "@isobar/core";
import { bound, canonical, invokedDirectly, leftByLambda, lineOf, linesOf, throughQueue } from "../../testing/planned.ts";
import { storagePlan, type StorageSettings } from "./plan.ts";

const uploads = defineBucket("uploads");
const on = (options: Partial<StorageOptions>, from: Bucket = uploads): StorageFunction => storage(from, { ...canonical, ...options } as StorageOptions, () => {});
const resize = (settings: StorageSettings = {}, options: Partial<StorageOptions> = { prefix: "in/", suffix: ".jpg" }, others: Readonly<Record<string, StorageFunction>> = {}) => bound("resize", on(options), settings, others);
const direct = { variant: "direct" } as const;

describe("a bucket by S3 and SQS", () => {
  test("is the default; S3 filters, and the rest is SQS's", () => {
    const filter = "exact | AWS::S3::Bucket NotificationConfiguration Event = s3:ObjectCreated:*, AWS::S3::Bucket NotificationConfiguration Filter prefix = in/, AWS::S3::Bucket NotificationConfiguration Filter suffix = .jpg";
    expect([storagePlan.variant({}), linesOf(storagePlan.assess(resize()))]).toEqual(["s3-sqs", { ...throughQueue, filter }]);
  });
  test("what is rendered: a bucket of a name that its queue's policy knows beforehand, made after that policy", () => {
    expect(storagePlan.render(resize())).toEqual({
      maker: "storage",
      keeping: "postponing",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "resize", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ResizeInbox: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "resize" } }, Properties: { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 3 } } },
        ResizeInboxPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "resize" } }, Properties: { Queues: [{ Ref: "ResizeInbox" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["ResizeInbox", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { "Fn::Sub": "arn:${AWS::Partition}:s3:::${AWS::StackName}-uploads-${AWS::AccountId}-${AWS::Region}" } }, StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }] } } },
        UploadsBucket: { Type: "AWS::S3::Bucket", Metadata: { Isobar: { bucket: "uploads" } }, Properties: { BucketName: { "Fn::Sub": "${AWS::StackName}-uploads-${AWS::AccountId}-${AWS::Region}" }, NotificationConfiguration: { QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: { "Fn::GetAtt": ["ResizeInbox", "Arn"] }, Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "in/" }, { Name: "suffix", Value: ".jpg" }] } } }] } }, DependsOn: ["ResizeInboxPolicy"] },
        ResizeFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "resize" } }, Properties: { Timeout: 10 } },
        ResizeMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "resize" } }, Properties: { FunctionName: { Ref: "ResizeFunction" }, EventSourceArn: { "Fn::GetAtt": ["ResizeInbox", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      },
      grants: [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], on: "ResizeInbox", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("each change is asked for by S3's names, every name once", () => {
    const { resources } = storagePlan.render(resize({}, { on: ["created", "deleted", "updated", "archived", "restored", "other", "created"] }));
    expect((resources.UploadsBucket as { Properties: { NotificationConfiguration: { QueueConfigurations: readonly object[] } } }).Properties.NotificationConfiguration.QueueConfigurations).toEqual(
      ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*", "s3:ObjectTagging:*", "s3:ObjectAcl:Put", "s3:LifecycleTransition", "s3:IntelligentTiering", "s3:ObjectRestore:Delete", "s3:ObjectRestore:Completed", "s3:ObjectRestore:Post", "s3:ReducedRedundancyLostObject", "s3:Replication:*"].map((Event) => ({ Event, Queue: { "Fn::GetAtt": ["ResizeInbox", "Arn"] } })),
    );
  });
  test("a filter is spelled as S3 compares keys: percent-encoded but for the slash, a blank as plus", () => {
    expect(JSON.stringify(storagePlan.render(resize({}, { prefix: "a b/grüße+", suffix: ".jpg" })).resources.UploadsBucket)).toContain('"Rules":[{"Name":"prefix","Value":"a+b/gr%C3%BC%C3%9Fe%2B"},{"Name":"suffix","Value":".jpg"}]');
  });
});

describe("several functions on one bucket", () => {
  const through = (others: Readonly<Record<string, StorageFunction>>, options: Partial<StorageOptions> = { prefix: "in/", suffix: ".jpg" }) => (Object.keys(storagePlan.render(resize({}, options, others)).resources).includes("UploadsNotifications") ? "topic" : "own");
  test.each([
    ["own", "another bucket", { index: on({}, defineBucket("other")) }],
    ["own", "another prefix", { index: on({ prefix: "out/" }) }],
    ["own", "another suffix under the same prefix", { index: on({ prefix: "in/", suffix: ".png" }) }],
    ["own", "another change", { index: on({ on: ["deleted"] }) }],
    ["topic", "everything", { index: on({}) }],
    ["topic", "a longer prefix", { index: on({ prefix: "in/raw/" }) }],
    ["topic", "a shorter suffix", { index: on({ prefix: "in/", suffix: "g" }) }],
    ["topic", "two others that overlap: the topic's notification is unfiltered", { index: on({ prefix: "out/" }), copy: on({ prefix: "out/a" }) }],
  ] as const)("%s notification beside %s", (expected, _, others) => {
    expect(through(others)).toBe(expected);
  });
  test.each([["by their queues", {}], ["invoked directly", direct]] as const)("all want the same bucket, with every notification of theirs, %s", (_, settings) => {
    const [one, other] = [on({ prefix: "in/" }), on({ prefix: "out/", on: ["created", "deleted"] })];
    const bucket = storagePlan.render(bound("resize", one, settings, { index: other })).resources.UploadsBucket;
    expect(storagePlan.render({ ...bound("index", other, settings, {}), app: bound("resize", one, settings, { index: other }).app }).resources.UploadsBucket).toEqual(bucket);
    const to = (name: string) => ("variant" in settings ? { Function: { "Fn::GetAtt": [`${name}Function`, "Arn"] } } : { Queue: { "Fn::GetAtt": [`${name}Inbox`, "Arn"] } });
    const filter = (prefix: string) => ({ Filter: { S3Key: { Rules: [{ Name: "prefix", Value: prefix }] } } });
    expect(bucket).toMatchObject({
      Properties: {
        NotificationConfiguration: {
          ["variant" in settings ? "LambdaConfigurations" : "QueueConfigurations"]: [{ Event: "s3:ObjectCreated:*", ...to("Resize"), ...filter("in/") }, ...["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"].map((Event) => ({ Event, ...to("Index"), ...filter("out/") }))],
        },
      },
      DependsOn: "variant" in settings ? ["ResizePermission", "IndexPermission"] : ["ResizeInboxPolicy", "IndexInboxPolicy"],
    });
  });
  test("where S3 would refuse them, one unfiltered notification goes through SNS, raw, to each function's queue", () => {
    expect(storagePlan.render(resize({}, { prefix: "in/" }, { index: on({ on: ["created", "deleted"] }) }))).toEqual({
      maker: "storage",
      keeping: "postponing",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "resize", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ResizeInbox: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "resize" } }, Properties: { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 3 } } },
        UploadsNotifications: { Type: "AWS::SNS::Topic", Metadata: { Isobar: { bucket: "uploads" } }, Properties: {} },
        UploadsNotificationsPolicy: { Type: "AWS::SNS::TopicPolicy", Metadata: { Isobar: { bucket: "uploads" } }, Properties: { Topics: [{ Ref: "UploadsNotifications" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sns:Publish", Resource: { Ref: "UploadsNotifications" }, Condition: { ArnEquals: { "aws:SourceArn": { "Fn::Sub": "arn:${AWS::Partition}:s3:::${AWS::StackName}-uploads-${AWS::AccountId}-${AWS::Region}" } }, StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }] } } },
        UploadsBucket: { Type: "AWS::S3::Bucket", Metadata: { Isobar: { bucket: "uploads" } }, Properties: { BucketName: { "Fn::Sub": "${AWS::StackName}-uploads-${AWS::AccountId}-${AWS::Region}" }, NotificationConfiguration: { TopicConfigurations: [{ Event: "s3:LifecycleExpiration:*", Topic: { Ref: "UploadsNotifications" } }, { Event: "s3:ObjectCreated:*", Topic: { Ref: "UploadsNotifications" } }, { Event: "s3:ObjectRemoved:*", Topic: { Ref: "UploadsNotifications" } }] } }, DependsOn: ["UploadsNotificationsPolicy"] },
        ResizeUndelivered: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "resize" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ResizeInboxPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "resize" } }, Properties: { Queues: [{ Ref: "ResizeInbox" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["ResizeInbox", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { Ref: "UploadsNotifications" } } } }] } } },
        ResizeUndeliveredPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "resize" } }, Properties: { Queues: [{ Ref: "ResizeUndelivered" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["ResizeUndelivered", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { Ref: "UploadsNotifications" } } } }] } } },
        ResizeSubscription: { Type: "AWS::SNS::Subscription", Metadata: { Isobar: { for: "resize" } }, Properties: { TopicArn: { Ref: "UploadsNotifications" }, Protocol: "sqs", Endpoint: { "Fn::GetAtt": ["ResizeInbox", "Arn"] }, RawMessageDelivery: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["ResizeUndelivered", "Arn"] } } }, DependsOn: ["ResizeInboxPolicy"] },
        ResizeFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "resize" } }, Properties: { Timeout: 10 } },
        ResizeMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "resize" } }, Properties: { FunctionName: { Ref: "ResizeFunction" }, EventSourceArn: { "Fn::GetAtt": ["ResizeInbox", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      },
      grants: [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], on: "ResizeInbox", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("then the run time filters", () => {
    expect(lineOf(storagePlan.assess(resize({}, {}, { index: on({}) })).filter)).toBe("emulated | AWS::S3::Bucket NotificationConfiguration.TopicConfigurations.Event = s3:ObjectCreated:* | the run time acknowledges without running what the function did not ask for | each of them is a message and an invocation: S3 has one unfiltered notification for all functions of the bucket, through SNS");
  });
});

describe("a bucket that S3 hands to the function itself", () => {
  test("its promises", () => {
    const filter = "exact | AWS::S3::Bucket NotificationConfiguration Event = s3:ObjectCreated:*, AWS::S3::Bucket NotificationConfiguration Filter prefix = in/, AWS::S3::Bucket NotificationConfiguration Filter suffix = .jpg";
    expect([storagePlan.variant(direct), linesOf(storagePlan.assess(resize(direct)))]).toEqual(["direct", { ...invokedDirectly, deadLetter: leftByLambda("the notification, unchanged"), identity: "exact | the id is made of the request's, the object's sequencer and its key", filter }]);
  });
  test("what is rendered", () => {
    expect(storagePlan.render(resize(direct))).toEqual({
      maker: "storageDirect",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "resize", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ResizePermission: { Type: "AWS::Lambda::Permission", Metadata: { Isobar: { for: "resize" } }, Properties: { Action: "lambda:InvokeFunction", FunctionName: { Ref: "ResizeFunction" }, Principal: "s3.amazonaws.com", SourceArn: { "Fn::Sub": "arn:${AWS::Partition}:s3:::${AWS::StackName}-uploads-${AWS::AccountId}-${AWS::Region}" }, SourceAccount: { Ref: "AWS::AccountId" } } },
        UploadsBucket: { Type: "AWS::S3::Bucket", Metadata: { Isobar: { bucket: "uploads" } }, Properties: { BucketName: { "Fn::Sub": "${AWS::StackName}-uploads-${AWS::AccountId}-${AWS::Region}" }, NotificationConfiguration: { LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: { "Fn::GetAtt": ["ResizeFunction", "Arn"] }, Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "in/" }, { Name: "suffix", Value: ".jpg" }] } } }] } }, DependsOn: ["ResizePermission"] },
        ResizeFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "resize" } }, Properties: { Timeout: 10, DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] } } } },
        ResizeInvokeConfig: { Type: "AWS::Lambda::EventInvokeConfig", Metadata: { Isobar: { for: "resize" } }, Properties: { FunctionName: { Ref: "ResizeFunction" }, Qualifier: "$LATEST", MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21600 } },
      },
      grants: [
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters, Lambda's and ours" },
      ],
    });
  });
  test.each([
    ["with everything", { index: on({}) }],
    ["with a longer prefix", { index: on({ prefix: "in/raw/" }) }],
    ["with a shorter prefix", { index: on({ prefix: "i" }) }],
    ["with a longer suffix", { index: on({ suffix: "x.jpg" }) }],
    ["with a shorter suffix", { index: on({ suffix: "g" }) }],
  ])("beside one that overlaps %s it is a gap that says what works", (_, others) => {
    expect(lineOf(storagePlan.assess(resize(direct, { prefix: "in/", suffix: ".jpg" }, others)).filter)).toBe("unsupported | S3 refuses two notifications of one event type whose prefixes and suffixes overlap, and those of resize and index do | the default variant, s3-sqs, for all of them, or prefixes that lie apart");
  });
});
