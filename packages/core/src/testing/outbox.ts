/** An outbox that remembers, and fails when told to. */
import type { ChannelName, Effect, Outbox } from "../boundary.ts";
import type { Channel, Queue, Sent } from "../channel.ts";
import type { DeadLetterAttribute } from "../run/attribute.ts";
import { dataOf } from "../run/wire.ts";

/** What `ctx.send` sent. */
export interface SentMessage {
  /** The channel's name. */
  readonly to: string;
  readonly data: unknown;
  readonly key?: string;
  readonly afterMs?: number;
  readonly deduplicationId?: string;
}
/** What became of a message that was rejected or used up. */
export interface DeadLetter {
  /** The queue's name. */
  readonly to: string;
  /** The original body, unchanged. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** The event's id. */
  readonly id: string;
  readonly reason: string;
  /** Absent where the platform does not tell the attempt. */
  readonly attempts?: number;
  readonly key?: string;
}

export interface MemoryOutbox extends Outbox {
  /** All that was taken, in its order. */
  readonly effects: readonly Effect[];
  /** The data sent to a channel, in its order. */
  sent<C extends Channel>(channel: C): readonly Sent<C>[];
  /** The dead letters in a queue, in their order. */
  deadLetters(queue: Queue): readonly DeadLetter[];
  /** From now on takes nothing and rejects with this error; with `undefined` it takes everything again. */
  fail(error: Error | undefined): void;
}

type Of<D extends Effect["do"]> = Extract<Effect, { readonly do: D }>;
export const only = <D extends Effect["do"]>(effects: readonly Effect[], what: D, to?: ChannelName): readonly Of<D>[] =>
  effects.filter((effect): effect is Of<D> => effect.do === what && (to === undefined || ("to" in effect && effect.to.resource === to.resource && effect.to.name === to.name)));

export function deadLetterOf({ to, body, attribute, key }: Of<"dead-letter">): DeadLetter {
  const { id, reason, attempts } = JSON.parse(attribute) as DeadLetterAttribute;
  return { to: to.name, body, id, reason, ...(attempts === undefined ? {} : { attempts }), ...(key === undefined ? {} : { key }) };
}

export function memoryOutbox(): MemoryOutbox {
  const effects: Effect[] = [];
  let failing: Error | undefined;
  return {
    effects,
    async perform(effect, signal) {
      signal.throwIfAborted();
      if (failing !== undefined) throw failing;
      effects.push(effect);
    },
    // What left as the channel's input is read back by the channel's format; its schema is the receiver's.
    sent: <C extends Channel>(channel: C) => only(effects, "send", channel).map(({ body }) => dataOf(channel, body) as Sent<C>),
    deadLetters: (queue) => only(effects, "dead-letter", queue).map(deadLetterOf),
    fail(error) {
      failing = error;
    },
  };
}
