/** A copy behind a delay, as core makes it, with what this broker forgets beside. */
import { requeuing as copying, type Delivery, type Effect, type Keeping } from "@isobar/core/adapter";
import type { ServiceBusRecord } from "../native.ts";
import { subjectOf } from "../triggers/topic/codec.ts";

function copyOf(effect: Effect, delivery: Delivery): Effect {
  if (effect.do !== "requeue") return effect;
  const subject = subjectOf(delivery.attribute, (delivery.record as ServiceBusRecord).metadata);
  return {
    ...effect,
    attribute: subject === undefined ? effect.attribute : JSON.stringify({ ...(JSON.parse(effect.attribute) as object), subject }),
    // Duplicate detection remembers ids: a dead letter that is sent again soon counts from 1 again, and its copies must not be taken for those of its first life. It has another first enqueue.
    deduplicationId: `${effect.deduplicationId}:${delivery.enqueuedAt ?? 0}`,
  };
}

/** Of a queue without sessions that detects duplicates. */
export const requeuing: Keeping = {
  admit: copying.admit,
  settle(kept, settlement, now) {
    const { effects, then } = copying.settle(kept, settlement, now);
    return { effects: effects.map((effect) => copyOf(effect, kept.delivery)), then };
  },
};
