/** Rules between resources that no schema states: what a rendered path must not break, whoever changed it. */
import type { Rendered } from "@isobar/core/plan";
import { hopsOf, isLetIn } from "./deliveries.ts";
import { ofType, referred, type Resource, type Resources } from "./resources.ts";

type Rule = readonly [broken: boolean, sentence: string];
const number = (value: unknown): number => (typeof value === "number" ? value : Number.NaN);
const within = (value: unknown, from: number, to: number): boolean => number(value) >= from && number(value) <= to;
const fields = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {});

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: Lambda refuses a mapping whose queue hides messages for less than the function's timeout. */
function queueRules({ BatchSize, MaximumBatchingWindowInSeconds: window = 0 }: Resource["Properties"], source: Resource["Properties"], lambda: Resource["Properties"]): readonly Rule[] {
  const { FifoQueue, VisibilityTimeout, RedrivePolicy } = source;
  const { Timeout } = lambda;
  return [
    [number(BatchSize) > 10 && FifoQueue === true, `a FIFO queue is read in batches of 10 at most, not ${String(BatchSize)}`],
    [number(BatchSize) > 10 && number(window) < 1, `a batch of ${String(BatchSize)} needs a batching window of a second or more`],
    [!(number(VisibilityTimeout) >= number(Timeout)), `the queue hides messages for ${String(VisibilityTimeout)} s, the function may take ${String(Timeout)} s`],
    [!(number(fields(RedrivePolicy).maxReceiveCount) >= 1), "the queue has no redrive policy: a failing message would come again until its retention ends"],
  ];
}
/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html: an end to Lambda's own retries passes over what is left of a batch. */
function positionRules({ BatchSize, MaximumBatchingWindowInSeconds: window = 0, MaximumRetryAttempts: retries = -1, MaximumRecordAgeInSeconds: age = -1, StartingPosition }: Resource["Properties"], source: Resource, maker: string): readonly Rule[] {
  const view = fields(source.Properties.StreamSpecification).StreamViewType;
  return [
    [number(BatchSize) > 10 && number(window) < 1, `a batch of ${String(BatchSize)} needs a batching window of a second or more`],
    [retries !== -1, `Lambda gives a batch up after ${String(retries)} retries: what the run time has not settled would be lost`],
    [age !== -1, `Lambda passes over records older than ${String(age)} s: what the run time has not settled would be lost`],
    [StartingPosition !== "TRIM_HORIZON" && StartingPosition !== "LATEST", `a mapping of a stream begins at TRIM_HORIZON or LATEST, not at ${String(StartingPosition)}`],
    [maker === "changes" && view !== "NEW_AND_OLD_IMAGES", `the table's stream has ${view === undefined ? "no images" : `${String(view)} only`}: items before and after would be missing`],
  ];
}
function mappingRules({ Properties }: Resource, resources: Resources, maker: string): readonly Rule[] {
  const { EventSourceArn, FunctionName, FunctionResponseTypes } = Properties;
  const source = resources[referred(EventSourceArn) ?? ""];
  const lambda = resources[referred(FunctionName) ?? ""]?.Properties ?? {};
  return [
    // The codec answers item by item: without the flag Lambda would take any answer for success.
    [!Array.isArray(FunctionResponseTypes) || !FunctionResponseTypes.includes("ReportBatchItemFailures"), "the mapping has no ReportBatchItemFailures: a failed message would count as done"],
    [source === undefined, "the mapping reads what is no resource of this path"],
    ...(source === undefined ? [] : source.Type === "AWS::SQS::Queue" ? queueRules(Properties, source.Properties, lambda) : positionRules(Properties, source, maker)),
  ];
}
/** Ranges: botocore 1.43.107, data/lambda/2015-03-31/service-2.json. */
function asynchronousRules(resources: Resources): readonly Rule[] {
  const configured = ofType(resources, "AWS::Lambda::EventInvokeConfig");
  return ofType(resources, "AWS::Lambda::Function").flatMap(([id, { Properties }]): readonly Rule[] => {
    const invoked = hopsOf(resources).some(({ to }) => to === id);
    const own = configured.filter(([, config]) => referred(config.Properties.FunctionName) === id).map(([, config]) => config.Properties);
    const sink = resources[referred(fields(Properties.DeadLetterConfig).TargetArn) ?? ""];
    return [
      [invoked && own.length === 0, "Lambda's own two retries and six hours apply: no EventInvokeConfig says how often and how long"],
      ...own.flatMap(({ MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age }): readonly Rule[] => [
        [!within(retries, 0, 2), `Lambda retries an asynchronous invocation 0 to 2 times, not ${String(retries)}`],
        [!within(age, 60, 21_600), `Lambda keeps an asynchronous invocation for 60 to 21,600 s, not ${String(age)}`],
      ]),
      [sink?.Properties.FifoQueue === true, "Lambda's dead letters go to a standard queue only"],
    ];
  });
}
/** Of what delivers to a queue or invokes a function. Ranges: botocore 1.43.107, data/{events/2015-10-07,scheduler/2021-06-30}/service-2.json. */
function hopRules(resources: Resources, maker: string): readonly Rule[] {
  const hops = hopsOf(resources).flatMap((hop): readonly Rule[] => [
    [!isLetIn(resources, hop, hop.to), `${hop.name} is not let in to ${hop.to ?? "what is no resource of this path"}: nothing lets ${hop.by} deliver there`],
    [hop.keeps && hop.deadLetter === undefined, `${hop.name} has no dead letter: what ${hop.by} cannot deliver would be lost`],
    [hop.deadLetter !== undefined && !isLetIn(resources, hop, hop.deadLetter), `${hop.name} is not let in to ${hop.deadLetter}: what ${hop.by} cannot deliver would be lost`],
  ]);
  const raw = ofType(resources, "AWS::SNS::Subscription").map(([id, { Properties: { Protocol, RawMessageDelivery: bare } }]): Rule => [
    Protocol === "sqs" && (bare === true) !== (maker === "storage"),
    maker === "storage" ? `${id} wraps S3's notification in an envelope, which the function does not read` : `${id} is raw: the envelope, which the function reads, would be missing`,
  ]);
  const targets = [
    ...ofType(resources, "AWS::Events::Rule").flatMap(([id, { Properties: { Targets: all } }]) => (Array.isArray(all) ? (all as readonly unknown[]) : []).map((target) => [id, target] as const)),
    ...ofType(resources, "AWS::Scheduler::Schedule").map(([id, { Properties }]) => [id, Properties.Target] as const),
  ];
  const tries = targets.flatMap(([id, target]): readonly Rule[] => {
    const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: age } = fields(fields(target).RetryPolicy);
    return [
      [!within(retries, 0, 185), `${id} retries its delivery 0 to 185 times, not ${String(retries)}`],
      [!within(age, 60, 86_400), `${id} tries to deliver for 60 to 86,400 s, not ${String(age)}`],
    ];
  });
  const exactly = ofType(resources, "AWS::Scheduler::Schedule").map(([id, { Properties }]): Rule => [fields(Properties.FlexibleTimeWindow).Mode !== "OFF", `${id} may run late by its flexible time window`]);
  const tested = ofType(resources, "AWS::S3::Bucket").map(([id, { DependsOn = [] }]): Rule => [
    !DependsOn.some((after) => /Policy$|Permission$/.test(resources[after]?.Type ?? "")),
    `${id} does not wait for what lets S3 in: S3 refuses a notification that it cannot deliver`,
  ]);
  return [...hops, ...raw, ...tries, ...exactly, ...tested];
}

/** Sentences about what a rendered path breaks. */
export const faultsOf = ({ maker, resources }: Rendered): readonly string[] => {
  const all = resources as Resources;
  const rules = [...ofType(all, "AWS::Lambda::EventSourceMapping").flatMap(([, mapping]) => mappingRules(mapping, all, maker)), ...asynchronousRules(all), ...hopRules(all, maker)];
  return rules.flatMap(([broken, sentence]) => (broken ? [sentence] : []));
};
