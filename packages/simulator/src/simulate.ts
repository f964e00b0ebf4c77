/**
 * One function, one path of one cloud, a virtual clock: the services' rules hand native payloads to the entry that is deployed, and obey its native answer.
 * Settings come from what the plan rendered; a wrong one shows as another fate.
 */
import { ack, reject, retry, type AnyFunction, type Event } from "@isobar/core";
import { send, type Handed, type NeutralMessage, type Outbox, type Published, type Seen, type Unsure, type Wire, type World } from "@isobar/core/adapter";
import type { Rendered } from "@isobar/core/plan";
import { virtualClock } from "./clock.ts";
import { instancesOf, type Process } from "./hosting.ts";
import type { Act } from "./script.ts";
import { ledger, type Ledger } from "./ledger.ts";
import type { Simulated, Step } from "./trace.ts";

/** A message and what its starts do; the last act stands for all starts that follow. `atMs`: when it is sent, after the beginning. */
export interface Scripted {
  readonly message: Published;
  readonly atMs?: number;
  readonly acts: readonly Act[];
}
/** What goes wrong outside of the function. Times in milliseconds after the beginning. */
export interface Faults {
  /** Queues take no dead letters. */
  readonly sinkDown?: { readonly fromMs: number; readonly untilMs: number };
  /** Instances that the platform has in this time. */
  readonly capacity?: { readonly instances: number; readonly fromMs: number; readonly untilMs: number };
  /** Every first hand-over happens twice. */
  readonly duplicates?: boolean;
}
export interface Simulation {
  readonly wire: Wire;
  readonly rendered: Rendered;
  readonly name: string;
  readonly fn: AnyFunction;
  readonly messages: readonly Scripted[];
  readonly faults?: Faults;
  /** For jitter. Default 1. */
  readonly seed?: number;
  /** When to stop looking, milliseconds after the beginning. Default: a year, which is longer than any retention. */
  readonly untilMs?: number;
  /** Whether to keep every step. Default true. */
  readonly steps?: boolean;
  readonly unsure?: Unsure;
}

/** Mulberry32: small, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The event's id as the handler will see it; the broker's where the message cannot be read. */
async function eventIdOf({ decode, side }: Wire, message: NeutralMessage, source: string): Promise<string> {
  const decoded = await decode(side!.fabricate([message as never], source));
  const [item] = "items" in decoded ? decoded.items : [];
  return (item !== undefined && "deliveries" in item ? item.deliveries[0]?.id : undefined) ?? message.id;
}

/** A handler that does what the script says, in the process that it runs in. */
const acting = (book: Ledger, { clock, crash, block }: Process) => (event: Event<unknown>, ctx: { readonly attempt: number | undefined }): unknown => {
  const { act, ended } = book.start(event.id, ctx.attempt);
  const never = new Promise<never>(() => {});
  switch (act.act) {
    case "hang": return never;
    case "crash":
      if (act.afterMs === undefined) crash();
      else clock.after(act.afterMs, crash);
      return never;
    case "block": return block(), never;
    case "slow": return new Promise((resolve) => void clock.after(act.takesMs, () => (ended(), resolve(ack()))));
  }
  ended();
  switch (act.act) {
    case "ok": return ack();
    case "fail": return retry();
    case "after": return retry({ after: act.after });
    case "reject": return reject("as scripted");
    case "throw": throw new Error("as scripted");
  }
};
const howOf = (seen: Seen): Handed["how"] => ("exited" in seen ? "exited" : "timedOut" in seen ? "timed-out" : "answered");

/**
 * Throws RangeError for a wire without a broker's rules, and `invalid-definition` for two messages of one event. Rejects with whatever the rules throw on settings that they cannot read, with what an entry
 * rejects with, and with `internal` where an id did not stay.
 */
