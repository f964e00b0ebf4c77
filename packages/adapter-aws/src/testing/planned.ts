/** Plans in tests: one canonical binding, and verdicts as lines. */
import { defineApp, defineQueue, type AnyFunction, type App, type TriggerKind } from "@isobar/core";
import type { Binding, Verdict } from "@isobar/core/plan";

export const failed = defineQueue("failed");
/** Three attempts, a backoff, a dead letter, nine seconds: what every kind's tests begin with. */
export const canonical = { delivery: { maxAttempts: 3, backoff: { min: "10s", max: "1m" }, deadLetter: failed }, timeout: "9s" } as const;

/** A function under its name, with what a target says of it. `others`: the app's other functions. */
export const bound = <Fn extends AnyFunction, Settings>(name: string, fn: Fn, settings: Settings, others: App["functions"] = {}): Binding<Fn["kind"] & TriggerKind, Settings> =>
  ({ name, fn, settings, app: defineApp("shop", { [name]: fn, ...others }) }) as unknown as Binding<Fn["kind"] & TriggerKind, Settings>;

const settings = (verdict: Verdict): string => ("by" in verdict ? verdict.by.map(({ setting, value }) => `${setting} = ${value}`).join(", ") : "");
/** "exact | settings | note", "emulated | settings | how | window", "approximated | settings | why | nearest", "unsupported | why | nearest". */
export function lineOf(verdict: Verdict): string {
  const parts = verdict.verdict === "exact" ? [settings(verdict), verdict.note ?? ""] : verdict.verdict === "emulated" ? [settings(verdict), verdict.how, verdict.window] : [settings(verdict), verdict.why, verdict.nearest];
  return [verdict.verdict, ...parts.filter((part) => part !== "")].join(" | ");
}
export const linesOf = (assessment: Readonly<Record<string, Verdict>>): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(assessment).map(([capability, verdict]) => [capability, lineOf(verdict)]));

/** What every path through SQS says of the canonical binding. */
export const throughQueue = {
  attempts: "exact | AWS::SQS::Queue RedrivePolicy.maxReceiveCount = 3",
  backoff: "emulated | AWS::SQS::Queue VisibilityTimeout = 60 | the run time hides the failed message for the wait, from its settlement (ChangeMessageVisibility), in whole seconds rounded up | after a crash, or where that call fails, the wait is 60 s from the receive",
  retryAfter: "exact",
  maxAge: "exact | SQS itself drops what is older than 14 days",
  deadLetter: "emulated | AWS::SQS::Queue RedrivePolicy.deadLetterTargetArn = failed, AWS::SQS::Queue MessageRetentionPeriod = 1209600 | the run time writes the letter before it acknowledges; the queue's own redrive to the same place catches what never reached the run time | a crash between letter and acknowledgement leaves a second letter; what the queue moved itself has no reason",
  order: "exact",
  batch: "exact | AWS::Lambda::EventSourceMapping BatchSize = 1, AWS::Lambda::EventSourceMapping MaximumBatchingWindowInSeconds = 0",
  timeout: "exact | AWS::Lambda::Function Timeout = 10, AWS::SQS::Queue VisibilityTimeout = 60",
  saturation: "emulated | AWS::Lambda::EventSourceMapping ScalingConfig.MaximumConcurrency = 50 | the mapping asks for no more instances than it may have | where the account's other functions have used up its concurrency, a throttled receive counts as an attempt",
  identity: "emulated | the attribute isobar carries the id into the dead letter and back | what the queue moved itself, and its console moved back, has a new id",
  isolation: "exact | a Lambda function of its own",
} as const;
/** What every path through Lambda's asynchronous queue says of it; dead letter and identity are the kind's. */
export const invokedDirectly = {
  attempts: "exact | AWS::Lambda::EventInvokeConfig MaximumRetryAttempts = 2",
  backoff: "approximated | Lambda's asynchronous queue waits 60 s, then 120 s, whatever is asked | a backoff of \"60s\", or the default variant, whose queue is the app's own",
  retryAfter: "exact",
  maxAge: "exact | AWS::Lambda::EventInvokeConfig MaximumEventAgeInSeconds = 21600 | Lambda itself gives up what is older than six hours",
  order: "exact",
  batch: "exact",
  timeout: "exact | AWS::Lambda::Function Timeout = 10",
  saturation: "exact | an event that finds no instance free waits in Lambda's queue, 1 s to 5 min at a time, and has spent no attempt",
  isolation: "exact | a Lambda function of its own",
} as const;
/** What a dead letter of that path says. */
export const leftByLambda = (what: string): string => `approximated | AWS::Lambda::Function DeadLetterConfig.TargetArn = failed | the run time writes the letter of what is rejected; what is used up or too old Lambda leaves there itself, as it got it: ${what}, without the attribute isobar; what it cannot leave there is dropped | the default variant, whose queue is the app's own`;
/** What every path that is read by position says of it; its maximum age is the source's. */
export const readByPosition = {
  attempts: "emulated | AWS::Lambda::EventSourceMapping MaximumRetryAttempts = -1 | the run time makes the attempts inside one invocation, and goes on behind a record that has used them up | a crash, or an invocation that Lambda itself ends, brings the record again with its count from 1",
  backoff: "emulated | AWS::Lambda::Function Timeout = 59 | the run time waits inside the invocation, and with it the shard | after a crash the wait is the mapping's own, which no document tells",
  retryAfter: "exact",
  deadLetter: "emulated | AWS::Lambda::EventSourceMapping MaximumRetryAttempts = -1, AWS::Lambda::EventSourceMapping BisectBatchOnFunctionError = false | the run time writes the letter inside the invocation, and then goes on behind the record | a crash between letter and answer leaves a second letter; while the letter cannot be written the record is tried again, and blocks its shard, as one does that crashes the process every time",
  order: "exact | AWS::Lambda::EventSourceMapping ParallelizationFactor = 1 | what blocks, blocks its shard: other keys of that shard wait with it",
  batch: "exact | AWS::Lambda::EventSourceMapping BatchSize = 1, AWS::Lambda::EventSourceMapping MaximumBatchingWindowInSeconds = 0",
  timeout: "exact | AWS::Lambda::Function Timeout = 59 | an invocation has time for all attempts, each with this timeout",
  saturation: "exact | what finds no instance free waits in its shard; attempts are counted where they start",
  identity: "emulated | the id is the record's own, the same at every delivery, and the attribute isobar carries it into the dead letter | a letter that is written to the stream again is another record",
  isolation: "exact | a Lambda function of its own",
} as const;
