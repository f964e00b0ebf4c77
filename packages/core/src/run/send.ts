/** `ctx.send`: data to a declared channel, through the unit's outbox. */
import type { Channel } from "../channel.ts";
import type { SendOptions, Trace } from "../context.ts";
import { toMs } from "../duration.ts";
import { IsobarError } from "../errors.ts";
import { attributeVersion, carriedTrace } from "./attribute.ts";
import type { Shared } from "./context.ts";
import { wireBody } from "./wire.ts";

export function sender({ lists, name, wiring: { outbox }, deadline }: Shared, trace: Trace) {
  return async (to: Channel, data: unknown, options: SendOptions & { readonly key?: string } = {}): Promise<void> => {
    const spelled = `${to.resource} "${to.name}"`;
    if (!lists?.sends?.includes(to)) throw new IsobarError("send-failed", `${name} sends to ${spelled}, which is not in its \`sends\``);
    if (to.order === "by-key" && (options.key ?? "") === "") throw new IsobarError("send-failed", `${spelled} is ordered by key: give one`);
    if (outbox === undefined) throw new IsobarError("send-failed", `${name} has no way to reach ${spelled}: its entry was built without an outbox`);
    const attribute = trace.traceparent === undefined ? undefined : JSON.stringify({ v: attributeVersion, ...carriedTrace(trace) });
    try {
      await outbox.perform(
        {
          do: "send",
          to: { resource: to.resource, name: to.name },
          body: wireBody(to, data),
          ...(attribute === undefined ? {} : { attribute }),
          ...(options.key === undefined ? {} : { key: options.key }),
          ...(options.delay === undefined ? {} : { afterMs: toMs(options.delay) }),
          ...(options.deduplicationId === undefined ? {} : { deduplicationId: options.deduplicationId }),
        },
        deadline.signal,
      );
    } catch (cause) {
      throw cause instanceof IsobarError ? cause : new IsobarError("send-failed", `${spelled} did not take the message`, { cause });
    }
  };
}
