import { describe, expect, test } from "vitest";
import { defineQueue, defineStream, stream, type StreamOptions } from "@isobar/core";
import { bound, canonical, lineOf, linesOf, readByPosition } from "../../testing/planned.ts";
import { streamPlan, type StreamSettings } from "./plan.ts";

const count = (options: Partial<StreamOptions> = {}, settings: StreamSettings = {}) => bound("count", stream(defineStream("clicks"), { ...canonical, ...options } as StreamOptions, () => {}), settings);
const policy = (more: object) => ({ delivery: { ...canonical.delivery, ...more } }) as Partial<StreamOptions>;
const verdict = (capability: keyof typeof readByPosition | "maxAge", ...given: Parameters<typeof count>) => lineOf(streamPlan.assess(count(...given))[capability]);

describe("a stream by Kinesis", () => {
  test("its promises: attempts inside the invocation", () => {
    expect([streamPlan.variant({}), linesOf(streamPlan.assess(count()))]).toEqual([
      "kinesis",
      { ...readByPosition, maxAge: "exact | AWS::Lambda::EventSourceMapping MaximumRecordAgeInSeconds = -1, AWS::Kinesis::Stream RetentionPeriodHours = 24 | Kinesis itself drops what is older than 24 hours" },
    ]);
  });
  test("what is rendered: a mapping whose own retries never end", () => {
    expect(streamPlan.render(count())).toEqual({
      maker: "stream",
      keeping: "inside",
      resources: {
        FailedQueue: { Type: "AWS::SQS::Queue", Metadata: { Isobar: { for: "count", queue: "failed" } }, Properties: { MessageRetentionPeriod: 1209600, SqsManagedSseEnabled: true } },
        ClicksStream: { Type: "AWS::Kinesis::Stream", Metadata: { Isobar: { stream: "clicks" } }, Properties: { StreamModeDetails: { StreamMode: "PROVISIONED" }, ShardCount: 1, RetentionPeriodHours: 24 } },
        CountFunction: { Type: "AWS::Lambda::Function", Metadata: { Isobar: { for: "count" } }, Properties: { Timeout: 59 } },
        CountMapping: { Type: "AWS::Lambda::EventSourceMapping", Metadata: { Isobar: { for: "count" } }, Properties: { FunctionName: { Ref: "CountFunction" }, EventSourceArn: { "Fn::GetAtt": ["ClicksStream", "Arn"] }, StartingPosition: "TRIM_HORIZON", BatchSize: 1, MaximumBatchingWindowInSeconds: 0, ParallelizationFactor: 1, MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1, BisectBatchOnFunctionError: false, FunctionResponseTypes: ["ReportBatchItemFailures"] } },
      },
      grants: [
        { actions: ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"], on: "ClicksStream", for: "consuming" },
        { actions: ["sqs:SendMessage"], on: "FailedQueue", for: "dead letters" },
      ],
    });
  });
  test("settings of the stream and the mapping are the target's", () => {
    const { resources } = streamPlan.render(count({ batch: { maxSize: 100 } }, { shardCount: 4, retentionHours: 48, startingPosition: "LATEST", maximumBatchingWindowSeconds: 5, reservedConcurrency: 8 }));
    expect([resources.ClicksStream, resources.CountMapping, resources.CountFunction]).toMatchObject([
      { Properties: { ShardCount: 4, RetentionPeriodHours: 48 } },
      { Properties: { StartingPosition: "LATEST", BatchSize: 100, MaximumBatchingWindowInSeconds: 5 } },
      // (3 × (9 s + 250 ms) + 10 s + 20 s) × 2 + 1 s
      { Properties: { Timeout: 117, ReservedConcurrentExecutions: 8 } },
    ]);
  });
  test("without a wait attempts follow one another, and what is asked of one attempt is one", () => {
    expect([verdict("backoff", { delivery: { maxAttempts: 3, deadLetter: "discard" } }), verdict("backoff", policy({ maxAttempts: 1 })), verdict("timeout", policy({ maxAttempts: 1 }))]).toEqual(["exact | attempts follow one another at once", "exact | attempts follow one another at once", "exact | AWS::Lambda::Function Timeout = 11"]);
  });
  test("what is discarded needs no queue", () => {
    expect(Object.keys(streamPlan.render(count(policy({ deadLetter: "discard" }))).resources)).toEqual(["ClicksStream", "CountFunction", "CountMapping"]);
    expect(verdict("deadLetter", policy({ deadLetter: "discard" }))).toBe("emulated | AWS::Lambda::EventSourceMapping MaximumRetryAttempts = -1, AWS::Lambda::EventSourceMapping BisectBatchOnFunctionError = false | the run time goes on behind what is given up | what crashes the process every time blocks its shard until its retention ends");
  });
  test("a dead letter may be ordered: the run time writes it", () => {
    expect(streamPlan.render(count(policy({ deadLetter: defineQueue("failed", { order: "by-key" }) }))).resources.FailedQueue).toMatchObject({ Properties: { FifoQueue: true } });
  });
  test("a limit of age, a wait of the handler's own and a larger batch", () => {
    expect([verdict("maxAge", policy({ maxAge: "1h" })), verdict("retryAfter", policy({ retryAfter: { max: "30s" } })), verdict("batch", { batch: { maxSize: 100 } })]).toEqual([
      "emulated | AWS::Lambda::EventSourceMapping MaximumRecordAgeInSeconds = -1, AWS::Kinesis::Stream RetentionPeriodHours = 24 | the run time looks at the record's time before its first attempt, and before a wait that would pass it | what waits in the stream is looked at when it is read, not before",
      "emulated | AWS::Lambda::Function Timeout = 89 | the run time waits inside the invocation, and with it the shard | after a crash the wait is the mapping's own, which no document tells",
      "exact | AWS::Lambda::EventSourceMapping BatchSize = 100, AWS::Lambda::EventSourceMapping MaximumBatchingWindowInSeconds = 1 | over ten, AWS wants a window of a second or more",
    ]);
  });
});

describe("a stream's gaps", () => {
  test.each([
    ["attempts", "unsupported | all attempts are made inside one invocation, which ends after 900 s, and these may take 1216 s | maxAttempts: 15, a shorter timeout, or shorter waits", count(policy({ maxAttempts: 20 }))],
    ["attempts", "unsupported | all attempts are made inside one invocation, which ends after 900 s, and these may take 1046 s, since a batch has twice a record's time | maxAttempts: 8, a shorter timeout, shorter waits, or a batch of one", count({ ...policy({ maxAttempts: 10 }), batch: { maxSize: 2 } })],
    ["backoff", "unsupported | a wait is spent inside the invocation, which ends after 900 s | waits that fit into 900 s with the attempts", count(policy({ backoff: "15m" }))],
    ["retryAfter", "unsupported | a wait is spent inside the invocation, which ends after 900 s | waits that fit into 900 s with the attempts", count(policy({ retryAfter: { max: "1h" } }))],
    ["timeout", 'unsupported | a Lambda invocation ends after 900 s | timeout: "898s"', count({ timeout: "15m" })],
    ["timeout", 'unsupported | a Lambda invocation ends after 900 s | timeout: "449s", or a batch of one', count({ timeout: "10m", batch: { maxSize: 2 } })],
    ["maxAge", 'unsupported | Kinesis keeps a record for 24 hours here | maxAge: "24h", or retentionHours up to 8760', count(policy({ maxAge: "2d" }))],
    ["maxAge", "unsupported | a Kinesis stream keeps its records for 24 to 8,760 hours | retentionHours: 24", count({}, { retentionHours: 12 })],
    ["maxAge", "unsupported | a Kinesis stream keeps its records for 24 to 8,760 hours | retentionHours: 8760", count({}, { retentionHours: 9_000 })],
    ["batch", "unsupported | over ten records come together only where AWS may wait a second for them | maximumBatchingWindowSeconds: 1", count({ batch: { maxSize: 11 } }, { maximumBatchingWindowSeconds: 0 })],
    ["batch", "unsupported | an event source mapping hands over 10,000 at most | batch.maxSize: 10000", count({ batch: { maxSize: 10_001 } })],
    ["batch", 'unsupported | an event source mapping waits 300 s at most | batch.maxWait: "5m"', count({ batch: { maxSize: 2, maxWait: "6m" } })],
  ] as const)("%s: %s", (capability, line, binding) => {
    expect(lineOf(streamPlan.assess(binding)[capability])).toBe(line);
  });
  test("Kafka is decoded only: every promise of it is a gap, and nothing is rendered", () => {
    const kafka = count({}, { variant: "kafka" } as never);
    expect([...new Set(Object.values(linesOf(streamPlan.assess(kafka))))]).toEqual(["unsupported | an app of ours has no Kafka cluster: it stands in a network of its own, which no manifest of ours describes | the default variant, kinesis"]);
    expect(streamPlan.render(kafka)).toEqual({ maker: "streamKafka", resources: {}, grants: [] });
  });
});
