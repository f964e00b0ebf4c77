import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, queue, type DeliveryPolicy, type QueueFunction } from "@isobar/core";
import type { Unsure, Wire } from "@isobar/core/adapter";
import { script, simulate, virtualClock, type Faults, type Simulated } from "@isobar/simulator";
import type { ServiceBusSettings } from "../../deploy/service-bus.ts";
import { queuePlan } from "../../triggers/queue/plan.ts";
import { queueWires } from "../../triggers/queue/testing.ts";
import { serviceBusRules } from "./service-bus.ts";

const orders = defineQueue("orders");
const failed = defineQueue("orders-failed");
const ordered = defineQueue("orders", { order: "by-key" });

interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly settings?: ServiceBusSettings;
  readonly timeout?: QueueFunction["options"]["timeout"];
  readonly from?: typeof orders | typeof ordered;
  readonly faults?: Faults;
  readonly unsure?: Unsure;
  readonly untilMs?: number;
  /** Resources laid over what is rendered, part by part. */
  readonly over?: object;
}
const lay = (under: unknown, over: unknown): unknown =>
  typeof under === "object" && typeof over === "object" && under !== null && over !== null && !Array.isArray(over) ? { ...under, ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, lay((under as Record<string, unknown>)[key], value)])) } : over;
/** In: what each message's starts do, by its name; "a1" is of group "a" where the queue is ordered. */
async function run(outcomes: Readonly<Record<string, string>>, { delivery, settings = {}, timeout = "1s", from = orders, over = {}, ...more }: Case = {}): Promise<Simulated> {
  const charge: QueueFunction = queue(from, { delivery: { maxAttempts: 3, deadLetter: failed, ...delivery } as DeliveryPolicy, timeout }, () => {});
  const rendered = queuePlan.render({ name: "charge", fn: charge, settings, app: defineApp("shop", { charge }) });
  const messages = Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "{}", ...(from === ordered ? { group: id[0]! } : {}) }, acts: script(text) }));
  return simulate({ wire: queueWires[0]! as Wire, rendered: { ...rendered, resources: lay(rendered.resources, over) as typeof rendered.resources }, name: "charge", fn: charge, messages, ...more });
}
const queueOver = (properties: object) => ({ "queue orders": { properties } });
const hostOver = (serviceBus: object) => ({ "host.json": { extensions: { serviceBus } } });
const starts = ({ fates }: Simulated, id = "m") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id = "m") => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a queue without sessions", () => {
  test("a message that fails is abandoned, and comes again at once", async () => {
    const seen = await run({ m: "fail,ok" });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "0s #2 ok"], ["acknowledged", 0]]);
  });
  test("with a backoff a copy comes behind the delay, and carries the count", async () => {
    const seen = await run({ m: "fail" }, { delivery: { maxAttempts: 4, backoff: { min: "10s", max: "30s" } } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "10s #2 fail", "30s #3 fail", "60s #4 fail"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("after a crash the wait is what is left of the lock", async () => {
    expect(starts(await run({ m: "crash,ok" }))).toEqual(["0s #1 crash", "60s #2 ok"]);
    expect(starts(await run({ m: "crash:100s,ok" }, { timeout: "200s" }))).toEqual(["0s #1 crash:100s", "160s #2 ok"]);
    expect(starts(await run({ m: "crash,ok" }, { settings: { lockDurationSeconds: 5 } }))).toEqual(["0s #1 crash", "5s #2 ok"]);
  });
  test("a crash of a copy counts beside the failures before it", async () => {
    const seen = await run({ m: "fail,crash,ok" }, { delivery: { backoff: "10s" } });
    expect(starts(seen)).toEqual(["0s #1 fail", "10s #2 crash", "70s #3 ok"]);
  });
  test("a host that outlives its worker may abandon at once: no document says", async () => {
    expect(starts(await run({ m: "crash,ok" }, { unsure: { crashAbandons: 1 } }))).toEqual(["0s #1 crash", "0s #2 ok"]);
  });
  test("what crashes every time is moved by the queue itself, which knows no reason of ours", async () => {
    const seen = await run({ m: "crash" });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 crash", "60s #2 crash", "120s #3 crash"], ["dead-letter", "orders-failed", "MaxDeliveryCountExceeded", 0]]);
  });
  test("a crash ends everything that its process was working on, which has counted", async () => {
    const seen = await run({ a: "crash:100ms,ok", b: "slow:500ms,ok" });
    expect([starts(seen, "a"), starts(seen, "b")]).toEqual([["0s #1 crash:100ms", "60s #2 ok"], ["0s #1 slow:500ms", "60s #2 ok"]]);
  });
  test("the platform's timeout ends the process: the host abandons what timed out first, and what ended with it stays locked", async () => {
    const seen = await run({ beside: "slow:900ms,ok", m: "block,ok" });
    expect([starts(seen), starts(seen, "beside")]).toEqual([["0s #1 block", "60s #2 ok"], ["0s #1 slow:900ms", "2s #2 ok"]]);
  });
  test("while the dead letter cannot be written nothing is acknowledged; used up, it waits for its place in the queue's own", async () => {
    const seen = await run({ m: "fail" }, { faults: { sinkDown: { fromMs: 0, untilMs: 150_000 } } });
    expect([starts(seen), rest(seen), seen.fates.m!.atMs]).toEqual([["0s #1 fail", "0s #2 fail", "0s #3 fail"], ["dead-letter", "orders-failed", "MaxDeliveryCountExceeded", 0], 180_000]);
  });
  test("waiting for an instance locks nothing, and counts nothing", async () => {
    const seen = await run({ m: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } });
    expect(starts(seen)).toEqual(["20s #1 ok"]);
  });
  test("a copy that is sent twice counts once", async () => {
    const seen = await run({ m: "fail,fail,ok" }, { delivery: { backoff: "10s" }, faults: { duplicates: true } });
    expect([starts(seen).filter((start) => start.startsWith("10s")), rest(seen)]).toEqual([["10s #2 ok", "10s #2 ok"], ["acknowledged", 0]]);
  });
  test("as many at a time as an instance takes, and as there are instances", async () => {
    const names = Array.from({ length: 90 }, (_, i) => `m${i}`);
    const seen = await run(Object.fromEntries(names.map((name) => [name, "slow:500ms"])), { settings: { concurrentPerInstance: 2, maximumInstanceCount: 40 } });
    expect(names.map((name) => seen.fates[name]!.starts[0]!.atMs).filter((atMs) => atMs === 500).length).toBe(10);
  });
  test("what waits for longer than it is kept becomes a dead letter without being run", async () => {
    const seen = await run({ m: "ok" }, { over: queueOver({ defaultMessageTimeToLive: "PT10S" }), faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } });
    expect([starts(seen), rest(seen)]).toEqual([[], ["dead-letter", "orders-failed", "TTLExpiredException", 0]]);
  });
  test("what is discarded ends in a queue that keeps nothing", async () => {
    const seen = await run({ m: "crash" }, { delivery: { deadLetter: "discard" } });
    expect(rest(seen)).toEqual(["discarded", "MaxDeliveryCountExceeded", 0]);
  });
});

