/** What calls HTTP functions on Google Cloud: one Cloud Run function, all routes under its URL. */
import type { Binding } from "@isobar/core/plan";

export interface HttpSettings {
  readonly variant?: "functions-framework";
}
/** The entry maker of one route; a unit of which one streams has the streaming one. */
export const httpMaker = ({ fn: { options } }: Binding<"http", HttpSettings>): "http" | "httpStream" => (options.streaming ? "httpStream" : "http");
