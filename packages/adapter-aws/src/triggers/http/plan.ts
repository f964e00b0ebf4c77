/** What calls an HTTP function on AWS: a front end chosen in the target. */
import { IsobarError } from "@isobar/core";
import type { Binding } from "@isobar/core/plan";

export interface HttpSettings {
  /** Default `http-api`. Only `function-url` streams: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
  readonly variant?: "http-api" | "function-url";
}

/** The entry maker for a unit's front end. Throws `unsupported` for members that disagree, and for streaming through the HTTP API. */
export function httpMaker(bindings: readonly Binding<"http", HttpSettings>[]): "http" | "functionUrl" | "functionUrlStream" {
  const variants = new Set(bindings.map(({ settings }) => settings.variant ?? "http-api"));
  const streams = bindings.filter(({ fn }) => fn.options.streaming);
  if (variants.size > 1) throw new IsobarError("unsupported", `${bindings.map(({ name }) => name).join(", ")}: two front ends for one unit — a Lambda function answers one format — give them one variant or separate groups`);
  const url = variants.has("function-url");
  if (!url && streams.length > 0) throw new IsobarError("unsupported", `${streams[0]!.name}: streaming — AWS, HTTP API — the gateway takes whole answers only — set its variant to "function-url"`);
  return url ? (streams.length > 0 ? "functionUrlStream" : "functionUrl") : "http";
}
