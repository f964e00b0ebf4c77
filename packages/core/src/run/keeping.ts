/** What every cloud's keeping shares: attempts and age are counted, and a dead letter is written before the acknowledgement. */
import type { Effect, Keeping, Kept } from "../boundary.ts";
import { reject, type DeliveryPolicy } from "../delivery.ts";
import { toMs } from "../duration.ts";
import { attributeVersion, traceOf, type DeadLetterAttribute } from "./attribute.ts";

/** A dead letter: the original body, unchanged, and the attribute that tells its story. `discard` writes none. */
export function deadLetter({ delivery, functionName, policy }: Kept, reason: string, now: number): readonly Effect[] {
  if (policy.deadLetter === "discard") return [];
  const { id, attempt, enqueuedAt, body, group } = delivery;
  // JSON leaves out what is undefined.
  const attribute = { v: attributeVersion, id, function: functionName, reason, attempts: attempt, first: enqueuedAt, last: now, ...traceOf(delivery.attribute) } satisfies DeadLetterAttribute;
  const { name } = policy.deadLetter;
  return [{ do: "dead-letter", to: { resource: "queue", name }, body, attribute: JSON.stringify(attribute), ...(policy.deadLetter.order === "by-key" ? { key: group ?? id } : {}) }];
}

/** The wait after failed attempt number k: fixed, or min · 2^(k−1) up to max. Of an attempt that the platform does not tell, the first one's. */
function waitMs({ backoff }: DeliveryPolicy, attempt = 1): number {
  if (backoff === undefined) return 0;
  return typeof backoff === "string" ? toMs(backoff) : Math.min(toMs(backoff.max), toMs(backoff.min) * 2 ** (attempt - 1));
}
const expired = ({ delivery: { enqueuedAt }, policy: { maxAge } }: Kept, at: number): boolean => maxAge !== undefined && enqueuedAt !== undefined && at - enqueuedAt > toMs(maxAge);

/**
 * Attempt number `maxAttempts` that fails is dead-lettered at once; a delivery beyond it, or older than `maxAge`, without being run; one
 * that the next wait would bring past `maxAge`, before it. Between attempts the broker's own redelivery is the wait.
 */
export const plainKeeping: Keeping = {
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
    if (expired(kept, now + (settlement.afterMs ?? waitMs(kept.policy, attempt)))) return { effects: deadLetter(kept, "expired", now), then: "done" };
    return { effects: [], then: "again" };
  },
};
