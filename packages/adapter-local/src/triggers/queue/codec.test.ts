import { expect, test } from "vitest";
import { localQueue } from "./codec.ts";
import { queueWires } from "./testing.ts";

const queueSide = queueWires[0]!.side!;

test("what the broker hands over is read back, text and bytes", () => {
  const messages = [{ id: "m-1", attempt: 2, body: "{}", enqueuedAt: 1, group: "g", attribute: '{"v":1,"id":"x"}' }, { id: "m-2", attempt: 1, body: new Uint8Array([0, 255]), enqueuedAt: 2 }];
  const { items } = localQueue.decode(queueSide.fabricate(messages, "orders"));
  expect(items.map((item) => ("deliveries" in item ? item.deliveries.map(({ id, attempt, body, group }) => ({ id, attempt, body, group })) : item))).toEqual([[{ id: "x", attempt: 2, body: "{}", group: "g" }], [{ id: "m-2", attempt: 1, body: new Uint8Array([0, 255]), group: undefined }]]);
});
test.each([[null], [{}], [{ messages: [] }], [{ messages: "x" }]])("%j is no batch", (native) => expect(() => localQueue.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
test("a message that cannot be read fails alone; one without an id fails the batch when it must come again", () => {
  const { items, native } = localQueue.decode({ messages: [{ id: "m-1" }, { body: { text: "" } }] });
  expect(items.map((item) => "unreadable" in item)).toEqual([true, true]);
  expect(localQueue.encode([{ id: "m-1", then: "again" }], native)).toEqual({ respond: { settled: [{ id: "m-1", then: "again" }] } });
  expect(localQueue.encode([{ id: undefined, then: "again" }], native)).toHaveProperty("fault");
});
