import { describe, expect, test } from "vitest";
import { defineQueue, defineTopic } from "./channel.ts";
import { ack, checkDelivery, isSettlement, reject, retry, type DeliveryPolicy } from "./delivery.ts";

describe("settlements", () => {
  test("say what was asked and nothing else", () => {
    expect(ack()).toMatchObject({ settle: "ack" });
    expect(Object.keys(ack())).toEqual(["settle"]);
    expect(Object.entries(retry())).toEqual([["settle", "retry"]]);
    expect(Object.entries(retry({ reason: "busy" }))).toEqual([["settle", "retry"], ["reason", "busy"]]);
    expect(Object.entries(retry({ after: "90s" }))).toEqual([["settle", "retry"], ["afterMs", 90_000]]);
    expect(Object.entries(retry({ after: "0s", reason: "now" }))).toEqual([["settle", "retry"], ["afterMs", 0], ["reason", "now"]]);
    expect(Object.entries(reject("broken"))).toEqual([["settle", "reject"], ["reason", "broken"]]);
  });
  test("are told from every look-alike by their brand", () => {
    for (const settlement of [ack(), retry(), retry({ after: "1s" }), reject("x")]) expect(isSettlement(settlement)).toBe(true);
    for (const other of [{ settle: "ack" }, { ...JSON.parse(JSON.stringify(reject("x"))) }, structuredClone({ settle: "retry" }), "ack", 1, true, null, undefined, () => ack(), [ack()], Symbol.for("isobar.settlement")]) expect(isSettlement(other)).toBe(false);
  });
  test("are known across two copies of the library", () => {
    expect(isSettlement({ settle: "ack", [Symbol.for("isobar.settlement")]: true })).toBe(true);
  });
  test("a wait that is no duration is refused where it is asked for", () => {
    expect(() => retry({ after: "soon" as "1s" })).toThrow(expect.objectContaining({ code: "invalid-definition" }));
  });
});

describe("a delivery policy", () => {
  const orders = defineQueue("orders");
  const failed = defineQueue("failed");
  const check = (policy: object) => () => checkDelivery({ maxAttempts: 3, deadLetter: failed, ...policy } as DeliveryPolicy, "queue", orders);

  test.each([
    {}, { maxAttempts: 1 }, { deadLetter: "discard" }, { backoff: "0s" }, { backoff: "30s" }, { backoff: { min: "10s", max: "10m" } }, { backoff: { min: "10s", max: "10s" } },
    { maxAge: "1d" }, { retryAfter: { max: "1h" } }, { maxAttempts: 5, backoff: { min: "1ms", max: "2d" }, maxAge: "7d", retryAfter: { max: "2h" } },
  ])("%j can be meant", (policy) => expect(check(policy)).not.toThrow());

  test.each([
    [{ maxAttempts: 0 }, "maxAttempts is an integer from 1"],
    [{ maxAttempts: -1 }, "maxAttempts is an integer from 1"],
    [{ maxAttempts: 2.5 }, "maxAttempts is an integer from 1"],
    [{ maxAttempts: Number.NaN }, "maxAttempts is an integer from 1"],
    [{ maxAttempts: Infinity }, "maxAttempts is an integer from 1"],
    [{ maxAttempts: "3" }, "maxAttempts is an integer from 1"],
    [{ maxAttempts: undefined }, "maxAttempts is an integer from 1"],
    [{ backoff: "10 sec" }, "is not a duration"],
    [{ backoff: { min: "10s", max: "soon" } }, "is not a duration"],
    [{ backoff: { min: "0s", max: "10m" } }, "backoff.min"],
    [{ backoff: { min: "11m", max: "10m" } }, "backoff goes from min 11m down to max 10m"],
    [{ maxAge: "0s" }, "maxAge"],
    [{ maxAge: "old" }, "is not a duration"],
    [{ retryAfter: { max: "0s" } }, "retryAfter.max"],
    [{ deadLetter: undefined }, 'deadLetter is a queue, or "discard"'],
    [{ deadLetter: "dicard" }, 'deadLetter is a queue, or "discard"'],
    [{ deadLetter: defineTopic("failed") }, 'deadLetter is a queue, or "discard"'],
    [{ deadLetter: orders }, "a dead letter in its own queue"],
    [{ deadLetter: defineQueue("orders") }, "a dead letter in its own queue"],
  ])("%j is refused", (policy, why) => {
    expect(check(policy)).toThrow(expect.objectContaining({ code: "invalid-definition", message: expect.stringContaining(why) }));
  });
});
