import { expect, test } from "vitest";
import { directBus, gridBus, queuedBus } from "./codec.ts";

const event = { specversion: "1.0", id: "e-1", source: "shop.orders", subject: "order-1", type: "placed", time: "2030-01-01T00:00:00Z", data: { n: 1 } };
const own = { id: "e-1", topic: "shop.orders", subject: "order-1", eventType: "placed", eventTime: "2030-01-01T00:00:00Z", data: { n: 1 } };
const expected = { event: { source: "shop.orders", detailType: "placed", detail: { n: 1 } }, subject: "order-1", time: "2030-01-01T00:00:00Z" };
const toldIn = ({ items: [item] }: ReturnType<typeof directBus.decode>) => ("deliveries" in item! ? item.deliveries[0]!.told!() : undefined);

test("an event is the same by each of its ways", () => {
  expect(toldIn(queuedBus.decode({ body: new TextEncoder().encode(JSON.stringify(event)), metadata: { messageId: "m-1" } }) as never)).toEqual(expected);
  expect(toldIn(directBus.decode({ body: event }))).toEqual(expected);
  expect(toldIn(gridBus.decode({ body: own }))).toEqual(expected);
});
test("a CloudEvent needs neither subject, time nor data, and may hold bytes", () => {
  const { subject: _, time: _time, data: _data, ...least } = event;
  expect(toldIn(directBus.decode({ body: least }))).toEqual({ event: { source: "shop.orders", detailType: "placed", detail: undefined }, subject: undefined, time: undefined });
  expect(toldIn(directBus.decode({ body: { ...least, data_base64: "AQI=" } }))!.event.detail).toEqual(new Uint8Array([1, 2]));
});
