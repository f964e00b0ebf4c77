/** What both contenders share: the schema, and the work that is the same however an event arrives. */
import * as z from "zod";

export const Order = z.object({
  id: z.string().min(1),
  customer: z.object({ name: z.string(), email: z.email() }),
  placedAt: z.iso.datetime(),
  currency: z.enum(["EUR", "USD"]),
  lines: z.array(z.object({ sku: z.string(), title: z.string(), quantity: z.int().positive(), cents: z.int(), gift: z.boolean(), note: z.string().optional() })).min(1),
});
export type Order = z.infer<typeof Order>;

const totalOf = ({ lines }: Order): number => lines.reduce((sum, { quantity, cents }) => sum + quantity * cents, 0);

/** A lookup, as if in a database: what any real handler waits for. */
export const find = async (id: string) => ({
  id,
  status: "shipped",
  currency: "EUR",
  total: 4_297,
  lines: [{ sku: "book-1000", quantity: 1, cents: 1_999 }, { sku: "book-1001", quantity: 1, cents: 2_298 }],
  shipping: { carrier: "post", tracking: "JJD000390007882342341" },
});

/** The work on a message; it fails for the order that the scenario says was declined. */
export async function book(order: Order): Promise<number> {
  if (order.id === "declined") throw new Error("the card was declined");
  return totalOf(order);
}
