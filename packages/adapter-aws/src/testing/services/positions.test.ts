import { describe, expect, test } from "vitest";
import { changes, defineApp, defineQueue, defineStream, defineTable, stream, type DeliveryPolicy } from "@isobar/core";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { changesPlan } from "../../triggers/changes/plan.ts";
import { changesWires } from "../../triggers/changes/testing.ts";
import { streamPlan, type StreamSettings } from "../../triggers/stream/plan.ts";
import { streamWires } from "../../triggers/stream/testing.ts";
import { positionRules } from "./positions.ts";

const failed = defineQueue("failed");
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly settings?: StreamSettings;
  readonly batch?: number;
  readonly faults?: Faults;
  readonly unsure?: Readonly<Record<string, number>>;
  readonly untilMs?: number;
  /** Properties laid over the mapping's. */
  readonly spoil?: object;
}
/** In: what each record's starts do, by its name, whose first letter is its key; with the milliseconds after which it is written. */
async function run(outcomes: Readonly<Record<string, string | readonly [text: string, atMs: number]>>, { delivery, settings = {}, batch = 10, faults, unsure = {}, untilMs, spoil = {} }: Case = {}): Promise<Simulated> {
  const count = stream(defineStream("clicks"), { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery } as DeliveryPolicy, timeout: "1s", batch: { maxSize: batch } }, () => {});
  const rendered = streamPlan.render({ name: "count", fn: count, settings, app: defineApp("shop", { count }) });
  const mapping = rendered.resources.CountMapping as { readonly Properties: object };
  const messages = Object.entries(outcomes).map(([id, given]) => {
    const [text, atMs] = typeof given === "string" ? [given, 0] : given;
    return { message: { id, body: "{}", group: id[0]! }, atMs, acts: script(text) };
  });
  return simulate({ wire: streamWires[0]! as never, rendered: { ...rendered, resources: { ...rendered.resources, CountMapping: { ...mapping, Properties: { ...mapping.Properties, ...spoil } } } }, name: "count", fn: count, messages, unsure, ...(faults === undefined ? {} : { faults }), ...(untilMs === undefined ? {} : { untilMs }) });
}
const starts = ({ fates }: Simulated, id: string) => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id: string) => [fates[id]!.rest, fates[id]!.queue, fates[id]!.reason, fates[id]!.letters].filter((part) => part !== undefined);

