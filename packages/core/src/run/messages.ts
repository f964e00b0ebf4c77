/** Run time of messages: decode → admit → read → handle → settle → encode, for every item of an invocation. */
import type { Delivery, Item, Keeping, Kept, MessageCodec, Outcome, Reply } from "../boundary.ts";
import { isSettlement, ack, reject, retry, type Settlement } from "../delivery.ts";
import { toMs } from "../duration.ts";
import { IsobarError } from "../errors.ts";
import type { Event } from "../event.ts";
import type { QueueFunction } from "../triggers/queue.ts";
import { traceOf } from "./attribute.ts";
import { systemClock } from "./clock.ts";
import { logOf, RunContext } from "./context.ts";
import { Deadline, deadlineOf, effectsMs } from "./deadline.ts";
import { plainKeeping } from "./keeping.ts";
import { coldOnce, requireParts, type Platform, type Wiring } from "./platform.ts";
import { InvalidInput, validate } from "./validate.ts";
import { dataOf } from "./wire.ts";

/** One invocation's state; nothing of it outlives the invocation. */
interface Run {
  readonly fn: QueueFunction;
  readonly name: string;
  readonly platform: Platform;
  readonly wiring: Wiring;
  readonly keeping: Keeping;
  readonly deadline: Deadline;
  /** For effects, which may take a little longer than handlers. */
  readonly effects: () => Deadline;
  readonly now: () => number;
  readonly coldStart: boolean;
}
/** A delivery on its way: its event once it could be read, its settlement once there is one. */
interface Flight {
  readonly delivery: Delivery;
  readonly kept: Kept;
  event?: Event<never>;
  settlement?: Settlement;
}

const contextOf = (run: Run, delivery: Delivery | undefined) =>
  new RunContext({ ...run, sends: run.fn.options.sends, attempt: delivery?.attempt, trace: delivery === undefined ? undefined : traceOf(delivery.attribute), record: delivery?.record, outbox: run.wiring.outbox, send: run.wiring.send });

/** Before the handler: admit, read, validate. What is settled here never runs. */
async function ready(run: Run, flight: Flight): Promise<void> {
  const { delivery, kept } = flight;
  const admitted = run.keeping.admit(kept, run.now());
  if (admitted !== undefined) {
    flight.settlement = admitted;
    return;
  }
  try {
    const given = dataOf(run.fn.source, delivery.body);
    const { name, data: schema } = run.fn.source;
    const data = schema === undefined ? given : await within(run, () => validate(schema, given, "data"));
    const time = delivery.enqueuedAt === undefined ? {} : { time: new Date(delivery.enqueuedAt).toISOString() };
    flight.event = { specversion: "1.0", id: delivery.id, source: `/queues/${name}`, type: "queue.message", ...time, data: data as never };
  } catch (error) {
    flight.settlement = failed(run, delivery, error);
  }
}

const spellId = ({ id, attempt }: Delivery) => ({ "messaging.message.id": id, attempt });

/** Anything thrown, as a settlement: a thrown retry or reject counts as returned, input that does not fit is rejected, the rest comes again. */
function failed(run: Run, delivery: Delivery, error: unknown): Settlement {
  if (isSettlement(error) && error.settle !== "ack") return settled(run, error);
  if (error instanceof InvalidInput) return reject(`invalid-input: ${error.message}`);
  const code = error instanceof IsobarError ? error.code : "handler-failed";
  logOf(run.name, run.platform).error("the delivery failed", { code, error, ...spellId(delivery) });
  return retry({ reason: code });
}

