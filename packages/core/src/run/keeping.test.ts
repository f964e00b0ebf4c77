import { describe, expect, test } from "vitest";
import type { Kept } from "../boundary.ts";
import { defineQueue, type Queue } from "../channel.ts";
import { ack, reject, retry, type DeliveryPolicy } from "../delivery.ts";
import { plainKeeping } from "./keeping.ts";

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
  test("that is discarded is none", () => expect(effectsOf("discard")).toEqual([]));
});
