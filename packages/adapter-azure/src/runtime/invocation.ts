import type { InvocationContext } from "@azure/functions";
import type { Consumer } from "@isobar/core";
import { messages, type MessageCodec, type Platform, type Reading, type Wiring } from "@isobar/core/adapter";

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

/** The handler of every trigger but `app.http`. Rejects where something in it comes again: the host then does what this trigger's kind has for that. */
export type TriggerHandler = (body: unknown, context: InvocationContext) => Promise<void>;
/** `handed`: what the codec is given. */
export function consuming<Fn extends Consumer, In, Told>(fn: Fn, reading: Reading<Fn, Told>, codec: MessageCodec<In, undefined, Told>, wiring?: Wiring, handed: (body: unknown, context: InvocationContext) => unknown = (body, { triggerMetadata }) => ({ body, metadata: triggerMetadata })): TriggerHandler {
  const run = messages(fn, reading, codec, wiring);
  return async (body, context) => {
    const reply = await run(handed(body, context), platformOf(context));
    if ("fault" in reply) throw reply.fault;
  };
}
