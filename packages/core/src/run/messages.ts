/** Run time of messages: decode → admit → read → handle → settle → encode, for every item of an invocation. */
import type { Delivery, Effect, Item, Keeping, Kept, MessageCodec, Outcome, Reply } from "../boundary.ts";
import { isSettlement, ack, reject, retry, type Settlement } from "../delivery.ts";
import { toMs } from "../duration.ts";
import { IsobarError } from "../errors.ts";
import type { Event } from "../event.ts";
import { textOf } from "../http/body.ts";
import type { QueueFunction } from "../triggers/queue.ts";
import { traceOf } from "./attribute.ts";
import { systemClock } from "./clock.ts";
import { logOf, RunContext } from "./context.ts";
import { Deadline, defaultTimeoutMs, marginMs } from "./deadline.ts";
import { plainKeeping } from "./keeping.ts";
import { coldOnce, type Platform, type Wiring } from "./platform.ts";
import { InvalidInput, validate } from "./validate.ts";

/** The data as the channel says it was written. Throws InvalidInput: rejected, raw body kept. */
async function dataOf({ source }: QueueFunction, { body }: Delivery): Promise<unknown> {
  let data: unknown = source.format === "bytes" ? (typeof body === "string" ? new TextEncoder().encode(body) : body) : textOf(body);
  if (source.format === "json") {
    try {
      data = JSON.parse(data as string);
    } catch (cause) {
      throw new InvalidInput("the body is not JSON", [{ in: "data", path: "", message: "not JSON" }], { cause });
    }
  }
  return source.data === undefined ? data : validate(source.data, data, "data");
}