/** A handler's return. What is no settlement is an ack with a warning: retrying a success is worse. */
function settled(run: Run, returned: unknown): Settlement {
  const warn = (message: string) => logOf(run.name, run.platform).warn(message);
  if (!isSettlement(returned)) {
    if (returned !== undefined) warn(`the handler returned ${returned === null ? "null" : typeof returned}, which is no settlement; taken as ack`);
    return ack();
  }
  if (returned.settle !== "retry" || returned.afterMs === undefined) return returned;
  const { retryAfter } = run.fn.options.delivery;
  if (retryAfter !== undefined && returned.afterMs <= toMs(retryAfter.max)) return returned;
  warn(`retry({ after }) ${retryAfter === undefined ? "without `retryAfter` in the policy" : `for longer than its policy's ${retryAfter.max}`}; the policy's own wait applies`);
  return retry(returned.reason === undefined ? {} : { reason: returned.reason });
}

const within = <T>(run: Run, work: () => T | PromiseLike<T>): Promise<T> =>
  run.deadline.over(new Promise<T>((resolve) => resolve(work())), (how) => logOf(run.name, run.platform).warn("the handler settled after its deadline; nothing was settled on its account", how));

async function handleOne(run: Run, flight: Flight): Promise<void> {
  const { handle } = run.fn;
  try {
    if (typeof handle === "function") flight.settlement = settled(run, await within(run, () => handle(flight.event!, contextOf(run, flight.delivery) as never)));
  } catch (error) {
    flight.settlement = failed(run, flight.delivery, error);
  }
}

async function handleAll(run: Run, flights: readonly Flight[]): Promise<void> {
  const { handle } = run.fn;
  const running = flights.filter((flight) => flight.event !== undefined);
  if (typeof handle === "function" || running.length === 0) return;
  try {
    const returned = await within(run, () => handle.batched(running.map(({ event }) => event!), contextOf(run, undefined) as never));
    if (Array.isArray(returned) && returned.length !== running.length) throw new IsobarError("handler-failed", `batched: ${running.length} events and ${returned.length} settlements`);
    running.forEach((flight, i) => void (flight.settlement = settled(run, Array.isArray(returned) ? returned[i] : returned)));
  } catch (error) {
    for (const flight of running) flight.settlement = failed(run, flight.delivery, error);
  }
}

/** Carries a settlement out. An effect that failed never ends in "done". */
async function conclude(run: Run, { delivery, kept, settlement }: Flight): Promise<"done" | "again"> {
  const log = logOf(run.name, run.platform);
  const { effects, then } = run.keeping.settle(kept, settlement!, run.now());
  for (const effect of effects) {
    try {
      const { signal } = run.effects();
      const { outbox } = run.wiring;
      if (outbox === undefined) throw new IsobarError("internal", `no outbox to ${effect.do} with`);
      await run.effects().over(outbox.perform(effect, signal), (how) => log.warn("an effect ended after it was given up", { ...how, ...spellId(delivery) }));
    } catch (error) {
      log.error("an effect failed; the delivery comes again", { code: effect.do === "dead-letter" ? "dead-letter-failed" : "send-failed", error, ...spellId(delivery) });
      return "again";
    }
  }
  if (then !== "done") return "again";
  if (settlement!.settle !== "ack") log.warn(effects.length === 0 ? "discarded" : "dead-lettered", { reason: settlement!.reason, ...spellId(delivery) });
  return "done";
}

/** An item is done when all in it are. One that there is no time left to start is returned unstarted. */
async function outcomeOf(run: Run, flights: readonly Flight[]): Promise<"done" | "again"> {
  const thens = await Promise.all(
    flights.map(async (flight) => {
      if (flight.settlement === undefined) {
        if (run.deadline.passed) return "again";
        await handleOne(run, flight);
      }
      return conclude(run, flight);
    }),
  );
  return thens.includes("again") ? "again" : "done";
}

/** Deliveries without a group start together; those of one group follow each other, and stop at the first that comes again. */
async function outcomesOf(run: Run, items: readonly Item[]): Promise<readonly Outcome[]> {
  const flights = new Map<Item, readonly Flight[]>();
  const lanes = new Map<string, Item[]>();
  for (const item of items) {
    if ("unreadable" in item) {
      logOf(run.name, run.platform).error("an item could not be read; it comes again", { code: "invalid-native-event", "messaging.message.id": item.id, error: item.unreadable });
      continue;
    }
    flights.set(item, item.deliveries.map((delivery) => ({ delivery, kept: { delivery, functionName: run.name, policy: run.fn.options.delivery } })));
    // Some brokers put groups on unordered messages too, for fairness: the channel says whether they are an order.
    const group = run.fn.source.order === "by-key" ? item.deliveries[0]?.group : undefined;
    const lane = group === undefined ? `item ${flights.size}` : `group ${group}`;
    const before = lanes.get(lane);
    if (before === undefined) lanes.set(lane, [item]);
    else before.push(item);
  }
  const all = [...flights.values()].flat();
  await Promise.all(all.map((flight) => ready(run, flight)));
  await handleAll(run, all);
  const outcomes = new Map<Item, Outcome["then"]>();
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const item of lane) {
        const then = await outcomeOf(run, flights.get(item)!);
        outcomes.set(item, then);
        if (then === "again") break;
      }
    }),
  );
  return items.map((item) => ({ id: item.id, then: outcomes.get(item) ?? "again" }));
}

/**
 * Makes a message entry. In: the native invocation. Out: the native answer; a fault is thrown, so that the platform hears a failed
 * invocation. An unknown envelope throws `invalid-native-event`: nothing in it is acknowledged.
 */
export function messages<In, Out>(fn: QueueFunction, codec: MessageCodec<In, Out>, wiring: Wiring = {}): (native: unknown, platform: Platform) => Promise<Reply<Out>> {
  requireParts(wiring.name, fn, wiring);
  const cold = coldOnce();
  const clock = wiring.clock ?? systemClock;
  return async (native, platform) => {
    const { native: known, items } = codec.decode(native);
    const deadline = deadlineOf(clock, fn.options.timeout, platform);
    let effects: Deadline | undefined;
    const run: Run = {
      fn, platform, wiring, deadline,
      name: wiring.name ?? platform.functionName,
      keeping: wiring.keeping ?? plainKeeping,
      effects: () => (effects ??= new Deadline(clock, deadline.at + effectsMs - clock.now())),
      now: () => clock.now(),
      coldStart: cold(),
    };
    try {
      return codec.encode(await outcomesOf(run, items), known);
    } finally {
      deadline.close();
      effects?.close();
    }
  };
}
