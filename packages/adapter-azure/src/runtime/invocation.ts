import type { InvocationContext } from "@azure/functions";
import type { Platform } from "@isobar/core/adapter";

/** One invocation, as the context object tells it. The platform does not tell how long it may run (azure-functions-host#1204). */
export function platformOf(context: InvocationContext): Platform {
  const { traceParent, traceState } = context.traceContext ?? {};
  return {
    cloud: "azure",
    invocationId: context.invocationId,
    functionName: context.functionName,
    context,
    log: (level, line) => context[level](line),
    trace: { traceparent: traceParent || undefined, tracestate: traceState || undefined },
  };
}
