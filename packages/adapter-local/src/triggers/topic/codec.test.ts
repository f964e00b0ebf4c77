import { expect, test } from "vitest";
import { localTopic } from "./codec.ts";
import { topicWires } from "./testing.ts";

const message = (told: unknown) => ({ id: "message-1", attempt: 1, enqueuedAt: 1_893_456_000_000, body: { text: "" }, told });
/** What one message tells; the code of what is wrong with it where it cannot be read. */
function toldBy(told: unknown): unknown {
  const [item] = localTopic.decode({ messages: [message(told)] }).items;
  return "unreadable" in item! ? (item.unreadable as Error & { readonly code: string }).code : item!.deliveries[0]!.told!();
}

test("what the broker hands over is read back as it was told", () => {
  const told = { subject: "greetings" };
  const { items: [item] } = localTopic.decode(topicWires[0]!.side!.fabricate([{ id: "message-1", attempt: 2, body: "{}", enqueuedAt: 1_893_456_000_000, group: "g", told }], "source"));
  const { id, attempt, group, enqueuedAt, body, told: read } = (item as Extract<typeof item, { readonly deliveries: unknown }>).deliveries[0]!;
  expect({ id, attempt, group, enqueuedAt, body, told: read!() }).toEqual({ id: "message-1", attempt: 2, group: "g", enqueuedAt: 1_893_456_000_000, body: "{}", told });
});
test("a subject is the sender's choice", () => expect(toldBy({})).toEqual({ subject: undefined }));
test.each<[string, unknown]>([
  ["nothing told", undefined],
  ["null", null],
  ["a list", []],
  ["a number for a subject", { subject: 1 }],
  ["null for a subject", { subject: null }],
])("%s: the message cannot be read", (_, told) => expect(toldBy(told)).toBe("invalid-native-event"));
