import type { Consumer } from "@isobar/core";
import { messages, type MessageCodec, type Reading, type Wiring } from "@isobar/core/adapter";
import type { LocalBatch, LocalContext } from "../native.ts";
import type { LocalSettled } from "../wires/messages.ts";
import { platformOf } from "./invocation.ts";

/** A unit's entry for a batch of messages. */
export type LocalHandler = (native: unknown, context: LocalContext) => Promise<LocalSettled>;

/** The entry of any asynchronous kind. Rejects where the whole batch comes again. */
export function settling<Fn extends Consumer, Told>(fn: Fn, reading: Reading<Fn, Told>, codec: MessageCodec<LocalBatch, LocalSettled, Told>, wiring?: Wiring): LocalHandler {
  const run = messages(fn, reading, codec, wiring);
  return async (native, context) => {
    const reply = await run(native, platformOf(context));
    if ("fault" in reply) throw reply.fault;
    return reply.respond;
  };
}
