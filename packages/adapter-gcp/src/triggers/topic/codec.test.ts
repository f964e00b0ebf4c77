import { expect, test } from "vitest";
import { topicWires } from "./testing.ts";

test("a subscriber's message is read as a queue's, in all four forms; it tells no subject", async () => {
  for (const wire of topicWires) {
    const decoded = await wire.decode(wire.side!.fabricate([{ id: "m-1", attempt: 1, body: '{"n":1}', enqueuedAt: Date.UTC(2030, 0, 1), attribute: '{"v":1,"id":"news-7"}' }], "news"));
    const [item] = "items" in decoded ? decoded.items : [];
    const [delivery] = item !== undefined && "deliveries" in item ? item.deliveries : [];
    expect([item?.id, delivery?.id, delivery?.attempt, delivery?.told?.(), Buffer.from(delivery!.body).toString()], wire.variant).toEqual(["m-1", "news-7", wire.variant === "pubsub-push" ? 1 : undefined, {}, '{"n":1}']);
  }
});
test.each(topicWires.flatMap(({ variant, side, decode }) => side!.malformed.map(({ why, native }) => [variant, why, native, decode] as const)))("%s refuses %s", async (_variant, _why, native, decode) => {
  const items = await (async () => decode(native))().then((decoded) => ("items" in decoded ? decoded.items : []), (error: unknown) => {
    expect(error).toMatchObject({ code: "invalid-native-event" });
    return [];
  });
  expect(items.filter((item) => "deliveries" in item)).toEqual([]);
});
