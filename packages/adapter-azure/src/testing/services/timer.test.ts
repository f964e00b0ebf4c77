import { describe, expect, test } from "vitest";
import { defineApp, schedule, defineQueue, type DeliveryPolicy, type ScheduleFunction } from "@isobar/core";
import type { Rendered, Unsure, Wire } from "@isobar/core/adapter";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { schedulePlan } from "../../triggers/schedule/plan.ts";
import { scheduleWires } from "../../triggers/schedule/testing.ts";
import { firings } from "./timer.ts";

interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly variant?: "direct";
  readonly faults?: Faults;
  readonly unsure?: Unsure;
  readonly options?: object;
}
/** In: what each tick's starts do; ticks are a minute apart. */
async function run(outcomes: readonly string[], { delivery, variant, options = {}, ...more }: Case = {}): Promise<Simulated> {
  const report: ScheduleFunction = schedule("* * * * *", { delivery: { maxAttempts: 3, deadLetter: defineQueue("failed"), ...delivery } as DeliveryPolicy, timeout: "90s" }, () => {});
  const { resources, ...rest }: Rendered = schedulePlan.render({ name: "report", fn: report, settings: variant === undefined ? {} : { variant }, app: defineApp("shop", { report }) });
  const registration = resources.registration as { readonly options: object };
  const rendered = { ...rest, resources: { ...resources, registration: { ...registration, options: { ...registration.options, ...options } } } };
  const wire = scheduleWires.find((each) => each.variant === (variant ?? "timer-service-bus"))!;
  const messages = outcomes.map((text, i) => ({ atMs: i * 60_000, message: { id: `t${i}`, body: "", told: { scheduledTime: new Date(Date.UTC(2030, 0, 1) + i * 60_000).toISOString(), overdue: false } }, acts: script(text) }));
  return simulate({ wire: wire as Wire, rendered, name: "report", fn: report, messages, ...more });
}
const starts = ({ fates }: Simulated, id: string) => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt ?? "?"} ${act}`);
const rest = ({ fates }: Simulated, id: string) => {
  const { rest: where, queue: name, reason, letters } = fates[id]!;
  return [where, name, reason, letters].filter((part) => part !== undefined);
};

describe("a timer that calls", () => {
  const direct = { variant: "direct" } as const;
  test("a tick that is due while another runs waits for its end", async () => {
    const seen = await run(["slow:80s", "ok"], direct);
    expect([starts(seen, "t0"), starts(seen, "t1")]).toEqual([["0s #1 slow:80s"], ["80s #1 ok"]]);
  });
  test("attempts are made inside the call, and the last one's letter is written", async () => {
    const seen = await run(["fail"], { ...direct, delivery: { backoff: "10s" } });
    expect([starts(seen, "t0"), rest(seen, "t0")]).toEqual([["0s #1 fail", "10s #2 fail", "20s #3 fail"], ["dead-letter", "failed", "attempts used up", 1]]);
  });
  test("a crash is tried again by the host", async () => expect(starts(await run(["crash,ok"], direct), "t0")).toEqual(["0s #1 crash", "10s #1 ok"]));
  test("where its host is lost, the first tick comes once more, and those in between are lost", async () => {
    const seen = await run(["crash:30s,ok", "ok", "ok", "ok"], { ...direct, unsure: { crashesPerHost: 1, startMs: 120_000 } });
    expect([starts(seen, "t0"), rest(seen, "t1"), rest(seen, "t2"), starts(seen, "t3")]).toEqual([["0s #1 crash:30s", "150s #1 ok"], ["discarded", "it was due while no host ran", 0], ["discarded", "it was due while no host ran", 0], ["180s #1 ok"]]);
  });
  test("without a monitor nobody notes what a lost host was at", async () => {
    const seen = await run(["crash"], { ...direct, options: { useMonitor: false }, unsure: { crashesPerHost: 1 } });
    expect(rest(seen, "t0")).toEqual(["discarded", "its host was lost, and nobody had noted it", 0]);
  });
  test("without a retry what crashes is lost", async () => {
    expect(rest(await run(["crash"], { ...direct, options: { retry: undefined } }), "t0")).toEqual(["lost", 0]);
  });
});
describe("a tick in a queue", () => {
  test("is a message like any other: a crash loses nothing, and ticks overlap", async () => {
    const seen = await run(["slow:80s", "crash,ok"], { delivery: { backoff: "10s" } });
    expect([starts(seen, "t0"), starts(seen, "t1")]).toEqual([["0s #1 slow:80s", "110s #2 slow:80s"], ["60s #1 crash", "120s #2 ok"]]);
  });
  test("put back behind a delay is read from its body", async () => {
    expect(starts(await run(["fail,ok"], { delivery: { backoff: "10s" } }), "t0")).toEqual(["0s #1 fail", "10s #2 ok"]);
  });
});

test("an expression fires at the minutes that it names", () => {
  const times = (expression: string, from: string, until: string) => firings(expression, Date.parse(from), Date.parse(until)).map((at) => new Date(at).toISOString().slice(0, 16));
  expect(times("0 0 6 * * 1-5", "2030-01-04", "2030-01-08")).toEqual(["2030-01-04T06:00", "2030-01-07T06:00"]);
  expect(times("0 */20,5 4,5 * * *", "2030-01-01T04:00", "2030-01-01T05:01")).toEqual(["2030-01-01T04:00", "2030-01-01T04:05", "2030-01-01T04:20", "2030-01-01T04:40", "2030-01-01T05:00"]);
  expect(times("0 15 18 28,29,30,31 1,12 *", "2030-01-30", "2030-03-01")).toEqual(["2030-01-30T18:15", "2030-01-31T18:15"]);
  expect(times("0 50/5 0 1 * 2", "2030-01-01T00:00", "2030-01-01T01:00")).toEqual(["2030-01-01T00:50", "2030-01-01T00:55"]);
});
