/** The local broker: it hands over up to ten messages as JSON, and does with each what the answer says. */
import type { AsynchronousKind, ToldOf } from "@isobar/core";
import { spellValue } from "@isobar/core";
import type { MessageCodec, MessageSide, Wire } from "@isobar/core/adapter";
import type { LocalBatch, LocalMessage } from "../native.ts";
import type { LocalSettled } from "../wires/messages.ts";
import { mostInBatch } from "../deploy/machine.ts";
import { enter } from "./enter.ts";
import { receiptOf, storeRules } from "./services/store.ts";

const side: Omit<MessageSide, "malformed"> = {
  maxBatch: mostInBatch,
  tellsAttempt: true,
  carriesBytes: true,
  fabricate(messages) {
    if (messages.length > mostInBatch) throw new RangeError(`a batch of ${messages.length}`);
    const spelled = messages.map(({ body, told, attempt, ...rest }): LocalMessage => {
      if (attempt === undefined) throw new RangeError(`message ${rest.id} has no attempt: the store always counts`);
      return { ...rest, attempt, ...(told === undefined ? {} : { told: spellValue(told) }), body: typeof body === "string" ? { text: body } : { base64: Buffer.from(body).toString("base64") }, receipt: receiptOf(rest.id, attempt) };
    });
    return { messages: spelled } satisfies LocalBatch;
  },
  interpret(seen, native) {
    const messages = (native as Partial<LocalBatch> | null)?.messages ?? [];
    const settled = "returned" in seen ? (seen.returned as LocalSettled).settled : [];
    return messages.map(({ id }) => ({ id, then: settled.find((each) => each.id === id)?.then ?? "again" }));
  },
};
const message = { id: "message-1", attempt: 1, enqueuedAt: 0, body: { text: "{}" } };
const malformed: MessageSide["malformed"] = [
  { why: "null", native: null },
  { why: "no messages", native: {} },
  { why: "a message without a body", native: { messages: [{ ...message, body: undefined }] } },
  { why: "a message without an id", native: { messages: [{ ...message, id: undefined }] } },
  { why: "an attempt that is none", native: { messages: [{ ...message, attempt: 0 }] } },
  { why: "a time that is none", native: { messages: [{ ...message, enqueuedAt: "now" }] } },
];

/** A kind's wire. */
export const wireOf = <K extends AsynchronousKind>(kind: K, variant: string, codec: MessageCodec<LocalBatch, LocalSettled, ToldOf<K>>, { settles = "each" }: { readonly settles?: "each" | "position" } = {}): Wire<K> => ({
  kind,
  variant,
  service: "the harness",
  rules: storeRules,
  enter,
  decode: (captured) => ({ items: codec.decode(captured).items }),
  native: (captured) => captured,
  side: { ...side, settles, malformed } as MessageSide<ToldOf<K>>,
});
