import { ack, queue, reject } from "@isobar/core";
import { bill } from "../billing.js";
import { delivery, orders } from "../orders.js";

export const charge = queue(orders, { batch: { maxSize: 10 }, delivery, timeout: "1s" }, async (event, ctx) => {
  if (event.data.total > 10_000) return reject("needs a human");
  await bill(event.data, { signal: ctx.signal, idempotencyKey: event.id });
  return ack();
});
