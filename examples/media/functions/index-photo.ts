import { topic } from "@isobar/core";
import { indexDelivery as delivery } from "../delivery.js";
import { news } from "../media.js";
import { indexPhoto } from "../services.js";

export const index = topic(news, { delivery, secrets: ["search-key"] }, async ({ data: { photo, what } }, ctx) => {
  await indexPhoto(photo, { signal: ctx.signal, key: await ctx.secret("search-key"), gone: what === "taken-down" });
});
