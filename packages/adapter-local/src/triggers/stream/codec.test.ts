import { expect, test } from "vitest";
import { localStream } from "./codec.ts";
import { streamWires } from "./testing.ts";

const message = (told: unknown) => ({ id: "message-1", attempt: 1, enqueuedAt: 1_893_456_000_000, body: { text: "" }, told });
/** What one message tells; the code of what is wrong with it where it cannot be read. */
function toldBy(told: unknown): unknown {
  const [item] = localStream.decode({ messages: [message(told)] }).items;
  return "unreadable" in item! ? (item.unreadable as Error & { readonly code: string }).code : item!.deliveries[0]!.told!();
}

test("what the broker hands over is read back as it was told", () => {
  const told = { partitionKey: "key-1", sequence: "49590338271490256608559692538361571095921575989136588898" };
  const { items: [item] } = localStream.decode(streamWires[0]!.side!.fabricate([{ id: "message-1", attempt: 2, body: '{"n":1}', enqueuedAt: 1_893_456_000_000, group: "g", told }], "source"));
  const { id, attempt, group, enqueuedAt, body, told: read } = (item as Extract<typeof item, { readonly deliveries: unknown }>).deliveries[0]!;
  expect({ id, attempt, group, enqueuedAt, body, told: read!() }).toEqual({ id: "message-1", attempt: 2, group: "g", enqueuedAt: 1_893_456_000_000, body: '{"n":1}', told });
});
test("a record may have no partition key", () => expect(toldBy({ sequence: "1" })).toEqual({ partitionKey: undefined, sequence: "1" }));
test("everything from the first position that comes again comes again", () => {
  const { native } = localStream.decode({ messages: [message({}), message({}), message({})] });
  expect(localStream.encode([{ id: "1", then: "done" }, { id: "2", then: "again" }, { id: "3", then: "done" }], native)).toEqual({ respond: { settled: [{ id: "1", then: "done" }, { id: "2", then: "again" }, { id: "3", then: "again" }] } });
});
test.each<[string, unknown]>([
  ["nothing told", undefined],
  ["no sequence", { partitionKey: "k" }],
  ["a number for a sequence", { partitionKey: "k", sequence: 1 }],
  ["a number for a partition key", { partitionKey: 1, sequence: "1" }],
])("%s: the message cannot be read", (_, told) => expect(toldBy(told)).toBe("invalid-native-event"));
