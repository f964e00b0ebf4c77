import { describe, expect, test } from "vitest";
import { defineQueue, queue, type QueueOptions } from "@isobar/core";
import { bound, canonical, failed, lineOf, linesOf, throughQueue } from "../../testing/planned.ts";
import { queuePlan, type QueueSettings } from "./plan.ts";

const orders = defineQueue("orders");
const byKey = { order: "by-key" } as const;
const [ordered, failedInOrder] = [defineQueue("orders", byKey), defineQueue("failed", byKey)];
const charge = (options: Partial<QueueOptions> = {}, settings: QueueSettings & { readonly accept?: readonly ["attempts"] } = {}, from: typeof orders | typeof ordered = orders) =>
  bound("charge", queue(from, { ...canonical, ...options } as QueueOptions, () => {}), settings);
const verdict = (capability: keyof typeof throughQueue, ...given: Parameters<typeof charge>) => lineOf(queuePlan.assess(charge(...given))[capability]);
const policy = (more: object) => ({ delivery: { ...canonical.delivery, ...more } }) as Partial<QueueOptions>;

describe("a queue by SQS", () => {
  test("has one variant", () => {
    expect(queuePlan.variant({})).toBe("sqs");
  });
  test("its promises, and what keeps them", () => {
    expect(linesOf(queuePlan.assess(charge()))).toEqual(throughQueue);
  });
  test("what is rendered of it", () => {
    expect(queuePlan.render(charge())).toEqual({
      maker: "queue",
      keeping: "postponing",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "charge", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        OrdersQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "charge", queue: "orders" } }, Properties: { VisibilityTimeout: 60, MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true, RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["FailedQueue", "Arn"] }, maxReceiveCount: 3 } } },
        ChargeFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "charge" } }, Properties: { Timeout: 10 } },
        ChargeMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "charge" } }, Properties: { FunctionName: { Ref: "ChargeFunction" }, EventSourceArn: { "Fn::GetAtt": ["OrdersQueue", "Arn"] }, BatchSize: 1, MaximumBatchingWindowInSeconds: 0, FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 50 } } },
      },
      grants: [
        { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"], on: "OrdersQueue", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("without a wait nothing is hidden, and nothing may be", () => {
    const plain = queuePlan.render(charge({ delivery: { maxAttempts: 3, deadLetter: failed } }));
    expect([plain.keeping, plain.grants[0]?.actions]).toEqual([undefined, ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]]);
    expect(verdict("backoff", { delivery: { maxAttempts: 3, deadLetter: failed } })).toBe("exact | the wait is the queue's own: 60 s from each receive");
  });
  test("what is discarded ends in a queue that keeps nothing", () => {
    const { resources, grants } = queuePlan.render(charge(policy({ deadLetter: "discard" })));
    expect(resources.ChargeDiscardedQueue).toEqual({ Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "charge", discards: "true" } }, Properties: { MessageRetentionPeriod: 60, SqsManagedSseEnabled: true } });
    expect(grants.map((grant) => grant.for)).toEqual(["consuming"]);
    expect(verdict("deadLetter", policy({ deadLetter: "discard" }))).toBe("emulated | AWS::SQS::Queue MessageRetentionPeriod = 60 | the run time acknowledges what is given up; the queue's own redrive ends in a queue that keeps nothing | what the queue moved itself lies there for 60 s");
  });
  test("an ordered queue is FIFO, read one by one, and so is its dead letter", () => {
    const { resources } = queuePlan.render(charge({ ...policy({ deadLetter: failedInOrder }), batch: { maxSize: 10 } }, {}, ordered));
    expect([resources.OrdersQueue, resources.FailedQueue, resources.ChargeMapping]).toMatchObject([{ Properties: { FifoQueue: true, ContentBasedDeduplication: false } }, { Properties: { FifoQueue: true } }, { Properties: { BatchSize: 1 } }]);
    expect(verdict("order", policy({ deadLetter: failedInOrder }), {}, ordered)).toBe("exact | AWS::SQS::Queue FifoQueue = true, AWS::Lambda::EventSourceMapping BatchSize = 1");
    expect(verdict("batch", { ...policy({ deadLetter: failedInOrder }), batch: { maxSize: 10 } }, {}, ordered)).toBe("exact | AWS::Lambda::EventSourceMapping BatchSize = 1, AWS::Lambda::EventSourceMapping MaximumBatchingWindowInSeconds = 0 | a FIFO queue is read one by one, so that no attempt is spent unstarted");
  });
  test("a larger batch is asked for with its window", () => {
    expect(verdict("batch", { batch: { maxSize: 100 } })).toBe("exact | AWS::Lambda::EventSourceMapping BatchSize = 100, AWS::Lambda::EventSourceMapping MaximumBatchingWindowInSeconds = 1 | over ten, AWS wants a window of a second or more");
    expect(verdict("timeout", { batch: { maxSize: 10, maxWait: "1500ms" } })).toBe("exact | AWS::Lambda::Function Timeout = 10, AWS::SQS::Queue VisibilityTimeout = 62");
  });
  test("a limit of age and a wait of the handler's own are kept at run time", () => {
    expect(verdict("maxAge", policy({ maxAge: "1h" }))).toBe("emulated | AWS::SQS::Queue MessageRetentionPeriod = 1209600 | the run time looks at SentTimestamp before each attempt, and before a wait that would pass it | what waits in the queue is looked at when it is received, not before");
    expect(verdict("retryAfter", policy({ retryAfter: { max: "5m" } }))).toBe(throughQueue.backoff);
  });
});

