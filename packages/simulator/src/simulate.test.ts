/** The simulator on a toy cloud: a broker that brings back at once what comes again, or puts a copy back. */
import { describe, expect, test } from "vitest";
import { defineQueue, queue, type DeliveryPolicy } from "@isobar/core";
import { carriedOf, messages, queueReading, requeuing, stableId, type Broker, type Effect, type Hosting, type MessageCodec, type NeutralMessage, type Published, type Rules, type Wire, type World } from "@isobar/core/adapter";
import { script } from "./script.ts";
import { randomOf, simulate, type Faults, type Scripted } from "./simulate.ts";

type Native = readonly NeutralMessage[];
const codec: MessageCodec<Native, readonly ("done" | "again")[], undefined> = {
  decode: (native) => ({
    native: native as Native,
    items: (native as Native).map((message) => {
      const { used, since } = carriedOf(message.attribute);
      const id = stableId(message.id, message.attribute);
      return { id: message.id, deliveries: [{ id, attempt: used + message.attempt!, group: message.group, enqueuedAt: since ?? message.enqueuedAt, body: message.body, attribute: message.attribute, record: message }] };
    }),
  }),
  encode: (outcomes) => ({ respond: outcomes.map(({ then }) => then) }),
};

interface Toy {
  readonly hosting?: Partial<Hosting>;
  /** What the broker does with what comes again: hands it over after so long, or forgets it. */
  readonly againMs?: number | "forgets";
  readonly keeping?: typeof requeuing;
  /** What is wrong with the entry. */
  readonly broken?: "rejects" | "renames";
}
/** One message an invocation, in the order of their sending; attempts counted by hand-over. */
function broker(world: World, againMs: number | "forgets"): Broker {
  const held = new Map<string, Published>();
  async function deliver(message: Published, attempt: number): Promise<void> {
    const { how, then } = await world.hand([{ ...message, attempt, enqueuedAt: 1_893_456_000_000 }]);
    if (how === "throttled") return void world.clock.after(100, () => void deliver(message, attempt));
    if (then[0] === "done" || againMs === "forgets") return void held.delete(message.id);
    world.clock.after(againMs, () => void deliver(message, attempt + 1));
  }
  function take(message: Published, afterMs: number): void {
    held.set(message.id, message);
    world.clock.after(afterMs, () => void deliver(message, 1));
  }
  return {
    publish: (message) => take(message, 0),
    async perform(effect) {
      if (effect.do === "postpone") throw new Error("nothing is postponed here");
      take({ id: effect.deduplicationId, body: effect.body, attribute: effect.attribute }, effect.afterMs);
      return effect.deduplicationId;
    },
    held: () => [...held.values()],
  };
}
const toy = ({ hosting = {}, againMs = 1_000, keeping, broken }: Toy): Wire<"queue"> => ({
  kind: "queue",
  variant: "toy",
  service: "a toy",
  decode: (captured) => ({ items: codec.decode(captured).items }),
  native: (captured) => captured,
  side: {
    maxBatch: 1, tellsAttempt: true, carriesBytes: true, malformed: [],
    fabricate: (given) => given,
    interpret: (seen, native) => ("returned" in seen ? (seen.returned as readonly ("done" | "again")[]).map((then, i) => ({ id: (native as Native)[i]!.id, then })) : []),
  },
  rules: (): Rules => ({ hosting: { concurrency: 1, maxInstances: 10, timeoutMs: 2_000, onTimeout: "ends-instance", ...hosting }, open: (world) => broker(world, againMs) }),
  enter(fn, _rendered, wiring) {
    const run = messages(fn, queueReading, codec, { ...wiring, ...(keeping === undefined ? {} : { keeping }) });
    return async (native) => {
      if (broken === "rejects") throw new Error("the entry itself");
      const renamed = broken === "renames" ? (native as Native).map((message) => ({ ...message, id: `${message.id}, once more` })) : native;
      const reply = await run(renamed, { cloud: "toy", invocationId: "1", functionName: "charge", context: undefined });
      return "fault" in reply ? { threw: { type: "Error", message: reply.fault.message } } : { returned: reply.respond };
    };
  },
});
const failed = defineQueue("failed");
async function run(outcomes: Readonly<Record<string, string>>, { delivery, faults, atMs, ...given }: Toy & { readonly delivery?: Partial<DeliveryPolicy>; readonly faults?: Faults; readonly atMs?: Readonly<Record<string, number>> } = {}) {
  const charge = queue(defineQueue("orders"), { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery }, timeout: "1s" }, () => {});
  const scripted = Object.entries(outcomes).map(([id, text]): Scripted => ({ message: { id, body: "{}" }, atMs: atMs?.[id] ?? 0, acts: script(text) }));
  return simulate({ wire: toy(given) as never, rendered: { maker: "queue", resources: {}, grants: [] }, name: "charge", fn: charge, messages: scripted, ...(faults === undefined ? {} : { faults }) });
}
const starts = ({ fates }: Awaited<ReturnType<typeof run>>, id = "m") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs}ms #${attempt} ${act}`);

