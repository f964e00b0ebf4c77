/** Stands in for a payment provider. Some orders are trouble, so that one can watch what becomes of them. */
import type { Order } from "./orders.js";

const charged = new Set<string>();

/** Charges an order once for each key. Rejects when the provider is down, and never answers before `signal` aborts when it is slow. */
export async function bill(order: Order, { signal, idempotencyKey }: { readonly signal: AbortSignal; readonly idempotencyKey: string }): Promise<void> {
  if (order.id.startsWith("down-")) throw new Error("the payment provider is down");
  if (order.id.startsWith("slow-")) await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  if (order.id.startsWith("fatal-")) process.exit(1);
  charged.add(idempotencyKey);
}