describe("a setting that is wrong shows", () => {
  test("a lock that is not renewed hands the message to a second instance, and what the first says counts for nothing", async () => {
    const seen = await run({ m: "slow:30s,ok" }, { timeout: "40s", settings: { lockDurationSeconds: 5 }, over: hostOver({ maxAutoLockRenewalDuration: "00:00:00" }) });
    expect([starts(seen), seen.fates.m!.starts.length]).toEqual([["0s #1 slow:30s", "5s #2 ok"], 2]);
  });
  test("what is said of a message under a lock that was lost settles nothing", async () => {
    const charge: QueueFunction = queue(orders, { delivery: { maxAttempts: 3, deadLetter: failed }, timeout: "40s" }, () => {});
    const rendered = queuePlan.render({ name: "charge", fn: charge, settings: { lockDurationSeconds: 5 }, app: defineApp("shop", { charge }) });
    const spoiled = { ...rendered, resources: lay(rendered.resources, hostOver({ maxAutoLockRenewalDuration: "00:00:00" })) as typeof rendered.resources };
    const clock = virtualClock();
    const answers: ((then: "done") => void)[] = [];
    const broker = serviceBusRules(spoiled).open({ clock, random: () => 0, moved: () => {}, takes: () => true, hand: () => new Promise((resolve) => answers.push((then) => resolve({ how: "answered", then: [then] }))) });
    broker.publish({ id: "m", body: "{}" });
    await clock.advance(6_000);
    answers[0]!("done");
    await clock.advance(1);
    expect([answers.length, broker.held().map(({ id }) => id)]).toEqual([2, ["m"]]);
    answers[1]!("done");
    await clock.advance(1);
    expect(broker.held()).toEqual([]);
  });
  test("without completion everything comes again when its lock ends", async () => {
    const seen = await run({ m: "ok" }, { over: hostOver({ autoCompleteMessages: false }) });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 ok", "60s #2 ok", "120s #3 ok"], ["dead-letter", "orders-failed", "MaxDeliveryCountExceeded", 0]]);
  });
  test("without duplicate detection a copy that is sent twice is handled twice", async () => {
    const seen = await run({ m: "fail,fail,ok" }, { delivery: { backoff: "10s" }, faults: { duplicates: true }, over: queueOver({ requiresDuplicateDetection: false }) });
    expect(starts(seen).filter((start) => start.startsWith("10s")).length).toBeGreaterThan(2);
  });
  test("without a place to forward to, what the queue moves stays in its own dead-letter queue", async () => {
    expect(rest(await run({ m: "crash" }, { over: queueOver({ forwardDeadLetteredMessagesTo: null }) }))).toEqual(["dead-letter", "orders/$deadletterqueue", "MaxDeliveryCountExceeded", 0]);
  });
  test("where expiry is no dead letter, what expires is lost", async () => {
    const seen = await run({ m: "ok" }, { over: queueOver({ defaultMessageTimeToLive: "PT10S", deadLetteringOnMessageExpiration: false }), faults: { capacity: { instances: 0, fromMs: 0, untilMs: 20_000 } } });
    expect(rest(seen)).toEqual(["discarded", "TTLExpiredException", 0]);
  });
  test("without the address of its own queue no copy can be sent, and the message comes again at once", async () => {
    const seen = await run({ m: "fail,fail,ok" }, { delivery: { backoff: "10s" }, over: { site: { properties: { siteConfig: { appSettings: [] } } } } });
    expect(starts(seen)).toEqual(["0s #1 fail", "0s #2 fail", "0s #3 ok"]);
  });
  test("a trigger of another queue delivers nothing", async () => {
    await expect(run({ m: "ok" }, { over: { registration: { options: { queueName: "other" } } } })).rejects.toMatchObject({ code: "unsupported" });
  });
});

