import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, queue, type DeliveryPolicy, type QueueFunction } from "@isobar/core";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { queuePlan } from "../../triggers/queue/plan.ts";
import { queueWires } from "../../triggers/queue/testing.ts";
import { storeRules } from "./store.ts";

const failed = defineQueue("orders-failed");
const [orders, ordered] = [defineQueue("orders"), defineQueue("orders", { order: "by-key" })];

interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly batch?: { readonly maxSize: number; readonly maxWait?: `${number}s` };
  readonly from?: typeof orders | typeof ordered;
  readonly faults?: Faults;
  readonly spoil?: Readonly<Record<string, object>>;
}
/** In: what each message's starts do, by its name; "a1" has the key "a" where the queue is ordered. */
async function run(outcomes: Readonly<Record<string, string>>, { delivery, batch, from = orders, faults, spoil = {} }: Case = {}): Promise<Simulated> {
  const charge: QueueFunction = queue(from, { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery }, timeout: "1s", ...(batch === undefined ? {} : { batch }) }, () => {});
  const rendered = queuePlan.render({ name: "charge", fn: charge, settings: {}, app: defineApp("shop", { charge }) });
  const messages = Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "{}", ...(from === ordered ? { group: id[0]! } : {}) }, acts: script(text) }));
  const resources = Object.fromEntries(Object.entries(rendered.resources).map(([name, resource]) => [name, { ...resource, ...spoil[name] }]));
  return simulate({ wire: queueWires[0]! as never, rendered: { ...rendered, resources }, name: "charge", fn: charge, messages, ...(faults === undefined ? {} : { faults }) });
}
const starts = ({ fates }: Simulated, id = "m") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs}ms #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id = "m") => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a queue", () => {
  test("a message that fails comes again after a second, and the last failed attempt is a dead letter", async () => {
    const seen = await run({ m: "fail" });
    expect([starts(seen), rest(seen)]).toEqual([["0ms #1 fail", "1000ms #2 fail", "2000ms #3 fail"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("with a backoff it comes again after that, to the millisecond", async () => {
    const seen = await run({ m: "fail,fail,fail,ok" }, { delivery: { maxAttempts: 4, backoff: { min: "1.5s", max: "4s" } } });
    expect([starts(seen), rest(seen)]).toEqual([["0ms #1 fail", "1500ms #2 fail", "4500ms #3 fail", "8500ms #4 ok"], ["acknowledged", 0]]);
  });
  test("the wait runs from the settlement, not from the hand-over", async () => {
    expect(starts(await run({ m: "hang,ok" }, { delivery: { backoff: "10s" } }))).toEqual(["0ms #1 hang", "11250ms #2 ok"]);
  });
  test("retry({ after }) replaces the next wait alone", async () => {
    expect(starts(await run({ m: "retry:7s,fail,ok" }, { delivery: { backoff: "1s", retryAfter: { max: "1m" } } }))).toEqual(["0ms #1 retry:7s", "7000ms #2 fail", "8000ms #3 ok"]);
  });
  test("after a crash the wait is the visibility, whatever the backoff", async () => {
    expect(starts(await run({ m: "crash,ok" }, { delivery: { backoff: "1s" } }))).toEqual(["0ms #1 crash", "12000ms #2 ok"]);
  });
  test("what keeps its process busy is ended at the function's time, and comes again when its visibility ends", async () => {
    expect(starts(await run({ m: "block,ok" }))).toEqual(["0ms #1 block", "12000ms #2 ok"]);
  });
  test("a message whose every attempt crashes is handed over once more, and is a dead letter without being run", async () => {
    const seen = await run({ m: "crash" });
    expect([starts(seen), rest(seen), seen.fates.m!.atMs]).toEqual([["0ms #1 crash", "12000ms #2 crash", "24000ms #3 crash"], ["dead-letter", "orders-failed", "attempts used up", 1], 36_000]);
  });
  test("what is older than it may be is a dead letter without being run", async () => {
    const seen = await run({ m: "crash,ok" }, { delivery: { maxAge: "5s" } });
    expect([starts(seen), rest(seen)]).toEqual([["0ms #1 crash"], ["dead-letter", "orders-failed", "expired", 1]]);
  });
  test("while no dead letter can be written nothing is acknowledged, and it comes again without end", async () => {
    const seen = await run({ m: "reject" }, { faults: { sinkDown: { fromMs: 0, untilMs: 13_000 } }, delivery: { maxAttempts: 5, backoff: "3s" } });
    expect([starts(seen), rest(seen)]).toEqual([["0ms #1 reject", "3000ms #2 reject", "6000ms #3 reject", "9000ms #4 reject", "12000ms #5 reject"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("waiting for a process counts as nothing", async () => {
    expect(starts(await run({ m: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } }))).toEqual(["20000ms #1 ok"]);
  });
  test("a crash charges one attempt to each message of the batch", async () => {
    const seen = await run({ a: "crash,ok", b: "ok" }, { batch: { maxSize: 10 } });
    expect([starts(seen, "a"), starts(seen, "b")]).toEqual([["0ms #1 crash", "12000ms #2 ok"], ["0ms #1 ok", "12000ms #2 ok"]]);
  });
  test("of a batch each message meets its own fate", async () => {
    const seen = await run({ a: "fail,ok", b: "ok", c: "reject" }, { batch: { maxSize: 10 }, delivery: { backoff: "2s" } });
    expect([starts(seen, "a"), starts(seen, "b"), rest(seen, "c"), seen.invocations]).toEqual([["0ms #1 fail", "2000ms #2 ok"], ["0ms #1 ok"], ["dead-letter", "orders-failed", "as scripted", 1], 2]);
  });
  test("a batch waits to fill for as long as it may", async () => {
    expect(starts(await run({ m: "ok" }, { batch: { maxSize: 2, maxWait: "5s" } }))).toEqual(["5000ms #1 ok"]);
  });
  test("what comes again keeps its place before what came later", async () => {
    const seen = await run({ a: "fail,ok", b: "slow:900ms", c: "slow:900ms", d: "ok" }, { spoil: { "function charge": { maxInstances: 1 } } });
    expect(seen.steps.flatMap((step) => (step.what === "ran" ? [`${step.message} ${step.act}`] : []))).toEqual(["a fail", "b slow:900ms", "c slow:900ms", "a ok", "d ok"]);
  });
  test("a visibility that ends before the function hands the message to a second process", async () => {
    const seen = await run({ m: "slow:900ms" }, { spoil: { "queue orders": { visibilityMs: 500 } } });
    expect(starts(seen).slice(0, 2)).toEqual(["0ms #1 slow:900ms", "500ms #2 slow:900ms"]);
  });
  test("a message handed over twice meets one fate", async () => {
    const seen = await run({ m: "ok" }, { faults: { duplicates: true } });
    expect([starts(seen), rest(seen)]).toEqual([["0ms #1 ok", "0ms #1 ok"], ["acknowledged", 0]]);
  });
});

describe("an ordered queue", () => {
  test("what follows a failed message of its key waits; other keys go on", async () => {
    const seen = await run({ a1: "fail,ok", b1: "ok", a2: "ok" }, { from: ordered, delivery: { backoff: "30s" }, batch: { maxSize: 10 } });
    expect([starts(seen, "a1"), starts(seen, "a2"), starts(seen, "b1")]).toEqual([["0ms #1 fail", "30000ms #2 ok"], ["30000ms #1 ok"], ["0ms #1 ok"]]);
  });
  test("a reject lets its key go on", async () => {
    const seen = await run({ a1: "reject", a2: "ok" }, { from: ordered });
    expect([rest(seen, "a1"), starts(seen, "a2")]).toEqual([["dead-letter", "orders-failed", "as scripted", 1], ["0ms #1 ok"]]);
  });
  test("no follower spends an attempt unstarted, whatever the batch", async () => {
    const seen = await run({ a1: "fail,fail,ok", a2: "ok", a3: "ok" }, { from: ordered, batch: { maxSize: 10 } });
    expect([starts(seen, "a2"), starts(seen, "a3")]).toEqual([["2000ms #1 ok"], ["2000ms #1 ok"]]);
  });
});

describe("the broker", () => {
  const rendered = (resources: Readonly<Record<string, object>>) => ({ maker: "queue", resources, grants: [] });
  test.each<[string, Readonly<Record<string, object>>]>([
    ["nothing", {}],
    ["a consumer of a queue that is not there", { "consumer charge": { type: "consumer", queue: "orders" }, "function charge": { type: "function" } }],
    ["a queue that nobody consumes", { "queue orders": { type: "queue", visibilityMs: 1 }, "function charge": { type: "function" } }],
    ["no function", { "queue orders": { type: "queue", visibilityMs: 1 }, "consumer charge": { type: "consumer", queue: "orders" } }],
  ])("%s has no rules", (_, resources) => expect(() => storeRules(rendered(resources))).toThrow(expect.objectContaining({ code: "unsupported" })));

  const broker = () => {
    const timers: (() => void)[] = [];
    const handed: string[] = [];
    const clock = { now: () => 0, after: (_ms: number, then: () => void) => (timers.push(then), () => {}) };
    const rules = storeRules(rendered({ "queue orders": { type: "queue", order: "none", visibilityMs: 1_000 }, "consumer charge": { type: "consumer", queue: "orders", batchSize: 1, batchWaitMs: 0, againMs: 1_000 }, "function charge": { type: "function", maxInstances: 1, timeoutMs: 500 } }));
    const opened = rules.open({ clock, random: () => 0, moved: () => {}, takes: () => true, hand: ([message]) => (handed.push(`${message!.id} #${message!.attempt}`), new Promise(() => {})) });
    return { opened, timers, handed };
  };
  test("sets no timer while it holds nothing", () => expect(broker().timers).toEqual([]));
  test("postpones what it handed over, by its receipt, and nothing else", async () => {
    const { opened, timers, handed } = broker();
    opened.publish({ id: "m", body: "{}" });
    const postpone = (id: string, receipt: string | undefined) => opened.perform({ do: "postpone", record: { id, receipt }, afterMs: 5 });
    await expect(postpone("m", "m.1")).rejects.toMatchObject({ code: "send-failed" });
    timers[0]!();
    expect(handed).toEqual(["m #1"]);
    for (const [id, receipt] of [["x", "x.1"], ["m", "m.2"], ["m", undefined]] as const) await expect(postpone(id, receipt)).rejects.toMatchObject({ code: "send-failed" });
    expect(await postpone("m", "m.1")).toBe("m");
    await expect(postpone("m", "m.1")).rejects.toMatchObject({ code: "send-failed" });
    await expect(opened.perform({ do: "requeue", functionName: "charge", body: "", attribute: "", afterMs: 1, deduplicationId: "" })).rejects.toMatchObject({ code: "unsupported" });
    expect(opened.held().map(({ id }) => id)).toEqual(["m"]);
  });
});
