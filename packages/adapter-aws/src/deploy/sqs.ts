/**
 * Every kind that reaches its function through an SQS queue of its own: what that path keeps of the contract, and the settings that keep it.
 * Ranges: botocore 1.43.107, data/{sqs/2012-11-05,lambda/2015-03-31}/service-2.json.
 */
import type { MessageKind, Queue } from "@isobar/core";
import { approximated, emulated, exact, longestWaitMs, marginMs, spanMs, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Grant, type Rendered, type Verdict } from "@isobar/core/plan";
import { discardedSeconds, longestRetentionSeconds, sinkOf } from "./dead-letters.ts";
import { inboxOf } from "./hops.ts";
import { getAtt, logicalId, ref, type Resource, type Resources } from "./resources.ts";
import type { FromExisting } from "./settings.ts";

/** What a target may say of a function behind SQS. */
export interface SqsSettings {
  /** Seconds that a received message stays hidden, 0 to 43,200. Default: six times the function's timeout, as https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html advises. */
  readonly visibilityTimeoutSeconds?: number;
  /** Invocations that the mapping has in flight, 2 to 1,000. Default 50. */
  readonly maximumConcurrency?: number;
  /** Instances kept for this function alone, out of the account's. Default: none are reserved. */
  readonly reservedConcurrency?: number;
  /** How long a batch may wait to fill, 0 to 300 seconds; not on FIFO. Default: what the function's `batch.maxWait` says. */
  readonly maximumBatchingWindowSeconds?: number;
}

/** Of one invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const longestTimeoutSeconds = 900;
const longestVisibilitySeconds = 43_200;
/** The range is operating knowledge (delivery-semantics §13, 12). */
const mostReceives = 1_000;
const mostInBatch = 10;
const defaultConcurrency = 50;

type SqsBinding = Binding<MessageKind, SqsSettings & FromExisting & { readonly accept?: readonly string[] }>;

/** The path's numbers, computed once for the verdicts and for the settings. */
function numbersOf({ fn, settings }: SqsBinding) {
  const { delivery, batch, timeout } = fn.options;
  const timeoutMs = timeoutOf(timeout);
  const functionSeconds = Math.ceil((timeoutMs + marginMs) / 1000);
  const ordered = (fn.source as Partial<Queue>).order === "by-key";
  const asked = batch?.maxSize ?? 1;
  const inBatch = ordered && !settings.accept?.includes("attempts") ? 1 : asked;
  // More than ten only with a window of a second or more: https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
  const windowSeconds = settings.maximumBatchingWindowSeconds ?? (ordered ? 0 : Math.max(Math.ceil((batch?.maxWait === undefined ? 0 : toMs(batch.maxWait)) / 1000), inBatch > mostInBatch ? 1 : 0));
  const visibilitySeconds = settings.visibilityTimeoutSeconds ?? 6 * functionSeconds + windowSeconds;
  const concurrency = settings.maximumConcurrency ?? Math.min(defaultConcurrency, Math.max(2, settings.reservedConcurrency ?? defaultConcurrency));
  const waits = delivery.backoff !== undefined || delivery.retryAfter !== undefined;
  return { delivery, timeoutMs, functionSeconds, ordered, asked, inBatch, windowSeconds, visibilitySeconds, concurrency, waits };
}
type Numbers = ReturnType<typeof numbersOf>;