describe("a queue with sessions", () => {
  test("what follows a failed message of its group waits while the answer is held; other groups go on", async () => {
    const seen = await run({ a1: "fail,ok", b1: "ok", a2: "ok" }, { from: ordered, delivery: { backoff: "30s" } });
    expect([starts(seen, "a1"), starts(seen, "a2"), starts(seen, "b1")]).toEqual([["0s #1 fail", "30s #2 ok"], ["30s #1 ok"], ["0s #1 ok"]]);
  });
  test("a held answer outlives many locks, since the host renews them", async () => {
    const seen = await run({ a1: "fail,ok" }, { from: ordered, delivery: { backoff: "10m" }, settings: { lockDurationSeconds: 5 } });
    expect(starts(seen, "a1")).toEqual(["0s #1 fail", "600s #2 ok"]);
  });
  test("a reject lets the group go on; so does what is used up, whoever moves it", async () => {
    const seen = await run({ a1: "reject", a2: "crash", a3: "ok" }, { from: ordered, delivery: { maxAttempts: 1 } });
    expect([rest(seen, "a1"), rest(seen, "a2"), starts(seen, "a3")]).toEqual([["dead-letter", "orders-failed", "as scripted", 1], ["dead-letter", "orders-failed", "MaxDeliveryCountExceeded", 0], ["60s #1 ok"]]);
  });
  test("a crash leaves the session locked, and its group waits", async () => {
    const seen = await run({ a1: "crash,ok", a2: "ok" }, { from: ordered });
    expect([starts(seen, "a1"), starts(seen, "a2")]).toEqual([["0s #1 crash", "60s #2 ok"], ["60s #1 ok"]]);
  });
  test("a session's lock is renewed from its acceptance, not from each message: one that is busy for longer loses it", async () => {
    const busy = Object.fromEntries(["a1", "a2", "a3"].map((name) => [name, "slow:8s,ok"]));
    const seen = await run(busy, { from: ordered, timeout: "9s", settings: { lockDurationSeconds: 5 }, over: hostOver({ maxAutoLockRenewalDuration: "00:00:12" }) });
    expect([starts(seen, "a1"), starts(seen, "a2")]).toEqual([["0s #1 slow:8s"], ["8s #1 slow:8s", "15s #2 ok"]]);
  });
  test("as many groups at a time as an instance takes", async () => {
    const seen = await run({ a1: "slow:500ms", b1: "slow:500ms", c1: "ok" }, { from: ordered, settings: { concurrentPerInstance: 1, maximumInstanceCount: 40 }, faults: { capacity: { instances: 1, fromMs: 0, untilMs: 10_000 } } });
    expect([starts(seen, "a1"), starts(seen, "b1"), starts(seen, "c1")]).toEqual([["0s #1 slow:500ms"], ["1s #1 slow:500ms"], ["2s #1 ok"]]);
  });
  test("takes no copy without a session", async () => {
    const charge: QueueFunction = queue(ordered, { delivery: { maxAttempts: 3, deadLetter: failed } }, () => {});
    const rendered = queuePlan.render({ name: "charge", fn: charge, settings: {}, app: defineApp("shop", { charge }) });
    const withAddress = { ...rendered, resources: lay(rendered.resources, { site: { properties: { siteConfig: { appSettings: [{ name: "ISOBAR_SOURCE_CHARGE", value: "orders" }] } } } }) as typeof rendered.resources };
    const broker = serviceBusRules(withAddress).open({ clock: { now: () => 0, after: () => () => {} }, random: () => 0, hand: () => new Promise(() => {}), moved: () => {}, takes: () => true });
    await expect(broker.perform({ do: "requeue", functionName: "charge", body: "{}", attribute: "{}", afterMs: 1, deduplicationId: "m:2" })).rejects.toThrow("the SessionId was not set");
    await expect(broker.perform({ do: "postpone", record: {}, afterMs: 1 })).rejects.toMatchObject({ code: "unsupported" });
  });
});
