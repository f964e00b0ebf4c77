import { empty, http } from "@isobar/core";
import { news } from "../media.js";

/** For the staff's own tools: a photo goes at once. */
export const takeDown = http.delete("/albums/{album}/photos/{photo}", { access: "private", group: "staff", sends: [news] }, async ({ params: { album, photo } }, ctx) => {
  await ctx.send(news, { photo, album, what: "taken-down" });
  return empty();
});
