/** What every cloud's keeping shares: attempts and age are counted, and a dead letter is written before the acknowledgement. */
import type { Effect, Keeping, Kept, Steps } from "../boundary.ts";
import { reject, type DeliveryPolicy } from "../delivery.ts";
import { toMs } from "../duration.ts";
import { graceMs } from "./deadline.ts";
import { attributeVersion, traceOf, type DeadLetterAttribute, type SentAttribute } from "./attribute.ts";

/** The narrowest attribute that a broker carries holds 1,024 bytes, the story of a dead letter among them: of a reason this is what fits, and it says where it was cut. */
const longestReason = 500;
const cut = (reason: string): string => (reason.length <= longestReason ? reason : `${reason.slice(0, longestReason - 1)}…`);

/** A dead letter: the original body, unchanged, and the attribute that tells its story. `discard` writes none. */
export function deadLetter({ delivery, functionName, policy }: Kept, reason: string, now: number): readonly Effect[] {
  if (policy.deadLetter === "discard") return [];
  const { id, attempt, enqueuedAt, body, group } = delivery;
  // JSON leaves out what is undefined.
  const attribute = { v: attributeVersion, id, function: functionName, reason: cut(reason), attempts: attempt, first: enqueuedAt, last: now, key: group, ...traceOf(delivery.attribute) } satisfies DeadLetterAttribute;
  const { name } = policy.deadLetter;
  return [{ do: "dead-letter", to: { resource: "queue", name }, body, attribute: JSON.stringify(attribute), ...(policy.deadLetter.order === "by-key" ? { key: group ?? id } : {}) }];
}

/** The wait after failed attempt number k: fixed, or min · 2^(k−1) up to max. Of an attempt that the platform does not tell, the first one's. */
export function backoffMs({ backoff }: DeliveryPolicy, attempt = 1): number {
  if (backoff === undefined) return 0;
  return typeof backoff === "string" ? toMs(backoff) : Math.min(toMs(backoff.max), toMs(backoff.min) * 2 ** (attempt - 1));
}
const expired = ({ delivery: { enqueuedAt }, policy: { maxAge } }: Kept, at: number): boolean => maxAge !== undefined && enqueuedAt !== undefined && at - enqueuedAt > toMs(maxAge);

/**
 * A keeping. Attempt number `maxAttempts` that fails is dead-lettered at once; a delivery beyond it, or older than `maxAge`, without being run; one
 * that the next wait would bring past `maxAge`, before it. `waits`: how a delivery comes again after so many milliseconds, all that differs between brokers.
 */
/* @__NO_SIDE_EFFECTS__ */
export const keepingBy = (waits: (kept: Kept, waitMs: number) => Steps, inside = false): Keeping => ({
  inside,
  admit(kept, now) {
    const { attempt } = kept.delivery;
    if (attempt !== undefined && attempt > kept.policy.maxAttempts) return reject("attempts used up");
    return expired(kept, now) ? reject("expired") : undefined;
  },
  settle(kept, settlement, now) {
    if (settlement.settle === "ack") return { effects: [], then: "done" };
    if (settlement.settle === "reject") return { effects: deadLetter(kept, settlement.reason, now), then: "done" };
    const { attempt } = kept.delivery;
    if (attempt !== undefined && attempt >= kept.policy.maxAttempts) return { effects: deadLetter(kept, settlement.reason ?? "attempts used up", now), then: "done" };
    const waitMs = settlement.afterMs ?? backoffMs(kept.policy, attempt);
    if (expired(kept, now + waitMs)) return { effects: deadLetter(kept, "expired", now), then: "done" };
    return waits(kept, waitMs);
  },
});

/** Between attempts the broker's own redelivery is the wait: its settings keep the policy, or it keeps none. */
export const plainKeeping: Keeping = /* @__PURE__ */ keepingBy(() => ({ effects: [], then: "again" }));

/** For brokers that hide a delivery for as long as they are told. */
export const postponingKeeping: Keeping = /* @__PURE__ */ keepingBy(({ delivery: { record } }, afterMs) => ({ effects: [{ do: "postpone", record, afterMs }], then: "again" }));

/**
 * For brokers that bring an abandoned delivery back at once: a wait is a copy behind a delay, sent before the original is acknowledged. Without a wait, the
 * broker's own redelivery. The copy carries what the broker would forget: the id, the attempts used up, the first enqueue.
 */
export const requeuingKeeping: Keeping = /* @__PURE__ */ keepingBy(({ delivery, functionName }, afterMs) => {
  const { id, attempt = 1, enqueuedAt, body, group } = delivery;
  if (afterMs === 0) return { effects: [], then: "again" };
  const attribute = { v: attributeVersion, id, used: attempt, since: enqueuedAt, ...traceOf(delivery.attribute) } satisfies SentAttribute;
  return { effects: [{ do: "requeue", functionName, body, attribute: JSON.stringify(attribute), ...(group === undefined ? {} : { key: group }), afterMs, deduplicationId: `${id}:${attempt + 1}` }], then: "done" };
});

/** For ordered deliveries of such brokers: a copy would land behind its followers, so the answer is held back instead, and with it the group. */
export const holdingKeeping: Keeping = /* @__PURE__ */ keepingBy((_, hold) => ({ effects: [], then: hold === 0 ? "again" : { hold } }));

/** For what is read by position: the attempts are made inside the invocation, and what is used up becomes a dead letter while its partition goes on. */
export const insideKeeping: Keeping = /* @__PURE__ */ keepingBy((_, here) => ({ effects: [], then: { here } }), true);

/**
 * Milliseconds that one delivery may take where all its attempts are made inside one invocation: each its timeout with the grace after it, and the waits between them. An invocation of
 * several has twice that: deliveries are started in the first half, so that each that was started has time for all its attempts.
 */
export function insideMs(policy: DeliveryPolicy, timeoutMs: number): number {
  let ms = policy.maxAttempts * (timeoutMs + graceMs);
  for (let attempt = 1; attempt < policy.maxAttempts; attempt++) ms += Math.max(backoffMs(policy, attempt), policy.retryAfter === undefined ? 0 : toMs(policy.retryAfter.max));
  return ms;
}
