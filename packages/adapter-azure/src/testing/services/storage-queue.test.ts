import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, queue, type DeliveryPolicy, type QueueFunction } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { queuePlan } from "../../triggers/queue/plan.ts";
import { queueWires } from "../../triggers/queue/testing.ts";
import { storageQueueRules } from "./storage-queue.ts";

const failed = defineQueue("orders-failed");
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly faults?: Faults;
  /** host.json's section, laid over what is rendered. */
  readonly queues?: object;
}
function renderedOf(delivery: Partial<DeliveryPolicy>, queues: object) {
  const charge: QueueFunction = queue(defineQueue("orders"), { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery } as DeliveryPolicy, timeout: "1s" }, () => {});
  const rendered = queuePlan.render({ name: "charge", fn: charge, settings: { variant: "storage-queue", maxPollingIntervalSeconds: 1 }, app: defineApp("shop", { charge }) });
  const host = rendered.resources["host.json"] as { readonly extensions: { readonly queues: object } };
  return { charge, rendered: { ...rendered, resources: { ...rendered.resources, "host.json": { ...host, extensions: { queues: { ...host.extensions.queues, ...queues } } } } } };
}
async function run(outcomes: Readonly<Record<string, string>>, { delivery = {}, faults = {}, queues = {} }: Case = {}): Promise<Simulated> {
  const { charge, rendered } = renderedOf(delivery, queues);
  return simulate({ wire: queueWires[1]! as Wire, rendered, name: "charge", fn: charge, faults, messages: Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "{}" }, acts: script(text) })) });
}
/** Whole seconds: the next look is up to one later. */
const starts = ({ fates }: Simulated, id = "m") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${Math.floor(atMs / 1000)}s #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id = "m") => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a Storage queue", () => {
  test("what failed is seen again after the visibility timeout, and a look", async () => {
    const seen = await run({ m: "fail" }, { delivery: { backoff: "30s" } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "30s #2 fail", "60s #3 fail"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
    expect(seen.fates.m!.starts.every(({ atMs }, i) => atMs >= i * 30_000 && atMs <= i * 31_000)).toBe(true);
  });
  test("a crash of the worker is a failure like any other", async () => {
    expect(starts(await run({ m: "crash,ok" }, { delivery: { backoff: "10s" } }))).toEqual(["0s #1 crash", "10s #2 ok"]);
  });
  test("what crashed at its last attempt comes once more, and is written to the dead letter without being run", async () => {
    const seen = await run({ m: "crash" }, { delivery: { backoff: "10s" } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 crash", "10s #2 crash", "20s #3 crash"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("what crashed at its last attempt and is discarded leaves nothing", async () => {
    expect(rest(await run({ m: "crash" }, { delivery: { deadLetter: "discard" } }))).toEqual(["acknowledged", 0]);
  });
  test("with a count that is no higher than the policy's the host moves it to a place of its own", async () => {
    expect(rest(await run({ m: "crash" }, { queues: { maxDequeueCount: 3 } }))).toEqual(["dead-letter", "orders-poison", "MaxDequeueCount", 0]);
  });
  test("while the dead letter cannot be written, it comes again; used up, the host moves it", async () => {
    const seen = await run({ m: "reject" }, { delivery: { backoff: "10s" }, faults: { sinkDown: { fromMs: 0, untilMs: 3_600_000 } } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 reject", "10s #2 reject", "20s #3 reject"], ["dead-letter", "orders-poison", "MaxDequeueCount", 0]]);
  });
  test("waiting for an instance counts nothing", async () => {
    expect(starts(await run({ m: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } }))).toEqual(["20s #1 ok"]);
  });
  test("as many at a time as a batch has", async () => {
    const names = Array.from({ length: 6 }, (_, i) => `m${i}`);
    const seen = await run(Object.fromEntries(names.map((name) => [name, "slow:500ms"])), { queues: { batchSize: 2 }, faults: { capacity: { instances: 1, fromMs: 0, untilMs: 60_000 } } });
    expect(names.map((name) => seen.fates[name]!.starts[0]!.atMs)).toEqual([0, 0, 500, 500, 1000, 1000].map((atMs) => (atMs === 0 ? 0 : expect.any(Number) as never)));
    expect(names.filter((name) => seen.fates[name]!.starts[0]!.atMs === 0).length).toBe(2);
  });
  test("takes nothing back", async () => {
    const broker = storageQueueRules(renderedOf({}, {}).rendered).open({ clock: { now: () => 0, after: () => () => {} }, random: () => 0, hand: () => new Promise(() => {}), moved: () => {}, takes: () => true });
    await expect(broker.perform({ do: "requeue", functionName: "charge", body: "", attribute: "{}", afterMs: 1, deduplicationId: "m:2" })).rejects.toMatchObject({ code: "unsupported" });
  });
  test("of another trigger is none", () => {
    const { rendered } = renderedOf({}, {});
    expect(() => storageQueueRules({ ...rendered, resources: {} })).toThrow(expect.objectContaining({ code: "unsupported", message: "no storageQueue trigger is rendered" }));
  });
});
