/** What becomes of failures. Each function has a dead-letter queue of its own, so that whoever looks into one knows whose it is. */
import { defineQueue, type DeliveryPolicy } from "@isobar/core";
import { News, Rendition } from "./media.js";

const patient = { maxAttempts: 5, backoff: { min: "10s", max: "10m" } } as const;

export const renderDelivery = { maxAttempts: 3, deadLetter: defineQueue("renditions-failed", { data: Rendition, order: "by-key" }) } satisfies DeliveryPolicy;
export const indexDelivery = { ...patient, deadLetter: defineQueue("index-failed", { data: News }) } satisfies DeliveryPolicy;
/** The mail provider says itself when to come again. */
export const notifyDelivery = { ...patient, retryAfter: { max: "5m" }, deadLetter: defineQueue("notify-failed", { data: News }) } satisfies DeliveryPolicy;
export const ingestDelivery = { ...patient, deadLetter: defineQueue("ingest-failed") } satisfies DeliveryPolicy;
export const sweepDelivery = { maxAttempts: 3, backoff: "1m", maxAge: "12h", deadLetter: defineQueue("sweep-failed") } satisfies DeliveryPolicy;
export const coverDelivery = { maxAttempts: 3, backoff: "1s", deadLetter: defineQueue("cover-failed") } satisfies DeliveryPolicy;
export const countDelivery = { maxAttempts: 3, backoff: "1s", deadLetter: defineQueue("count-failed") } satisfies DeliveryPolicy;
export const royaltiesDelivery = { ...patient, deadLetter: defineQueue("royalties-failed") } satisfies DeliveryPolicy;
export const watchDelivery = { maxAttempts: 2, deadLetter: defineQueue("watch-failed") } satisfies DeliveryPolicy;
export const priceDelivery = { maxAttempts: 2, deadLetter: defineQueue("price-failed") } satisfies DeliveryPolicy;
