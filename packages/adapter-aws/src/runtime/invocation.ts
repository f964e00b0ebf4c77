/** One invocation, and what every asynchronous entry does with it. */
import type { Consumer } from "@isobar/core";
import { messages, type MessageCodec, type Platform, type Reading, type Wiring } from "@isobar/core/adapter";
import type { LambdaContext } from "../native.ts";

/** One invocation, as Lambda's context object tells it. */
export const platformOf = (context: LambdaContext): Platform => ({
  cloud: "aws",
  invocationId: context.awsRequestId,
  functionName: context.functionName,
  context,
  remainingMs: () => context.getRemainingTimeInMillis(),
});

/** What Lambda calls. Rejects where all of the invocation comes again. */
export type Handler<In, Out> = (event: In, context: LambdaContext) => Promise<Out>;

/** The entry of any asynchronous kind. */
export function settling<Fn extends Consumer, In, Out, Told>(fn: Fn, reading: Reading<Fn, Told>, codec: MessageCodec<In, Out, Told>, wiring?: Wiring): Handler<In, Out> {
  const run = messages(fn, reading, codec, wiring);
  return async (event, context) => {
    const reply = await run(event, platformOf(context));
    if ("fault" in reply) throw reply.fault;
    return reply.respond;
  };
}
