import type { QueueFunction } from "@isobar/core";
import { messages, type Wiring } from "@isobar/core/adapter";
import type { LocalContext } from "../native.ts";
import { localQueue, type LocalSettled } from "../triggers/queue/codec.ts";
import { platformOf } from "./invocation.ts";

/** One queue function on the local wire. Rejects where the whole batch comes again. */
export function queue(fn: QueueFunction, wiring?: Wiring): (native: unknown, context: LocalContext) => Promise<LocalSettled> {
  const run = messages(fn, localQueue, wiring);
  return async (native, context) => {
    const reply = await run(native, platformOf(context));
    if ("fault" in reply) throw reply.fault;
    return reply.respond;
  };
}
