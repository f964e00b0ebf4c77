/**
 * Streams, changes and logs on Google Cloud: Pub/Sub pushes their events, but every attempt is made inside one push. Pub/Sub counts nothing then: whatever it pushes again, for 31 days, is what a crash
 * or a fault interrupted. The contract is that of streams on every cloud: what blocks, blocks its key and loses nothing.
 */
import type { StreamKind } from "@isobar/core";
import { emulated, exact, insideMs, spelledMs, timeoutOf, unsupported, type Assessment, type Binding, type Grant, type Rendered, type Verdict } from "@isobar/core/plan";
import { capacityOf, isolationOf, nativeSeconds, sizeGap } from "./function.ts";
import { ackSecondsOf, defaultBackoffMs, longestPushSeconds, longestRetentionSeconds, maxAgeVerdict, renderPush, shared, timeoutVerdict, type PushSettings } from "./push.ts";
import { secondsText, type Resources } from "./resources.ts";

export type InsideBinding = Binding<StreamKind, PushSettings>;

function numbersOf({ fn, settings }: InsideBinding) {
  const { delivery, timeout } = fn.options;
  const timeoutMs = timeoutOf(timeout);
  const functionSeconds = nativeSeconds(insideMs(delivery, timeoutMs));
  return { delivery, timeoutMs, functionSeconds, ackSeconds: ackSecondsOf(settings, functionSeconds), capacity: capacityOf({ fn, settings }), minimumBackoff: secondsText(defaultBackoffMs[0]), maximumBackoff: secondsText(defaultBackoffMs[1]) };
}
type Numbers = ReturnType<typeof numbersOf>;

function attempts({ delivery: { maxAttempts }, timeoutMs, functionSeconds }: Numbers): Verdict {
  if (functionSeconds > longestPushSeconds)
    return unsupported(`attempts are made inside one push, which has ${longestPushSeconds} s: ${maxAttempts} of ${spelledMs(timeoutMs)} with their waits take ${functionSeconds} s`, "fewer attempts, shorter waits, or a shorter timeout");
  return emulated("attempts are made inside one push, and counted there", "a crash of the instance makes the count begin again", { "google_cloudfunctions2_function service_config.timeout_seconds": functionSeconds });
}
const waits = (): Verdict => emulated("the run time waits inside the push", "after a crash the wait is Pub/Sub's own, from 10 s up to 600 s", { "google_pubsub_subscription retry_policy.minimum_backoff": "10s", "google_pubsub_subscription retry_policy.maximum_backoff": "600s" });
const letters = ({ deadLetter: to }: Numbers["delivery"]): Verdict =>
  to === "discard"
    ? emulated("the run time acknowledges what is given up", "what never reaches the run time is pushed again for 31 days", { "google_pubsub_subscription message_retention_duration": `${longestRetentionSeconds}s` })
    : emulated("the run time publishes the letter before it acknowledges, and the key goes on", "a crash between letter and acknowledgement leaves a second letter; while a letter cannot be written the event is pushed again, and its attempts are counted from 1; what never reaches the run time is pushed again for 31 days", { [`google_pubsub_subscription (${to.name}) message_retention_duration`]: `${longestRetentionSeconds}s` });

/** The verdicts that the three kinds share; `order` is each kind's own. */
export function assessInside(binding: InsideBinding, order: Verdict): Assessment<"stream"> {
  const numbers = numbersOf(binding);
  const { delivery, timeoutMs, functionSeconds, ackSeconds, capacity } = numbers;
  return {
    ...shared,
    isolation: isolationOf(binding.settings),
    attempts: attempts(numbers),
    backoff: delivery.backoff === undefined ? exact({}, "the next attempt follows at once") : waits(),
    retryAfter: delivery.retryAfter === undefined ? exact() : waits(),
    maxAge: maxAgeVerdict(delivery),
    deadLetter: letters(delivery),
    order,
    // Attempts that are too long together are `attempts`' gap; one that is too long alone is this.
    timeout: timeoutVerdict(Math.min(functionSeconds, Math.max(longestPushSeconds, nativeSeconds(timeoutMs))), ackSeconds, `timeout: "${longestPushSeconds - 1}s", with one attempt`),
    saturation: sizeGap(capacity) ?? exact({}, "attempts are counted where they are made: a push that is turned away is pushed again"),
  };
}

export function renderInside(binding: InsideBinding, maker: string, topic: string, more: { readonly resources: Resources; readonly ordered: boolean; readonly grants?: readonly Grant[]; readonly environment?: Readonly<Record<string, string>> }): Rendered {
  const { capacity, functionSeconds, ackSeconds, minimumBackoff, maximumBackoff } = numbersOf(binding);
  return renderPush(binding, { maker, keeping: "inside", topic, ...more, capacity, functionSeconds, ackSeconds, minimumBackoff, maximumBackoff });
}
