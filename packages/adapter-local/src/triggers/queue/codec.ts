/**
 * Queue, the reference: a batch of messages as JSON, answered item by item.
 *
 * | Isobar     | native      |
 * |------------|-------------|
 * | id         | the attribute's id, else id |
 * | the others | of the same name |
 */
import { IsobarError, stableId, type Item, type MessageCodec, type Outcome } from "@isobar/core/adapter";
import { contentOf, type LocalBatch, type LocalMessage } from "../../native.ts";

export interface LocalSettled {
  readonly settled: readonly Outcome[];
}

function itemOf(message: Partial<LocalMessage> | null): Item {
  const id = typeof message?.id === "string" && message.id !== "" ? message.id : undefined;
  const body = contentOf(message?.body);
  if (id === undefined || body === undefined) return { id, unreadable: new IsobarError("invalid-native-event", "a message without id and body") };
  const { attempt, group, enqueuedAt, attribute } = message as LocalMessage;
  return { id, deliveries: [{ id: stableId(id, attribute), attempt, group, enqueuedAt, body, attribute, record: message }] };
}

export const localQueue: MessageCodec<LocalBatch, LocalSettled> = {
  decode(native) {
    const messages = (native as Partial<LocalBatch> | null | undefined)?.messages;
    if (!Array.isArray(messages) || messages.length === 0) throw new IsobarError("invalid-native-event", "no batch: it has no messages");
    return { native: native as LocalBatch, items: messages.map(itemOf) };
  },
  encode: (settled) => (settled.some(({ id, then }) => id === undefined && then === "again") ? { fault: new IsobarError("invalid-native-event", "a message without an id cannot be returned alone") } : { respond: { settled } }),
};
