/** One delivery on its way: admitted, read, handled, settled, and the settlement carried out. */
import type { Delivery, Effect, Keeping, Kept, Steps } from "../boundary.ts";
import { ack, isSettlement, reject, retry, type Settlement } from "../delivery.ts";
import { toMs } from "../duration.ts";
import { IsobarError } from "../errors.ts";
import type { Event } from "../event.ts";
import type { Logger } from "../context.ts";
import type { Consumer } from "../triggers/consumer.ts";
import { traceOf } from "./attribute.ts";
import { RunContext, type Shared } from "./context.ts";
import type { Deadline, Late } from "./deadline.ts";
import { InvalidInput, validate } from "./validate.ts";
import type { AnyReading, Reading, Said } from "./reading.ts";
import { timeOf } from "./time.ts";

/** One invocation's state; nothing of it outlives the invocation. */
export interface Run extends Shared {
  readonly fn: Consumer;
  readonly reading: AnyReading;
  readonly keeping: Keeping;
  /** The deadline of one attempt: the invocation's, or one of its own where attempts are made inside. */
  readonly attempt: () => Deadline;
  /** Milliseconds that one delivery may take with all its attempts, where these are made inside; else 0. */
  readonly needMs: number;
  /** Resolves after so many milliseconds: true; at once, where the invocation would be over by then: false. */
  readonly wait: (ms: number) => Promise<boolean>;
  /** For effects, which may take a little longer than handlers. */
  readonly effects: () => Deadline;
  readonly now: () => number;
  readonly log: () => Logger;
  /** Hears of a handler that settled after it was given up. */
  readonly late: (how: Late) => void;
}
/** Its event once it could be read, its settlement once there is one. */
export interface Flight {
  readonly kept: Kept;
  event?: Event<never>;
  settlement?: Settlement;
}
export type Then = "done" | "again";

/** Where attempts are made inside, the platform's own count is not that of attempts. */
export const flightOf = ({ fn, name, keeping }: Run, delivery: Delivery): Flight => ({ kept: { delivery: keeping.inside === true ? { ...delivery, attempt: 1 } : delivery, functionName: name, policy: fn.options.delivery } });

const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
const spellId = ({ id, attempt }: Delivery) => ({ "messaging.message.id": id, attempt });

/** Before the handler: admit, read, validate. What is settled here never runs. A promise only where the validator takes its time. */
export function ready(run: Run, flight: Flight): Promise<void> | undefined {
  const { delivery } = flight.kept;
  const admitted = run.keeping.admit(flight.kept, run.now());
  if (admitted !== undefined) {
    flight.settlement = admitted;
    return undefined;
  }
  try {
    const said = (run.reading as Reading).read(run.fn, delivery, delivery.told?.());
    if (said === undefined) {
      // Counted: a log that counts these lines has the number.
      run.log().debug("filtered; acknowledged without running", spellId(delivery));
      flight.settlement = ack();
      return undefined;
    }
    const data = said.schema === undefined ? said.data : validate(said.schema, said.data, "data");
    if (!isThenable(data)) {
      flight.event = eventOf(said, delivery, data);
      return undefined;
    }
    return run.deadline.over(data, run.late).then(
      (valid) => void (flight.event = eventOf(said, delivery, valid)),
      (error: unknown) => void (flight.settlement = failed(run, delivery, error)),
    );
  } catch (error) {
    flight.settlement = failed(run, delivery, error);
    return undefined;
  }
}

function eventOf({ source, type, subject, time }: Said, { id, enqueuedAt }: Delivery, data: unknown): Event<never> {
  const event: { -readonly [K in keyof Event<unknown>]: Event<unknown>[K] } = { specversion: "1.0", id, source, type, data };
  if (subject !== undefined) event.subject = subject;
  if (time !== undefined) event.time = time;
  else if (enqueuedAt !== undefined) event.time = timeOf(enqueuedAt);
  return event as Event<never>;
}

/** Anything thrown, as a settlement: a thrown retry or reject counts as returned, input that does not fit is rejected, the rest comes again. */
function failed(run: Run, delivery: Delivery, error: unknown): Settlement {
  if (isSettlement(error) && error.settle !== "ack") return settled(run, error);
  if (error instanceof InvalidInput) return reject(`invalid-input: ${error.message}`);
  const code = error instanceof IsobarError ? error.code : "handler-failed";
  run.log().error("the delivery failed", { code, error, ...spellId(delivery) });
  return retry({ reason: code });
}

