/**
 * Instances of a Cloud Run function. Several requests share one (https://cloud.google.com/run/docs/about-concurrency), which a crash ends for all of them; a request that takes too long is answered 504 while its
 * handler goes on (https://cloud.google.com/run/docs/configuring/request-timeout).
 */
import { IsobarError, type Hosting, type Rendered } from "@isobar/core/adapter";
import { blockOf, ofType } from "../../deploy/resources.ts";

/** Where a manifest says nothing: https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions#ServiceConfig. Throws `unsupported` where no function is rendered. */
export function hostingOf({ resources }: Rendered): Hosting {
  const [[, lambda] = []] = ofType(resources, "google_cloudfunctions2_function");
  if (lambda === undefined) throw new IsobarError("unsupported", "no Cloud Run function is rendered");
  const { timeout_seconds: timeout = 60, max_instance_count: instances = 100, max_instance_request_concurrency: concurrency = 1 } = blockOf(lambda, "service_config") as { readonly timeout_seconds?: number; readonly max_instance_count?: number; readonly max_instance_request_concurrency?: number };
  return { concurrency, maxInstances: instances, timeoutMs: timeout * 1000, onTimeout: "leaves-it-running" };
}
