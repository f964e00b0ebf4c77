import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, defineStream, stream, type DeliveryPolicy, type StreamFunction } from "@isobar/core";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { streamPlan } from "../../triggers/stream/plan.ts";
import { streamWires } from "../../triggers/stream/testing.ts";

const failed = defineQueue("clicks-failed");
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly batch?: number;
  readonly faults?: Faults;
  readonly maxInstances?: number;
  readonly untilMs?: number;
}
/** In: what each record's starts do, by its name; "a1" has the key "a". */
async function run(outcomes: Readonly<Record<string, string>>, { delivery, batch, faults, maxInstances, untilMs }: Case = {}): Promise<Simulated> {
  const count: StreamFunction = stream(defineStream("clicks"), { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery }, timeout: "1s", ...(batch === undefined ? {} : { batch: { maxSize: batch } }) }, () => {});
  const rendered = streamPlan.render({ name: "count", fn: count, settings: maxInstances === undefined ? {} : { maxInstances }, app: defineApp("shop", { count }) });
  const messages = Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "{}", group: id[0]!, told: { partitionKey: id[0]!, sequence: id } }, acts: script(text) }));
  return simulate({ wire: streamWires[0]! as never, rendered, name: "count", fn: count, messages, ...(untilMs === undefined ? {} : { untilMs }), ...(faults === undefined ? {} : { faults }) });
}
const starts = ({ fates }: Simulated, id: string) => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs}ms #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id: string) => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a source read by position", () => {
  test("all attempts are made inside one invocation, with their waits; the record is a dead letter and its key goes on", async () => {
    const seen = await run({ a1: "fail", a2: "ok" }, { delivery: { backoff: { min: "1s", max: "10s" } } });
    expect([starts(seen, "a1"), rest(seen, "a1"), starts(seen, "a2"), seen.invocations]).toEqual([["0ms #1 fail", "1000ms #2 fail", "3000ms #3 fail"], ["dead-letter", "clicks-failed", "attempts used up", 1], ["3000ms #1 ok"], 2]);
  });
  test("keys do not wait for each other", async () => {
    const seen = await run({ a1: "fail,ok", b1: "ok" }, { delivery: { backoff: "30s" } });
    expect([starts(seen, "a1"), starts(seen, "b1")]).toEqual([["0ms #1 fail", "30000ms #2 ok"], ["0ms #1 ok"]]);
  });
  test("a crash begins the count again, after a pause", async () => {
    expect(starts(await run({ a1: "fail,crash,fail,fail,ok" }, { delivery: { backoff: "1s" } }), "a1")).toEqual(["0ms #1 fail", "1000ms #2 crash", "2000ms #1 fail", "3000ms #2 fail", "4000ms #3 ok"]);
  });
  test("while no dead letter can be written the key stands still and loses nothing", async () => {
    const seen = await run({ a1: "reject", a2: "ok" }, { faults: { sinkDown: { fromMs: 0, untilMs: 2_500 } } });
    expect([starts(seen, "a1").at(-1), rest(seen, "a1"), starts(seen, "a2")]).toEqual(["3000ms #1 reject", ["dead-letter", "clicks-failed", "as scripted", 1], ["3000ms #1 ok"]]);
  });
  test("of a batch, what follows the first that comes again comes again with it", async () => {
    const seen = await run({ a1: "ok", a2: "crash,ok", a3: "ok" }, { batch: 10 });
    expect([starts(seen, "a1"), starts(seen, "a2"), starts(seen, "a3")]).toEqual([["0ms #1 ok", "1000ms #1 ok"], ["0ms #1 crash", "1000ms #1 ok"], ["1000ms #1 ok"]]);
  });
  test("no more are handed over than there are processes; waiting counts as nothing", async () => {
    const seen = await run({ a1: "slow:900ms", b1: "ok" }, { maxInstances: 1 });
    expect([starts(seen, "a1"), starts(seen, "b1")]).toEqual([["0ms #1 slow:900ms"], ["900ms #1 ok"]]);
    expect(starts(await run({ a1: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 5_000 } } }), "a1")).toEqual(["5000ms #1 ok"]);
  });
  test("a record that always crashes its process stays where it is", async () => {
    const seen = await run({ a1: "crash", a2: "ok", b1: "ok" }, { untilMs: 10_000 });
    expect([starts(seen, "a1").length, rest(seen, "a1"), starts(seen, "a2"), rest(seen, "b1")]).toEqual([11, ["held", 0], [], ["acknowledged", 0]]);
  });
});
