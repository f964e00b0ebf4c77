/**
 * Every kind whose service invokes the function: Lambda's own asynchronous queue stands between, retries twice at most by its own clock, and tells the function nothing of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html · ranges: botocore 1.43.107, data/lambda/2015-03-31/service-2.json.
 */
import type { AsynchronousKind } from "@isobar/core";
import { approximated, backoffMs, exact, marginMs, spelledMs, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Grant, type Rendered, type Verdict } from "@isobar/core/plan";
import { sinkOf } from "./dead-letters.ts";
import { getAtt, logicalId, ref, type Resource, type Resources } from "./resources.ts";
import { longestTimeoutSeconds } from "./sqs.ts";

/** What a target may say of a function that a service invokes. */
export interface DirectSettings {
  readonly variant: "direct";
  /** Instances kept for this function alone, out of the account's. Default: none are reserved. */
  readonly reservedConcurrency?: number;
}
type DirectBinding = Binding<AsynchronousKind, DirectSettings>;
type Policy = DirectBinding["fn"]["options"]["delivery"];

const mostAttempts = 3;
/** Before the second attempt, and before the third. */
const waitsMs = [60_000, 120_000] as const;
const [youngestSeconds, oldestSeconds] = [60, 21_600];
const elsewhere = "the default variant, whose queue is the app's own";

function attempts({ maxAttempts }: Policy): Verdict {
  return maxAttempts > mostAttempts ? unsupported("Lambda's asynchronous queue tries three times at most", `maxAttempts: 3, or ${elsewhere}`) : exact({ "AWS::Lambda::EventInvokeConfig MaximumRetryAttempts": maxAttempts - 1 });
}
/** A wait is kept where Lambda's is no shorter, and no longer by more than a fifth or a minute: the contract's third sentence. */
function backoff(delivery: Policy): Verdict {
  const note = "the wait is Lambda's own: 60 s, then 120 s";
  if (delivery.maxAttempts === 1) return exact({}, "one attempt has no wait after it");
  if (delivery.backoff === undefined) return exact({}, note);
  const kept = waitsMs.slice(0, delivery.maxAttempts - 1).every((wait, i) => {
    const asked = backoffMs(delivery, i + 1);
    return wait >= asked && wait - asked <= Math.max(asked / 5, 60_000);
  });
  return kept ? exact({}, `${note}, which is what is asked or up to a minute later`) : approximated("Lambda's asynchronous queue waits 60 s, then 120 s, whatever is asked", `a backoff of "60s", or ${elsewhere}`);
}
function maxAge({ maxAge: limit }: Policy): Verdict {
  const by = (seconds: number) => ({ "AWS::Lambda::EventInvokeConfig MaximumEventAgeInSeconds": seconds });
  if (limit === undefined) return exact(by(oldestSeconds), "Lambda itself gives up what is older than six hours");
  if (toMs(limit) < youngestSeconds * 1000) return unsupported("Lambda's asynchronous queue keeps an event for a minute at least", `maxAge: "60s", or ${elsewhere}`);
  return toMs(limit) > oldestSeconds * 1000 ? unsupported("Lambda's asynchronous queue keeps an event for six hours at most", `maxAge: "6h", or ${elsewhere}`) : exact(by(Math.ceil(toMs(limit) / 1000)));
}
function deadLetter({ deadLetter: to }: Policy, kept: string): Verdict {
  if (to === "discard") return exact({}, "Lambda drops what is used up, and the run time acknowledges what is rejected");
  if (to.order === "by-key") return unsupported("Lambda leaves its dead letters in a standard queue only", `"${to.name}" with order: "none"`);
  return approximated(`the run time writes the letter of what is rejected; what is used up or too old Lambda leaves there itself, as it got it: ${kept}, without the attribute isobar; what it cannot leave there is dropped`, elsewhere, { "AWS::Lambda::Function DeadLetterConfig.TargetArn": to.name });
}
function timeout(timeoutMs: number): Verdict {
  const seconds = Math.ceil((timeoutMs + marginMs) / 1000);
  return seconds > longestTimeoutSeconds ? unsupported("a Lambda invocation ends after 900 s", `timeout: "${spelledMs(longestTimeoutSeconds * 1000 - marginMs)}"`) : exact({ "AWS::Lambda::Function Timeout": seconds });
}

/** The verdicts that all these kinds share. `kept`: what Lambda got, in the words of the service that sent it; `id`: where the event's id comes from. */
export function assessDirect({ fn }: DirectBinding, { kept, id }: { readonly kept: string; readonly id: string }): Assessment<"queue"> {
  const { delivery, batch, timeout: limit } = fn.options;
  return {
    attempts: attempts(delivery),
    backoff: backoff(delivery),
    retryAfter: delivery.retryAfter === undefined ? exact() : unsupported("Lambda's asynchronous queue waits as long as it does, whatever the handler says", elsewhere),
    maxAge: maxAge(delivery),
    deadLetter: deadLetter(delivery, kept),
    order: fn.kind === "topic" && fn.source.order === "by-key" ? unsupported("Lambda's asynchronous queue keeps no order", elsewhere) : exact(),
    batch: exact({}, (batch?.maxSize ?? 1) > 1 ? "Lambda hands over one event at a time; a batch is a ceiling" : undefined),
    timeout: timeout(timeoutOf(limit)),
    saturation: exact({}, "an event that finds no instance free waits in Lambda's queue, 1 s to 5 min at a time, and has spent no attempt"),
    identity: exact({}, id),
    isolation: exact({}, "a Lambda function of its own"),
  };
}

/** The function, how often Lambda invokes it, and where its events end. The rest: what else there is of the path. */
export function renderDirect({ name, fn, settings: { reservedConcurrency } }: DirectBinding, maker: string, resources: Resources): Rendered {
  const { delivery, timeout: limit } = fn.options;
  const lambda = logicalId(name, "Function");
  const sink = delivery.deadLetter === "discard" ? undefined : sinkOf(name, delivery.deadLetter, false);
  const of = { Isobar: { for: name } };
  const grants: readonly Grant[] = sink === undefined ? [] : [{ actions: ["sqs:SendMessage"], on: sink[0], for: "dead letters, Lambda's and ours" }];
  return {
    maker,
    resources: {
      ...(sink === undefined ? {} : { [sink[0]]: sink[1] }),
      ...resources,
      [lambda]: {
        Type: "AWS::Lambda::Function",
        Metadata: of,
        Properties: {
          Timeout: Math.ceil((timeoutOf(limit) + marginMs) / 1000),
          ...(sink === undefined ? {} : { DeadLetterConfig: { TargetArn: getAtt(sink[0]) } }),
          ...(reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency }),
        },
      },
      [logicalId(name, "InvokeConfig")]: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Metadata: of,
        Properties: {
          FunctionName: ref(lambda),
          Qualifier: "$LATEST",
          MaximumRetryAttempts: delivery.maxAttempts - 1,
          MaximumEventAgeInSeconds: delivery.maxAge === undefined ? oldestSeconds : Math.ceil(toMs(delivery.maxAge) / 1000),
        },
      },
    } satisfies Readonly<Record<string, Resource>>,
    grants,
  };
}
