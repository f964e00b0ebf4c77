import { defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic } from "@isobar/core";
import * as z from "zod";

export const Rendition = z.object({ photo: z.string().min(1), album: z.string().min(1), width: z.number().int().positive().max(8_000) });
export type Rendition = z.infer<typeof Rendition>;
export const News = z.object({ photo: z.string().min(1), album: z.string().min(1), what: z.enum(["rendered", "taken-down"]) });
export type News = z.infer<typeof News>;
export const View = z.object({ photo: z.string().min(1), country: z.string().length(2) });
export const Sale = z.object({ photo: z.string().min(1), cents: z.number().int().nonnegative() });

/** Of one album's photos, one after the other: its cover is the photo that was rendered last. */
export const renditions = defineQueue("renditions", { data: Rendition, order: "by-key" });
export const news = defineTopic("news", { data: News });
export const uploads = defineBucket("uploads");
export const albums = defineTable("albums");
export const views = defineStream("views", { data: View });
/** Where agencies that sell our photos tell of it. */
export const agencies = defineBus("agencies");
export const access = defineLog("access");
