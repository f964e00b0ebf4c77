/** What every cloud's keeping shares: attempts and age are counted, and a dead letter is written before the acknowledgement. */
import type { Effect, Keeping, Kept } from "../boundary.ts";
import { reject } from "../delivery.ts";
import { toMs } from "../duration.ts";
import { attributeVersion, type DeadLetterAttribute } from "./attribute.ts";

/** A dead letter: the original body, unchanged, and the attribute that tells its story. `discard` writes none. */
export function deadLetter({ delivery, functionName, policy }: Kept, reason: string, now: number): readonly Effect[] {
  if (policy.deadLetter === "discard") return [];
  const { id, attempt, enqueuedAt, body, group } = delivery;
  const attribute: DeadLetterAttribute = { v: attributeVersion, id, function: functionName, reason, ...(attempt === undefined ? {} : { attempts: attempt }), ...(enqueuedAt === undefined ? {} : { first: enqueuedAt }), last: now };
  const { name } = policy.deadLetter;
  return [{ do: "dead-letter", to: { resource: "queue", name }, body, attribute: JSON.stringify(attribute), ...(policy.deadLetter.order === "by-key" ? { key: group ?? id } : {}) }];
}

/**
 * Attempt number `maxAttempts` that fails is dead-lettered at once; a delivery beyond it, or older than `maxAge`, without being run.
 * Between attempts the broker's own redelivery is the wait.
 */
export const plainKeeping: Keeping = {
  admit({ delivery: { attempt, enqueuedAt }, policy }, now) {
    if (attempt !== undefined && attempt > policy.maxAttempts) return reject("attempts used up");
    if (policy.maxAge !== undefined && enqueuedAt !== undefined && now - enqueuedAt > toMs(policy.maxAge)) return reject("expired");
    return undefined;
  },
  settle(kept, settlement, now) {
    if (settlement.settle === "ack") return { effects: [], then: "done" };
    if (settlement.settle === "reject") return { effects: deadLetter(kept, settlement.reason, now), then: "done" };
    const { attempt } = kept.delivery;
    if (attempt === undefined || attempt < kept.policy.maxAttempts) return { effects: [], then: "again" };
    return { effects: deadLetter(kept, settlement.reason ?? "attempts used up", now), then: "done" };
  },
};
