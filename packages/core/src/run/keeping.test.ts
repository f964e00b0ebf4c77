import { describe, expect, test } from "vitest";
import type { Keeping, Kept } from "../boundary.ts";
import { defineQueue, type Queue } from "../channel.ts";
import { ack, reject, retry, type DeliveryPolicy, type Settlement } from "../delivery.ts";
import { backoffMs, holdingKeeping, insideKeeping, insideMs, plainKeeping, postponingKeeping, requeuingKeeping } from "./keeping.ts";

const failed = defineQueue("failed");
const kept = (policy: Partial<DeliveryPolicy> = {}, delivery: Partial<Kept["delivery"]> = {}): Kept => ({
  functionName: "charge",
  policy: { maxAttempts: 3, deadLetter: failed, ...policy },
  delivery: { id: "m-1", attempt: 1, group: undefined, enqueuedAt: 1_000, body: "{}", attribute: undefined, record: undefined, ...delivery },
});
const settle = (given: Kept, settlement: Parameters<typeof plainKeeping.settle>[1], now = 1_000) => {
  const { effects, then } = plainKeeping.settle(given, settlement, now);
  return { then, reasons: effects.map((effect) => (effect.do === "dead-letter" ? (JSON.parse(effect.attribute) as { reason: string }).reason : effect.do)) };
};
const again = { then: "again", reasons: [] };
const letter = (reason: string) => ({ then: "done", reasons: [reason] });

describe("admitting", () => {
  test.each([[1, undefined], [3, undefined], [4, "attempts used up"], [undefined, undefined]] as const)("attempt %s of 3: %s", (attempt, reason) => {
    expect(plainKeeping.admit(kept({}, { attempt }), 1_000)).toEqual(reason === undefined ? undefined : reject(reason));
  });
  test.each([[61_000, undefined], [61_001, "expired"]] as const)("at %s ms, one of 1,000 ms that may be a minute old: %s", (now, reason) => {
    expect(plainKeeping.admit(kept({ maxAge: "1m" }), now)).toEqual(reason === undefined ? undefined : reject(reason));
  });
  test("where the platform does not tell when it was enqueued, nothing expires", () => {
    expect(plainKeeping.admit(kept({ maxAge: "1m" }, { enqueuedAt: undefined }), 9e12)).toBeUndefined();
  });
});

describe("settling", () => {
  test("an ack is done, a reject is a dead letter whatever the attempt", () => {
    expect(settle(kept(), ack())).toEqual({ then: "done", reasons: [] });
    expect(settle(kept(), reject("no"))).toEqual(letter("no"));
  });
  test.each([[2, again], [3, letter("attempts used up")], [undefined, again]] as const)("a retry of attempt %s of 3", (attempt, outcome) => expect(settle(kept({}, { attempt }), retry())).toEqual(outcome));
  test("the last attempt's reason is the handler's, where it gives one", () => expect(settle(kept({}, { attempt: 3 }), retry({ reason: "provider down" }))).toEqual(letter("provider down")));
  /** Enqueued at 0, settled at 10 s, at most 60 s old: a wait of more than 50 s would bring it past that. */
  test.each<[string, DeliveryPolicy["backoff"], number | undefined, ReturnType<typeof letter> | typeof again]>([
    ["no backoff", undefined, 1, again],
    ["a fixed wait that fits", "50s", 1, again],
    ["a fixed wait that is too long", "51s", 1, letter("expired")],
    ["the first wait of a range", { min: "20s", max: "10m" }, 1, again],
    ["the second wait, twice the first", { min: "20s", max: "10m" }, 2, again],
    ["the third wait, twice the second", { min: "20s", max: "10m" }, 3, letter("expired")],
    ["a range that ends before", { min: "20s", max: "45s" }, 3, again],
    ["an attempt that nobody tells waits as the first", { min: "50s", max: "10m" }, undefined, again],
  ])("a retry within maxAge: %s", (_, backoff, attempt, outcome) => {
    expect(settle(kept({ maxAttempts: 9, maxAge: "60s", ...(backoff === undefined ? {} : { backoff }) }, { attempt, enqueuedAt: 0 }), retry(), 10_000)).toEqual(outcome);
  });
  test("retry({ after }) replaces the policy's wait", () => {
    const policy = { maxAge: "60s", backoff: "1s", retryAfter: { max: "1h" } } as const;
    expect(settle(kept(policy, { enqueuedAt: 0 }), retry({ after: "51s" }), 10_000)).toEqual(letter("expired"));
    expect(settle(kept({ ...policy, backoff: "10m" }, { enqueuedAt: 0 }), retry({ after: "50s" }), 10_000)).toEqual(again);
  });
});

