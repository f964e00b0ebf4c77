/**
 * Every kind that is read by position, through an event source mapping of a Kinesis or a DynamoDB stream. The attempts are made inside one invocation; Lambda's own retry is the backstop, without an end:
 * with one, it would pass over the rest of a batch. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html · https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
import type { StreamKind } from "@isobar/core";
import { emulated, exact, insideMs, longestWaitMs, marginMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Rendered, type Verdict } from "@isobar/core/plan";
import { sinkOf } from "./dead-letters.ts";
import { logicalId, ref, type Resource, type Resources } from "./resources.ts";
import type { FromExisting } from "./settings.ts";
import { longestTimeoutSeconds } from "./sqs.ts";

/** What a target may say of a function that reads by position. */
export interface PositionSettings {
  /** Where a new mapping begins. Default `TRIM_HORIZON`: with `LATEST`, what is written while the mapping is being made is passed over. */
  readonly startingPosition?: "TRIM_HORIZON" | "LATEST";
  /** How long a batch may wait to fill, 0 to 300 seconds. Default: what the function's `batch.maxWait` says. */
  readonly maximumBatchingWindowSeconds?: number;
  /** Instances kept for this function alone, out of the account's. Default: none are reserved. */
  readonly reservedConcurrency?: number;
}
type PositionBinding = Binding<StreamKind, PositionSettings>;
/** What a function reads from. */
export interface PositionSource {
  /** As verdicts name it. */
  readonly service: "Kinesis" | "DynamoDB";
  readonly retentionHours: number;
  /** The setting that keeps records so long; absent where there is none to choose. */
  readonly retention?: string;
}
const longestMs = longestTimeoutSeconds * 1000;
const mostInBatch = 10_000;
const mostWithoutWindow = 10;
/** A year: https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html */
const longestRetentionHours = 8_760;

function numbersOf({ fn, settings }: PositionBinding) {
  const { delivery, batch, timeout } = fn.options;
  const timeoutMs = timeoutOf(timeout);
  const inBatch = batch?.maxSize ?? 1;
  /** Milliseconds of an invocation in which so many attempts have their time. */
  const takesMs = (maxAttempts: number) => insideMs({ ...delivery, maxAttempts }, timeoutMs) * (inBatch > 1 ? 2 : 1) + marginMs;
  const functionSeconds = Math.ceil(takesMs(delivery.maxAttempts) / 1000);
  // More than ten only with a window of a second or more: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  const windowSeconds = settings.maximumBatchingWindowSeconds ?? Math.max(Math.ceil((batch?.maxWait === undefined ? 0 : toMs(batch.maxWait)) / 1000), inBatch > mostWithoutWindow ? 1 : 0);
  return { delivery, timeoutMs, inBatch, takesMs, functionSeconds, windowSeconds, reserved: settings.reservedConcurrency };
}
type Numbers = ReturnType<typeof numbersOf>;

