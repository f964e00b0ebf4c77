import { describe, expect, test } from "vitest";
import { defineApp, schedule, type DeliveryPolicy, type ScheduleFunction } from "@isobar/core";
import type { Unsure } from "@isobar/core/adapter";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { schedulePlan } from "../../triggers/schedule/plan.ts";
import { scheduleWires } from "../../triggers/schedule/testing.ts";
import { jobIn, schedulerRules, waitMs } from "./cloud-scheduler.ts";

const direct = scheduleWires.find(({ variant }) => variant === "direct")!;
const job = "google_cloud_scheduler_job.nightly";
interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly faults?: Faults;
  readonly unsure?: Unsure;
  readonly by?: object;
}
/** In: what each tick's starts do, by the minute it is due. */
async function run(outcomes: Readonly<Record<number, string>>, { delivery, faults, unsure, by = {} }: Case = {}): Promise<Simulated> {
  const nightly: ScheduleFunction = schedule("* * * * *", { delivery: { maxAttempts: 3, deadLetter: "discard", ...delivery }, timeout: "20s" }, () => {});
  const rendered = schedulePlan.render({ name: "nightly", fn: nightly, settings: { variant: "direct" }, app: defineApp("shop", { nightly }) });
  const resources = { ...rendered.resources, [job]: { ...rendered.resources[job], ...by } };
  const messages = Object.entries(outcomes).map(([minute, text]) => ({ message: { id: minute, body: "", told: { scheduledTime: new Date(Date.UTC(2030, 0, 1) + Number(minute) * 60_000).toISOString() } }, atMs: Number(minute) * 60_000, acts: script(text) }));
  return simulate({ wire: direct as never, rendered: { ...rendered, resources }, name: "nightly", fn: nightly, messages, ...(faults === undefined ? {} : { faults }), ...(unsure === undefined ? {} : { unsure }) });
}
const starts = ({ fates }: Simulated, id = "0") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s #${attempt} ${act}`);
const rest = ({ fates }: Simulated, id = "0") => [fates[id]!.rest, fates[id]!.reason].filter((part) => part !== undefined);

describe("a job that calls its function", () => {
  test("tries again after 5 s, doubling, as often as it says, and then gives the tick up", async () => {
    const seen = await run({ 0: "fail" });
    expect([starts(seen), rest(seen)]).toEqual([["0s #undefined fail", "5s #undefined fail", "15s #undefined fail"], ["discarded", "retry_count"]]);
  });
  test("waits as the policy says", async () => {
    expect(starts(await run({ 0: "fail" }, { delivery: { maxAttempts: 6, backoff: { min: "1s", max: "5s" } } }))).toEqual(["0s", "1s", "3s", "7s", "12s", "17s"].map((at) => `${at} #undefined fail`));
    expect(starts(await run({ 0: "fail" }, { delivery: { backoff: "2500ms" } }))).toEqual(["0s", "2.5s", "5s"].map((at) => `${at} #undefined fail`));
  });
  test("does not try again where it may not", async () => {
    const seen = await run({ 0: "throw" }, { delivery: { maxAttempts: 1 } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #undefined throw"], ["discarded", "retry_count"]]);
  });
  test("takes no answer before its deadline for a failed try, though the handler goes on", async () => {
    expect(starts(await run({ 0: "slow:16s,ok" }, { by: { attempt_deadline: "15s" } }))).toEqual(["0s #undefined slow:16s", "20s #undefined ok"]);
  });
  test("takes a 429 for a failed try", async () => {
    expect(starts(await run({ 0: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 6_000 } } }))).toEqual(["15s #undefined ok"]);
  });
  test("a tick that is older than maxAge is not run", async () => {
    const seen = await run({ 0: "fail,fail,ok" }, { delivery: { maxAge: "12s" } });
    expect([starts(seen), rest(seen)]).toEqual([["0s #undefined fail", "5s #undefined fail"], ["acknowledged"]]);
  });
  test("a reject ends the tick", async () => {
    const seen = await run({ 0: "reject" });
    expect([starts(seen), rest(seen)]).toEqual([["0s #undefined reject"], ["acknowledged"]]);
  });
});

describe("the next tick", () => {
  test("waits while a call is under way", async () => {
    const seen = await run({ 0: "slow:19s", 1: "ok" }, { by: { attempt_deadline: "1800s" }, delivery: { maxAttempts: 1 } });
    expect([starts(seen), starts(seen, "1")]).toEqual([["0s #undefined slow:19s"], ["60s #undefined ok"]]);
    const late = await run({ 0: "fail,slow:19s", 1: "ok" }, { delivery: { backoff: "50s" } });
    expect([starts(late), starts(late, "1")]).toEqual([["0s #undefined fail", "50s #undefined slow:19s"], ["69s #undefined ok"]]);
  });
  test("ends the retries of the one before, or waits for them: which is a parameter", async () => {
    const delivery = { backoff: "40s" } as const;
    const ended = await run({ 0: "fail", 1: "ok" }, { delivery });
    expect([starts(ended), rest(ended), starts(ended, "1")]).toEqual([["0s #undefined fail", "40s #undefined fail"], ["discarded", "the next tick was due"], ["60s #undefined ok"]]);
    const waited = await run({ 0: "fail", 1: "ok" }, { delivery, unsure: { endsAtNextTick: 0 } });
    expect([starts(waited), rest(waited), starts(waited, "1")]).toEqual([["0s #undefined fail", "40s #undefined fail", "80s #undefined fail"], ["discarded", "retry_count"], ["80s #undefined ok"]]);
  });
  test("comes at once where the call that failed was still under way when it was due", async () => {
    const seen = await run({ 0: "fail,hang", 1: "ok" }, { delivery: { backoff: "50s" } });
    expect([starts(seen), rest(seen), starts(seen, "1")]).toEqual([["0s #undefined fail", "50s #undefined hang"], ["discarded", "the next tick was due"], ["70.25s #undefined ok"]]);
  });
});

describe("what the rules read", () => {
  test("the curve of the reference's own example", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((k) => waitMs({ minMs: 10_000, maxMs: 300_000, doublings: 3 }, k) / 1000)).toEqual([10, 20, 40, 80, 160, 240, 300, 300]);
  });
  test("is the manifest, with the service's defaults where it says nothing", () => {
    expect(jobIn({ maker: "scheduleDirect", resources: { [job]: { http_target: {} } }, grants: [] })).toEqual({ retries: 0, minMs: 5_000, maxMs: 3_600_000, doublings: 5, deadlineMs: 180_000 });
  });
  test("a job that publishes calls nothing", () => {
    expect(() => jobIn({ maker: "schedule", resources: { [job]: { pubsub_target: {} } }, grants: [] })).toThrow(expect.objectContaining({ code: "unsupported", message: "no job that calls a function is rendered" }));
  });
  test("neither a wait of one tick's own nor a copy is taken", async () => {
    const rules = schedulerRules({ maker: "scheduleDirect", resources: { [job]: { http_target: {} }, "google_cloudfunctions2_function.nightly": {} }, grants: [] });
    await expect(rules.open({} as never).perform({ do: "postpone", record: {}, afterMs: 1 })).rejects.toMatchObject({ code: "unsupported", message: "postpone: a job waits as it says itself" });
    expect(rules.hosting).toEqual({ concurrency: 1, maxInstances: 100, timeoutMs: 60_000, onTimeout: "leaves-it-running" });
  });
});