describe("a dead letter", () => {
  const effectsOf = (deadLetter: Queue | "discard", delivery: Partial<Kept["delivery"]> = {}) => plainKeeping.settle(kept({ deadLetter }, delivery), reject("no"), 5_000).effects;
  test("is the body with its story, and the trace that it was sent with", () => {
    expect(effectsOf(failed, { attempt: 2, attribute: '{"v":1,"traceparent":"00-1","tracestate":"a=1"}' })).toEqual([
      { do: "dead-letter", to: { resource: "queue", name: "failed" }, body: "{}", attribute: '{"v":1,"id":"m-1","function":"charge","reason":"no","attempts":2,"first":1000,"last":5000,"traceparent":"00-1","tracestate":"a=1"}' },
    ]);
  });
  test("in an ordered queue has the message's group for a key, else its id; in another none", () => {
    const ordered = defineQueue("ordered", { order: "by-key" });
    expect([effectsOf(ordered, { group: "a" }), effectsOf(ordered), effectsOf(failed, { group: "a" })].map(([effect]) => effect?.do === "dead-letter" && effect.key)).toEqual(["a", "m-1", undefined]);
  });
  test("has its reason cut where a broker's attribute could not hold it, and says so", () => {
    const reasonOf = (reason: string) => (JSON.parse((plainKeeping.settle(kept(), reject(reason), 5_000).effects[0] as { readonly attribute: string }).attribute) as { readonly reason: string }).reason;
    expect([reasonOf("x".repeat(500)), reasonOf("x".repeat(501))]).toEqual(["x".repeat(500), `${"x".repeat(499)}…`]);
  });
  test("tells the key that it had, whatever its queue has", () => {
    const [effect] = effectsOf(failed, { group: "a" });
    expect(effect?.do === "dead-letter" && (JSON.parse(effect.attribute) as object)).toMatchObject({ key: "a" });
  });
  test("that is discarded is none", () => expect(effectsOf("discard")).toEqual([]));
});

describe("the wait after a failed attempt", () => {
  test.each<[DeliveryPolicy["backoff"], readonly number[]]>([
    [undefined, [0, 0, 0, 0]],
    ["5s", [5_000, 5_000, 5_000, 5_000]],
    [{ min: "10s", max: "1m" }, [10_000, 20_000, 40_000, 60_000]],
    [{ min: "500ms", max: "500ms" }, [500, 500, 500, 500]],
  ])("of backoff %j", (backoff, waits) => {
    const policy: DeliveryPolicy = { maxAttempts: 9, deadLetter: failed, ...(backoff === undefined ? {} : { backoff }) };
    expect([1, 2, 3, 4].map((attempt) => backoffMs(policy, attempt))).toEqual(waits);
    expect(backoffMs(policy, 1_100)).toBe(waits.at(-1));
  });
});

describe("how a delivery comes again", () => {
  const policy = { backoff: { min: "10s", max: "1m" }, retryAfter: { max: "1h" } } as const;
  const given = kept(policy, { attempt: 2, enqueuedAt: 1_000, record: "receipt" });
  const effects = (keeping: Keeping, delivery: Partial<Kept["delivery"]> = {}, settlement: Settlement = retry()) => keeping.settle({ ...given, delivery: { ...given.delivery, ...delivery } }, settlement, 5_000);
  test("left to the broker", () => expect(effects(plainKeeping)).toEqual({ effects: [], then: "again" }));
  test("hidden for the wait, where a broker hides", () => expect(effects(postponingKeeping)).toEqual({ effects: [{ do: "postpone", record: "receipt", afterMs: 20_000 }], then: "again" }));
  test("as a copy that carries what the broker forgets, sent before the original is done", () => {
    expect(effects(requeuingKeeping, { attribute: '{"v":1,"traceparent":"00-1"}' })).toEqual({
      effects: [{ do: "requeue", functionName: "charge", body: "{}", attribute: '{"v":1,"id":"m-1","used":2,"since":1000,"traceparent":"00-1"}', afterMs: 20_000, deduplicationId: "m-1:3" }],
      then: "done",
    });
  });
  test("as a copy of the same group", () => expect(effects(requeuingKeeping, { group: "a" }).effects).toEqual([expect.objectContaining({ key: "a" })]));
  test("held back, where a copy would land behind its followers", () => expect(effects(holdingKeeping)).toEqual({ effects: [], then: { hold: 20_000 } }));
  test("inside the invocation", () => expect([effects(insideKeeping), insideKeeping.inside, plainKeeping.inside]).toEqual([{ effects: [], then: { here: 20_000 } }, true, false]));
  test("without a wait a copy or a hold is none", () => {
    const now = { ...given, policy: { ...given.policy, backoff: "0s" as const } };
    expect([requeuingKeeping, holdingKeeping].map((keeping) => keeping.settle(now, retry(), 5_000))).toEqual([{ effects: [], then: "again" }, { effects: [], then: "again" }]);
  });
  test.each([postponingKeeping, requeuingKeeping, holdingKeeping, insideKeeping])("the last attempt ends in a dead letter all the same, whatever wait is asked for", (keeping) => {
    const last = effects(keeping, { attempt: 3 }, retry({ after: "1s" }));
    expect([last.then, last.effects.map((effect) => effect.do)]).toEqual(["done", ["dead-letter"]]);
  });
  test("retry({ after }) replaces the next wait", () => expect(effects(postponingKeeping, {}, retry({ after: "3m" })).effects).toEqual([{ do: "postpone", record: "receipt", afterMs: 180_000 }]));
});

test("all attempts inside one invocation take each its timeout with the grace after it, and the longest waits between them", () => {
  const policy = (over: Partial<DeliveryPolicy>): DeliveryPolicy => ({ maxAttempts: 3, deadLetter: failed, ...over });
  expect([insideMs(policy({ maxAttempts: 1 }), 1_000), insideMs(policy({}), 1_000), insideMs(policy({ backoff: { min: "10s", max: "1m" } }), 1_000), insideMs(policy({ backoff: "1s", retryAfter: { max: "5s" } }), 1_000)]).toEqual([1_250, 3_750, 33_750, 13_750]);
});
