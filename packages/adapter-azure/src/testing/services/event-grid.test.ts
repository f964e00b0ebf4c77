import { describe, expect, test } from "vitest";
import { bus, defineApp, defineBus, defineQueue, type BusFunction, type DeliveryPolicy } from "@isobar/core";
import type { Wire } from "@isobar/core/adapter";
import { script, simulate, type Faults, type Simulated } from "@isobar/simulator";
import { busPlan } from "../../triggers/bus/plan.ts";
import { busWires } from "../../triggers/bus/testing.ts";
import { eventGridRules } from "./event-grid.ts";

interface Case {
  readonly delivery?: Partial<DeliveryPolicy>;
  readonly timeout?: "1s" | "29s";
  readonly faults?: Faults;
  readonly host?: object;
}
/** Without jitter, so that times are the table's. */
async function run(outcomes: Readonly<Record<string, string>>, { delivery, timeout = "1s", faults = {}, host = {} }: Case = {}): Promise<Simulated> {
  const audit: BusFunction = bus(defineBus("events"), { delivery: { maxAttempts: 3, deadLetter: defineQueue("failed"), ...delivery } as DeliveryPolicy, timeout }, () => {});
  const rendered = busPlan.render({ name: "audit", fn: audit, settings: { variant: "direct" }, app: defineApp("shop", { audit }) });
  const resources = { ...rendered.resources, "host.json": { ...rendered.resources["host.json"], ...host } };
  const messages = Object.entries(outcomes).map(([id, text]) => ({ message: { id, body: "", told: { event: { source: "shop", detailType: "placed", detail: {} }, time: "2030-01-01T00:00:00Z" } }, acts: script(text) }));
  return simulate({ wire: busWires.find(({ variant }) => variant === "direct")! as Wire, rendered: { ...rendered, resources }, name: "audit", fn: audit, faults, messages, unsure: { jitter: 0 } });
}
const starts = ({ fates }: Simulated, id = "m") => fates[id]!.starts.map(({ atMs, attempt, act }) => `${atMs / 1000}s ${attempt ?? "?"} ${act}`);
const rest = ({ fates }: Simulated, id = "m") => {
  const { rest: where, queue: name, reason, letters, atMs } = fates[id]!;
  return [where, name, reason, letters, atMs! / 1000].filter((part) => part !== undefined);
};

describe("Event Grid", () => {
  test("delivers again by its own table, and leaves what is used up as a blob five minutes later", async () => {
    const seen = await run({ m: "fail" }, { delivery: { maxAttempts: 11 } });
    expect([starts(seen).map((start) => start.split(" ")[0]), rest(seen)]).toEqual([
      ["0s", "10s", "40s", "100s", "400s", "1000s", "2800s", "6400s", "17200s", "38800s", "82000s"], ["dead-letter", "isobar-undelivered", "MaxDeliveryAttemptsExceeded", 0, 82_300],
    ]);
  });
  test("gives up what is too old", async () => {
    const seen = await run({ m: "fail" }, { delivery: { maxAttempts: 30, maxAge: "5m" } });
    expect([starts(seen).length, rest(seen)]).toEqual([4, ["dead-letter", "isobar-undelivered", "TimeToLiveExceeded", 0, 700]]);
  });
  test("drops what it gives up where it has no place for it", async () => {
    expect(rest(await run({ m: "fail" }, { delivery: { deadLetter: "discard" } }))).toEqual(["discarded", "MaxDeliveryAttemptsExceeded", 0, 40]);
  });
  test("does not tell the attempt", async () => expect(starts(await run({ m: "fail,ok" }))).toEqual(["0s ? fail", "10s ? ok"]));
  test("hears of a reject as of a success, once its letter is written", async () => {
    expect(rest(await run({ m: "reject" }))).toEqual(["dead-letter", "failed", "as scripted", 1, 0]);
  });
  test("counts what found no instance, and what crashed", async () => {
    const seen = await run({ m: "ok" }, { faults: { capacity: { instances: 0, fromMs: 0, untilMs: 60_000 } } });
    expect([starts(seen), rest(seen).slice(0, 3)]).toEqual([[], ["dead-letter", "isobar-undelivered", "MaxDeliveryAttemptsExceeded"]]);
    expect(starts(await run({ m: "crash,ok" }))).toEqual(["0s ? crash", "10s ? ok"]);
  });
  test("waits 30 s for an answer: one that comes later settles nothing, and the event is delivered beside it", async () => {
    const seen = await run({ m: "slow:35s,ok" }, { timeout: "29s", host: { functionTimeout: "00:10:00" } });
    expect(starts(seen)).toEqual(["0s ? slow:35s", "39.25s ? ok"]);
    const late = await run({ m: "block,ok" }, { timeout: "29s", host: { functionTimeout: "00:10:00" } });
    expect(starts(late)).toEqual(["0s ? block", "40s ? ok"]);
  });
  test("takes nothing back", async () => {
    const audit: BusFunction = bus(defineBus("events"), { delivery: { maxAttempts: 3, deadLetter: "discard" } }, () => {});
    const rendered = busPlan.render({ name: "audit", fn: audit, settings: { variant: "direct" }, app: defineApp("shop", { audit }) });
    const broker = eventGridRules(rendered).open({ clock: { now: () => 0, after: () => () => {} }, random: () => 0, hand: () => new Promise(() => {}), moved: () => {}, takes: () => true });
    await expect(broker.perform({ do: "postpone", record: {}, afterMs: 1 })).rejects.toMatchObject({ code: "unsupported" });
    expect(() => eventGridRules({ ...rendered, resources: { registration: rendered.resources.registration! } })).toThrow("no event subscription is rendered");
  });
});
