/** Run time of messages: decode → admit → read → handle → settle → encode, for every item of an invocation. */
import type { Item, MessageCodec, Outcome, Reply } from "../boundary.ts";
import type { Logger } from "../context.ts";
import type { Consumer } from "../triggers/consumer.ts";
import { systemClock } from "./clock.ts";
import { logOf } from "./context.ts";
import { Deadline, deadlineOf, effectsMs, timeoutOf } from "./deadline.ts";
import { flightOf, fly, handleAll, ready, type Flight, type Run, type Then } from "./flight.ts";
import { insideMs, plainKeeping } from "./keeping.ts";
import type { AnyFunction } from "../triggers/index.ts";
import { coldOnce, requireParts, type Platform, type Wiring } from "./platform.ts";
import type { Reading } from "./reading.ts";

/** An item is done when all in it are; one that could not be read comes again. */
function outcomeOf(run: Run, flights: readonly Flight[] | undefined): Then | Promise<Then> {
  if (flights === undefined) return "again";
  if (flights.length === 1) return fly(run, flights[0]!);
  return Promise.all(flights.map((flight) => fly(run, flight))).then((all) => (all.includes("again") ? "again" : "done"));
}

/** Which items follow each other: those of one group. One without a group has nothing to follow. */
function lanesOf(items: readonly Item[]): readonly (readonly number[])[] {
  const lanes = new Map<string, number[]>();
  items.forEach((item, i) => {
    const group = "deliveries" in item ? item.deliveries[0]?.group : undefined;
    const lane = group === undefined ? `item ${i}` : `group ${group}`;
    const known = lanes.get(lane);
    if (known === undefined) lanes.set(lane, [i]);
    else known.push(i);
  });
  return [...lanes.values()];
}

/** `byPosition`: nothing after the first position that comes again is started; it comes again too. */
async function inLanes(run: Run, items: readonly Item[], flights: readonly (readonly Flight[] | undefined)[], byPosition: boolean): Promise<readonly Then[]> {
  const outcomes: Then[] = items.map(() => "again");
  let end = items.length;
  if (byPosition) end = Math.min(end, ...flights.flatMap((flight, i) => (flight === undefined ? [i] : [])));
  await Promise.all(
    lanesOf(items).map(async (lane) => {
      for (const [place, i] of lane.entries()) {
        if (i >= end) return;
        // Started only with time for all its attempts: one that is cut short would have its count begin again.
        if (place > 0 && run.deadline.remainingMs() < run.needMs) {
          end = byPosition ? Math.min(end, i) : end;
          return;
        }
        outcomes[i] = await outcomeOf(run, flights[i]);
        if (outcomes[i] !== "again") continue;
        if (byPosition) end = Math.min(end, i);
        return;
      }
    }),
  );
  return byPosition ? outcomes.map((then, i) => (i > end ? "again" : then)) : outcomes;
}

/** Deliveries without a group start together; those of one group follow each other, and stop at the first that comes again. */
async function outcomesOf(run: Run, items: readonly Item[]): Promise<readonly Outcome[]> {
  const flights = items.map((item) => {
    if ("deliveries" in item) return item.deliveries.map((delivery) => flightOf(run, delivery));
    run.log().error("an item could not be read; it comes again", { code: "invalid-native-event", "messaging.message.id": item.id, error: item.unreadable });
    return undefined;
  });
  const order = (run.reading as Reading).order(run.fn);
  if (typeof run.fn.handle !== "function") {
    // What stands behind a position that cannot be read comes again: it is not handed over twice.
    const end = order === "position" ? flights.indexOf(undefined) : -1;
    const all = (end < 0 ? flights : flights.slice(0, end)).flatMap((each) => each ?? []);
    await Promise.all(all.map((flight) => ready(run, flight)));
    await handleAll(run, all);
  }
  const outcomes = order === "none" ? await Promise.all(flights.map((own) => outcomeOf(run, own))) : await inLanes(run, items, flights, order === "position");
  return items.map(({ id }, i) => ({ id, then: outcomes[i]! }));
}

/**
 * Makes an entry of an asynchronous kind. In: the function, how its kind is read, the wire's codec; then the native invocation. Out: the native answer; a fault is thrown, so that the platform hears a failed
 * invocation. An unknown envelope throws `invalid-native-event`: nothing in it is acknowledged.
 */
export function messages<Fn extends Consumer, In, Out, Told>(fn: Fn, reading: Reading<Fn, Told>, codec: MessageCodec<In, Out, Told>, wiring: Wiring = {}): (native: unknown, platform: Platform) => Promise<Reply<Out>> {
  requireParts(wiring.name, fn as AnyFunction, wiring);
  const cold = coldOnce();
  const { clock = systemClock, keeping = plainKeeping, log: lines } = wiring;
  const timeoutMs = timeoutOf(fn.options.timeout);
  const needMs = keeping.inside === true ? insideMs(fn.options.delivery, timeoutMs) : 0;
  return async (native, given) => {
    const platform = lines === undefined ? given : { ...given, log: lines };
    const { native: known, items } = codec.decode(native);
    const deadline = deadlineOf(clock, needMs === 0 ? timeoutMs : items.length > 1 ? 2 * needMs : needMs, platform);
    const name = wiring.name ?? platform.functionName;
    let effects: Deadline | undefined;
    let log: Logger | undefined;
    const run: Run = {
      fn, reading, name, platform, deadline, keeping, wiring,
      lists: fn.options,
      coldStart: cold(),
      needMs,
      attempt: () => (needMs === 0 ? deadline : new Deadline(clock, Math.min(timeoutMs, deadline.remainingMs()))),
      wait: (ms) => (needMs > 0 && ms >= deadline.remainingMs() ? Promise.resolve(false) : new Promise((resolve) => void clock.after(ms, () => resolve(true)))),
      effects: () => (effects ??= new Deadline(clock, deadline.at + effectsMs - clock.now())),
      now: () => clock.now(),
      log: () => (log ??= logOf(name, platform)),
      late: (how) => run.log().warn("the handler settled after its deadline; nothing was settled on its account", how),
    };
    try {
      return codec.encode(await outcomesOf(run, items), known);
    } finally {
      deadline.close();
      effects?.close();
    }
  };
}
