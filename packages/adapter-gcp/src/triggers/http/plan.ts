/** What calls HTTP functions on Google Cloud: one Cloud Run function, all routes under its URL. */
import type { AnyFunction, HttpOptions } from "@isobar/core";

export type HttpSettings = Record<never, never>;
/** The entry maker for a unit's routes: streaming where one of them streams. */
export const httpMaker = (functions: readonly AnyFunction[]): "http" | "httpStream" => (functions.some(({ kind, options }) => kind === "http" && (options as HttpOptions).streaming) ? "httpStream" : "http");