function attempts({ delivery, timeoutMs, ordered, inBatch }: Numbers): Verdict {
  const { maxAttempts } = delivery;
  const span = spanMs(delivery, timeoutMs);
  if (maxAttempts > mostReceives) return unsupported(`an SQS queue counts receives up to ${mostReceives}`, `maxAttempts: ${mostReceives}`);
  if (span > longestRetentionSeconds * 1000) return unsupported(`SQS keeps a message for 14 days, and these attempts may take ${Math.ceil(span / 86_400_000)}`, "fewer attempts, or shorter waits");
  const by = { "AWS::SQS::Queue RedrivePolicy.maxReceiveCount": maxAttempts };
  if (ordered && inBatch > 1) return approximated(`what follows a retry in a FIFO batch of ${inBatch} is returned unstarted, and its receive has counted`, "a batch of one, which is the default here", by);
  return exact(by);
}
function wait({ delivery, functionSeconds, visibilitySeconds }: Numbers, asked: boolean): Verdict {
  if (!asked) return exact({}, `the wait is the queue's own: ${visibilitySeconds} s from each receive`);
  const longest = longestVisibilitySeconds - functionSeconds;
  if (longestWaitMs(delivery) > longest * 1000) return unsupported("SQS hides a message for twelve hours from its receive, the attempt included", `a wait of ${spelledMs(longest * 1000)}`);
  return emulated("the run time hides the failed message for the wait, from its settlement (ChangeMessageVisibility), in whole seconds rounded up", `after a crash, or where that call fails, the wait is ${visibilitySeconds} s from the receive`, { "AWS::SQS::Queue VisibilityTimeout": visibilitySeconds });
}
function deadLetter({ delivery, ordered }: Numbers): Verdict {
  const how = "the run time writes the letter before it acknowledges; the queue's own redrive to the same place catches what never reached the run time";
  if (delivery.deadLetter === "discard") return emulated("the run time acknowledges what is given up; the queue's own redrive ends in a queue that keeps nothing", `what the queue moved itself lies there for ${discardedSeconds} s`, { "AWS::SQS::Queue MessageRetentionPeriod": discardedSeconds });
  if ((delivery.deadLetter.order === "by-key") !== ordered)
    return unsupported(`SQS redrives a ${ordered ? "FIFO" : "standard"} queue to a ${ordered ? "FIFO" : "standard"} one only`, `"${delivery.deadLetter.name}" with order: ${ordered ? '"by-key"' : '"none"'}`);
  return emulated(how, "a crash between letter and acknowledgement leaves a second letter; what the queue moved itself has no reason", { "AWS::SQS::Queue RedrivePolicy.deadLetterTargetArn": delivery.deadLetter.name, "AWS::SQS::Queue MessageRetentionPeriod": longestRetentionSeconds });
}
function maxAge({ delivery: { maxAge: limit } }: Numbers): Verdict {
  if (limit === undefined) return exact({}, `SQS itself drops what is older than ${longestRetentionSeconds / 86_400} days`);
  if (toMs(limit) > longestRetentionSeconds * 1000) return unsupported("SQS keeps a message for 14 days", 'maxAge: "14d"');
  return emulated("the run time looks at SentTimestamp before each attempt, and before a wait that would pass it", "what waits in the queue is looked at when it is received, not before", { "AWS::SQS::Queue MessageRetentionPeriod": longestRetentionSeconds });
}
function batch({ asked, inBatch, ordered, windowSeconds }: Numbers): Verdict {
  if (ordered && inBatch > mostInBatch) return unsupported("a FIFO queue is read in batches of ten at most", "batch.maxSize: 10");
  if (asked > 10_000) return unsupported("an event source mapping hands over 10,000 at most", "batch.maxSize: 10000");
  if (ordered && windowSeconds > 0) return unsupported("a FIFO queue is read without waiting for a batch to fill", "no maximumBatchingWindowSeconds");
  if (inBatch > mostInBatch && windowSeconds < 1) return unsupported("over ten messages come together only where AWS may wait a second for them", "maximumBatchingWindowSeconds: 1");
  if (windowSeconds > 300) return unsupported("an event source mapping waits 300 s at most", 'batch.maxWait: "5m"');
  const by = { "AWS::Lambda::EventSourceMapping BatchSize": inBatch, "AWS::Lambda::EventSourceMapping MaximumBatchingWindowInSeconds": windowSeconds };
  return exact(by, ordered && asked > inBatch ? "a FIFO queue is read one by one, so that no attempt is spent unstarted" : inBatch > mostInBatch ? "over ten, AWS wants a window of a second or more" : undefined);
}
function timeout({ functionSeconds, visibilitySeconds }: Numbers): Verdict {
  if (functionSeconds > longestTimeoutSeconds) return unsupported("a Lambda invocation ends after 900 s", `timeout: "${spelledMs(longestTimeoutSeconds * 1000 - marginMs)}"`);
  if (visibilitySeconds < functionSeconds) return unsupported(`the visibility timeout set here, ${visibilitySeconds} s, ends before the function's ${functionSeconds} s: SQS would hand the message to a second instance`, `visibilityTimeoutSeconds: ${6 * functionSeconds}`);
  if (visibilitySeconds > longestVisibilitySeconds) return unsupported("a visibility timeout is 43,200 s at most", "visibilityTimeoutSeconds: 43200");
  return exact({ "AWS::Lambda::Function Timeout": functionSeconds, "AWS::SQS::Queue VisibilityTimeout": visibilitySeconds });
}
function saturation({ concurrency }: Numbers, { settings: { reservedConcurrency } }: SqsBinding): Verdict {
  const by = { "AWS::Lambda::EventSourceMapping ScalingConfig.MaximumConcurrency": concurrency, ...(reservedConcurrency === undefined ? {} : { "AWS::Lambda::Function ReservedConcurrentExecutions": reservedConcurrency }) };
  if (concurrency < 2 || concurrency > 1_000) return unsupported("a mapping has 2 to 1,000 invocations in flight", `maximumConcurrency: ${concurrency < 2 ? 2 : 1000}`);
  if (reservedConcurrency !== undefined && reservedConcurrency < concurrency) return approximated(`the mapping may ask for ${concurrency} instances where ${reservedConcurrency} are reserved: a throttled receive counts as an attempt`, `reservedConcurrency: ${concurrency}`, by);
  return emulated("the mapping asks for no more instances than it may have", "where the account's other functions have used up its concurrency, a throttled receive counts as an attempt", by);
}

