import { describe, expect, test } from "vitest";
import { defineApp, defineQueue, queue, type DeliveryPolicy, type QueueFunction } from "@isobar/core";
import type { Unsure } from "@isobar/core/adapter";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { queuePlan, type QueueSettings } from "../../triggers/queue/plan.ts";
import { queueWires } from "../../triggers/queue/testing.ts";
import { openSubscription, subscriptionIn } from "./pubsub.ts";

const orders = defineQueue("orders");
const failed = defineQueue("orders-failed");
const ordered = defineQueue("orders", { order: "by-key" });

type Spoilt = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly settings?: QueueSettings;
  readonly from?: typeof orders | typeof ordered;
  readonly faults?: Faults;
  readonly unsure?: Unsure;
  readonly spoil?: (resources: Spoilt) => Spoilt;
}
const subscription = "google_pubsub_subscription.charge";
const changed = (by: Readonly<Record<string, unknown>>) => (all: Spoilt): Spoilt => ({ ...all, [subscription]: { ...all[subscription], ...by } });
const renderedOf = (charge: QueueFunction, { settings = {}, spoil = (all) => all }: Case) => {
  const rendered = queuePlan.render({ name: "charge", fn: charge, settings, app: defineApp("shop", { charge }) });
  return { ...rendered, resources: spoil(rendered.resources as Spoilt) };
};
const chargeOf = ({ delivery, from = orders }: Case): QueueFunction => queue(from, { delivery: { maxAttempts: 5, deadLetter: failed, ...delivery } as DeliveryPolicy, timeout: "1s" }, () => {});
/** In: what each message's starts do, by its name; "a1" is of key "a" where the queue is ordered. */
async function run(outcomes: Readonly<Record<string, string>>, given: Case = {}): Promise<Simulated> {
  const { from = orders, faults, unsure } = given;
  const charge = chargeOf(given);
  const messages = Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "{}", ...(from === ordered ? { group: id[0]! } : {}) }, acts: script(text) }));
  return simulate({ wire: queueWires[0]! as never, rendered: renderedOf(charge, given), name: "charge", fn: charge, messages, ...(faults === undefined ? {} : { faults }), ...(unsure === undefined ? {} : { unsure }) });
}
const starts = ({ fates }: Simulated, id = "m") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id = "m") => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a push subscription", () => {
  test("a message that fails is pushed again after 10 s where no backoff is asked for, and then after twice that", async () => {
    const seen = await run({ m: "fail,fail,ok" });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "10s #2 fail", "30s #3 ok"], ["acknowledged", 0]]);
  });
  test("with a backoff it waits from its minimum, doubling up to its maximum, and ends as a dead letter", async () => {
    const seen = await run({ m: "fail" }, { delivery: { backoff: { min: "20s", max: "1m" } } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "20s #2 fail", "60s #3 fail", "120s #4 fail", "180s #5 fail"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("a wait of one length is kept to the millisecond", async () => {
    expect(starts(await run({ m: "fail,fail,ok" }, { delivery: { backoff: "1500ms" } }))).toEqual(["0s #1 fail", "1.5s #2 fail", "3s #3 ok"]);
  });
  test("by which factor a wait grows is a parameter, and by how much it may be longer", async () => {
    expect(starts(await run({ m: "fail,fail,ok" }, { unsure: { backoffFactor: 3 } }))).toEqual(["0s #1 fail", "10s #2 fail", "40s #3 ok"]);
    const [, second] = (await run({ m: "fail,ok" }, { unsure: { backoffJitter: 0.2 } })).fates.m!.starts;
    expect(second!.atMs).toBeGreaterThan(10_000);
    expect(second!.atMs).toBeLessThan(12_000);
  });
  test("without a retry policy it is pushed again at once", async () => {
    expect(starts(await run({ m: "fail,ok" }, { spoil: changed({ retry_policy: undefined }) }))).toEqual(["0s #1 fail", "0s #2 ok"]);
  });
  test("fewer attempts than a dead-letter policy counts are counted by the run time", async () => {
    const seen = await run({ m: "fail" }, { delivery: { maxAttempts: 2 } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "10s #2 fail"], ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("of these a crash on the last brings one push more, which is not run", async () => {
    const seen = await run({ m: "crash" }, { delivery: { maxAttempts: 2 } });
    expect([starts(seen), rest(seen), seen.invocations]).toEqual([["0s #1 crash", "10s #2 crash"], ["dead-letter", "orders-failed", "attempts used up", 1], 3]);
  });
  test("a message whose every attempt crashes is moved by Pub/Sub itself, which knows no reason", async () => {
    const seen = await run({ m: "crash" });
    expect([starts(seen).length, rest(seen)]).toEqual([5, ["dead-letter", "orders-failed", "max_delivery_attempts", 0]]);
  });
  test("where its count is wrong by one, the push too many is dead-lettered without being run", async () => {
    const seen = await run({ m: "crash" }, { unsure: { pushesTooMany: 1 } });
    expect([starts(seen).length, rest(seen)]).toEqual([5, ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("what is to be discarded is acknowledged, or dropped by Pub/Sub where it never settled", async () => {
    const delivery = { deadLetter: "discard" } as const;
    expect([rest(await run({ m: "fail" }, { delivery })), rest(await run({ m: "crash" }, { delivery }))]).toEqual([["acknowledged", 0], ["discarded", "max_delivery_attempts", 0]]);
  });
  test("a dead letter's topic that nobody subscribes to loses what is moved there", async () => {
    const spoil = ({ "google_pubsub_subscription.orders_failed_queue": _, ...all }: Spoilt): Spoilt => all;
    expect(rest(await run({ m: "crash" }, { spoil }))).toEqual(["discarded", "max_delivery_attempts", 0]);
  });
  test("without a dead-letter policy no attempt is told, and a failing message is pushed for as long as it is kept", async () => {
    const seen = await run({ m: "fail" }, { spoil: changed({ dead_letter_policy: undefined, message_retention_duration: "3600s" }) });
    expect([starts(seen).slice(0, 3), starts(seen).length, rest(seen)]).toEqual([["0s #undefined fail", "10s #undefined fail", "30s #undefined fail"], 11, ["discarded", "older than the subscription's retention", 0]]);
  });
  test("a push that is not answered before the acknowledgement deadline has failed, though its handler goes on", async () => {
    const seen = await run({ m: "slow:900ms,ok" }, { spoil: changed({ ack_deadline_seconds: 0.5 }) });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 slow:900ms", "10.5s #2 ok"], ["acknowledged", 0]]);
  });
  test("what is answered after that deadline counts no second time", async () => {
    expect(starts(await run({ m: "hang,ok" }, { spoil: changed({ ack_deadline_seconds: 0.5 }) }))).toEqual(["0s #1 hang", "10.5s #2 ok"]);
  });
  test("a crash fails every request of its instance, and charges one attempt to each", async () => {
    const seen = await run({ a: "slow:900ms", b: "crash:100ms,ok" });
    expect([starts(seen, "a"), starts(seen, "b")]).toEqual([["0s #1 slow:900ms", "10.1s #2 slow:900ms"], ["0s #1 crash:100ms", "10.1s #2 ok"]]);
  });
  test("a handler that blocks is answered for at the function's timeout", async () => {
    expect(starts(await run({ m: "block,ok" }))).toEqual(["0s #1 block", "12s #2 ok"]);
  });
  test("a push that finds no instance free counts as an attempt", async () => {
    const capacity = { instances: 0, fromMs: 0, untilMs: 25_000 };
    expect(starts(await run({ m: "ok" }, { faults: { capacity } }))).toEqual(["30s #3 ok"]);
    const seen = await run({ m: "ok" }, { delivery: { backoff: "1s" }, faults: { capacity } });
    expect([starts(seen), rest(seen)]).toEqual([[], ["dead-letter", "orders-failed", "max_delivery_attempts", 0]]);
  });
  test("instances and what one works on at a time are the manifest's", async () => {
    const messages = Object.fromEntries(["a", "b", "c", "d", "e"].map((id) => [id, "slow:900ms"]));
    const seen = await run(messages, { settings: { maxInstanceCount: 2, maxInstanceRequestConcurrency: 2 } });
    expect(Object.keys(messages).map((id) => starts(seen, id)[0])).toEqual([..."1234"].map(() => "0s #1 slow:900ms").concat("10s #2 slow:900ms"));
  });
  test("how many pushes are under way at a time is a parameter", async () => {
    const seen = await run({ a: "slow:900ms", b: "ok" }, { unsure: { outstanding: 1 } });
    expect(starts(seen, "b")).toEqual(["0.9s #1 ok"]);
  });
  test("while the dead letter cannot be written nothing is acknowledged; then it is written", async () => {
    const seen = await run({ m: "reject" }, { faults: { sinkDown: { fromMs: 0, untilMs: 15_000 } } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 reject", "10s #2 reject", "30s #3 reject"], ["dead-letter", "orders-failed", "as scripted", 1]]);
  });
  test("Pub/Sub itself waits too while the dead letter's topic takes nothing", async () => {
    const seen = await run({ m: "crash,crash,crash,crash,crash,ok" }, { faults: { sinkDown: { fromMs: 0, untilMs: 200_000 } } });
    expect([starts(seen).length, rest(seen)]).toEqual([5, ["dead-letter", "orders-failed", "attempts used up", 1]]);
  });
  test("retry({ after }) does not move the wait; one that would pass maxAge is a dead letter at once all the same", async () => {
    const retryAfter = { max: "1h" } as const;
    expect(starts(await run({ m: "retry:1h,ok" }, { delivery: { retryAfter } }))).toEqual(["0s #1 retry:1h", "10s #2 ok"]);
    expect(rest(await run({ m: "retry:1h,ok" }, { delivery: { retryAfter, maxAge: "30m" } }))).toEqual(["dead-letter", "orders-failed", "expired", 1]);
  });
  test("what is older than maxAge when its wait is over is a dead letter without being run", async () => {
    const seen = await run({ m: "fail" }, { delivery: { maxAge: "25s" } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 fail", "10s #2 fail"], ["dead-letter", "orders-failed", "expired", 1]]);
  });
  test("twice the same message is two pushes of one id", async () => {
    const seen = await run({ m: "ok" }, { faults: { duplicates: true } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #1 ok", "0s #1 ok"], ["acknowledged", 0]]);
  });
});

describe("ordering keys", () => {
  test("what follows a failed message of its key waits; other keys go on", async () => {
    const seen = await run({ a1: "fail,ok", b1: "ok", a2: "ok", a3: "ok" }, { from: ordered, delivery: { backoff: "30s" } });
    expect(["a1", "a2", "a3", "b1"].map((id) => starts(seen, id))).toEqual([["0s #1 fail", "30s #2 ok"], ["30s #1 ok"], ["30s #1 ok"], ["0s #1 ok"]]);
  });
  test("a reject lets the key go on, and so does what Pub/Sub itself moves", async () => {
    const rejected = await run({ a1: "reject", a2: "ok" }, { from: ordered });
    expect([rest(rejected, "a1"), starts(rejected, "a2")]).toEqual([["dead-letter", "orders-failed", "as scripted", 1], ["0s #1 ok"]]);
    const crashed = await run({ a1: "crash", a2: "ok" }, { from: ordered });
    expect([rest(crashed, "a1"), starts(crashed, "a2")]).toEqual([["dead-letter", "orders-failed", "max_delivery_attempts", 0], ["150s #1 ok"]]);
  });
  test("without message ordering the followers do not wait", async () => {
    const seen = await run({ a1: "fail,ok", a2: "ok" }, { from: ordered, spoil: changed({ enable_message_ordering: false }) });
    expect(starts(seen, "a2")).toEqual(["0s #1 ok"]);
  });
});

describe("what the rules read", () => {
  test("is the manifest, with the service's defaults where it says nothing", () => {
    const bare = { "google_pubsub_subscription.charge": { push_config: {}, retry_policy: {}, dead_letter_policy: {} } };
    expect(subscriptionIn({ maker: "queue", resources: bare, grants: [] })).toEqual({ ackDeadlineMs: 10_000, retentionMs: 604_800_000, ordered: false, retries: true, backoff: { minMs: 10_000, maxMs: 600_000 }, deadLetter: { mostPushes: 5, queue: undefined } });
  });
  test("a manifest without a push subscription, or without a function, has no rules", () => {
    expect(() => subscriptionIn({ maker: "queue", resources: {}, grants: [] })).toThrow(expect.objectContaining({ code: "unsupported", message: "no push subscription is rendered" }));
    const noFunction = renderedOf(chargeOf({}), { spoil: ({ "google_cloudfunctions2_function.charge": _, ...all }) => all });
    expect(() => queueWires[0]!.rules!(noFunction)).toThrow(expect.objectContaining({ code: "unsupported", message: "no Cloud Run function is rendered" }));
  });
  test("neither a wait of one message's own nor a copy is taken", async () => {
    const broker = openSubscription({ ackDeadlineMs: 1, retentionMs: 1, ordered: false, retries: true }, {} as never, {});
    await expect(broker.perform({ do: "postpone", record: {}, afterMs: 1 })).rejects.toMatchObject({ code: "unsupported", message: "postpone: a push subscription can neither hide one message for a while nor take one back" });
  });
});
