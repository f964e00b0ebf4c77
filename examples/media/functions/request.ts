import { http, json } from "@isobar/core";
import * as z from "zod";
import { Rendition, renditions } from "../media.js";

/** Asks for a photo of another size. */
export const request = http.post("/albums/{album}/renditions", { access: "public", body: Rendition.omit({ album: true }), params: z.object({ album: z.string().max(40) }), cors: { origins: ["https://media.example"] }, sends: [renditions] }, async (request, ctx) => {
  const { album } = request.valid.params;
  await ctx.send(renditions, { ...request.valid.body, album }, { key: album });
  return json({ album, accepted: request.valid.body.photo }, { status: 202 });
});
