/** Settlements and the delivery policy: what a consumer says of a message, and what it promises about failures. */
import type { Queue } from "./channel.ts";
import { checkDuration, toMs, type Duration } from "./duration.ts";
import { IsobarError } from "./errors.ts";

const settlement: unique symbol = Symbol.for("isobar.settlement") as never;
interface Branded { readonly [settlement]: true }
export interface Ack extends Branded { readonly settle: "ack" }
export interface Retry extends Branded { readonly settle: "retry"; readonly afterMs?: undefined; readonly reason?: string }
export interface RetryAfter extends Branded { readonly settle: "retry"; readonly afterMs: number; readonly reason?: string }
export interface Reject extends Branded { readonly settle: "reject"; readonly reason: string }
/** Branded: made by `ack`, `retry` and `reject` only; a look-alike object is none. */
export type Settlement = Ack | Retry | RetryAfter | Reject;

/** What is promised about failures. Each number counts the same on every cloud; `isobar plan` says where a cloud cannot. */
export interface DeliveryPolicy {
  /** Attempts in total, the first included; an integer ≥ 1. */
  readonly maxAttempts: number;
  /** Wait between attempts, from settlement: one duration is fixed, a range doubles from `min` (more than 0) to `max`. */
  readonly backoff?: Duration | { readonly min: Duration; readonly max: Duration };
  /** From the first enqueue; an older message is dead-lettered without being run. */
  readonly maxAge?: Duration;
  /** Where a message goes that was rejected or used up. There is no default. */
  readonly deadLetter: Queue | "discard";
  /** Declared by those who settle with `retry({ after })`: the longest wait they ask for. */
  readonly retryAfter?: { readonly max: Duration };
}

/** Done; never again. Returning nothing means the same. */
/* @__NO_SIDE_EFFECTS__ */
export function ack(): Ack {
  return { settle: "ack", [settlement]: true };
}

/** Again, under the policy. `after` replaces the next wait only; it must be declared as `retryAfter` in the policy. Throws `invalid-definition` for a bad duration. */
export function retry(options: { readonly after: Duration; readonly reason?: string }): RetryAfter;
export function retry(options?: { readonly after?: undefined; readonly reason?: string }): Retry;
/* @__NO_SIDE_EFFECTS__ */
export function retry(options: { readonly after?: Duration | undefined; readonly reason?: string } = {}): Retry | RetryAfter {
  const { after, reason } = options;
  return { settle: "retry", ...(after === undefined ? {} : { afterMs: toMs(after) }), ...(reason === undefined ? {} : { reason }), [settlement]: true };
}

/** Never again, whatever the attempt: the message becomes a dead letter with this reason. */
/* @__NO_SIDE_EFFECTS__ */
export function reject(reason: string): Reject {
  return { settle: "reject", reason, [settlement]: true };
}

/** Whether a value was made by `ack`, `retry` or `reject`. */
export function isSettlement(value: unknown): value is Settlement {
  return typeof value === "object" && value !== null && settlement in value;
}

/** Throws `invalid-definition` for a policy that no cloud could keep. */
export function checkDelivery(policy: DeliveryPolicy, kind: string, from: object): void {
  const { name, resource } = from as { readonly name?: string; readonly resource?: string };
  const wrong = (why: string): never => {
    throw new IsobarError("invalid-definition", `delivery of ${kind}${name === undefined ? "" : ` "${name}"`}: ${why}`);
  };
  if (typeof policy !== "object" || policy === null) return wrong("say what happens to failures: maxAttempts and deadLetter");
  const { maxAttempts, backoff, maxAge, deadLetter, retryAfter } = policy;
  if (!Number.isSafeInteger(maxAttempts) || maxAttempts < 1) wrong(`maxAttempts is an integer from 1, the first attempt included, not ${String(maxAttempts)}`);
  if (typeof backoff === "object") {
    checkDuration("backoff.min", backoff.min);
    if (toMs(backoff.min) > toMs(backoff.max)) wrong(`backoff goes from min ${backoff.min} down to max ${backoff.max}`);
  } else if (backoff !== undefined) toMs(backoff);
  if (maxAge !== undefined) checkDuration("maxAge", maxAge);
  if (retryAfter !== undefined) checkDuration("retryAfter.max", retryAfter.max);
  const to = deadLetter as Partial<Queue> | undefined;
  // By its name: a queue that is defined twice is one queue.
  if (resource === "queue" && to?.resource === "queue" && to.name === name) wrong("a dead letter in its own queue would come again for ever");
  if (deadLetter !== "discard" && to?.resource !== "queue") wrong('deadLetter is a queue, or "discard"');
}