const lighter = (inBatch: number): string => (inBatch > 1 ? ", shorter waits, or a batch of one" : ", or shorter waits");
function attempts({ delivery, inBatch, takesMs }: Numbers): Verdict {
  if (takesMs(delivery.maxAttempts) <= longestMs || takesMs(1) > longestMs)
    return emulated("the run time makes the attempts inside one invocation, and goes on behind a record that has used them up", "a crash, or an invocation that Lambda itself ends, brings the record again with its count from 1", { "AWS::Lambda::EventSourceMapping MaximumRetryAttempts": -1 });
  let most = 1;
  while (takesMs(most + 1) <= longestMs) most++;
  const seconds = Math.ceil(takesMs(delivery.maxAttempts) / 1000);
  return unsupported(`all attempts are made inside one invocation, which ends after 900 s, and these may take ${seconds} s${inBatch > 1 ? ", since a batch has twice a record's time" : ""}`, `maxAttempts: ${most}, a shorter timeout${lighter(inBatch)}`);
}
function timeout({ delivery, timeoutMs, inBatch, takesMs, functionSeconds }: Numbers): Verdict {
  if (takesMs(1) > longestMs) return unsupported("a Lambda invocation ends after 900 s", `timeout: "${Math.floor((timeoutMs - (takesMs(1) - longestMs) / (inBatch > 1 ? 2 : 1)) / 1000)}s"${inBatch > 1 ? ", or a batch of one" : ""}`);
  return exact({ "AWS::Lambda::Function Timeout": functionSeconds }, delivery.maxAttempts > 1 || inBatch > 1 ? "an invocation has time for all attempts, each with this timeout" : undefined);
}
function wait({ delivery, functionSeconds }: Numbers, asked: boolean): Verdict {
  if (!asked) return exact({}, "attempts follow one another at once");
  if (longestWaitMs(delivery) >= longestMs) return unsupported("a wait is spent inside the invocation, which ends after 900 s", "waits that fit into 900 s with the attempts");
  return emulated("the run time waits inside the invocation, and with it the shard", "after a crash the wait is the mapping's own, which no document tells", { "AWS::Lambda::Function Timeout": functionSeconds });
}
function maxAge({ delivery: { maxAge: limit } }: Numbers, { service, retentionHours, retention }: PositionSource): Verdict {
  const by = { "AWS::Lambda::EventSourceMapping MaximumRecordAgeInSeconds": -1, ...(retention === undefined ? {} : { [retention]: retentionHours }) };
  if (retentionHours < 24 || retentionHours > longestRetentionHours) return unsupported("a Kinesis stream keeps its records for 24 to 8,760 hours", `retentionHours: ${retentionHours < 24 ? 24 : longestRetentionHours}`);
  if (limit === undefined) return exact(by, `${service} itself drops what is older than ${retentionHours} hours`);
  if (toMs(limit) > retentionHours * 3_600_000) return unsupported(`${service} keeps a record for ${retentionHours} hours${retention === undefined ? "" : " here"}`, retention === undefined ? `maxAge: "${retentionHours}h"` : `maxAge: "${retentionHours}h", or retentionHours up to ${longestRetentionHours}`);
  return emulated("the run time looks at the record's time before its first attempt, and before a wait that would pass it", "what waits in the stream is looked at when it is read, not before", by);
}
function deadLetter({ delivery: { deadLetter: to } }: Numbers): Verdict {
  const by = { "AWS::Lambda::EventSourceMapping MaximumRetryAttempts": -1, "AWS::Lambda::EventSourceMapping BisectBatchOnFunctionError": false };
  if (to === "discard") return emulated("the run time goes on behind what is given up", "what crashes the process every time blocks its shard until its retention ends", by);
  return emulated("the run time writes the letter inside the invocation, and then goes on behind the record", "a crash between letter and answer leaves a second letter; while the letter cannot be written the record is tried again, and blocks its shard, as one does that crashes the process every time", by);
}
function batch({ inBatch, windowSeconds }: Numbers): Verdict {
  if (inBatch > mostInBatch) return unsupported("an event source mapping hands over 10,000 at most", "batch.maxSize: 10000");
  if (inBatch > mostWithoutWindow && windowSeconds < 1) return unsupported("over ten records come together only where AWS may wait a second for them", "maximumBatchingWindowSeconds: 1");
  if (windowSeconds > 300) return unsupported("an event source mapping waits 300 s at most", 'batch.maxWait: "5m"');
  return exact({ "AWS::Lambda::EventSourceMapping BatchSize": inBatch, "AWS::Lambda::EventSourceMapping MaximumBatchingWindowInSeconds": windowSeconds }, inBatch > mostWithoutWindow ? "over ten, AWS wants a window of a second or more" : undefined);
}

