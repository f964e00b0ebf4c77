/** What a policy asks for, as numbers and in words: the same for every adapter. */
import type { DeliveryPolicy } from "../delivery.ts";
import { toMs, type Duration } from "../duration.ts";
import { timeoutOf } from "../run/deadline.ts";
import { backoffMs } from "../run/keeping.ts";
import type { Consumer } from "../triggers/consumer.ts";
import type { AnyFunction } from "../triggers/index.ts";
import type { Capability } from "./capability.ts";

/** The longest wait that a policy may ask for between two attempts, in milliseconds. */
export const longestWaitMs = ({ backoff, retryAfter }: DeliveryPolicy): number =>
  Math.max(backoff === undefined ? 0 : toMs(typeof backoff === "string" ? backoff : backoff.max), retryAfter === undefined ? 0 : toMs(retryAfter.max));

/** How long a delivery may be on its way when every attempt takes its time and fails, in milliseconds. */
export function spanMs(policy: DeliveryPolicy, timeoutMs: number): number {
  const after = policy.retryAfter === undefined ? 0 : toMs(policy.retryAfter.max);
  let ms = policy.maxAttempts * timeoutMs;
  for (let attempt = 1; attempt < policy.maxAttempts; attempt++) ms += Math.max(backoffMs(policy, attempt), after);
  return ms;
}

/** Milliseconds as a duration is written: "90s", "10m". */
export function spelledMs(ms: number): Duration {
  for (const [unit, size] of [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1_000]] as const) if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  return `${ms}ms`;
}

const backoffText = (backoff: DeliveryPolicy["backoff"]): string => (backoff === undefined ? "no particular wait" : typeof backoff === "string" ? `a wait of ${backoff}` : `a wait that doubles from ${backoff.min} to ${backoff.max}`);

/** What one capability asks for, in the app's own words. */
export function askedOf(fn: AnyFunction, capability: Capability): string {
  const options = fn.options as Partial<Consumer["options"]>;
  const { delivery, batch, timeout } = options;
  switch (capability) {
    case "attempts": return delivery?.maxAttempts === 1 ? "1 attempt" : `${delivery?.maxAttempts} attempts`;
    case "backoff": return backoffText(delivery?.backoff);
    case "retryAfter": return delivery?.retryAfter === undefined ? "no wait of the handler's own" : `retry({ after }) of up to ${delivery.retryAfter.max}`;
    case "maxAge": return delivery?.maxAge === undefined ? "no limit of age" : `nothing older than ${delivery.maxAge}`;
    case "deadLetter": return delivery?.deadLetter === "discard" ? "discarded when rejected or used up" : `a dead letter in "${(delivery?.deadLetter as { readonly name?: string } | undefined)?.name}"`;
    case "order": return (fn.source as { readonly order?: string }).order === "by-key" || fn.kind === "stream" || fn.kind === "changes" ? "order by key" : "no order";
    case "batch": return `up to ${batch?.maxSize ?? 1} in one invocation${batch?.maxWait === undefined ? "" : `, waiting ${batch.maxWait} to fill`}`;
    case "timeout": return `${timeout ?? spelledMs(timeoutOf(undefined))} for ${fn.kind === "http" ? "a request" : "one delivery"}`;
    case "saturation": return "an attempt is spent by a start, not by waiting for an instance";
    case "identity": return "one id over retries, re-enqueue and redrive";
    case "isolation": return "identity, settings and bundle of its own";
    case "filter": return "only the objects asked for";
    case "zone": return `ticks in ${(fn.options as { readonly zone?: string }).zone ?? "UTC"}`;
    case "images": return "operation, item before and item after";
    case "caller": return "who called";
    case "access": return `access: ${JSON.stringify((fn.options as { readonly access?: unknown }).access)}`;
    case "streaming": return (fn.options as { readonly streaming?: boolean }).streaming ? "an answer in pieces" : "a whole answer";
  }
}