/** A handler's return. What is no settlement is an ack with a warning: retrying a success is worse. */
function settled(run: Run, returned: unknown): Settlement {
  if (returned === undefined) return ack();
  if (!isSettlement(returned)) {
    if ((run.reading as Reading).returns) return ack();
    run.log().warn(`the handler returned ${returned === null ? "null" : typeof returned}, which is no settlement; taken as ack`);
    return ack();
  }
  if (returned.settle !== "retry" || returned.afterMs === undefined) return returned;
  const { retryAfter } = run.fn.options.delivery;
  if (retryAfter !== undefined && returned.afterMs <= toMs(retryAfter.max)) return returned;
  run.log().warn(`retry({ after }) ${retryAfter === undefined ? "without `retryAfter` in the policy" : `for longer than its policy's ${retryAfter.max}`}; the policy's own wait applies`);
  return retry(returned.reason === undefined ? {} : { reason: returned.reason });
}

/** Runs the handler of one attempt under that attempt's deadline. Rejects as it does, and when it is given up. */
async function attempted(run: Run, handle: (shared: Run) => unknown): Promise<unknown> {
  const deadline = run.attempt();
  try {
    const returned = handle(deadline === run.deadline ? run : { ...run, deadline });
    return isThenable(returned) ? await deadline.over(returned, run.late) : returned;
  } finally {
    if (deadline !== run.deadline) deadline.close();
  }
}

/** All that are ready, in one call of a batched handler. */
export async function handleAll(run: Run, flights: readonly Flight[]): Promise<void> {
  const { handle } = run.fn;
  const running = flights.filter((flight) => flight.event !== undefined);
  if (typeof handle === "function" || running.length === 0) return;
  try {
    const returned = await attempted(run, (shared) => handle.batched(running.map(({ event }) => event!), new RunContext(shared, { attempt: undefined, record: undefined, trace: () => undefined }) as never));
    if (Array.isArray(returned) && returned.length !== running.length) throw new IsobarError("handler-failed", `batched: ${running.length} events and ${returned.length} settlements`);
    running.forEach((flight, i) => void (flight.settlement = settled(run, Array.isArray(returned) ? returned[i] : returned)));
  } catch (error) {
    for (const flight of running) flight.settlement = failed(run, flight.kept.delivery, error);
  }
}

/** One delivery, alone: by its handler, or by a batched one as a batch of one. */
async function handleOne(run: Run, flight: Flight, delivery: Delivery): Promise<Settlement> {
  const { handle } = run.fn as { readonly handle: unknown };
  if (typeof handle !== "function") {
    await handleAll(run, [flight]);
    return flight.settlement!;
  }
  try {
    const { attempt, record, attribute } = delivery;
    return settled(run, await attempted(run, (shared) => (handle as (event: Event<never>, ctx: RunContext) => unknown)(flight.event!, new RunContext(shared, { attempt, record, trace: () => traceOf(attribute) }))));
  } catch (error) {
    return failed(run, delivery, error);
  }
}

/** Whether all effects are durable. */
async function performed(run: Run, effects: readonly Effect[], delivery: Delivery): Promise<boolean> {
  for (const effect of effects) {
    try {
      const deadline = run.effects();
      const { outbox } = run.wiring;
      if (outbox === undefined) throw new IsobarError("internal", `no outbox to ${effect.do} with`);
      await deadline.over(outbox.perform(effect, deadline.signal), (how) => run.log().warn("an effect ended after it was given up", { ...how, ...spellId(delivery) }));
    } catch (error) {
      run.log().error("an effect failed; the delivery comes again", { code: effect.do === "dead-letter" ? "dead-letter-failed" : "send-failed", error, ...spellId(delivery) });
      return false;
    }
  }
  return true;
}

/** A settlement carried out. An effect that failed never ends in "done"; a reject whose dead letter could not be written becomes a retry, under the policy. */
async function carriedOut(run: Run, kept: Kept, settlement: Settlement): Promise<Steps["then"]> {
  const { effects, then } = run.keeping.settle(kept, settlement, run.now());
  if (effects.length > 0 && !(await performed(run, effects, kept.delivery))) {
    if (settlement.settle !== "reject") return "again";
    const instead = run.keeping.settle(kept, retry({ reason: settlement.reason }), run.now());
    if (instead.effects.some((effect) => effect.do === "dead-letter")) return "again";
    return instead.effects.length === 0 || (await performed(run, instead.effects, kept.delivery)) ? instead.then : "again";
  }
  if (then === "done" && settlement.settle !== "ack") {
    const how = effects.some((effect) => effect.do === "dead-letter") ? "dead-lettered" : effects.length > 0 ? "put back behind a delay" : "discarded";
    run.log().warn(how, { reason: settlement.reason, ...spellId(kept.delivery) });
  }
  return then;
}

/**
 * One delivery from its beginning, or from where a batched handler left it. One that there is no time left to start is returned unstarted. Where attempts are
 * made inside, they are counted here, and the platform's own redelivery is what is left when the invocation's time is up.
 */
export async function fly(run: Run, flight: Flight): Promise<Then> {
  for (let inside = 1; ; inside++) {
    const kept = inside > 1 ? { ...flight.kept, delivery: { ...flight.kept.delivery, attempt: inside } } : flight.kept;
    if (flight.event === undefined && flight.settlement === undefined) {
      const waiting = ready(run, flight);
      if (waiting !== undefined) await waiting;
    }
    if (flight.settlement === undefined) {
      if (run.deadline.passed) return "again";
      flight.settlement = await handleOne(run, flight, kept.delivery);
    }
    const then = await carriedOut(run, kept, flight.settlement);
    if (typeof then === "string") return then;
    if ("hold" in then) {
      await run.wait(then.hold);
      return "again";
    }
    if (!(await run.wait(then.here))) return "again";
    delete flight.settlement;
  }
}