export async function simulate({ wire, rendered, name, fn, messages, faults = {}, seed = 1, untilMs = 365 * 86_400_000, steps: keep = true, unsure = {} }: Simulation): Promise<Simulated> {
  const { side } = wire;
  if (side === undefined || wire.rules === undefined || wire.enter === undefined) throw new RangeError(`${wire.kind} by ${wire.variant} is not simulated: nothing delivers it by rules of its own`);
  const rules = wire.rules(rendered, unsure);
  const clock = virtualClock();
  const began = clock.now();
  const since = () => clock.now() - began;
  const during = (span: { readonly fromMs: number; readonly untilMs: number } | undefined) => span !== undefined && since() >= span.fromMs && since() < span.untilMs;
  const takes = () => !during(faults.sinkDown);
  const source = (fn.source as { readonly name?: string }).name ?? name;
  const steps: Step[] = [];
  const note = keep ? (step: Step) => void steps.push(step) : () => {};
  const broken: unknown[] = [];
  const book = ledger(note, since, (error) => void broken.push(error));
  for (const { message, atMs = 0, acts } of messages) book.open(message.id, await eventIdOf(wire, { ...message, attempt: 1, enqueuedAt: began + atMs }, source), acts);

  const outbox: Outbox = {
    async perform(effect) {
      if (effect.do === "dead-letter") book.letter(effect, takes());
      else if (effect.do !== "send") book.putOff(effect, await broker.perform(effect));
    },
  };
  const start = (process: Process) => {
    const entry = wire.enter!({ ...fn, handle: acting(book, process) } as never, rendered, { name, clock: process.clock, outbox: process.outbox, send, log: () => {} });
    // What an invocation throws is what its platform sees; an entry that rejects has seen nothing, and is broken.
    return async (native: unknown): Promise<Seen> => entry(native).catch((error: unknown) => (broken.push(error), { threw: { type: "Broken", message: String(error) } }));
  };
  const instances = instancesOf(rules.hosting, clock, outbox, start, () => (during(faults.capacity) ? faults.capacity!.instances : Number.POSITIVE_INFINITY));
  let invocations = 0;
  const twice = new Set<string>();
  async function handOver(given: readonly NeutralMessage[], counts: boolean): Promise<Handed> {
    const instance = instances.take();
    const again = given.map(() => "again" as const);
    if (instance === undefined) return { how: "throttled", then: again };
    const names = given.map(book.nameOf);
    note({ atMs: since(), what: "handed", messages: names, instance: instance.number });
    const handing = book.handed(names);
    invocations++;
    const native = side!.fabricate(given as never, source);
    const seen = await instance.invoke(native);
    instances.release(instance);
    const then = side!.interpret(seen, native).map((each) => each.then);
    const handed: Handed = { how: howOf(seen), then: then.length === given.length ? then : again };
    note({ atMs: since(), what: "heard", messages: names, how: handed.how, then: handed.then });
    book.heard(names, handed, handing, counts);
    return handed;
  }
  const world: World = {
    clock,
    random: randomOf(seed),
    takes,
    moved: (message, to, why) => book.moved(book.nameOf(message), to, why),
    async hand(given) {
      // Nothing that happens from now on would mean anything.
      if (broken.length > 0) return new Promise<never>(() => {});
      const first = faults.duplicates === true && !given.every(({ id }) => twice.has(id));
      if (first) for (const { id } of given) twice.add(id);
      // The copy's answer is heard by nobody: at least once means that this may happen.
      const [handed] = await Promise.all([handOver(given, true), ...(first ? [handOver(given, false)] : [])]);
      return handed!;
    },
  };
  const broker = rules.open(world);
  for (const { message, atMs = 0 } of messages)
    clock.after(atMs, () => {
      note({ atMs: since(), what: "sent", message: message.id });
      broker.publish(message);
    });
  await clock.run(began + untilMs);
  if (broken.length > 0) throw broken[0];
  return { steps, fates: book.fates(broker.held().map(book.nameOf)), invocations };
}
