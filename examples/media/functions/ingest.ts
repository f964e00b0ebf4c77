import { ack, reject, storage } from "@isobar/core";
import { ingestDelivery as delivery } from "../delivery.js";
import { renditions, uploads } from "../media.js";

/** An uploaded photo, "incoming/<album>/<photo>.jpg", is asked for in the size that pages show. */
export const ingest = storage(uploads, { delivery, on: ["created"], prefix: "incoming/", suffix: ".jpg", sends: [renditions] }, async ({ data: { key } }, ctx) => {
  const [, album, photo] = /^incoming\/([^/]+)\/([^/]+)\.jpg$/.exec(key) ?? [];
  if (album === undefined || photo === undefined) return reject(`${key} is in no album`);
  await ctx.send(renditions, { photo, album, width: 1_280 }, { key: album });
  return ack();
});
