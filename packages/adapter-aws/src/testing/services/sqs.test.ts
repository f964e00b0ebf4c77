import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, queue, type DeliveryPolicy, type QueueFunction } from "@isobar/core";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { queuePlan, type QueueSettings } from "../../triggers/queue/plan.ts";
import { queueWires } from "../../triggers/queue/testing.ts";

const orders = defineQueue("orders");
const failed = defineQueue("orders-failed");
const byKey = { order: "by-key" } as const;
const [ordered, orderedFailed] = [defineQueue("orders", byKey), defineQueue("orders-failed", byKey)];

interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly settings?: QueueSettings;
  readonly batch?: number;
  readonly from?: typeof orders | typeof ordered;
  readonly faults?: Faults;
  /** When each message is sent, by its name; default 0. */
  readonly atMs?: Readonly<Record<string, number>>;
  readonly spoil?: (resources: Readonly<Record<string, object>>) => Readonly<Record<string, object>>;
}
/** In: what each message's starts do, by its name; "a1" is of group "a" where the queue is ordered. */
async function run(outcomes: Readonly<Record<string, string>>, { delivery, settings = {}, batch, from = orders, faults, atMs = {}, spoil = (all) => all }: Case = {}): Promise<Simulated> {
  const charge: QueueFunction = queue(from, { delivery: { maxAttempts: 3, deadLetter: from === ordered ? orderedFailed : failed, ...delivery } as DeliveryPolicy, timeout: "1s", ...(batch === undefined ? {} : { batch: { maxSize: batch } }) }, () => {});
  const binding = { name: "charge", fn: charge, settings, app: defineApp("shop", { charge }) };
  const rendered = queuePlan.render(binding);
  const messages = Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "{}", ...(from === ordered ? { group: id[0]! } : {}) }, atMs: atMs[id] ?? 0, acts: script(text) }));
  return simulate({ wire: queueWires[0]! as never, rendered: { ...rendered, resources: spoil(rendered.resources) }, name: "charge", fn: charge, messages, ...(faults === undefined ? {} : { faults }) });
}
const starts = ({ fates }: Simulated, id = "m") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id = "m") => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a standard queue", () => {
  test("a message that fails comes again when its visibility ends, six times the function's timeout after each receive", async () => {
    const seen = await run({ m: "fail,ok" });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "12s #2 ok"], ["acknowledged", 0]]);
  });
  test("with a backoff it comes again after that, from its settlement", async () => {
    const seen = await run({ m: "fail" }, { delivery: { maxAttempts: 4, backoff: { min: "10s", max: "30s" } } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "10s #2 fail", "30s #3 fail", "60s #4 fail"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("after a crash the wait is the visibility, whatever the backoff", async () => {
    const seen = await run({ m: "crash,ok" }, { delivery: { backoff: "1s" } });
    expect(starts(seen)).toEqual(["0s #1 crash", "12s #2 ok"]);
  });
  test("a message whose every attempt crashes is moved by the queue's own redrive, which knows no reason", async () => {
    const seen = await run({ m: "crash" });
    expect([starts(seen).length, rest(seen)]).toEqual([3, ["dead-letter", "orders-failed", "maxReceiveCount", 0]]);
  });
  test("what is moved by the queue's own redrive leaves the poller to what stands behind it", async () => {
    const seen = await run({ m: "crash", n: "crash" });
    expect([rest(seen), rest(seen, "n")]).toEqual([["dead-letter", "orders-failed", "maxReceiveCount", 0], ["dead-letter", "orders-failed", "maxReceiveCount", 0]]);
  });
  test("a crash charges one attempt to each message of the batch", async () => {
    const seen = await run({ a: "crash,ok", b: "ok" }, { batch: 10 });
    expect([starts(seen, "a"), starts(seen, "b")]).toEqual([["0s #1 crash", "12s #2 ok"], ["0s #1 ok", "12s #2 ok"]]);
  });
  test("a batch waits for its window to end, or for itself to be full", async () => {
    const windowed = { settings: { maximumBatchingWindowSeconds: 20 }, batch: 2 };
    const alone = await run({ a: "ok" }, windowed);
    const filled = await run({ a: "ok", b: "ok", c: "ok" }, { ...windowed, atMs: { b: 5_000, c: 6_000 } });
    expect([starts(alone, "a"), starts(filled, "a"), starts(filled, "b"), starts(filled, "c")]).toEqual([["20s #1 ok"], ["5s #1 ok"], ["5s #1 ok"], ["26s #1 ok"]]);
  });
  test("while the dead letter cannot be written, nothing is acknowledged; then it is written", async () => {
    const seen = await run({ m: "reject" }, { faults: { sinkDown: { fromMs: 0, untilMs: 13_000 } }, delivery: { maxAttempts: 5 } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 reject", "12s #2 reject", "24s #3 reject"], ["dead-letter", "orders-failed", "as scripted", 1]]);
  });
  test("throttled receives count as attempts", async () => {
    const seen = await run({ m: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } });
    expect(starts(seen)).toEqual(["20s #2 ok"]);
  });
  test("a visibility that ends before the function hands the message to a second instance", async () => {
    const seen = await run({ m: "slow:900ms" }, { spoil: (all) => ({ ...all, OrdersQueue: { ...all.OrdersQueue, Properties: { ...(all.OrdersQueue as { Properties: object }).Properties, VisibilityTimeout: 0.5 } } }) });
    expect(starts(seen).length).toBeGreaterThan(1);
  });
  test("without ReportBatchItemFailures a failed message is lost", async () => {
    const seen = await run({ m: "fail" }, { spoil: (all) => ({ ...all, ChargeMapping: { ...all.ChargeMapping, Properties: { ...(all.ChargeMapping as { Properties: object }).Properties, FunctionResponseTypes: [] } } }) });
    expect([starts(seen).length, rest(seen)]).toEqual([1, ["lost", 0]]);
  });
});

describe("a FIFO queue", () => {
  test("what follows a failed message of its group waits; other groups go on", async () => {
    const seen = await run({ a1: "fail,ok", b1: "ok", a2: "ok" }, { from: ordered, delivery: { backoff: "30s" } });
    expect([starts(seen, "a1"), starts(seen, "a2"), starts(seen, "b1")]).toEqual([["0s #1 fail", "30s #2 ok"], ["30s #1 ok"], ["0s #1 ok"]]);
  });
  test("a reject lets the group go on", async () => {
    const seen = await run({ a1: "reject", a2: "ok" }, { from: ordered });
    expect([rest(seen, "a1"), starts(seen, "a2")]).toEqual([["dead-letter", "orders-failed", "as scripted", 1], ["0s #1 ok"]]);
  });
});
