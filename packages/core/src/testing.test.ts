import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ack, defineQueue, http, json, queue, reject, retry } from "./index.ts";
import { deliver, deliverBatch, memoryOutbox, request } from "./testing.ts";

const Order = z.object({ id: z.string(), total: z.number().positive() });
const orders = defineQueue("orders", { data: Order });
const failed = defineQueue("orders-failed", { data: Order });
const checkout = http.post("/orders/{tenant}", { access: "public", body: Order, sends: [orders] }, async (request, ctx) => {
  await ctx.send(orders, request.valid.body);
  return json({ accepted: request.valid.body.id, tenant: request.params.tenant }, { status: 202 });
});
const charge = queue(orders, { delivery: { maxAttempts: 3, deadLetter: failed } }, (event, ctx) => (event.data.total > 10_000 ? reject("needs a human") : ctx.attempt === 1 ? retry() : ack()));

test("a request goes through the loop that runs once deployed", async () => {
  const outbox = memoryOutbox();
  const answer = await request(checkout, "/orders/acme", { body: { id: "1", total: 5 } }, { outbox });
  expect([answer.status, await answer.json(), outbox.sent(orders)]).toEqual([202, { accepted: "1", tenant: "acme" }, [{ id: "1", total: 5 }]]);
});
test("input that does not fit, and a path that is not there, are answered as deployed", async () => {
  expect((await request(checkout, "/orders/acme", { body: { id: "1", total: -1 } })).status).toBe(400);
  expect((await request({ checkout }, "/nowhere")).status).toBe(404);
});
describe("a delivery", () => {
  test("is settled, and tells what became of it", async () => {
    expect(await deliver(charge, { data: { id: "1", total: 5 } })).toMatchObject({ settlement: "retry", then: "again", deadLetters: [] });
    expect(await deliver(charge, { data: { id: "1", total: 5 }, attempt: 2 })).toMatchObject({ settlement: "ack", then: "done" });
    expect(await deliver(charge, { data: { id: "1", total: 20_000 } })).toMatchObject({ settlement: "reject", reason: "needs a human", then: "done", deadLetters: [{ to: "orders-failed", id: "message-1", reason: "needs a human" }] });
    expect(await deliver(charge, { body: "{" })).toMatchObject({ settlement: "reject", then: "done", deadLetters: [{ body: "{" }] });
  });
  test("several come in one invocation, each with its own fate", async () => {
    const { messages } = await deliverBatch(charge, [{ data: { id: "1", total: 5 } }, { data: { id: "2", total: 5 }, attempt: 2 }]);
    expect(messages).toEqual([{ settlement: "retry", then: "again" }, { settlement: "ack", then: "done" }]);
  });
  test("of a function that no app would take is refused", async () => {
    await expect(deliver(queue(orders, { delivery: { maxAttempts: 0, deadLetter: failed } }, () => {}), { data: { id: "1", total: 1 } })).rejects.toMatchObject({ code: "invalid-definition" });
  });
});
