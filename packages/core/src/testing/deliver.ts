/** Hands messages to a queue function as a broker would, through the loop that runs once deployed. */
import type { Delivery, Effect, Item, Keeping, MessageCodec, Outcome } from "../boundary.ts";
import { checkFunction } from "../definition.ts";
import type { Settlement } from "../delivery.ts";
import { plainKeeping } from "../run/keeping.ts";
import { messages } from "../run/messages.ts";
import { systemClock } from "../run/clock.ts";
import { dataOf, wireBody } from "../run/wire.ts";
import type { QueueFunction } from "../triggers/queue.ts";
import { deadLetterOf, memoryOutbox, only, type DeadLetter, type SentMessage } from "./outbox.ts";
import { keptLog, parts, testPlatform, type LogLine, type TestOptions } from "./platform.ts";

/** A message: its data, or the very body that a foreign sender wrote. */
export type MessageInput = ({ readonly data: unknown } | { readonly body: string | Uint8Array }) & {
  /** Default "message-1", "message-2" and so on. */
  readonly id?: string;
  /** Default 1; `undefined` is a platform that does not tell. */
  readonly attempt?: number | undefined;
  /** The key that it was sent with. */
  readonly group?: string;
  /** Default: now. */
  readonly enqueuedAt?: Date;
  /** The attribute `isobar`, as JSON. */
  readonly attribute?: string;
};

/** What became of one message. */
export interface SettledAs {
  /** What the handler said, or what was said without asking it; "unstarted" behind one of its group that comes again, or when no time was left. */
  readonly settlement: Settlement["settle"] | "unstarted";
  /** Why, where it was rejected or retried with a reason: the error's code after a throw. */
  readonly reason?: string;
  /** Of `retry({ after })`. */
  readonly afterMs?: number;
  /** What the broker does: "done" is never again. */
  readonly then: "done" | "again";
}
interface Happened {
  readonly sent: readonly SentMessage[];
  readonly deadLetters: readonly DeadLetter[];
  readonly logs: readonly LogLine[];
}
export interface Delivered extends SettledAs, Happened {}
export interface DeliveredBatch extends Happened {
  /** One for each message, in their order. */
  readonly messages: readonly SettledAs[];
}

const inMemory: MessageCodec<readonly Item[], readonly Outcome[]> = {
  decode: (native) => ({ native: native as readonly Item[], items: native as readonly Item[] }),
  encode: (outcomes) => ({ respond: outcomes }),
};

/** Several messages in one invocation. Rejects with `send-failed` for data that the queue's format has no word for. */
export async function deliverBatch(fn: QueueFunction, inputs: readonly MessageInput[], options: TestOptions = {}): Promise<DeliveredBatch> {
  checkFunction("function", fn);
  const { outbox = memoryOutbox(), clock = systemClock, name = "test" } = options;
  const items = inputs.map((input, i) => ({
    id: `${i}`,
    deliveries: [{
      id: input.id ?? `message-${i + 1}`,
      attempt: "attempt" in input ? input.attempt : 1,
      group: input.group,
      enqueuedAt: input.enqueuedAt?.getTime() ?? clock.now(),
      body: "body" in input ? (input.body as Delivery["body"]) : wireBody(fn.source, input.data),
      attribute: input.attribute,
      record: undefined,
    }],
  }));
  const settlements = new Map<unknown, Settlement>();
  const keeping: Keeping = {
    admit: plainKeeping.admit,
    settle(kept, settlement, now) {
      settlements.set(kept.delivery, settlement);
      return plainKeeping.settle(kept, settlement, now);
    },
  };
  const effects: Effect[] = [];
  const recording = {
    async perform(effect: Effect, signal: AbortSignal) {
      await outbox.perform(effect, signal);
      effects.push(effect);
    },
  };
  const { lines, log } = keptLog();
  const reply = await messages(fn, inMemory, { ...parts, name, keeping, outbox: recording, clock })(items, testPlatform(log));
  if ("fault" in reply) throw reply.fault;
  return {
    messages: items.map(({ deliveries: [delivery] }, i) => ({ ...spelled(settlements.get(delivery)), then: reply.respond[i]!.then })),
    sent: only(effects, "send").map((effect) => sentBy(fn, effect)),
    deadLetters: only(effects, "dead-letter").map(deadLetterOf),
    logs: lines,
  };
}

/** One message. Rejects with `send-failed` for data that the queue's format has no word for. */
export async function deliver(fn: QueueFunction, input: MessageInput, options: TestOptions = {}): Promise<Delivered> {
  const { messages: [settled], ...happened } = await deliverBatch(fn, [input], options);
  return { ...settled!, ...happened };
}

function spelled(settlement: Settlement | undefined): Omit<SettledAs, "then"> {
  if (settlement === undefined) return { settlement: "unstarted" };
  const { reason, afterMs } = { reason: undefined, afterMs: undefined, ...settlement };
  return { settlement: settlement.settle, ...(reason === undefined ? {} : { reason }), ...(afterMs === undefined ? {} : { afterMs }) };
}

function sentBy({ options }: QueueFunction, { to, body, key, afterMs, deduplicationId }: Extract<Effect, { readonly do: "send" }>): SentMessage {
  const channel = options.sends!.find(({ resource, name }) => resource === to.resource && name === to.name)!;
  return { to: to.name, data: dataOf(channel, body), ...(key === undefined ? {} : { key }), ...(afterMs === undefined ? {} : { afterMs }), ...(deduplicationId === undefined ? {} : { deduplicationId }) };
}
