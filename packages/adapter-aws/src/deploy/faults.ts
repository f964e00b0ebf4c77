/** Rules between resources that no schema states: what a rendered path must not break, whoever changed it. */
import type { Rendered } from "@isobar/core/plan";
import { ofType, referred, type Resource } from "./resources.ts";

const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: Lambda refuses a mapping whose queue hides messages for less than the function's timeout. */
function mappingFaults(mapping: Resource, resources: Rendered["resources"]): readonly string[] {
  const { EventSourceArn, FunctionName, FunctionResponseTypes, BatchSize, MaximumBatchingWindowInSeconds: window = 0, ScalingConfig } = mapping.Properties as Readonly<Record<string, unknown>>;
  const at = (reference: unknown) => (resources as Readonly<Record<string, Resource>>)[referred(reference) ?? ""];
  const [source, lambda] = [at(EventSourceArn), at(FunctionName)];
  const { FifoQueue, VisibilityTimeout, RedrivePolicy } = source?.Properties ?? {};
  const { Timeout, ReservedConcurrentExecutions: reserved } = lambda?.Properties ?? {};
  const asked = (ScalingConfig as { readonly MaximumConcurrency?: number } | undefined)?.MaximumConcurrency;
  // The codec answers item by item: without the flag Lambda would take any answer for success.
  const all: readonly (readonly [broken: boolean, sentence: string])[] = [
    [!Array.isArray(FunctionResponseTypes) || !FunctionResponseTypes.includes("ReportBatchItemFailures"), "the mapping has no ReportBatchItemFailures: a failed message would count as done"],
    [number(BatchSize) > 10 && FifoQueue === true, `a FIFO queue is read in batches of 10 at most, not ${String(BatchSize)}`],
    [source?.Type === "AWS::SQS::Queue" && number(BatchSize) > 10 && number(window) < 1, `a batch of ${String(BatchSize)} needs a batching window of a second or more`],
    [source?.Type === "AWS::SQS::Queue" && !(number(VisibilityTimeout) >= number(Timeout)), `the queue hides messages for ${String(VisibilityTimeout)} s, the function may take ${String(Timeout)} s`],
    [source?.Type === "AWS::SQS::Queue" && !(number((RedrivePolicy as { readonly maxReceiveCount?: unknown } | undefined)?.maxReceiveCount) >= 1), "the queue has no redrive policy: a failing message would come again until its retention ends"],
    [typeof reserved === "number" && asked !== undefined && asked > reserved, `the mapping may ask for ${asked} instances, ${String(reserved)} are reserved: throttled receives would count as attempts`],
  ];
  return all.flatMap(([broken, sentence]) => (broken ? [sentence] : []));
}

export const faultsOf = ({ resources }: Rendered): readonly string[] => ofType(resources, "AWS::Lambda::EventSourceMapping").flatMap(([, mapping]) => mappingFaults(mapping, resources));
