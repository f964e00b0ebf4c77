/** Event Hubs and the change feed: read by position, tried again in the host, checkpointed whatever the outcome. */
import { describe, expect, test } from "vitest";
import { changes, defineApp, defineQueue, defineStream, defineTable, stream, type ChangesFunction, type DeliveryPolicy, type StreamFunction } from "@isobar/core";
import type { Rendered, Unsure, Wire } from "@isobar/core/adapter";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { changesPlan } from "../../triggers/changes/plan.ts";
import { changesWires } from "../../triggers/changes/testing.ts";
import { streamPlan } from "../../triggers/stream/plan.ts";
import { streamWires } from "../../triggers/stream/testing.ts";

const failed = defineQueue("failed");
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly batch?: { readonly maxSize: number };
  readonly faults?: Faults;
  readonly unsure?: Unsure;
  readonly untilMs?: number;
  readonly spoil?: (rendered: Rendered) => Rendered;
}
const registered = (rendered: Rendered, options: object): Rendered => ({ ...rendered, resources: { ...rendered.resources, registration: { ...rendered.resources.registration, options: { ...(rendered.resources.registration as { readonly options: object }).options, ...options } } } });
/** In: what each record's starts do, by its name, in their order; "a1" has the key "a". */
async function run(outcomes: Readonly<Record<string, string>>, { delivery, batch, spoil = (rendered) => rendered, ...more }: Case = {}): Promise<Simulated> {
  const count: StreamFunction = stream(defineStream("clicks"), { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery } as DeliveryPolicy, timeout: "1s", ...(batch === undefined ? {} : { batch }) }, () => {});
  const rendered = spoil(streamPlan.render({ name: "count", fn: count, settings: { retentionHours: 24 }, app: defineApp("shop", { count }) }));
  const messages = Object.entries(outcomes).map(([id, text], i) => ({ message: { id, body: "{}", group: id[0]!, told: { partitionKey: id[0], sequence: String(i + 1) } }, acts: script(text) }));
  return simulate({ wire: streamWires[0]! as Wire, rendered, name: "count", fn: count, messages, ...more });
}
const starts = ({ fates }: Simulated, id = "a1") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt ?? "?"} ${act}`);
const rest = ({ fates }: Simulated, id = "a1") => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a partition of an event hub", () => {
  test("attempts are made inside the invocation, and what follows waits", async () => {
    const seen = await run({ a1: "fail,fail,ok", b1: "ok" }, { delivery: { backoff: "10s" } });
    expect([starts(seen), starts(seen, "b1")]).toEqual([["0s #1 fail", "10s #2 fail", "20s #3 ok"], ["20s #1 ok"]]);
  });
  test("what is used up becomes a dead letter, and the partition goes on", async () => {
    const seen = await run({ a1: "fail", a2: "ok" });
    expect([rest(seen), starts(seen, "a2")]).toEqual([["dead-letter", "failed", "attempts used up", 1], ["0s #1 ok"]]);
  });
  test("a crash is tried again by the host after its delay, and the count begins again", async () => {
    expect(starts(await run({ a1: "fail,crash,fail,ok" }))).toEqual(["0s #1 fail", "0s #2 crash", "10s #1 fail", "10s #2 ok"]);
  });
  test("a host whose workers end one after another is recycled, and another reads from the checkpoint on", async () => {
    const seen = await run({ a1: "crash,crash,crash,ok" });
    expect(starts(seen)).toEqual(["0s #1 crash", "10s #1 crash", "20s #1 crash", "80s #1 ok"]);
    expect(starts(await run({ a1: "crash,ok" }, { unsure: { crashesPerHost: 1, ownershipMs: 5_000 } }))).toEqual(["0s #1 crash", "5s #1 ok"]);
  });
  test("what crashes every time blocks its partition until its retention ends, and is then gone", async () => {
    const seen = await run({ a1: "crash", a2: "ok" }, { unsure: { ownershipMs: 3_600_000 } });
    expect([rest(seen), seen.fates.a2!.starts.length]).toEqual([["discarded", "older than what is kept", 0], 0]);
  });
  test("while the letter cannot be written, nothing goes on", async () => {
    const seen = await run({ a1: "reject", a2: "ok" }, { faults: { sinkDown: { fromMs: 0, untilMs: 25_000 } } });
    expect([rest(seen), starts(seen, "a2")]).toEqual([["dead-letter", "failed", "as scripted", 1], ["30s #1 ok"]]);
  });
  test("waiting for an instance is no failure", async () => {
    expect(starts(await run({ a1: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } }))).toEqual(["20s #1 ok"]);
  });
  test("each comes alone, whatever batch is asked for", async () => {
    expect((await run({ a1: "ok", a2: "ok", b1: "ok" }, { batch: { maxSize: 100 } })).invocations).toBe(3);
  });
});

const batches = (more: object) => ({ resources, ...rendered }: Rendered): Rendered => ({ ...rendered, resources: { ...resources, "host.json": { version: "2.0", functionTimeout: "00:01:00", extensions: { eventHubs: more } } } });
describe("batches, which we do not ask for", () => {
  test("are what is there, up to their most", async () => {
    const twelve = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`a${i}`, "ok"]));
    expect((await run(twelve, { spoil: batches({ maxEventBatchSize: 10 }) })).invocations).toBe(3);
  });
  test("wait to fill, and no longer than they are told", async () => {
    const spoil = batches({ maxEventBatchSize: 10, minEventBatchSize: 3, maxWaitTime: "00:00:05" });
    expect([starts(await run({ a1: "ok", a2: "ok" }, { spoil })), starts(await run({ a1: "ok", a2: "ok", a3: "ok" }, { spoil }))]).toEqual([["5s #1 ok"], ["0s #1 ok"]]);
  });
  test("never get behind one that took its time: what was done comes again, and what was not started never does", async () => {
    const seen = await run({ a1: "slow:900ms", a2: "slow:900ms", a3: "ok" }, { delivery: { maxAttempts: 1 }, spoil: batches({ maxEventBatchSize: 10, minEventBatchSize: 3, maxWaitTime: "00:00:05" }), untilMs: 60_000 });
    expect([starts(seen).slice(0, 3), starts(seen, "a3")]).toEqual([["0s #1 slow:900ms", "11.8s #1 slow:900ms", "23.6s #1 slow:900ms"], []]);
  });
});

describe("a setting that is wrong shows", () => {
  test("behind a last retry the checkpoint moves on, and what failed is lost", async () => {
    const seen = await run({ a1: "crash", a2: "ok" }, { spoil: (rendered) => registered(rendered, { retry: undefined }) });
    expect([starts(seen), rest(seen), starts(seen, "a2")]).toEqual([["0s #1 crash"], ["lost", 0], ["0s #1 ok"]]);
  });
  test("without attempts inside, a failure brings its batch again without end", async () => {
    const seen = await run({ a1: "fail" }, { spoil: ({ keeping: _, ...rendered }) => rendered, untilMs: 100_000 });
    expect([seen.fates.a1!.starts.length, rest(seen)]).toEqual([11, ["held", 0]]);
  });
  test("with checkpoints that are seldom, another host reads again what was done", async () => {
    const seen = await run({ a1: "ok", a2: "crash,ok" }, { unsure: { crashesPerHost: 1 }, spoil: batches({ maxEventBatchSize: 1, batchCheckpointFrequency: 10 }) });
    expect([starts(seen), starts(seen, "a2")]).toEqual([["0s #1 ok", "60s #1 ok"], ["0s #1 crash", "60s #1 ok"]]);
  });
  test("a hub that is not rendered delivers nothing", async () => {
    await expect(run({ a1: "ok" }, { spoil: (rendered) => registered(rendered, { eventHubName: "other" }) })).rejects.toMatchObject({ code: "unsupported" });
  });
});

describe("a change feed", () => {
  const index: ChangesFunction = changes(defineTable("users"), { delivery: { maxAttempts: 3, backoff: "5s", deadLetter: failed }, timeout: "1s", batch: { maxSize: 2 } }, () => {});
  const rendered = changesPlan.render({ name: "index", fn: index, settings: {}, app: defineApp("shop", { index }) });
  const messages = (outcomes: Readonly<Record<string, string>>) => Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "", told: { change: { operation: "written", key: { id: "u-1" }, after: { id: "u-1", n: 1 } }, subject: "u-1" } }, acts: script(text) }));
  test("is read by position too: attempts inside, dead letters, and versions of one item each with an id of its own", async () => {
    const seen = await simulate({ wire: changesWires[0]! as Wire, rendered, name: "index", fn: index, messages: messages({ a1: "fail", a2: "ok" }) });
    expect([starts(seen), rest(seen), starts(seen, "a2")]).toEqual([["0s #1 fail", "5s #2 fail", "10s #3 fail"], ["dead-letter", "failed", "attempts used up", 1], ["10s #1 ok"]]);
  });
  test("keeps what blocks it for ever", async () => {
    const seen = await simulate({ wire: changesWires[0]! as Wire, rendered, name: "index", fn: index, messages: messages({ a1: "crash" }), untilMs: 30 * 86_400_000, unsure: { ownershipMs: 3_600_000 }, steps: false });
    expect(rest(seen)).toEqual(["held", 0]);
  });
});
