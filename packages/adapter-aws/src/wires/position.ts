/**
 * Answers of streams that are read by position, Kinesis and DynamoDB. The mapping has ReportBatchItemFailures, and Lambda starts again at the lowest
 * sequence number that is named: one is enough. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
import { IsobarError, type Outcome, type Reply } from "@isobar/core/adapter";
import type { SqsAnswer } from "./sqs.ts";

/** The same shape as a queue's answer, with a sequence number in it. */
export type PositionAnswer = SqsAnswer;
/** Records come in the order of their sequence numbers, so that the first outcome "again" has the lowest. */
export function fromLowest(outcomes: readonly Outcome[]): Reply<PositionAnswer> {
  const failed = outcomes.find(({ then }) => then === "again");
  if (failed === undefined) return { respond: { batchItemFailures: [] } };
  if (failed.id === undefined) return { fault: new IsobarError("invalid-native-event", "a record without a sequence number cannot be named: the batch comes again") };
  return { respond: { batchItemFailures: [{ itemIdentifier: failed.id }] } };
}
/** Seconds since 1970 with a fraction, as both streams write times. Some tools and newer records write milliseconds or microseconds (aws/aws-lambda-go#202, #633); no time of theirs is before 1973 or after 5138. */
export function millisecondsOf(value: unknown): number | undefined {
  if (typeof value !== "number" || !(value >= 0)) return undefined;
  const at = Math.round(value < 1e11 ? value * 1000 : value < 1e14 ? value : value / 1000);
  return at <= 8.64e15 ? at : undefined;
}