describe("a stream's mapping and the attempts inside", () => {
  test("a record that fails is tried again in the same invocation, with the waits asked for, and its key waits", async () => {
    const seen = await run({ a1: "fail,fail,ok", a2: "ok" }, { delivery: { backoff: { min: "10s", max: "1m" } } });
    expect([starts(seen, "a1"), starts(seen, "a2"), seen.invocations]).toEqual([["0s #1 fail", "10s #2 fail", "30s #3 ok"], ["30s #1 ok"], 1]);
  });
  test("used up it is a dead letter, and its key goes on", async () => {
    const seen = await run({ a1: "fail", a2: "ok" });
    expect([rest(seen, "a1"), rest(seen, "a2"), seen.invocations]).toEqual([["dead-letter", "failed", "attempts used up", 1], ["acknowledged", 0], 1]);
  });
  test("a reject is a dead letter at its first attempt", async () => {
    const seen = await run({ a1: "reject", a2: "ok" });
    expect([starts(seen, "a1"), rest(seen, "a1"), rest(seen, "a2")]).toEqual([["0s #1 reject"], ["dead-letter", "failed", "as scripted", 1], ["acknowledged", 0]]);
  });
  test("a hanging handler has its timeout each time, and the invocation time for all of them", async () => {
    const seen = await run({ a1: "hang" }, { batch: 1 });
    expect([starts(seen, "a1"), rest(seen, "a1"), seen.invocations]).toEqual([["0s #1 hang", "1.25s #2 hang", "2.5s #3 hang"], ["dead-letter", "failed", "deadline-exceeded", 1], 1]);
  });
  test("after a crash the record comes again with its count from 1, and so does what was done behind it", async () => {
    const seen = await run({ a1: "fail,crash,ok", b1: "ok" });
    expect([starts(seen, "a1"), starts(seen, "b1")]).toEqual([["0s #1 fail", "0s #2 crash", "1s #1 ok"], ["0s #1 ok", "1s #1 ok"]]);
  });
  test("what crashes every time blocks its shard until the retention ends, and loses nothing before", async () => {
    const half = await run({ a1: "crash", b1: "ok" }, { batch: 1, untilMs: 12 * 3_600_000 });
    expect([rest(half, "a1"), rest(half, "b1"), starts(half, "b1")]).toEqual([["held", 0], ["held", 0], []]);
    const whole = await run({ a1: "crash", b1: "ok" }, { batch: 1 });
    expect([rest(whole, "a1"), rest(whole, "b1")]).toEqual([["discarded", "older than the stream's retention", 0], ["discarded", "older than the stream's retention", 0]]);
  });
  test("the wait after a failed invocation doubles to a minute, and is a parameter: no document tells it", async () => {
    const at = async (unsure: Readonly<Record<string, number>>) => (await run({ a1: "crash" }, { batch: 1, unsure, untilMs: 130_000 })).fates.a1!.starts.map(({ atMs }) => atMs / 1000);
    expect([await at({}), await at({ retryMs: 20_000, longestRetryMs: 50_000 })]).toEqual([[0, 1, 3, 7, 15, 31, 63, 123], [0, 20, 60, 110]]);
  });
  test("the next batch begins with the first wait again", async () => {
    expect(starts(await run({ a1: "crash,crash,ok", b1: "crash,ok" }, { batch: 1 }), "b1")).toEqual(["3s #1 crash", "4s #1 ok"]);
  });
  test("an invocation that Lambda ends comes again", async () => {
    const seen = await run({ a1: "block,ok" }, { batch: 1 });
    // 3 × (1 s + 250 ms) + 1 s, whole seconds; then a second's wait
    expect(starts(seen, "a1")).toEqual(["0s #1 block", "6s #1 ok"]);
  });
  test("while the letter cannot be written the shard stands still, and nothing is lost", async () => {
    const seen = await run({ a1: "reject", b1: "ok" }, { faults: { sinkDown: { fromMs: 0, untilMs: 5_000 } }, delivery: { maxAttempts: 1 } });
    expect([rest(seen, "a1"), rest(seen, "b1")]).toEqual([["dead-letter", "failed", "as scripted", 1], ["acknowledged", 0]]);
    expect(starts(seen, "a1")).toEqual(["0s #1 reject", "1s #1 reject", "3s #1 reject", "7s #1 reject"]);
  });
  test("what stands before the first name is done: it does not come again", async () => {
    const seen = await run({ a1: "ok", b1: "reject", c1: "ok" }, { faults: { sinkDown: { fromMs: 0, untilMs: 500 } }, delivery: { maxAttempts: 1 } });
    expect([starts(seen, "a1"), starts(seen, "b1"), starts(seen, "c1")]).toEqual([["0s #1 ok"], ["0s #1 reject", "1s #1 reject"], ["0s #1 ok", "1s #1 ok"]]);
  });
  test("a throttle is no attempt and no retry", async () => {
    const seen = await run({ a1: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 10_000 } }, unsure: { throttledRetryMs: 4_000 }, spoil: { MaximumRetryAttempts: 0 } });
    expect([starts(seen, "a1"), rest(seen, "a1")]).toEqual([["12s #1 ok"], ["acknowledged", 0]]);
  });
});

