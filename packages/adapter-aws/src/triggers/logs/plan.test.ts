import { describe, expect, test } from "vitest";
import { defineLog, logs, type LogsFunction, type LogsOptions } from "@isobar/core";
import { bound, canonical, invokedDirectly, leftByLambda, lineOf, linesOf, readByPosition } from "../../testing/planned.ts";
import { logsPlan, type LogsSettings } from "./plan.ts";

const access = defineLog("access");
const on = (options: Partial<LogsOptions> = {}): LogsFunction => logs(access, { ...canonical, ...options } as LogsOptions, () => {});
const read = (settings: LogsSettings = {}, others: Readonly<Record<string, LogsFunction>> = {}) => bound("read", on(), settings, others);
const direct = { variant: "direct" } as const;

describe("a log by CloudWatch Logs and Kinesis", () => {
  test("is the default, and keeps what a stream keeps", () => {
    expect([logsPlan.variant({}), linesOf(logsPlan.assess(read()))]).toEqual([
      "kinesis",
      { ...readByPosition, maxAge: "exact | AWS::Lambda::EventSourceMapping MaximumRecordAgeInSeconds = -1, AWS::Kinesis::Stream RetentionPeriodHours = 24 | Kinesis itself drops what is older than 24 hours" },
    ]);
  });
  test("what is rendered: a log group, a subscription with a role, a stream of the function's own", () => {
    expect(logsPlan.render(read())).toEqual({
      maker: "logs",
      keeping: "inside",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "read", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        AccessLogGroup: { Type: "AWS::Logs::LogGroup", Metadata: { Isobar: { log: "access" } }, Properties: {} },
        ReadInbox: { Type: "AWS::Kinesis::Stream", Metadata: { Isobar: { for: "read" } }, Properties: { StreamModeDetails: { StreamMode: "PROVISIONED" }, ShardCount: 1, RetentionPeriodHours: 24 } },
        ReadDeliveryRole: { Type: "AWS::IAM::Role", Metadata: { Isobar: { for: "read" } }, Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "logs.amazonaws.com" }, Action: "sts:AssumeRole", Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }] }, Policies: [{ PolicyName: "deliver", PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "kinesis:PutRecord", Resource: [{ "Fn::GetAtt": ["ReadInbox", "Arn"] }] }] } }] } },
        ReadSubscription: { Type: "AWS::Logs::SubscriptionFilter", Metadata: { Isobar: { for: "read" } }, Properties: { LogGroupName: { Ref: "AccessLogGroup" }, FilterPattern: "", DestinationArn: { "Fn::GetAtt": ["ReadInbox", "Arn"] }, RoleArn: { "Fn::GetAtt": ["ReadDeliveryRole", "Arn"] }, Distribution: "ByLogStream" }, DependsOn: ["ReadDeliveryRole"] },
        ReadFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "read" } }, Properties: { Timeout: 59 } },
        ReadMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "read" } }, Properties: { FunctionName: { Ref: "ReadFunction" }, EventSourceArn: { "Fn::GetAtt": ["ReadInbox", "Arn"] }, StartingPosition: "TRIM_HORIZON", BatchSize: 1, MaximumBatchingWindowInSeconds: 0, ParallelizationFactor: 1, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1, BisectBatchOnFunctionError: false, FunctionResponseTypes: ["ReportBatchItemFailures"] } },
      },
      grants: [
        { actions: ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"], on: "ReadInbox", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
});

describe("a log that CloudWatch Logs hands to the function itself", () => {
  test("its promises", () => {
    expect([logsPlan.variant(direct), linesOf(logsPlan.assess(read(direct)))]).toEqual(["direct", { ...invokedDirectly, deadLetter: leftByLambda("the compressed envelope in base64, inside an object"), identity: "exact | the id is made of the log group, the log stream and the first entry's id" }]);
  });
  test("what is rendered", () => {
    expect(logsPlan.render(read(direct))).toEqual({
      maker: "logsDirect",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "read", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        AccessLogGroup: { Type: "AWS::Logs::LogGroup", Metadata: { Isobar: { log: "access" } }, Properties: {} },
        ReadPermission: { Type: "AWS::Lambda::Permission", Metadata: { Isobar: { for: "read" } }, Properties: { Action: "lambda:InvokeFunction", FunctionName: { Ref: "ReadFunction" }, Principal: "logs.amazonaws.com", SourceArn: { "Fn::GetAtt": ["AccessLogGroup", "Arn"] } } },
        ReadSubscription: { Type: "AWS::Logs::SubscriptionFilter", Metadata: { Isobar: { for: "read" } }, Properties: { LogGroupName: { Ref: "AccessLogGroup" }, FilterPattern: "", DestinationArn: { "Fn::GetAtt": ["ReadFunction", "Arn"] } }, DependsOn: ["ReadPermission"] },
        ReadFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "read" } }, Properties: { Timeout: 10, DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] } } } },
        ReadInvokeConfig: { Type: "AWS::Lambda::EventInvokeConfig", Metadata: { Isobar: { for: "read" } }, Properties: { FunctionName: { Ref: "ReadFunction" }, Qualifier: "$LATEST", MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21600 } },
      },
      grants: [
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters, Lambda's and ours" },
      ],
    });
  });
});

test("two functions read a log, a third is a gap by either path", () => {
  const gap = 'unsupported | a log group has two subscriptions at most, and read, index, copy read "access" | two functions on this log, one of which sends to a topic that the others hear';
  const isolation = (settings: LogsSettings, others: Readonly<Record<string, LogsFunction>>) => lineOf(logsPlan.assess(read(settings, others)).isolation);
  expect([isolation({}, { index: on() }), isolation({}, { index: on(), copy: on() }), isolation(direct, { index: on(), copy: on() })]).toEqual(["exact | a Lambda function of its own", gap, gap]);
});
