import { retry } from "@isobar/core";
import { requeuing } from "@isobar/core/adapter";
import { describe, expect, test } from "vitest";
import type { ServiceBusRecord } from "../native.ts";
import { serviceBusCodec } from "./service-bus.ts";

const body = new TextEncoder().encode("{}") as Uint8Array<ArrayBuffer>;
const metadata = { messageId: "m-1:3", deliveryCount: 1, enqueuedTimeUtc: "2030-01-01T00:10:00Z" };
const deliveryOf = (over: object) => {
  const [item] = serviceBusCodec().decode({ body, metadata: { ...metadata, ...over } } satisfies ServiceBusRecord).items;
  return item !== undefined && "deliveries" in item ? item.deliveries[0]! : expect.unreachable("unreadable");
};
const carried = { v: 1, id: "m-1", used: 2, since: 1_893_455_000_000 };

describe("a copy that was put back behind a delay", () => {
  test.each([
    ["as it was sent", { applicationProperties: { isobar: JSON.stringify(carried) } }],
    ["that the worker has parsed", { applicationProperties: { isobar: carried } }],
    ["of an older extension", { userProperties: { isobar: JSON.stringify(carried) } }],
  ])("is the sender's message still: its id, the attempts that were used up, its first enqueue, from an attribute %s", (_, over) => {
    expect(deliveryOf(over)).toMatchObject({ id: "m-1", attempt: 3, enqueuedAt: 1_893_455_000_000 });
  });
  test("counts on where its own lock is lost", () => {
    expect(deliveryOf({ deliveryCount: 4, applicationProperties: { isobar: JSON.stringify(carried) } }).attempt).toBe(6);
  });
  test("tells no attempt where the host tells no count", () => {
    expect(deliveryOf({ deliveryCount: undefined, applicationProperties: { isobar: JSON.stringify(carried) } }).attempt).toBeUndefined();
  });
  test("without a first enqueue has its own", () => {
    expect(deliveryOf({ applicationProperties: { isobar: JSON.stringify({ v: 1, id: "m-1", used: 2 }) } })).toMatchObject({ attempt: 3, enqueuedAt: 1_893_456_600_000 });
  });
});
test.each([
  ["no attribute", {}],
  ["a sender's", { isobar: '{"v":1,"traceparent":"00-1"}' }],
  ["one that is not ours", { isobar: "2" }],
  ["a dead letter's, which was sent back", { isobar: '{"v":1,"id":"m-1:3","function":"charge","reason":"x","attempts":5,"first":1,"last":2}' }],
  ["counts that are none", { isobar: '{"v":1,"used":-1,"since":1}' }],
])("a message with %s counts from one, from its own enqueue", (_, applicationProperties) => {
  expect(deliveryOf({ applicationProperties })).toMatchObject({ id: "m-1:3", attempt: 1, enqueuedAt: 1_893_456_600_000 });
});
test("what the keeping puts back comes again as the next attempt", () => {
  const delivery = deliveryOf({ messageId: "m-1" });
  const policy = { maxAttempts: 5, backoff: "10s", deadLetter: "discard" } as const;
  const { effects } = requeuing.settle({ delivery, functionName: "charge", policy }, retry(), 1_893_456_700_000);
  expect(effects).toMatchObject([{ do: "requeue", deduplicationId: "m-1:2" }]);
  const again = deliveryOf({ messageId: "m-1:2", enqueuedTimeUtc: "2030-01-01T00:20:00Z", applicationProperties: { isobar: (effects[0] as { readonly attribute: string }).attribute } });
  expect(again).toMatchObject({ id: "m-1", attempt: 2, enqueuedAt: delivery.enqueuedAt });
});
