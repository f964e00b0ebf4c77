import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { ack, batched, defineApp, defineQueue, defineTopic, http, json, queue, reject, retry, type DeliveryPolicy } from "../index.ts";

const Order = z.object({ id: z.string(), total: z.number() });
const orders = defineQueue("orders", { data: Order });
const failed = defineQueue("orders-failed", { data: Order });
const topic = defineTopic("audit");
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } satisfies DeliveryPolicy;
const patient = { ...delivery, retryAfter: { max: "1h" } } satisfies DeliveryPolicy;

test("data is the channel's, by schema or format", () => {
  queue(orders, { delivery, batch: { maxSize: 10, maxWait: "1s" } }, async (event, ctx) => {
    expectTypeOf(event.data).toEqualTypeOf<{ id: string; total: number }>();
    expectTypeOf(ctx.attempt).toEqualTypeOf<number | undefined>();
  });
  queue(defineQueue("plain"), { delivery }, (event) => expectTypeOf(event.data).toEqualTypeOf<unknown>() as unknown as void);
  queue(defineQueue("notes", { format: "text" }), { delivery }, (event) => void event.data.toUpperCase());
  queue(defineQueue("raw", { format: "bytes" }), { delivery }, (event) => void event.data.byteLength);
});
test("a handler settles, returns nothing, or throws", () => {
  queue(orders, { delivery }, () => {});
  queue(orders, { delivery }, async () => ack());
  queue(orders, { delivery }, (event) => (event.data.total > 1 ? reject("no") : retry()));
  queue(orders, { delivery: patient }, () => retry({ after: "10m" }));
  // @ts-expect-error the policy does not declare `retryAfter`
  queue(orders, { delivery }, () => retry({ after: "10m" }));
  // @ts-expect-error a number is no settlement
  queue(orders, { delivery }, async () => 42);
  // @ts-expect-error a look-alike is no settlement
  queue(orders, { delivery }, async () => ({ settle: "ack" }));
});
test("a batched handler settles each, or all", () => {
  queue(orders, { delivery }, batched(async (events) => {
    expectTypeOf(events[0]!.data).toEqualTypeOf<{ id: string; total: number }>();
    return events.map((event) => (event.data.total > 1 ? reject("no") : undefined));
  }));
  queue(orders, { delivery }, batched(() => retry()));
  // @ts-expect-error the policy does not declare `retryAfter`
  queue(orders, { delivery }, batched(() => retry({ after: "10m" })));
});
test("what cannot be meant does not compile", () => {
  // @ts-expect-error a delivery policy is not optional
  queue(orders, {}, async () => {});
  // @ts-expect-error a dead letter is not optional
  queue(orders, { delivery: { maxAttempts: 3 } }, async () => {});
  // @ts-expect-error misspelt "discard"
  queue(orders, { delivery: { maxAttempts: 3, deadLetter: "dicard" } }, async () => {});
  // @ts-expect-error not a duration
  queue(orders, { delivery: { maxAttempts: 3, deadLetter: "discard", backoff: "10 sec" } }, async () => {});
  // @ts-expect-error a topic is no queue
  queue(topic, { delivery }, () => {});
  // @ts-expect-error a dead letter is a queue, not its name
  queue(orders, { delivery: { maxAttempts: 3, deadLetter: "orders-failed" } }, () => {});
  // @ts-expect-error no such order
  defineQueue("x", { order: "sorted" });
  // @ts-expect-error no such format
  defineTopic("x", { format: "xml" });
});
test("an app keeps its functions' names and kinds", () => {
  const app = defineApp("shop", { charge: queue(orders, { delivery }, () => {}), hello: http.get("/", { access: "public" }, () => json(1)) });
  expectTypeOf(app.functions.charge.kind).toEqualTypeOf<"queue">();
  expectTypeOf(app.functions.hello.kind).toEqualTypeOf<"http">();
  // @ts-expect-error a function that is none
  defineApp("shop", { charge: () => {} });
});
