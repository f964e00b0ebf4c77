import type { InvocationContext } from "@azure/functions";
import type { QueueFunction } from "@isobar/core";
import { messages, type Wiring } from "@isobar/core/adapter";
import { serviceBus } from "../triggers/queue/codec.ts";
import { platformOf } from "./invocation.ts";

/** The handler of `app.serviceBusQueue`, registered with `dataType: "binary"`. Rejects where the message comes again: the host abandons it. */
export function queue(fn: QueueFunction, wiring?: Wiring): (message: unknown, context: InvocationContext) => Promise<void> {
  const run = messages(fn, serviceBus, wiring);
  return async (message, context) => {
    const reply = await run({ body: message, metadata: context.triggerMetadata }, platformOf(context));
    if ("fault" in reply) throw reply.fault;
  };
}
