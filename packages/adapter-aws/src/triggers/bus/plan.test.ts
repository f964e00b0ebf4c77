import { describe, expect, test } from "vitest";
import { bus, defineBus, type BusOptions } from "@isobar/core";
import { bound, canonical, invokedDirectly, leftByLambda, lineOf, linesOf, throughQueue } from "../../testing/planned.ts";
import { busPlan, type BusSettings } from "./plan.ts";

const listen = (settings: BusSettings = {}, options: Partial<BusOptions> = { sources: ["shop.orders"], detailTypes: ["placed"] }) => bound("listen", bus(defineBus("events"), { ...canonical, ...options } as BusOptions, () => {}), settings);
const direct = { variant: "direct" } as const;

describe("a bus by EventBridge and SQS", () => {
  test("is the default; the id is inside the event, and the rest is SQS's", () => {
    expect([busPlan.variant({}), linesOf(busPlan.assess(listen()))]).toEqual(["eventbridge-sqs", { ...throughQueue, identity: "exact | the id is inside the body, which a dead letter keeps as it was" }]);
  });
  test("what is rendered: a rule of what is asked for, its target with retries and a dead letter of its own", () => {
    expect(busPlan.render(listen())).toEqual({
      maker: "bus",
      keeping: "postponing",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "listen", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ListenInbox: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "listen" } }, Properties: { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 3 } } },
        EventsBus: { Type: "AWS::Events::EventBus", Metadata: { Isobar: { bus: "events" } }, Properties: { Name: { "Fn::Sub": "${AWS::StackName}-events" } } },
        ListenRule: { Type: "AWS::Events::Rule", Metadata: { Isobar: { for: "listen" } }, Properties: { EventBusName: { Ref: "EventsBus" }, State: "ENABLED", EventPattern: { source: ["shop.orders"], "detail-type": ["placed"] }, Targets: [{ Id: "function", Arn: { "Fn::GetAtt": ["ListenInbox", "Arn"] }, RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400 }, DeadLetterConfig: { Arn: { "Fn::GetAtt": ["ListenUndelivered", "Arn"] } } }] } },
        ListenUndelivered: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "listen" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ListenInboxPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "listen" } }, Properties: { Queues: [{ Ref: "ListenInbox" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["ListenInbox", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["ListenRule", "Arn"] } } } }] } } },
        ListenUndeliveredPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "listen" } }, Properties: { Queues: [{ Ref: "ListenUndelivered" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["ListenUndelivered", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["ListenRule", "Arn"] } } } }] } } },
        ListenFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "listen" } }, Properties: { Timeout: 10 } },
        ListenMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "listen" } }, Properties: { FunctionName: { Ref: "ListenFunction" }, EventSourceArn: { "Fn::GetAtt": ["ListenInbox", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      },
      grants: [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], on: "ListenInbox", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("a rule of everything matches every source", () => {
    expect(busPlan.render(listen({}, {})).resources.ListenRule).toMatchObject({ Properties: { EventPattern: { source: [{ prefix: "" }] } } });
  });
  test("a limit of age does not count what EventBridge took", () => {
    expect(lineOf(busPlan.assess(listen({}, { delivery: { ...canonical.delivery, maxAge: "1h" } })).maxAge)).toContain("; the time that EventBridge took to deliver it, a day at most, is not counted");
  });
});

describe("a bus whose rule invokes the function itself", () => {
  test("its promises", () => {
    expect([busPlan.variant(direct), linesOf(busPlan.assess(listen(direct)))]).toEqual(["direct", { ...invokedDirectly, deadLetter: leftByLambda("the event, unchanged"), identity: "exact | the id is the event's own" }]);
  });
  test("what is rendered", () => {
    expect(busPlan.render(listen(direct))).toEqual({
      maker: "busDirect",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "listen", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        EventsBus: { Type: "AWS::Events::EventBus", Metadata: { Isobar: { bus: "events" } }, Properties: { Name: { "Fn::Sub": "${AWS::StackName}-events" } } },
        ListenRule: { Type: "AWS::Events::Rule", Metadata: { Isobar: { for: "listen" } }, Properties: { EventBusName: { Ref: "EventsBus" }, State: "ENABLED", EventPattern: { source: ["shop.orders"], "detail-type": ["placed"] }, Targets: [{ Id: "function", Arn: { "Fn::GetAtt": ["ListenFunction", "Arn"] }, RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400 }, DeadLetterConfig: { Arn: { "Fn::GetAtt": ["ListenUndelivered", "Arn"] } } }] } },
        ListenUndelivered: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "listen" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ListenUndeliveredPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "listen" } }, Properties: { Queues: [{ Ref: "ListenUndelivered" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["ListenUndelivered", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["ListenRule", "Arn"] } } } }] } } },
        ListenPermission: { Type: "AWS::Lambda::Permission", Metadata: { Isobar: { for: "listen" } }, Properties: { Action: "lambda:InvokeFunction", FunctionName: { Ref: "ListenFunction" }, Principal: "events.amazonaws.com", SourceArn: { "Fn::GetAtt": ["ListenRule", "Arn"] } } },
        ListenFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "listen" } }, Properties: { Timeout: 10, DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] } } } },
        ListenInvokeConfig: { Type: "AWS::Lambda::EventInvokeConfig", Metadata: { Isobar: { for: "listen" } }, Properties: { FunctionName: { Ref: "ListenFunction" }, Qualifier: "$LATEST", MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21600 } },
      },
      grants: [
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters, Lambda's and ours" },
      ],
    });
  });
});
