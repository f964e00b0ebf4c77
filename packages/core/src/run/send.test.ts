import { describe, expect, test } from "vitest";
import { defineQueue, defineTopic, type Channel } from "../channel.ts";
import { memoryOutbox } from "../testing/outbox.ts";
import { testContext } from "../testing/context.ts";

const orders = defineQueue("orders");
const keyed = defineTopic("audit", { order: "by-key" });
const notes = defineQueue("notes", { format: "text" });
const raw = defineQueue("raw", { format: "bytes" });
const all: readonly Channel[] = [orders, keyed, notes, raw];
const sending = (over: object = {}) => {
  const outbox = memoryOutbox();
  const { send } = testContext({ sends: all, outbox, functionName: "checkout", ...over });
  return { outbox, send: send as (to: Channel, data: unknown, options?: object) => Promise<void> };
};

test("the data goes as JSON and nothing else; options go beside it", async () => {
  const { outbox, send } = sending();
  await send(orders, { id: "ü" });
  await send(keyed, 1, { key: "k", delay: "2m", deduplicationId: "d" });
  await send(notes, "plain");
  await send(raw, new Uint8Array([0, 255]));
  expect(outbox.effects).toEqual([
    { do: "send", to: { resource: "queue", name: "orders" }, body: '{"id":"ü"}' },
    { do: "send", to: { resource: "topic", name: "audit" }, body: "1", key: "k", afterMs: 120_000, deduplicationId: "d" },
    { do: "send", to: { resource: "queue", name: "notes" }, body: "plain" },
    { do: "send", to: { resource: "queue", name: "raw" }, body: new Uint8Array([0, 255]) },
  ]);
});
test("the trace that came in goes out in the one attribute of ours", async () => {
  const { outbox, send } = sending({ trace: { traceparent: "00-a-b-01", tracestate: undefined } });
  await send(orders, 1);
  expect(outbox.effects).toMatchObject([{ attribute: '{"v":1,"traceparent":"00-a-b-01"}' }]);
});
describe("send-failed, and nothing sent", () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  test.each<[string, Channel, unknown, object | undefined, string]>([
    ["a channel that is not in `sends`", defineQueue("other"), 1, undefined, 'checkout sends to queue "other", which is not in its `sends`'],
    ["an ordered channel without a key", keyed, 1, undefined, "ordered by key"],
    ["an ordered channel with an empty key", keyed, 1, { key: "" }, "ordered by key"],
    ["what JSON has no word for", orders, undefined, undefined, 'queue "orders" carries json, not undefined'],
    ["a cycle", orders, cyclic, undefined, "not JSON"],
    ["an object as text", notes, {}, undefined, "carries text, not object"],
    ["text as bytes", raw, "x", undefined, "carries bytes, not string"],
  ])("%s", async (_, to, data, options, message) => {
    const { outbox, send } = sending();
    await expect(send(to, data, options)).rejects.toMatchObject({ code: "send-failed", message: expect.stringContaining(message) });
    expect(outbox.effects).toEqual([]);
  });
  test("an outbox that fails is the cause", async () => {
    const { outbox, send } = sending();
    const down = new Error("down");
    outbox.fail(down);
    await expect(send(orders, 1)).rejects.toMatchObject({ code: "send-failed", cause: down });
  });
});
