/** Lambda's environments. One invocation each: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html · a timeout ends the environment: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
import type { Hosting, Rendered } from "@isobar/core/adapter";
import { ofType } from "../../deploy/resources.ts";

/** 1,000 is an account's own limit in a region: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export function hostingOf({ resources }: Rendered, accountConcurrency = 1_000): Hosting {
  const [[, lambda] = []] = ofType(resources, "AWS::Lambda::Function");
  const { Timeout = 3, ReservedConcurrentExecutions: reserved = accountConcurrency } = (lambda?.Properties ?? {}) as { readonly Timeout?: number; readonly ReservedConcurrentExecutions?: number };
  return { concurrency: 1, maxInstances: reserved, timeoutMs: Timeout * 1000, onTimeout: "ends-instance" };
}
