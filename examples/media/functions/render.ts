import { queue } from "@isobar/core";
import { renderDelivery as delivery } from "../delivery.js";
import { news, renditions } from "../media.js";
import { renderPhoto } from "../services.js";

export const render = queue(renditions, { delivery, timeout: "1m", memoryMb: 2048, environment: { RENDER_QUALITY: "85" }, sends: [news] }, async ({ data }, ctx) => {
  await renderPhoto(data, { signal: ctx.signal, quality: Number(process.env["RENDER_QUALITY"] ?? "85") });
  await ctx.send(news, { photo: data.photo, album: data.album, what: "rendered" });
});
