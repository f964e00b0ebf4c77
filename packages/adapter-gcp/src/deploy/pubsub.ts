/**
 * Every kind whose messages Pub/Sub pushes one by one and counts: what that path keeps of the contract, and the settings that keep it.
 * https://cloud.google.com/pubsub/docs/handling-failures · https://cloud.google.com/pubsub/docs/subscription-retry-policy
 */
import type { MessageKind, Queue } from "@isobar/core";
import { approximated, backoffMs, emulated, exact, timeoutOf, toMs, unsupported, type Assessment, type Binding, type Grant, type Rendered, type Verdict } from "@isobar/core/plan";
import { capacityOf, isolationOf, nativeSeconds, saturationOf } from "./function.ts";
import { ackSecondsOf, defaultBackoffMs, longestBackoffMs, longestPushSeconds, longestRetentionSeconds, maxAgeVerdict, renderPush, shared, timeoutVerdict, type PushSettings } from "./push.ts";
import { secondsText, type Resources } from "./resources.ts";

export type PubsubBinding = Binding<MessageKind, PushSettings>;

/** What a dead-letter policy counts up to. */
const fewestPushes = 5;
const mostPushes = 100;

/** The path's numbers, computed once for the verdicts and for the settings. */
function numbersOf({ fn, settings }: PubsubBinding) {
  const { delivery, timeout } = fn.options;
  const { backoff, maxAttempts } = delivery;
  const functionSeconds = nativeSeconds(timeoutOf(timeout));
  const [minMs, maxMs] = backoff === undefined ? defaultBackoffMs : typeof backoff === "string" ? [toMs(backoff), toMs(backoff)] : [toMs(backoff.min), toMs(backoff.max)];
  // Of a range only the waits that these attempts come to count.
  const longestMs = maxAttempts === 1 ? 0 : backoffMs(delivery, maxAttempts - 1);
  return {
    delivery, functionSeconds, minMs, longestMs,
    ackSeconds: ackSecondsOf(settings, functionSeconds),
    minimumBackoff: secondsText(Math.min(minMs, longestBackoffMs)),
    maximumBackoff: secondsText(Math.min(maxMs, longestBackoffMs)),
    pushes: Math.min(mostPushes, Math.max(fewestPushes, maxAttempts)),
    ordered: (fn.source as Partial<Queue>).order === "by-key",
    capacity: capacityOf({ fn, settings }),
  };
}
type Numbers = ReturnType<typeof numbersOf>;

function attempts({ delivery: { maxAttempts }, pushes }: Numbers): Verdict {
  if (maxAttempts > mostPushes) return unsupported(`a dead-letter policy counts up to ${mostPushes}`, `maxAttempts: ${mostPushes}`);
  const by = { "google_pubsub_subscription dead_letter_policy.max_delivery_attempts": pushes };
  if (maxAttempts >= fewestPushes) return exact(by, "Pub/Sub calls its count best effort: a push too many becomes a dead letter without being run");
  return emulated(`the run time counts by deliveryAttempt; a dead-letter policy counts ${fewestPushes} at the least, and is the backstop`, "a crash on the last attempt, or a dead letter that could not be written, brings one push more, which is not run", by);
}
function backoff({ delivery: { backoff: asked }, minimumBackoff, maximumBackoff, minMs, longestMs }: Numbers): Verdict {
  const by = { "google_pubsub_subscription retry_policy.minimum_backoff": minimumBackoff, "google_pubsub_subscription retry_policy.maximum_backoff": maximumBackoff };
  if (asked === undefined) return exact(by, "the wait is Pub/Sub's own, from 10 s up to 600 s");
  if (longestMs > longestBackoffMs) return approximated("Pub/Sub waits 600 s at most", typeof asked === "string" ? 'backoff: "10m"' : 'backoff.max: "10m", or fewer attempts', by);
  const fraction = minMs % 1000 === 0 ? "" : ", nor whether fractions of a second are kept";
  return exact(by, `the wait runs from the answer, by best effort; ${typeof asked === "string" ? `it is not documented how exactly${fraction}` : `by which factor it grows is not documented, two is taken${fraction}`}`);
}
function deadLetter({ delivery: { deadLetter: to }, pushes }: Numbers): Verdict {
  const counted = { "google_pubsub_subscription dead_letter_policy.max_delivery_attempts": pushes };
  if (to === "discard") return emulated("the run time acknowledges what is given up; the subscription's own dead-letter policy ends in a topic that nobody subscribes to", `what never reaches the run time is dropped by Pub/Sub, after ${pushes} pushes`, counted);
  return emulated("the run time publishes the letter before it acknowledges; the subscription's own dead-letter policy to the same topic catches what never reached the run time", "a crash between letter and acknowledgement leaves a second letter; what Pub/Sub moved itself has no reason", {
    ...counted,
    "google_pubsub_subscription dead_letter_policy.dead_letter_topic": to.name,
    [`google_pubsub_subscription (${to.name}) message_retention_duration`]: `${longestRetentionSeconds}s`,
  });
}

/** The verdicts that all these kinds share. */
export function assessPubsub(binding: PubsubBinding): Assessment<"queue"> {
  const numbers = numbersOf(binding);
  const { delivery, functionSeconds, ackSeconds, ordered, capacity, minMs, minimumBackoff, maximumBackoff } = numbers;
  return {
    ...shared,
    isolation: isolationOf(binding.settings),
    attempts: attempts(numbers),
    backoff: backoff(numbers),
    retryAfter: delivery.retryAfter === undefined ? exact() : approximated("a push subscription holds no single message back: the wait is the policy's own", "a backoff of that length", { "google_pubsub_subscription retry_policy.minimum_backoff": minimumBackoff, "google_pubsub_subscription retry_policy.maximum_backoff": maximumBackoff }),
    maxAge: maxAgeVerdict(delivery),
    deadLetter: deadLetter(numbers),
    order: ordered ? exact({ "google_pubsub_subscription enable_message_ordering": true }, "one message of a key is under way at a time, and one that comes again brings every later one of its key again; what Pub/Sub itself moves to the dead letter lets the key go on") : exact(),
    timeout: timeoutVerdict(functionSeconds, ackSeconds, `timeout: "${longestPushSeconds - 1}s"`),
    saturation: saturationOf(capacity, "a push", minMs),
  };
}

/** `topic`: the key of what is subscribed to, which `more` has with whatever fills it; `filter`: the whole filter, where the kind has one of its own. */
export function renderPubsub(binding: PubsubBinding, maker: string, topic: string, more: { readonly resources: Resources; readonly grants?: readonly Grant[]; readonly filter?: ((subscription: string) => string) | undefined }): Rendered {
  const { capacity, functionSeconds, ackSeconds, minimumBackoff, maximumBackoff, pushes, ordered } = numbersOf(binding);
  return renderPush(binding, { maker, topic, ...more, capacity, functionSeconds, ackSeconds, minimumBackoff, maximumBackoff, mostPushes: pushes, ordered });
}
