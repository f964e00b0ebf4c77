import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import type { BusTold } from "@isobar/core";
import { eventBridge, eventBridgeInSqs } from "./codec.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
const event = {
  version: "0",
  id: "17793124-05d4-b198-2fde-7ededc63b103",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "111122223333",
  time: "2021-11-12T00:00:00Z",
  region: "ca-central-1",
  resources: ["arn:aws:s3:::amzn-s3-demo-bucket1"],
  detail: { version: "0", bucket: { name: "amzn-s3-demo-bucket1" }, object: { key: "a+b.jpg", size: 5 } },
};
const message = (body: unknown) => ({ messageId: "m-1", body: typeof body === "string" ? body : JSON.stringify(body), attributes: { ApproximateReceiveCount: "3", SentTimestamp: "1636675200500" }, eventSource: "aws:sqs" });
const only = (items: readonly Item<BusTold>[]): Delivery<BusTold> => (items[0] as Extract<Item<BusTold>, { deliveries: unknown }>).deliveries[0]!;
const queued = (body: unknown) => only(eventBridgeInSqs.decode({ Records: [message(body)] }).items);
const said = { event: { source: "aws.s3", detailType: "Object Created", detail: event.detail }, time: "2021-11-12T00:00:00Z" };

describe("behind a queue", () => {
  test("the message's body is the event, with the event's own id", () => {
    const delivery = queued(event);
    expect([delivery, delivery.told!()]).toMatchObject([{ id: event.id, attempt: 3, enqueuedAt: 1636675200500, body: JSON.stringify(event), record: { carrier: { messageId: "m-1" }, event } }, said]);
  });
  test.each([["no time", { time: undefined }], ["a time that is none", { time: "soon" }]])("%s leaves the time to the queue", (_, change) => {
    expect([queued({ ...event, ...change }).told!().time, queued({ ...event, ...change }).enqueuedAt]).toEqual([undefined, 1636675200500]);
  });
  test.each([[{}], [null], ["text"], [[1]], [JSON.parse('{"__proto__":{"a":1}}')]])("a detail of %j passes as it is", (detail) => {
    expect(queued({ ...event, detail }).told!().event.detail).toEqual(detail);
  });
  test.each([["text", "hello"], ["a list", [event]], ["no id", { ...event, id: undefined }], ["no source", { ...event, source: "" }], ["no type", { ...event, "detail-type": 5 }], ["no detail", { ...event, detail: undefined }], ["detailType in camel case", { ...event, "detail-type": undefined, detailType: "x" }]])("%s is rejected with its body kept", (_, body) => {
    expect(() => queued(body).told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect([queued(body).id, queued(body).body]).toEqual(["m-1", message(body).body]);
  });
});

describe("direct", () => {
  test("the invocation is the event, kept whole for a dead letter", () => {
    const { items, native } = eventBridge.decode(event);
    expect([native === event, items.length, only(items).record === event]).toEqual([true, 1, true]);
    expect([only(items), only(items).told!()]).toMatchObject([{ id: event.id, attempt: undefined, enqueuedAt: 1636675200000, body: JSON.stringify(event) }, said]);
  });
  test("a replayed event is one like any other", () => {
    expect(only(eventBridge.decode({ ...event, "replay-name": "again" }).items).id).toBe(event.id);
  });
  test.each([[null], [undefined], ["text"], [[]], [{}], [{ Records: [message(event)] }], [{ ...event, detail: undefined }], [{ ...event, id: 5 }]])("%j is an invalid event", (native) => {
    expect(() => eventBridge.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("what comes again is a fault", () => {
    expect([eventBridge.encode([{ id: "1", then: "done" }], event), eventBridge.encode([{ id: "1", then: "again" }], event)]).toMatchObject([{ respond: null }, { fault: { code: "handler-failed" } }]);
  });
});
