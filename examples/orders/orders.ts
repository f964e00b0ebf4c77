import { defineQueue, type DeliveryPolicy } from "@isobar/core";
import * as z from "zod";

export const Order = z.object({ id: z.string().min(1), total: z.number().positive() });
export type Order = z.infer<typeof Order>;
export const orders = defineQueue("orders", { data: Order });
export const failed = defineQueue("orders-failed", { data: Order });
export const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed } satisfies DeliveryPolicy;
