/** Hands events to a function as its platform would, through the loop that runs once deployed. */
import type { Effect, Item, Keeping, MessageCodec, Outcome } from "../boundary.ts";
import { checkFunction } from "../definition.ts";
import type { Settlement } from "../delivery.ts";
import { plainKeeping } from "../run/keeping.ts";
import { messages } from "../run/messages.ts";
import { systemClock } from "../run/clock.ts";
import { dataOf } from "../run/wire.ts";
import { busReading } from "../triggers/bus.ts";
import { callReading } from "../triggers/call.ts";
import { changesReading } from "../triggers/changes.ts";
import type { Consumer } from "../triggers/consumer.ts";
import type { AnyFunction, AsynchronousKind } from "../triggers/index.ts";
import { logsReading } from "../triggers/logs.ts";
import { queueReading } from "../triggers/queue.ts";
import { scheduleReading } from "../triggers/schedule.ts";
import { storageReading } from "../triggers/storage.ts";
import { streamReading } from "../triggers/stream.ts";
import { topicReading } from "../triggers/topic.ts";
import type { AnyReading, Reading } from "../run/reading.ts";
import { arrival, type EventInput } from "./arrival.ts";
import { deadLetterOf, memoryOutbox, only, type DeadLetter, type SentMessage } from "./outbox.ts";
import { keptLog, parts, secretsOf, testPlatform, type LogLine, type TestOptions } from "./platform.ts";

const readings: { readonly [K in AsynchronousKind]: AnyReading } = { bus: busReading, call: callReading, changes: changesReading, logs: logsReading, queue: queueReading, schedule: scheduleReading, storage: storageReading, stream: streamReading, topic: topicReading };

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

/** Several events in one invocation. Rejects with `send-failed` for data that the channel's format has no word for. */
export async function deliverBatch(fn: Consumer, inputs: readonly EventInput[], options: TestOptions = {}): Promise<DeliveredBatch> {
  checkFunction("function", fn as AnyFunction);
  const { outbox = memoryOutbox(), clock = systemClock, name = "test" } = options;
  const items = inputs.map((input, i) => ({
    id: `${i}`,
    deliveries: [{
      id: input.id ?? `message-${i + 1}`,
      attempt: "attempt" in input ? input.attempt : 1,
      enqueuedAt: input.enqueuedAt?.getTime() ?? clock.now(),
      attribute: input.attribute,
      record: undefined,
      ...arrival(fn, input, `${i}`),
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
  const reply = await messages(fn, readings[fn.kind] as Reading, inMemory, { ...parts, name, keeping, outbox: recording, clock, secret: secretsOf(options.secrets) })(items, testPlatform(log));
  if ("fault" in reply) throw reply.fault;
  return {
    messages: items.map(({ deliveries: [delivery] }, i) => ({ ...spelled(settlements.get(delivery)), then: reply.respond[i]!.then })),
    sent: only(effects, "send").map((effect) => sentBy(fn, effect)),
    deadLetters: only(effects, "dead-letter").map(deadLetterOf),
    logs: lines,
  };
}

/** One event. Rejects with `send-failed` for data that the channel's format has no word for. */
export async function deliver(fn: Consumer, input: EventInput, options: TestOptions = {}): Promise<Delivered> {
  const { messages: [settled], ...happened } = await deliverBatch(fn, [input], options);
  return { ...settled!, ...happened };
}

function spelled(settlement: Settlement | undefined): Omit<SettledAs, "then"> {
  if (settlement === undefined) return { settlement: "unstarted" };
  const { reason, afterMs } = { reason: undefined, afterMs: undefined, ...settlement };
  return { settlement: settlement.settle, ...(reason === undefined ? {} : { reason }), ...(afterMs === undefined ? {} : { afterMs }) };
}

function sentBy({ options }: Consumer, { to, body, key, afterMs, deduplicationId }: Extract<Effect, { readonly do: "send" }>): SentMessage {
  const channel = options.sends!.find(({ resource, name }) => resource === to.resource && name === to.name)!;
  return { to: to.name, data: dataOf(channel, body), ...(key === undefined ? {} : { key }), ...(afterMs === undefined ? {} : { afterMs }), ...(deduplicationId === undefined ? {} : { deduplicationId }) };
}
