/** The local broker's half. */
import type { MessageSide } from "@isobar/core/adapter";
import type { LocalBatch, LocalMessage } from "../../native.ts";
import type { LocalSettled } from "./codec.ts";

export const queueSide: MessageSide = {
  maxBatch: 10,
  tellsAttempt: true,
  carriesBytes: true,
  malformed: [
    { why: "null", native: null },
    { why: "no messages", native: {} },
    { why: "a message without a body", native: { messages: [{ id: "message-1", attempt: 1, enqueuedAt: 0 }] } },
    { why: "a message without an id", native: { messages: [{ attempt: 1, enqueuedAt: 0, body: { text: "{}" } }] } },
  ],
  fabricate(messages) {
    if (messages.length > 10) throw new RangeError(`a batch of ${messages.length}`);
    return { messages: messages.map(({ body, ...rest }): LocalMessage => ({ ...rest, body: typeof body === "string" ? { text: body } : { base64: Buffer.from(body).toString("base64") } })) } satisfies LocalBatch;
  },
  interpret(seen, native) {
    const messages = (native as Partial<LocalBatch> | null)?.messages ?? [];
    const settled = "returned" in seen ? (seen.returned as LocalSettled).settled : [];
    return messages.map(({ id }) => ({ id, then: settled.find((each) => each.id === id)?.then ?? "again" }));
  },
};
