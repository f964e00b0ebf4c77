import { describe, expect, test } from "vitest";
import { defineApp } from "./app.ts";
import { defineQueue } from "./channel.ts";
import type { Target } from "./config.ts";
import { approximated, askedOf, capabilities, emulated, exact, gapText, longestWaitMs, plan, refuse, refusedOf, spanMs, spelledMs, unsupported, type Adapter, type Verdict } from "./plan.ts";
import { queue } from "./triggers/queue.ts";
import { schedule } from "./triggers/schedule.ts";

const failed = defineQueue("orders-failed");
const charge = queue(defineQueue("orders"), { delivery: { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed }, timeout: "1s" }, () => {});
const tidy = schedule("0 6 * * *", { delivery: { maxAttempts: 1, deadLetter: "discard" }, zone: "Europe/Berlin" }, () => {});
const app = defineApp("shop", { charge, tidy });

/** A cloud that keeps everything but what is given. */
function cloud(short: Partial<Record<string, Verdict>> = {}, faults: readonly string[] = []): Adapter {
  const trigger = (kind: keyof typeof capabilities) => ({
    variant: ({ variant = "usual" }: { readonly variant?: string }) => variant,
    assess: () => Object.fromEntries(capabilities[kind].map((each) => [each, short[each] ?? exact()])),
    render: () => ({ maker: kind, resources: {}, grants: [] }),
  });
  return { cloud: "sky", triggers: Object.fromEntries(Object.keys(capabilities).map((kind) => [kind, trigger(kind as keyof typeof capabilities)])) as never, units: ({ app: { functions } }) => Object.keys(functions).map((name) => ({ name: `${name}-unit`, kind: functions[name]!.kind, functions: [name] })), entry: () => { throw new Error("not asked"); }, faults: () => faults };
}
const target = (functions: object = {}): Target => ({ cloud: "sky", app, settings: { functions } });

describe("a plan", () => {
  test("has a verdict for each capability of each function, in the order of the list, with what was asked and where", () => {
    const { bindings, gaps, faults } = plan(target(), cloud({ backoff: emulated("by a copy", "after a crash") }));
    expect(bindings.map(({ function: name, kind, variant, unit, source, verdicts }) => [name, kind, variant, unit, source, verdicts.map(({ capability }) => capability)])).toEqual([
      ["charge", "queue", "usual", "charge-unit", "orders", [...capabilities.queue]],
      ["tidy", "schedule", "usual", "tidy-unit", "0 6 * * *", [...capabilities.schedule]],
    ]);
    expect(bindings[0]!.verdicts[1]).toEqual({ capability: "backoff", asked: "a wait that doubles from 10s to 10m", verdict: { verdict: "emulated", how: "by a copy", window: "after a crash", by: [] } });
    expect([gaps, faults]).toEqual([[], []]);
  });
  test("tells every gap at once, each in four parts", () => {
    const { gaps } = plan(target(), cloud({ order: unsupported("nothing orders it", "another cloud"), backoff: approximated("its waits are fixed", "60s") }));
    expect(gaps.map(gapText)).toEqual([
      'a wait that doubles from 10s to 10m · charge, queue "orders" by usual on sky · its waits are fixed · 60s',
      'no order · charge, queue "orders" by usual on sky · nothing orders it · another cloud',
      'no particular wait · tidy, schedule "0 6 * * *" by usual on sky · its waits are fixed · 60s',
      'no order · tidy, schedule "0 6 * * *" by usual on sky · nothing orders it · another cloud',
    ]);
  });
  test("a waiver accepts an approximation of one function by name, and nothing that is unsupported", () => {
    const made = plan(target({ charge: { accept: ["backoff", "order"], variant: "other" } }), cloud({ order: unsupported("no", "no"), backoff: approximated("no", "no") }));
    expect(refusedOf(made).map(({ where, capability }) => [where.split(",")[0], capability])).toEqual([["charge", "order"], ["tidy", "backoff"], ["tidy", "order"]]);
    expect(made.faults).toEqual([{ function: "charge", text: 'charge on sky: it accepts "order", which is not approximated there: take the waiver away' }]);
  });
  test("a waiver of what is kept is a fault: it would hide a gap of tomorrow", () => {
    expect(plan(target({ charge: { accept: ["backoff"] } }), cloud()).faults.map(({ text }) => text)).toEqual(['charge on sky: it accepts "backoff", which is not approximated there: take the waiver away']);
  });
  test("rules that the settings break are told with their function", () => {
    expect(plan(target(), cloud({}, ["it hides for less than it runs"])).faults).toEqual([{ function: "charge", text: "charge on sky: it hides for less than it runs" }, { function: "tidy", text: "tidy on sky: it hides for less than it runs" }]);
  });
  test("settings for a function that the app does not have are refused", () => {
    expect(() => plan(target({ chrage: {} }), cloud())).toThrow(expect.objectContaining({ code: "invalid-definition", message: 'sky: settings for chrage, which the app "shop" does not have' }));
  });
});

describe("refusing", () => {
  test("all clouds' gaps and faults come in one error", () => {
    const plans = [plan(target(), cloud({ order: unsupported("no order here", "elsewhere") })), plan(target(), cloud({ backoff: approximated("fixed", "60s") }, ["broken"]))];
    expect(() => refuse(plans)).toThrow(expect.objectContaining({ code: "unsupported", message: expect.stringMatching(/^6 promises that cannot be kept:\n(?: {2}.*\n){5} {2}.*$/) as string }));
    expect(() => refuse(plans)).toThrow(/fixed · 60s \(or accept: \["backoff"\] for this function\)/);
  });
  test("an app whose every promise is kept or accepted is not refused", () => {
    expect(() => refuse([plan(target({ charge: { accept: ["backoff"] }, tidy: { accept: ["backoff"] } }), cloud({ backoff: approximated("fixed", "60s") }))])).not.toThrow();
  });
});

describe("a policy in words and numbers", () => {
  test("each capability says what it asks for", () => {
    expect(capabilities.schedule.map((each) => askedOf(tidy, each))).toEqual(["1 attempt", "no particular wait", "no wait of the handler's own", "no limit of age", "discarded when rejected or used up", "no order", "up to 1 in one invocation", "20s for one delivery", "an attempt is spent by a start, not by waiting for an instance", "one id over retries, re-enqueue and redrive", "identity, settings and bundle of its own", "ticks in Europe/Berlin"]);
    expect(askedOf(charge, "deadLetter")).toBe('a dead letter in "orders-failed"');
  });
  test("the longest wait and the whole span", () => {
    const policy = charge.options.delivery;
    expect([longestWaitMs(policy), longestWaitMs({ ...policy, retryAfter: { max: "1h" } }), longestWaitMs({ maxAttempts: 1, deadLetter: "discard" })]).toEqual([600_000, 3_600_000, 0]);
    // 10 + 20 + 40 + 80 seconds between five attempts of a second.
    expect(spanMs(policy, 1_000)).toBe(155_000);
  });
  test.each([[1_500, "1500ms"], [60_000, "1m"], [90_000, "90s"], [7_200_000, "2h"], [86_400_000, "1d"], [0, "0ms"]] as const)("%s ms is %s", (ms, text) => expect(spelledMs(ms)).toBe(text));
});