/** The verdicts that these kinds share. */
export function assessPositions(binding: PositionBinding, source: PositionSource): Assessment<"queue"> {
  const numbers = numbersOf(binding);
  const { delivery } = numbers;
  return {
    attempts: attempts(numbers),
    backoff: wait(numbers, delivery.backoff !== undefined && delivery.maxAttempts > 1),
    retryAfter: delivery.retryAfter === undefined ? exact() : wait(numbers, true),
    maxAge: maxAge(numbers, source),
    deadLetter: deadLetter(numbers),
    order: exact({ "AWS::Lambda::EventSourceMapping ParallelizationFactor": 1 }, "what blocks, blocks its shard: other keys of that shard wait with it"),
    batch: batch(numbers),
    timeout: timeout(numbers),
    saturation: exact({}, "what finds no instance free waits in its shard; attempts are counted where they start"),
    identity: emulated("the id is the record's own, the same at every delivery, and the attribute isobar carries it into the dead letter", "a letter that is written to the stream again is another record"),
    isolation: exact({}, "a Lambda function of its own"),
  };
}

/** The mapping, the function, and where its records end. `stream`: the ARN that the mapping reads; `reads`: what that takes, and on which resource. The rest: what else there is of the path. */
export function renderPositions(binding: PositionBinding, maker: string, { stream, reads, resources }: { readonly stream: object; readonly reads: { readonly actions: readonly string[]; readonly on: string }; readonly resources: Resources }): Rendered {
  const { name, settings } = binding;
  const { delivery, inBatch, functionSeconds, windowSeconds, reserved } = numbersOf(binding);
  const lambda = logicalId(name, "Function");
  const sink = delivery.deadLetter === "discard" ? undefined : sinkOf(name, delivery.deadLetter, false);
  const of = { Isobar: { for: name } };
  return {
    maker,
    keeping: "inside",
    resources: {
      ...(sink === undefined ? {} : { [sink[0]]: sink[1] }),
      ...resources,
      [lambda]: { Type: "AWS::Lambda::Function", Metadata: of, Properties: { Timeout: functionSeconds, ...(reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved }) } },
      [logicalId(name, "Mapping")]: {
        Type: "AWS::Lambda::EventSourceMapping",
        Metadata: of,
        Properties: {
          FunctionName: ref(lambda),
          EventSourceArn: stream,
          StartingPosition: settings.startingPosition ?? "TRIM_HORIZON",
          BatchSize: inBatch,
          MaximumBatchingWindowInSeconds: windowSeconds,
          ParallelizationFactor: 1,
          MaximumRetryAttempts: -1,
          MaximumRecordAgeInSeconds: -1,
          BisectBatchOnFunctionError: false,
          FunctionResponseTypes: ["ReportBatchItemFailures"],
        },
      },
    } satisfies Readonly<Record<string, Resource>>,
    grants: [{ ...reads, for: "consuming" }, ...(sink === undefined ? [] : [{ actions: ["sqs:SendMessage"], on: sink[0], for: "dead letters" }])],
  };
}

/** What a target may say of a Kinesis stream. */
export interface KinesisSettings extends PositionSettings {
  /** Shards, each with 1 MB a second in. Default 1. */
  readonly shardCount?: number;
  /** 24 to 8,760. Default 24. Over 24, AWS charges for it. */
  readonly retentionHours?: number;
}
/** A stream that is there already keeps its records as long as its owner says: for a day at least, or for what the target says that is. */
export const kinesisSource = ({ retentionHours = 24, existing }: KinesisSettings & FromExisting): PositionSource => ({ service: "Kinesis", retentionHours, ...(existing === undefined ? { retention: "AWS::Kinesis::Stream RetentionPeriodHours" } : {}) });
/** `about`: the channel, or the function whose own it is. */
export const kinesisStream = (about: Readonly<Record<string, string>>, { shardCount = 1, retentionHours = 24 }: KinesisSettings): Resource => ({
  Type: "AWS::Kinesis::Stream",
  Metadata: { Isobar: about },
  Properties: { StreamModeDetails: { StreamMode: "PROVISIONED" }, ShardCount: shardCount, RetentionPeriodHours: retentionHours },
});
/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html */
export const kinesisReads = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"] as const;