describe("a queue's gaps", () => {
  test.each([
    ["attempts", "unsupported | an SQS queue counts receives up to 1000 | maxAttempts: 1000", charge(policy({ maxAttempts: 1_001 }))],
    ["attempts", "unsupported | SQS keeps a message for 14 days, and these attempts may take 19 | fewer attempts, or shorter waits", charge(policy({ maxAttempts: 41, backoff: "11h" }))],
    ["attempts", "approximated | AWS::SQS::Queue RedrivePolicy.maxReceiveCount = 3 | what follows a retry in a FIFO batch of 5 is returned unstarted, and its receive has counted | a batch of one, which is the default here", charge({ ...policy({ deadLetter: failedInOrder }), batch: { maxSize: 5 } }, { accept: ["attempts"] }, ordered)],
    ["backoff", 'unsupported | SQS hides a message for twelve hours from its receive, the attempt included | a wait of 43190s', charge(policy({ backoff: "12h" }))],
    ["retryAfter", 'unsupported | SQS hides a message for twelve hours from its receive, the attempt included | a wait of 43190s', charge(policy({ retryAfter: { max: "1d" } }))],
    ["maxAge", 'unsupported | SQS keeps a message for 14 days | maxAge: "14d"', charge(policy({ maxAge: "15d" }))],
    ["deadLetter", 'unsupported | SQS redrives a standard queue to a standard one only | "failed" with order: "none"', charge(policy({ deadLetter: failedInOrder }))],
    ["deadLetter", 'unsupported | SQS redrives a FIFO queue to a FIFO one only | "failed" with order: "by-key"', charge({}, {}, ordered)],
    ["batch", "unsupported | an event source mapping hands over 10,000 at most | batch.maxSize: 10000", charge({ batch: { maxSize: 10_001 } })],
    ["batch", "unsupported | a FIFO queue is read in batches of ten at most | batch.maxSize: 10", charge({ ...policy({ deadLetter: failedInOrder }), batch: { maxSize: 11 } }, { accept: ["attempts"] }, ordered)],
    ["batch", "unsupported | over ten messages come together only where AWS may wait a second for them | maximumBatchingWindowSeconds: 1", charge({ batch: { maxSize: 11 } }, { maximumBatchingWindowSeconds: 0 })],
    ["batch", "unsupported | a FIFO queue is read without waiting for a batch to fill | no maximumBatchingWindowSeconds", charge(policy({ deadLetter: failedInOrder }), { maximumBatchingWindowSeconds: 1 }, ordered)],
    ["batch", 'unsupported | an event source mapping waits 300 s at most | batch.maxWait: "5m"', charge({ batch: { maxSize: 10, maxWait: "6m" } })],
    ["timeout", 'unsupported | a Lambda invocation ends after 900 s | timeout: "899s"', charge({ timeout: "15m" })],
    ["timeout", "unsupported | the visibility timeout set here, 9 s, ends before the function's 10 s: SQS would hand the message to a second instance | visibilityTimeoutSeconds: 60", charge({}, { visibilityTimeoutSeconds: 9 })],
    ["timeout", "unsupported | a visibility timeout is 43,200 s at most | visibilityTimeoutSeconds: 43200", charge({}, { visibilityTimeoutSeconds: 43_201 })],
    ["saturation", "unsupported | a mapping has 2 to 1,000 invocations in flight | maximumConcurrency: 2", charge({}, { maximumConcurrency: 1 })],
    ["saturation", "unsupported | a mapping has 2 to 1,000 invocations in flight | maximumConcurrency: 1000", charge({}, { maximumConcurrency: 1_001 })],
    ["saturation", "approximated | AWS::Lambda::EventSourceMapping ScalingConfig.MaximumConcurrency = 20, AWS::Lambda::Function ReservedConcurrentExecutions = 10 | the mapping may ask for 20 instances where 10 are reserved: a throttled receive counts as an attempt | reservedConcurrency: 20", charge({}, { maximumConcurrency: 20, reservedConcurrency: 10 })],
  ] as const)("%s: %s", (capability, line, binding) => {
    expect(lineOf(queuePlan.assess(binding)[capability])).toBe(line);
  });
});