describe("shards", () => {
  test("one shard: another key waits behind a batch that fails", async () => {
    expect(starts(await run({ a1: "crash,ok", b1: "ok" }, { batch: 1 }), "b1")).toEqual(["1s #1 ok"]);
  });
  test("two shards: another key goes on", async () => {
    expect(starts(await run({ a1: "crash,ok", b1: "ok" }, { batch: 1, settings: { shardCount: 2 } }), "b1")).toEqual(["0s #1 ok"]);
  });
  test("so it does where a shard has several batches in flight", async () => {
    expect(starts(await run({ a1: "crash,ok", b1: "ok" }, { batch: 1, spoil: { ParallelizationFactor: 2 } }), "b1")).toEqual(["0s #1 ok"]);
  });
  test("a batch fills as far as there are records, and a full one does not wait for its window", async () => {
    const handed = async (batch: number, settings: StreamSettings) => (await run({ a1: "ok", a2: "ok", a3: "ok" }, { batch, settings })).steps.flatMap((step) => (step.what === "handed" ? [`${step.atMs / 1000}s ${step.messages.join(" ")}`] : []));
    expect([await handed(2, { maximumBatchingWindowSeconds: 5 }), await handed(10, {})]).toEqual([["0s a1 a2", "5s a3"], ["0s a1 a2 a3"]]);
  });
  test("what is written while a batch runs waits for it", async () => {
    const seen = await run({ a1: "slow:900ms", a2: ["ok", 100] });
    expect([starts(seen, "a1"), starts(seen, "a2"), seen.invocations]).toEqual([["0s #1 slow:900ms"], ["0.9s #1 ok"], 2]);
  });
});

describe("a mapping that was changed loses what ours keeps", () => {
  test("without ReportBatchItemFailures a named record counts as done, and is lost", async () => {
    const seen = await run({ a1: "reject" }, { faults: { sinkDown: { fromMs: 0, untilMs: 5_000 } }, delivery: { maxAttempts: 1 }, spoil: { FunctionResponseTypes: [] } });
    expect([starts(seen, "a1").length, seen.fates.a1!.letters]).toEqual([1, 0]);
  });
  test("with an end to its retries the rest of the batch is passed over", async () => {
    const seen = await run({ a1: "crash", a2: "ok" }, { spoil: { MaximumRetryAttempts: 2 } });
    expect([starts(seen, "a1").length, rest(seen, "a1"), rest(seen, "a2")]).toEqual([3, ["discarded", "MaximumRetryAttempts", 0], ["discarded", "MaximumRetryAttempts", 0]]);
  });
  test("with an age what is older is passed over", async () => {
    const seen = await run({ a1: "crash" }, { batch: 1, spoil: { MaximumRecordAgeInSeconds: 60 } });
    expect(rest(seen, "a1")).toEqual(["discarded", "older than MaximumRecordAgeInSeconds", 0]);
  });
});

describe("a table's stream", () => {
  const change = (id: string) => ({ change: { operation: "created" as const, key: { id }, after: { id } }, subject: `{"id":"${id}"}` });
  async function follow(outcomes: Readonly<Record<string, string>>, unsure: Readonly<Record<string, number>> = {}) {
    const fn = changes(defineTable("users"), { delivery: { maxAttempts: 2, deadLetter: failed }, timeout: "1s" }, () => {});
    const rendered = changesPlan.render({ name: "follow", fn, settings: {}, app: defineApp("shop", { follow: fn }) });
    const messages = Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "", group: id[0]!, told: change(id) }, acts: script(text) }));
    return simulate({ wire: changesWires[0]! as never, rendered, name: "follow", fn, messages, unsure });
  }
  test("is read by the same rules, in one shard or in as many as it is said to have", async () => {
    const [one, two] = [await follow({ a1: "crash,fail,ok", b1: "ok" }), await follow({ a1: "crash,fail,ok", b1: "ok" }, { tableShards: 2 })];
    expect([starts(one, "a1"), starts(one, "b1"), starts(two, "b1")]).toEqual([["0s #1 crash", "1s #1 fail", "1s #2 ok"], ["1s #1 ok"], ["0s #1 ok"]]);
  });
});

test("a path without a stream is unsupported", () => {
  expect(() => positionRules({ maker: "stream", resources: {}, grants: [] })).toThrow(expect.objectContaining({ code: "unsupported", message: "no event source mapping of a stream is rendered" }));
});
