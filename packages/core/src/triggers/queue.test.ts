import { expect, test } from "vitest";
import { defineQueue } from "../channel.ts";
import { checkFunction } from "../definition.ts";
import { batched } from "./consumer.ts";
import { queue, type QueueOptions } from "./queue.ts";

const orders = defineQueue("orders");
const delivery = { maxAttempts: 3, deadLetter: "discard" } as const;

test("a queue function is plain data: what starts it, its options and its handler", () => {
  const handle = () => {};
  const options = { delivery, batch: { maxSize: 10 }, sends: [orders] };
  const fn = queue(orders, options, handle);
  expect(fn).toEqual({ kind: "queue", source: orders, options, handle });
  expect(fn.handle).toBe(handle);
});

test("a batched handler is told from a single one by its wrapping", () => {
  const handle = () => {};
  expect(queue(orders, { delivery }, batched(handle)).handle).toEqual({ batched: handle });
});

test.each([
  [{ timeout: "0s" }, "timeout"],
  [{ timeout: "20" }, "is not a duration"],
  [{ batch: { maxSize: 0 } }, "batch.maxSize is an integer from 1, not 0"],
  [{ batch: { maxSize: 1.5 } }, "batch.maxSize is an integer from 1, not 1.5"],
  [{ batch: {} }, "batch.maxSize is an integer from 1, not undefined"],
  [{ batch: { maxSize: 1, maxWait: "soon" } }, "is not a duration"],
  [{ delivery: { maxAttempts: 0, deadLetter: "discard" } }, 'delivery of queue "orders": maxAttempts'],
  [{ delivery: { maxAttempts: 3, deadLetter: orders } }, "its own queue"],
])("%j is refused where the function becomes part of an app", (options, why) => {
  expect(() => checkFunction("charge", queue(orders, { delivery, ...options } as QueueOptions, () => {}))).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(why) }));
});
