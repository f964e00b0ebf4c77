import { describe, expect, test } from "vitest";
import { bus, changes, defineBus, defineQueue, defineTable, queue, schedule, type AnyFunction } from "@isobar/core";
import type { Effect, NeutralMessage } from "@isobar/core/adapter";
import { native } from "../native.ts";
import { enter } from "./enter.ts";
import { planned } from "./planned.ts";
import { wires } from "./wires.ts";

const delivery = { maxAttempts: 3, backoff: "10s", deadLetter: defineQueue("failed") } as const;
const clock = { now: () => Date.UTC(2030, 0, 1, 0, 0, 5), after: () => () => {} };
/** One invocation of a rendered function, as its service would make it. */
async function entered(fn: AnyFunction, message: Partial<NeutralMessage>, settings: object = {}, more: object = {}) {
  const { binding: { rendered, variant } } = planned(fn, settings);
  const wire = wires.find(({ kind, variant: own }) => kind === fn.kind && own === variant)!;
  const given = wire.side!.fabricate([{ id: "m-1", attempt: 1, body: '{"n":1}', enqueuedAt: Date.UTC(2030, 0, 1), ...message } as never], "orders");
  return enter(fn, rendered, { name: "act", clock, log: () => {}, ...more })(given);
}

describe("the entry that is deployed, in this process", () => {
  test("sees what the real runtime would, and its record behind ctx", async () => {
    const seen: unknown[] = [];
    const fn = queue(defineQueue("orders"), { delivery }, (event, ctx) => void seen.push([event.id, event.data, ctx.attempt, ctx.functionName, ctx.invocationId, native(ctx)?.record.metadata.lockToken]));
    expect([await entered(fn, { attempt: 2 }), seen]).toEqual([{ returned: { outputData: [] } }, [["m-1", { n: 1 }, 2, "act", "invocation-1", "00000000-0000-0000-0000-000000000000"]]]);
  });
  test("has the keeping that was rendered: what fails is put back, and acknowledged", async () => {
    const effects: Effect[] = [];
    const fn = queue(defineQueue("orders"), { delivery }, () => { throw new Error("down"); });
    expect(await entered(fn, {}, {}, { outbox: { perform: async (effect: Effect) => void effects.push(effect) } })).toEqual({ returned: { outputData: [] } });
    expect(effects).toMatchObject([{ do: "requeue", afterMs: 10_000, deduplicationId: "m-1:2:1893456000000" }]);
  });
  test("is heard to throw where its handler's message comes again", async () => {
    const fn = queue(defineQueue("orders"), { delivery: { maxAttempts: 3, deadLetter: defineQueue("failed") } }, () => { throw new Error("down"); });
    expect(await entered(fn, {})).toEqual({ threw: { type: "IsobarError", message: "the message comes again" } });
  });
  test.each<[string, AnyFunction, object, object, (seen: unknown[]) => unknown]>([
    ["a change feed is a list", changes(defineTable("users"), { delivery }, () => {}), { told: { change: { operation: "written", key: { id: "u-1" }, after: { id: "u-1" } }, subject: "u-1" } }, {}, ([event]) => (event as { data: unknown }).data],
    ["Event Grid's event is JSON", bus(defineBus("events"), { delivery }, () => {}), { told: { event: { source: "shop", detailType: "placed", detail: 1 } } }, { variant: "direct" }, ([event]) => (event as { data: unknown }).data],
    ["a timer has its own object", schedule("* * * * *", { delivery }, () => {}), { told: { scheduledTime: "2030-01-01T00:00:00.000Z", overdue: true } }, { variant: "direct" }, ([event]) => (event as { data: unknown }).data],
  ])("%s", async (_, fn, message, settings, read) => {
    const seen: unknown[] = [];
    await entered({ ...fn, handle: (event: unknown) => void seen.push(event) } as AnyFunction, message, settings);
    expect(read(seen)).toEqual({ changes: { operation: "written", key: { id: "u-1" }, after: { id: "u-1" } }, bus: { source: "shop", detailType: "placed", detail: 1 }, schedule: { scheduledTime: "2030-01-01T00:00:00.000Z", overdue: true } }[fn.kind as "bus"]);
  });
  test("what is no invocation of its trigger is a fault", async () => {
    const fn = queue(defineQueue("orders"), { delivery }, () => {});
    expect(await enter(fn, planned(fn).binding.rendered, { name: "act", clock })({ inputData: [] })).toMatchObject({ threw: { type: "IsobarError" } });
  });
});
