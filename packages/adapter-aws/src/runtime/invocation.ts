import type { Platform } from "@isobar/core/adapter";
import type { LambdaContext } from "../native.ts";

/** One invocation, as Lambda's context object tells it. */
export const platformOf = (context: LambdaContext): Platform => ({
  cloud: "aws",
  invocationId: context.awsRequestId,
  functionName: context.functionName,
  context,
  remainingMs: () => context.getRemainingTimeInMillis(),
});
