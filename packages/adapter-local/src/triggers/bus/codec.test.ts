import { expect, test } from "vitest";
import { localBus } from "./codec.ts";
import { busWires } from "./testing.ts";

const message = (told: unknown) => ({ id: "message-1", attempt: 1, enqueuedAt: 1_893_456_000_000, body: { text: "" }, told });
/** What one message tells; the code of what is wrong with it where it cannot be read. */
function toldBy(told: unknown): unknown {
  const [item] = localBus.decode({ messages: [message(told)] }).items;
  return "unreadable" in item! ? (item.unreadable as Error & { readonly code: string }).code : item!.deliveries[0]!.told!();
}

test("what the broker hands over is read back as it was told", () => {
  const told = { event: { source: "shop.orders", detailType: "placed", detail: { n: 1, list: [null, "grüße"] } }, subject: "order-1", time: "2030-01-01T00:00:00.000Z" };
  const { items: [item] } = localBus.decode(busWires[0]!.side!.fabricate([{ id: "message-1", attempt: 2, body: "", enqueuedAt: 1_893_456_000_000, group: "g", told }], "source"));
  const { id, attempt, group, enqueuedAt, body, told: read } = (item as Extract<typeof item, { readonly deliveries: unknown }>).deliveries[0]!;
  expect({ id, attempt, group, enqueuedAt, body, told: read!() }).toEqual({ id: "message-1", attempt: 2, group: "g", enqueuedAt: 1_893_456_000_000, body: "", told });
});
const event = { source: "shop", detailType: "placed", detail: null };
test.each<[unknown]>([[null], [0], [""], [[]], [undefined]])("a detail may be %j", (detail) => expect(toldBy({ event: { ...event, detail } })).toEqual({ event: { ...event, detail }, subject: undefined, time: undefined }));
test.each<[string, unknown]>([
  ["nothing told", undefined],
  ["no event", { subject: "s" }],
  ["a list for an event", { event: [] }],
  ["no source", { event: { detailType: "t", detail: {} } }],
  ["no type", { event: { source: "s", detail: {} } }],
  ["a number for a type", { event: { ...event, detailType: 1 } }],
  ["a number for a subject", { event, subject: 1 }],
  ["a number for a time", { event, time: 1 }],
])("%s: the message cannot be read", (_, told) => expect(toldBy(told)).toBe("invalid-native-event"));