/** The verdicts that all these kinds share. */
export function assessSqs(binding: SqsBinding): Assessment<"queue"> {
  const numbers = numbersOf(binding);
  const { delivery, ordered } = numbers;
  return {
    attempts: attempts(numbers),
    backoff: wait(numbers, delivery.backoff !== undefined),
    retryAfter: delivery.retryAfter === undefined ? exact() : wait(numbers, true),
    maxAge: maxAge(numbers),
    deadLetter: deadLetter(numbers),
    order: ordered ? exact({ "AWS::SQS::Queue FifoQueue": true, "AWS::Lambda::EventSourceMapping BatchSize": numbers.inBatch }) : exact(),
    batch: batch(numbers),
    timeout: timeout(numbers),
    saturation: saturation(numbers, binding),
    identity: emulated("the attribute isobar carries the id into the dead letter and back", "what the queue moved itself, and its console moved back, has a new id"),
    isolation: exact({}, "a Lambda function of its own"),
  };
}

/** `channel`: of the queue, where it is one of the app's own; otherwise something else fills it. The rest: what else there is of the path. */
interface More {
  readonly channel?: string;
  readonly resources?: Resources;
  readonly grants?: readonly Grant[];
}
/** The queue, where its messages end, the mapping and the function. */
export function renderSqs(binding: SqsBinding, maker: string, { channel, resources, grants = [] }: More = {}): Rendered {
  const { name, settings } = binding;
  const numbers = numbersOf(binding);
  const { delivery, functionSeconds, visibilitySeconds, ordered, inBatch, windowSeconds, concurrency, waits } = numbers;
  const [queue, lambda, mapping] = [channel === undefined ? inboxOf(name) : logicalId(channel, "Queue"), logicalId(name, "Function"), logicalId(name, "Mapping")];
  const [sink, sinkResource] = sinkOf(name, delivery.deadLetter, ordered);
  const of = { for: name };
  return {
    maker,
    ...(waits ? { keeping: "postponing" } : {}),
    resources: {
      [sink]: sinkResource,
      [queue]: {
        Type: "AWS::SQS::Queue",
        Metadata: { Isobar: channel === undefined ? of : { ...of, queue: channel } },
        Properties: {
          VisibilityTimeout: visibilitySeconds,
          MessageRetentionPeriod: longestRetentionSeconds,
          // SNS, S3 and EventBridge cannot write to a queue under the key alias/aws/sqs.
          SqsManagedSseEnabled: true,
          RedrivePolicy: { deadLetterTargetArn: getAtt(sink), maxReceiveCount: delivery.maxAttempts },
          ...(ordered ? { FifoQueue: true, ContentBasedDeduplication: false } : {}),
        },
      },
      ...resources,
      [lambda]: { Type: "AWS::Lambda::Function", Metadata: { Isobar: of }, Properties: { Timeout: functionSeconds, ...(settings.reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: settings.reservedConcurrency }) } },
      [mapping]: {
        Type: "AWS::Lambda::EventSourceMapping",
        Metadata: { Isobar: of },
        Properties: {
          FunctionName: ref(lambda),
          EventSourceArn: getAtt(queue),
          BatchSize: inBatch,
          ...(ordered ? {} : { MaximumBatchingWindowInSeconds: windowSeconds }),
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          ScalingConfig: { MaximumConcurrency: concurrency },
        },
      },
    } satisfies Readonly<Record<string, Resource>>,
    grants: [
      { actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", ...(waits ? ["sqs:ChangeMessageVisibility"] : [])], on: queue, for: "consuming" },
      ...(delivery.deadLetter === "discard" ? [] : [{ actions: ["sqs:SendMessage"], on: sink, for: "dead letters" }]),
      ...grants,
    ],
  };
}
/** Of a queue that is there already: what its own settings would have to keep, which no plan sees. */
export function ofAnothersQueue(binding: SqsBinding): Assessment<"queue"> {
  const { fn } = binding;
  const { delivery, functionSeconds } = numbersOf(binding);
  const shared = assessSqs(binding);
  const queue = `the queue "${(fn.source as Queue).name}" is another's`;
  const bare = (verdict: Verdict): Verdict => ("by" in verdict ? { ...verdict, by: verdict.by.filter(({ setting }) => !setting.startsWith("AWS::SQS::Queue ")) } : verdict);
  const owners = (verdict: Verdict, note: string): Verdict => {
    const own = bare(verdict);
    return own.verdict === "exact" ? { ...own, note } : own.verdict === "emulated" ? { ...own, window: note } : own;
  };
  const waits = `${queue}: after a crash the wait is its own visibility timeout`;
  return {
    ...shared,
    attempts: shared.attempts.verdict === "exact" ? emulated("the run time dead-letters what has used its attempts up, and what comes after that without running it", `${queue}: its redrive policy has to count ${delivery.maxAttempts} receives or more, which this plan cannot see`) : bare(shared.attempts),
    backoff: owners(shared.backoff, delivery.backoff === undefined ? `${queue}: the wait is its own visibility timeout` : waits),
    retryAfter: delivery.retryAfter === undefined ? shared.retryAfter : owners(shared.retryAfter, waits),
    maxAge: owners(shared.maxAge, `${queue}: SQS drops what is older than its own retention`),
    deadLetter: owners(shared.deadLetter, `${queue}: what its own redrive policy moves lies where that says, and a crash between letter and acknowledgement leaves a second letter`),
    timeout: owners(shared.timeout, `${queue}: Lambda refuses a mapping if it hides messages for less than ${functionSeconds} s`),
    order: bare(shared.order),
  };
}
/** Of kinds whose event's id is inside the body, which a dead letter keeps. */
export const idInBody: Verdict = exact({}, "the id is inside the body, which a dead letter keeps as it was");
/** Of services that tell SQS nothing of when an event happened: their own time is over when SQS's begins. */
export const ageBehind = (verdict: Verdict, service: string): Verdict => (verdict.verdict === "emulated" ? { ...verdict, window: `${verdict.window}; the time that ${service} took to deliver it, a day at most, is not counted` } : verdict);
