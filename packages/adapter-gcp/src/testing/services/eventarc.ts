/**
 * Eventarc's own subscription: Pub/Sub's rules under settings that are not ours. It waits from 10 s up to 600 s and gives up after 24 hours, or at the first failure where the trigger was told so.
 * https://cloud.google.com/eventarc/docs/retry-events
 */
import type { Rendered, Rules, Unsure } from "@isobar/core/adapter";
import { blockOf, ofType } from "../../deploy/resources.ts";
import { hostingOf } from "./cloud-run.ts";
import { openSubscription, type Subscription } from "./pubsub.ts";

/** `ackDeadlineSeconds`: what Eventarc gives its subscription; 600 is what was seen of functions, 10 of other services. A trigger of its own always tries again. */
export function eventarcRules(rendered: Rendered, { ackDeadlineSeconds = 600, ...unsure }: Unsure = {}): Rules {
  const [[, lambda] = []] = ofType(rendered.resources, "google_cloudfunctions2_function");
  const { retry_policy: policy = "RETRY_POLICY_RETRY" } = blockOf(lambda, "event_trigger");
  const subscription: Subscription = { ackDeadlineMs: ackDeadlineSeconds * 1000, backoff: { minMs: 10_000, maxMs: 600_000 }, retentionMs: 86_400_000, ordered: false, retries: policy === "RETRY_POLICY_RETRY" };
  return { hosting: hostingOf(rendered), open: (world) => openSubscription(subscription, world, unsure) };
}