/** One invocation's state; nothing of it outlives the invocation. */
interface Run {
  readonly fn: QueueFunction;
  readonly name: string;
  readonly platform: Platform;
  readonly wiring: Wiring;
  readonly keeping: Keeping;
  readonly deadline: Deadline;
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
  new RunContext({ ...run, attempt: delivery?.attempt, trace: delivery === undefined ? undefined : traceOf(delivery.attribute), record: delivery?.record, outbox: run.wiring.outbox });

/** Before the handler: admit, read, validate. What is settled here never runs. */
async function ready(run: Run, flight: Flight): Promise<void> {
  const { delivery, kept } = flight;
  const admitted = run.keeping.admit(kept, run.now());
  if (admitted !== undefined) {
    flight.settlement = admitted;
    return;
  }
  try {
    const data = await dataOf(run.fn, delivery);
    const time = delivery.enqueuedAt === undefined ? {} : { time: new Date(delivery.enqueuedAt).toISOString() };
    flight.event = { specversion: "1.0", id: delivery.id, source: `/queues/${run.fn.source.name}`, type: "queue.message", ...time, data: data as never };
  } catch (error) {
    flight.settlement = failed(run, delivery, error);
  }
}

/** Anything thrown, as a settlement: thrown settlements count as returned, input that does not fit is rejected, the rest comes again. */
function failed(run: Run, delivery: Delivery | undefined, error: unknown): Settlement {
  if (isSettlement(error)) return error;
  if (error instanceof InvalidInput) return reject(`invalid-input: ${error.message}`);
  const code = error instanceof IsobarError ? error.code : "handler-failed";
  logOf(run.name, run.platform).error("the delivery failed", { code, error, ...(delivery === undefined ? {} : { "messaging.message.id": delivery.id, attempt: delivery.attempt }) });
  return retry({ reason: code });
}

/** A handler's return. What is no settlement is an ack with a warning: retrying a success is worse. */
function settled(run: Run, returned: unknown): Settlement {
  if (isSettlement(returned)) {
    if (returned.settle !== "retry" || returned.afterMs === undefined || run.fn.options.delivery.retryAfter !== undefined) return returned;
    logOf(run.name, run.platform).warn("retry({ after }) without `retryAfter` in the policy; the policy's own wait applies");
    return retry();
  }
  if (returned !== undefined) logOf(run.name, run.platform).warn(`the handler returned ${returned === null ? "null" : typeof returned}, which is no settlement; taken as ack`);
  return ack();
}

const within = <T>(run: Run, work: () => T | PromiseLike<T>): Promise<T> =>
  run.deadline.over(new Promise<T>((resolve) => resolve(work())), () => logOf(run.name, run.platform).warn("the handler settled after its deadline; nothing was settled on its account"));

async function handleOne(run: Run, flight: Flight): Promise<void> {
  if (flight.event === undefined) return;
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
async function conclude(run: Run, { kept, settlement }: Flight): Promise<"done" | "again"> {
  const steps = run.keeping.settle(kept, settlement!, run.now());
  if (settlement!.settle === "reject" && steps.then === "done" && steps.effects.length === 0) logOf(run.name, run.platform).warn("discarded", { "messaging.message.id": kept.delivery.id, reason: settlement!.reason });
  for (const effect of steps.effects) {
    try {
      await perform(run, effect);
    } catch (error) {
      logOf(run.name, run.platform).error("an effect failed; the delivery comes again", { code: effect.do === "dead-letter" ? "dead-letter-failed" : "send-failed", error });
      return "again";
    }
  }
  return steps.then === "done" ? "done" : "again";
}

function perform({ wiring: { outbox }, deadline }: Run, effect: Effect): Promise<void> {
  if (outbox === undefined) throw new IsobarError("internal", `no outbox to ${effect.do} with`);
  return outbox.perform(effect, deadline.signal);
}

/** Deliveries without a group start together; those of one group follow each other, and stop at the first that comes again. */
async function outcomesOf(run: Run, items: readonly Item[]): Promise<readonly Outcome[]> {
  const flights = new Map<Item, Flight[]>();
  const lanes = new Map<string, Item[]>();
  for (const item of items) {
    if ("unreadable" in item) {
      logOf(run.name, run.platform).error("an item could not be read; it comes again", { code: "invalid-native-event", "messaging.message.id": item.id, error: item.unreadable });
      continue;
    }
    flights.set(item, item.deliveries.map((delivery) => ({ delivery, kept: { delivery, functionName: run.name, policy: run.fn.options.delivery } })));
    // Brokers put groups on unordered messages too (SQS fair queues): the channel says whether they are an order.
    const group = run.fn.source.order === "by-key" ? item.deliveries[0]?.group : undefined;
    const lane = group === undefined ? `item ${flights.size}` : `group ${group}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), item]);
  }
  const all = [...flights.values()].flat();
  await Promise.all(all.map((flight) => ready(run, flight)));
  await handleAll(run, all);
  const outcomes = new Map<Item, Outcome["then"]>();
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const item of lane) {
        const then = await Promise.all(flights.get(item)!.map(async (flight) => {
          if (flight.settlement === undefined) await handleOne(run, flight);
          return conclude(run, flight);
        }));
        outcomes.set(item, then.includes("again") ? "again" : "done");
        if (then.includes("again")) break;
      }
    }),
  );
  return items.map((item) => ({ id: item.id, then: outcomes.get(item) ?? ("deliveries" in item && item.deliveries.length === 0 ? "done" : "again") }));
}

/**
 * Makes a message entry. In: the native invocation. Out: the native answer; a fault is thrown, so that the platform hears a failed
 * invocation. An unknown envelope throws `invalid-native-event`: nothing in it is acknowledged.
 */
export function messages<In, Out>(fn: QueueFunction, codec: MessageCodec<In, Out>, wiring: Wiring = {}): (native: unknown, platform: Platform) => Promise<Reply<Out>> {
  const cold = coldOnce();
  const clock = wiring.clock ?? systemClock;
  const declared = fn.options.timeout === undefined ? defaultTimeoutMs : toMs(fn.options.timeout);
  return async (native, platform) => {
    const { native: known, items } = codec.decode(native);
    const deadline = new Deadline(clock, Math.min(declared, platform.remainingMs === undefined ? Infinity : platform.remainingMs() - marginMs));
    const run: Run = { fn, name: wiring.name ?? platform.functionName, platform, wiring, keeping: wiring.keeping ?? plainKeeping, deadline, now: () => clock.now(), coldStart: cold() };
    try {
      return codec.encode(await outcomesOf(run, items), known);
    } finally {
      deadline.close();
    }
  };
}
