import { http, json } from "@isobar/core";
import { Order, orders } from "../orders.js";

export const checkout = http.post("/orders/{tenant}", { access: "public", body: Order, sends: [orders] }, async (request, ctx) => {
  await ctx.send(orders, request.valid.body);
  return json({ accepted: request.valid.body.id, tenant: request.params.tenant }, { status: 202 });
});