describe("a message", () => {
  test("comes again as the rules say, until its policy ends it", async () => {
    const seen = await run({ m: "fail" });
    expect([starts(seen), seen.fates.m!.rest, seen.fates.m!.reason, seen.invocations]).toEqual([["0ms #1 fail", "1000ms #2 fail", "2000ms #3 fail"], "dead-letter", "attempts used up", 3]);
  });
  test("that its broker forgets is lost, and that is noticed", async () => {
    expect((await run({ m: "fail" }, { againMs: "forgets" })).fates.m!.rest).toBe("lost");
  });
  test("is sent when its time has come", async () => {
    expect(starts(await run({ m: "ok", late: "ok" }, { atMs: { late: 500 } }), "late")).toEqual(["500ms #1 ok"]);
  });
  test("that is put back keeps its account: its copies' starts and end are its own", async () => {
    const seen = await run({ m: "fail,fail,ok" }, { keeping: requeuing, delivery: { backoff: { min: "10s", max: "1m" } } });
    expect([starts(seen), seen.fates]).toMatchObject([["0ms #1 fail", "10000ms #2 fail", "30000ms #3 ok"], { m: { rest: "acknowledged", letters: 0 } }]);
    expect(seen.steps.filter(({ what }) => what === "put back")).toHaveLength(2);
  });
  test("that is put back and used up is a dead letter of its own name", async () => {
    const seen = await run({ m: "fail" }, { keeping: requeuing, delivery: { backoff: "10s" } });
    expect(seen.fates.m).toMatchObject({ rest: "dead-letter", queue: "failed", letters: 1 });
  });
});

describe("what goes wrong outside", () => {
  test("a crash brings back everything that was in flight on its instance, and nothing else", async () => {
    const seen = await run({ a: "crash:300ms,ok", b: "slow:600ms,ok", c: "slow:600ms,ok" }, { hosting: { concurrency: 2 } });
    expect([starts(seen, "a"), starts(seen, "b"), starts(seen, "c")]).toEqual([["0ms #1 crash:300ms", "1300ms #2 ok"], ["0ms #1 slow:600ms", "1300ms #2 ok"], ["0ms #1 slow:600ms"]]);
    expect(seen.fates.b!.starts[0]).toEqual({ atMs: 0, attempt: 1, act: "slow:600ms", heardMs: 300, how: "exited" });
  });
  test("a process that is kept busy is ended by the platform's timeout alone", async () => {
    const seen = await run({ m: "block,ok" });
    expect([starts(seen), seen.fates.m!.starts[0]!.how]).toEqual([["0ms #1 block", "3000ms #2 ok"], "timed-out"]);
  });
  test("without an instance nothing starts, and the broker hears that", async () => {
    expect(starts(await run({ m: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 950 } } }))).toEqual(["1000ms #1 ok"]);
  });
  test("a sink that is down takes no letter; the message stays until it is up", async () => {
    const seen = await run({ m: "reject" }, { faults: { sinkDown: { fromMs: 0, untilMs: 1_500 } } });
    expect([starts(seen), seen.fates.m]).toMatchObject([["0ms #1 reject", "1000ms #2 reject", "2000ms #3 reject"], { rest: "dead-letter", reason: "as scripted", letters: 1 }]);
  });
  test("a duplicate is run too, and its answer settles nothing", async () => {
    const seen = await run({ m: "fail,ok,ok" }, { faults: { duplicates: true } });
    expect([starts(seen), seen.fates.m!.rest]).toEqual([["0ms #1 fail", "0ms #1 ok", "1000ms #2 ok"], "acknowledged"]);
  });
});

describe("what is no message's fate", () => {
  test("an entry that rejects has broken the simulation, not the message", async () => {
    await expect(run({ m: "ok" }, { broken: "rejects" })).rejects.toThrow("the entry itself");
  });
  test("an event whose id does not stay is an error", async () => {
    await expect(run({ m: "ok" }, { broken: "renames" })).rejects.toThrow('an event "m, once more" that nobody sent');
  });
  test("a wire without rules is refused", async () => {
    const { rules: _, ...wire } = toy({});
    await expect(simulate({ wire: wire as never, rendered: { maker: "queue", resources: {}, grants: [] }, name: "charge", fn: queue(defineQueue("orders"), { delivery: { maxAttempts: 1, deadLetter: "discard" } }, () => {}), messages: [] })).rejects.toThrow("queue by toy is not simulated");
  });
  test("a copy whose sending fails leaves the message where it was", async () => {
    const refusing = { ...requeuing, settle: (...given: Parameters<typeof requeuing.settle>) => {
      const { effects, then } = requeuing.settle(...given);
      return { then, effects: effects.map((effect): Effect => (effect.do === "requeue" ? { do: "postpone", record: undefined, afterMs: effect.afterMs } : effect)) };
    } };
    expect(starts(await run({ m: "fail,ok" }, { keeping: refusing, delivery: { backoff: "10s" } }))).toEqual(["0ms #1 fail", "1000ms #2 ok"]);
  });
});

test("one seed gives one sequence, from 0 to below 1", () => {
  const [a, b, c] = [randomOf(7), randomOf(7), randomOf(8)];
  const first = [a(), a(), a()];
  expect([b(), b(), b()]).toEqual(first);
  expect(c()).not.toBe(first[0]);
  expect(first.every((each) => each >= 0 && each < 1)).toBe(true);
});
