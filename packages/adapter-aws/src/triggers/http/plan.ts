/** What calls an HTTP function on AWS: a front end chosen in the target. */
import { IsobarError } from "@isobar/core";
import type { Binding } from "@isobar/core/plan";

export interface HttpSettings {
  /** Default `http-api`. Only `function-url` streams: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html */
  readonly variant?: "http-api" | "function-url" | "rest-api" | "alb";
}
const makers = { "http-api": "http", "function-url": "functionUrl", "rest-api": "restApi", alb: "alb" } as const;
const names = { "http-api": "HTTP API", "rest-api": "REST API", alb: "ALB" } as const;

/** The entry maker for a unit's front end. Throws `unsupported` for members that disagree, and for streaming through what takes whole answers only. */
export function httpMaker(bindings: readonly Binding<"http", HttpSettings>[]): (typeof makers)[keyof typeof makers] | "functionUrlStream" {
  const variants = new Set(bindings.map(({ settings }) => settings.variant ?? "http-api"));
  const streams = bindings.filter(({ fn }) => fn.options.streaming);
  if (variants.size > 1) throw new IsobarError("unsupported", `${bindings.map(({ name }) => name).join(", ")}: two front ends for one unit — a Lambda function answers one format — give them one variant or separate groups`);
  const [variant = "http-api"] = variants;
  if (variant === "function-url") return streams.length > 0 ? "functionUrlStream" : "functionUrl";
  if (streams.length > 0) throw new IsobarError("unsupported", `${streams[0]!.name}: streaming — AWS, ${names[variant]} — the ${variant === "alb" ? "load balancer" : "gateway"} takes whole answers only — set its variant to "function-url"`);
  return makers[variant];
}
