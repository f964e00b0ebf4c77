import { describe, expect, test } from "vitest";
import { defineQueue, defineTopic, topic, type TopicOptions } from "@isobar/core";
import { bound, canonical, invokedDirectly, leftByLambda, lineOf, linesOf, throughQueue } from "../../testing/planned.ts";
import { topicPlan, type TopicSettings } from "./plan.ts";

const byKey = { order: "by-key" } as const;
const [ordered, failedInOrder] = [defineTopic("news", byKey), defineQueue("failed", byKey)];
const hear = (settings: TopicSettings = {}, options: Partial<TopicOptions> = {}, from: typeof ordered | ReturnType<typeof defineTopic> = defineTopic("news")) => bound("hear", topic(from, { ...canonical, ...options } as TopicOptions, () => {}), settings);

describe("a topic by SNS and SQS", () => {
  test("is the default; the id is inside the envelope, and the rest is SQS's", () => {
    expect([topicPlan.variant({}), linesOf(topicPlan.assess(hear()))]).toEqual(["sns-sqs", { ...throughQueue, identity: "exact | the id is inside the body, which a dead letter keeps as it was" }]);
  });
  test("what is rendered: a queue that SNS may write to, a subscription without filter or raw delivery, a dead letter of its own", () => {
    expect(topicPlan.render(hear())).toEqual({
      maker: "topic",
      keeping: "postponing",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "hear", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        HearInbox: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "hear" } }, Properties: { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 3 } } },
        NewsTopic: { Type: "AWS::SNS::Topic", Metadata: { Isobar: { topic: "news" } }, Properties: {} },
        HearUndelivered: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "hear" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        HearInboxPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "hear" } }, Properties: { Queues: [{ Ref: "HearInbox" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["HearInbox", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { Ref: "NewsTopic" } } } }] } } },
        HearUndeliveredPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "hear" } }, Properties: { Queues: [{ Ref: "HearUndelivered" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["HearUndelivered", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { Ref: "NewsTopic" } } } }] } } },
        HearSubscription: { Type: "AWS::SNS::Subscription", Metadata: { Isobar: { for: "hear" } }, Properties: { TopicArn: { Ref: "NewsTopic" }, Protocol: "sqs", Endpoint: { "Fn::GetAtt": ["HearInbox", "Arn"] }, RawMessageDelivery: false, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["HearUndelivered", "Arn"] } } }, DependsOn: ["HearInboxPolicy"] },
        HearFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "hear" } }, Properties: { Timeout: 10 } },
        HearMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "hear" } }, Properties: { FunctionName: { Ref: "HearFunction" }, EventSourceArn: { "Fn::GetAtt": ["HearInbox", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      },
      grants: [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], on: "HearInbox", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("an ordered topic is FIFO all the way, its undelivered messages too", () => {
    const { resources } = topicPlan.render(hear({}, { delivery: { ...canonical.delivery, deadLetter: failedInOrder } }, ordered));
    expect([resources.NewsTopic, resources.HearInbox, resources.HearUndelivered, resources.FailedQueue]).toMatchObject([{ Properties: { FifoTopic: true, ContentBasedDeduplication: false } }, { Properties: { FifoQueue: true } }, { Properties: { FifoQueue: true } }, { Properties: { FifoQueue: true } }]);
  });
});

describe("a topic that SNS hands to the function itself", () => {
  const direct = { variant: "direct" } as const;
  test("its promises: Lambda's own attempts, waits and dead letter", () => {
    expect([topicPlan.variant(direct), linesOf(topicPlan.assess(hear(direct)))]).toEqual(["direct", { ...invokedDirectly, deadLetter: leftByLambda("an SNS event with the message in it"), identity: "exact | the id is the notification's own, or the sender's in it" }]);
  });
  test("what is rendered: a permission, how often Lambda tries, where it leaves what is used up", () => {
    expect(topicPlan.render(hear(direct))).toEqual({
      maker: "topicDirect",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "hear", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        NewsTopic: { Type: "AWS::SNS::Topic", Metadata: { Isobar: { topic: "news" } }, Properties: {} },
        HearUndelivered: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "hear" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        HearUndeliveredPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "hear" } }, Properties: { Queues: [{ Ref: "HearUndelivered" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["HearUndelivered", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { Ref: "NewsTopic" } } } }] } } },
        HearPermission: { Type: "AWS::Lambda::Permission", Metadata: { Isobar: { for: "hear" } }, Properties: { Action: "lambda:InvokeFunction", FunctionName: { Ref: "HearFunction" }, Principal: "sns.amazonaws.com", SourceArn: { Ref: "NewsTopic" } } },
        HearSubscription: { Type: "AWS::SNS::Subscription", Metadata: { Isobar: { for: "hear" } }, Properties: { TopicArn: { Ref: "NewsTopic" }, Protocol: "lambda", Endpoint: { "Fn::GetAtt": ["HearFunction", "Arn"] }, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["HearUndelivered", "Arn"] } } }, DependsOn: ["HearPermission"] },
        HearFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "hear" } }, Properties: { Timeout: 10, DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] } } } },
        HearInvokeConfig: { Type: "AWS::Lambda::EventInvokeConfig", Metadata: { Isobar: { for: "hear" } }, Properties: { FunctionName: { Ref: "HearFunction" }, Qualifier: "$LATEST", MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21600 } },
      },
      grants: [
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters, Lambda's and ours" },
      ],
    });
  });
  test("an ordered topic is a gap: that queue keeps no order", () => {
    expect(lineOf(topicPlan.assess(hear(direct, {}, ordered)).order)).toBe("unsupported | Lambda's asynchronous queue keeps no order | the default variant, whose queue is the app's own");
  });
});

test("a variant that AWS has not got is unsupported", () => {
  expect(() => topicPlan.render(hear({ variant: "carrier-pigeon" } as never))).toThrow(expect.objectContaining({ code: "unsupported", message: 'hear: variant "carrier-pigeon" — AWS has no such topic wire' }));
});
