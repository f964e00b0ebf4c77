import { describe, expect, test } from "vitest";
import { schedule, type ScheduleOptions } from "@isobar/core";
import { bound, canonical, invokedDirectly, leftByLambda, lineOf, linesOf, throughQueue } from "../../testing/planned.ts";
import { schedulePlan, type ScheduleSettings } from "./plan.ts";

const tick = (settings: ScheduleSettings = {}, options: Partial<ScheduleOptions> = { zone: "Europe/Berlin" }) => bound("tick", schedule("*/15 6 * * 1-5", { ...canonical, ...options } as ScheduleOptions, () => {}), settings);
const direct = { variant: "direct" } as const;

describe("a schedule by EventBridge Scheduler and SQS", () => {
  test("is the default; Scheduler knows the zone, and the rest is SQS's", () => {
    expect([schedulePlan.variant({}), linesOf(schedulePlan.assess(tick()))]).toEqual([
      "scheduler-sqs",
      { ...throughQueue, identity: "exact | the id is inside the body, which a dead letter keeps as it was", zone: "exact | AWS::Scheduler::Schedule ScheduleExpressionTimezone = Europe/Berlin | to the minute; the hour that daylight saving skips is skipped, the one that it doubles runs once" },
    ]);
  });
  test("what is rendered: the tick's name and time as the codec reads them, sent by a role of its own, undelivered ticks kept", () => {
    expect(schedulePlan.render(tick())).toEqual({
      maker: "schedule",
      keeping: "postponing",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "tick", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        TickInbox: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "tick" } }, Properties: { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 3 } } },
        TickUndelivered: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "tick" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        TickDeliveryRole: { Type: "AWS::IAM::Role", Metadata: { Isobar: { for: "tick" } }, Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole", Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }] }, Policies: [{ PolicyName: "deliver", PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: [{ "Fn::GetAtt": ["TickInbox", "Arn"] }, { "Fn::GetAtt": ["TickUndelivered", "Arn"] }] }] } }] } },
        TickSchedule: { Type: "AWS::Scheduler::Schedule", Metadata: { Isobar: { for: "tick" } }, Properties: { ScheduleExpression: "cron(0/15 6 ? * 2-6 *)", ScheduleExpressionTimezone: "Europe/Berlin", FlexibleTimeWindow: { Mode: "OFF" }, State: "ENABLED", Target: { Arn: { "Fn::GetAtt": ["TickInbox", "Arn"] }, RoleArn: { "Fn::GetAtt": ["TickDeliveryRole", "Arn"] }, Input: '{"name":"tick","scheduledTime":"<aws.scheduler.scheduled-time>"}', RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400 }, DeadLetterConfig: { Arn: { "Fn::GetAtt": ["TickUndelivered", "Arn"] } } } } },
        TickFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "tick" } }, Properties: { Timeout: 10 } },
        TickMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "tick" } }, Properties: { FunctionName: { Ref: "TickFunction" }, EventSourceArn: { "Fn::GetAtt": ["TickInbox", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      },
      grants: [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], on: "TickInbox", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("without a zone it is UTC", () => {
    expect(schedulePlan.render(tick({}, {})).resources.TickSchedule).toMatchObject({ Properties: { ScheduleExpressionTimezone: "UTC" } });
  });
  test("a limit of age does not count what Scheduler took", () => {
    expect(lineOf(schedulePlan.assess(tick({}, { delivery: { ...canonical.delivery, maxAge: "1h" } })).maxAge)).toBe("emulated | AWS::SQS::Queue MessageRetentionPeriod = 1209600 | the run time looks at SentTimestamp before each attempt, and before a wait that would pass it | what waits in the queue is looked at when it is received, not before; the time that Scheduler took to deliver it, a day at most, is not counted");
  });
});

describe("a scheduled rule that invokes the function itself", () => {
  test("its promises, by UTC", () => {
    expect([schedulePlan.variant(direct), linesOf(schedulePlan.assess(tick(direct, {})))]).toEqual([
      "direct",
      { ...invokedDirectly, deadLetter: leftByLambda("the scheduled event, unchanged"), identity: "exact | the id is the event's own, one for each tick", zone: "exact | a scheduled rule runs by UTC" },
    ]);
  });
  test("what is rendered", () => {
    expect(schedulePlan.render(tick(direct))).toEqual({
      maker: "scheduleDirect",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "tick", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        TickRule: { Type: "AWS::Events::Rule", Metadata: { Isobar: { for: "tick" } }, Properties: { ScheduleExpression: "cron(0/15 6 ? * 2-6 *)", State: "ENABLED", Targets: [{ Id: "function", Arn: { "Fn::GetAtt": ["TickFunction", "Arn"] }, RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86400 }, DeadLetterConfig: { Arn: { "Fn::GetAtt": ["TickUndelivered", "Arn"] } } }] } },
        TickUndelivered: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "tick" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        TickUndeliveredPolicy: { Type: "AWS::SQS::QueuePolicy", Metadata: { Isobar: { for: "tick" } }, Properties: { Queues: [{ Ref: "TickUndelivered" }], PolicyDocument: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["TickUndelivered", "Arn"] }, Condition: { ArnEquals: { "aws:SourceArn": { "Fn::GetAtt": ["TickRule", "Arn"] } } } }] } } },
        TickPermission: { Type: "AWS::Lambda::Permission", Metadata: { Isobar: { for: "tick" } }, Properties: { Action: "lambda:InvokeFunction", FunctionName: { Ref: "TickFunction" }, Principal: "events.amazonaws.com", SourceArn: { "Fn::GetAtt": ["TickRule", "Arn"] } } },
        TickFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "tick" } }, Properties: { Timeout: 10, DeadLetterConfig: { TargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] } } } },
        TickInvokeConfig: { Type: "AWS::Lambda::EventInvokeConfig", Metadata: { Isobar: { for: "tick" } }, Properties: { FunctionName: { Ref: "TickFunction" }, Qualifier: "$LATEST", MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21600 } },
      },
      grants: [
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters, Lambda's and ours" },
      ],
    });
  });
  test("another zone is a gap", () => {
    expect(lineOf(schedulePlan.assess(tick(direct)).zone)).toBe("unsupported | a scheduled rule runs by UTC only | the default variant, scheduler-sqs");
  });
});
