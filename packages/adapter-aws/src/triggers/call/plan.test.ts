import { describe, expect, test } from "vitest";
import { call, type CallOptions } from "@isobar/core";
import { bound, canonical, lineOf, linesOf, throughQueue } from "../../testing/planned.ts";
import { callPlan, type CallSettings } from "./plan.ts";

const ask = (settings: CallSettings = {}, options: Partial<CallOptions> = {}) => bound("ask", call({ ...canonical, ...options } as CallOptions, () => null), settings);

describe("a call whose caller waits", () => {
  test("is the default, and needs no delivery: the caller has the payload and hears of the error", () => {
    expect([callPlan.variant({}), linesOf(callPlan.assess(ask()))]).toEqual([
      "invoke",
      {
        attempts: "exact | the caller waits, and hears of an error: nothing comes again by itself",
        backoff: "exact | the caller waits, and tries again when it likes",
        retryAfter: "exact | the caller waits, and tries again when it likes",
        maxAge: "exact | the caller waits, and nothing is kept for later",
        deadLetter: "exact | the caller waits, and has the payload itself",
        order: "exact",
        batch: "exact | a call is alone",
        timeout: "exact | AWS::Lambda::Function Timeout = 10",
        saturation: "exact | the caller waits, and is told that there was no instance (429): nothing has run",
        identity: "exact | a call is its invocation",
        isolation: "exact | a Lambda function of its own",
        caller: "exact | AWS::IAM::Policy Action = lambda:InvokeFunction | each caller is let in by its own identity; the function is not told which it was",
      },
    ]);
  });
  test("what is rendered is the function", () => {
    expect(callPlan.render(ask({ reservedConcurrency: 5 }))).toEqual({ maker: "call", resources: { AskFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "ask" } }, Properties: { Timeout: 10, ReservedConcurrentExecutions: 5 } } }, grants: [] });
  });
  test("longer than Lambda runs is a gap", () => {
    expect(lineOf(callPlan.assess(ask({}, { timeout: "15m" })).timeout)).toBe('unsupported | a Lambda invocation ends after 900 s | timeout: "899s"');
  });
});

describe("a call that is sent ahead", () => {
  const ahead = { variant: "async" } as const;
  test("keeps what SQS keeps", () => {
    expect([callPlan.variant(ahead), linesOf(callPlan.assess(ask(ahead)))]).toEqual(["async", { ...throughQueue, caller: "exact | AWS::IAM::Policy Action = sqs:SendMessage | each caller is let in by its own identity; the function is not told which it was" }]);
  });
  test("what is rendered: a queue of the function's own", () => {
    expect(callPlan.render(ask(ahead))).toEqual({
      maker: "callAsync",
      keeping: "postponing",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "ask", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        AskInbox: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "ask" } }, Properties: { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 3 } } },
        AskFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "ask" } }, Properties: { Timeout: 10 } },
        AskMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "ask" } }, Properties: { FunctionName: { Ref: "AskFunction" }, EventSourceArn: { "Fn::GetAtt": ["AskInbox", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      },
      grants: [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], on: "AskInbox", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
});
