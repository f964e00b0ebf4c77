import { ack, retry, topic } from "@isobar/core";
import { notifyDelivery as delivery } from "../delivery.js";
import { news } from "../media.js";
import { mail } from "../services.js";

/** Tells those who follow an album. */
export const notify = topic(news, { delivery, secrets: ["mail-key"], environment: { MAIL_FROM: "library@media.example" } }, async ({ id, data: { photo, what } }, ctx) => {
  if (what === "taken-down") return ack();
  const busy = await mail(photo, { signal: ctx.signal, key: await ctx.secret("mail-key"), idempotencyKey: id });
  return busy === undefined ? ack() : retry({ after: `${busy.waitSeconds}s` });
});
