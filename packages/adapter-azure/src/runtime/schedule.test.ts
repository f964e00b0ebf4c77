import type { InvocationContext } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { schedule as scheduleFunction, type ScheduleFunction } from "@isobar/core";
import type { Effect, Outbox } from "@isobar/core/adapter";
import { ncrontabIn } from "../deploy/ncrontab.ts";
import { firings } from "../testing/services/timer.ts";
import { schedule, scheduleRelay } from "./index.ts";

const delivery = { maxAttempts: 3, deadLetter: "discard" } as const;
const report = (cron: string, zone = "UTC"): ScheduleFunction => scheduleFunction(cron, { delivery, zone }, () => {});
const context = { invocationId: "i-1", functionName: "reportRelay" } as InvocationContext;
const iso = (at: number) => new Date(at).toISOString();

/** A timer of a function at one moment. In: what the host hands over. Out: what was sent, and what was logged. */
async function called(fn: ScheduleFunction, body: object, at: string, outbox?: Outbox): Promise<{ readonly sent: readonly Effect[]; readonly lines: readonly string[] }> {
  const sent: Effect[] = [];
  const lines: string[] = [];
  const relay = scheduleRelay(fn, { name: "report", clock: { now: () => Date.parse(at), after: () => () => {} }, outbox: outbox ?? { perform: async (effect) => void sent.push(effect) }, log: (level, line) => void lines.push(`${level} ${line}`) });
  await relay(body, context);
  return { sent, lines };
}
const status = (next: string) => ({ last: "2030-01-01T00:00:00+00:00", next, lastUpdated: "2030-01-01T00:00:00+00:00" });
const ticks = (sent: readonly Effect[]) => sent.map((effect) => (effect.do === "send" ? `${effect.deduplicationId} ${String(effect.body)}` : effect.do));

describe("a timer's relay", () => {
  test("sends the tick that is due to the function's own queue, with its time for an id", async () => {
    expect((await called(report("0 6 * * *"), { isPastDue: false, scheduleStatus: status("2030-01-02T06:00:00+00:00") }, "2030-01-02T06:00:00.020Z")).sent).toEqual([
      { do: "send", to: { resource: "queue", name: ".report" }, body: '{"scheduledTime":"2030-01-02T06:00:00.000Z","overdue":false}', deduplicationId: "2030-01-02T06:00:00.000Z" },
    ]);
  });
  test("sends what its own function reads", async () => {
    const { sent: [effect] } = await called(report("0 6 * * *"), { isPastDue: false, scheduleStatus: status("2030-01-02T06:00:00+00:00") }, "2030-01-02T06:00:00.020Z");
    const { body, deduplicationId } = effect as Extract<Effect, { do: "send" }>;
    const seen: unknown[] = [];
    const fn = scheduleFunction("0 6 * * *", { delivery }, (event, ctx) => void seen.push([event.id, event.time, event.data, ctx.attempt]));
    await schedule(fn)(Buffer.from(body as string), { ...context, triggerMetadata: { messageId: deduplicationId, deliveryCount: 1, enqueuedTimeUtc: "2030-01-02T06:00:01Z" } } as unknown as InvocationContext);
    expect(seen).toEqual([["2030-01-02T06:00:00.000Z", "2030-01-02T06:00:00.000Z", { scheduledTime: "2030-01-02T06:00:00.000Z", overdue: false }, 1]]);
  });
  test("drops what the zone's clock does not show, and says so", async () => {
    const berlin = report("0 6 * * *", "Europe/Berlin");
    const winter = await called(berlin, { isPastDue: false, scheduleStatus: status("2030-01-02T04:00:00+00:00") }, "2030-01-02T04:00:00Z");
    expect([winter.sent, winter.lines]).toEqual([[], ['debug {"level":"debug","message":"filtered; acknowledged without running","faas.name":"report","scheduledTime":"2030-01-02T04:00:00.000Z"}']]);
    expect(ticks((await called(berlin, { isPastDue: false, scheduleStatus: status("2030-01-02T05:00:00+00:00") }, "2030-01-02T05:00:00Z")).sent)).toEqual(['2030-01-02T05:00:00.000Z {"scheduledTime":"2030-01-02T05:00:00.000Z","overdue":false}']);
    expect((await called(berlin, { isPastDue: false, scheduleStatus: status("2030-07-02T05:00:00+00:00") }, "2030-07-02T05:00:00Z")).sent).toEqual([]);
  });
  test("of what was missed sends the first, whose call may have been lost, and the last", async () => {
    const past = { isPastDue: true, scheduleStatus: status("2030-01-02T06:00:00+00:00") };
    expect(ticks((await called(report("0 * * * *"), past, "2030-01-02T09:30:00Z")).sent)).toEqual(['2030-01-02T06:00:00.000Z {"scheduledTime":"2030-01-02T06:00:00.000Z","overdue":true}', '2030-01-02T09:00:00.000Z {"scheduledTime":"2030-01-02T09:00:00.000Z","overdue":true}']);
    expect(ticks((await called(report("0 6 * * *"), past, "2030-01-02T06:00:05Z")).sent)).toEqual(['2030-01-02T06:00:00.000Z {"scheduledTime":"2030-01-02T06:00:00.000Z","overdue":true}']);
  });
  test("a tick is not lost because the timer noted one that is none", async () => {
    // At 04:00 the timer fires for summer; the host came back at 05:10, behind the winter's tick.
    const { sent } = await called(report("0 6 * * *", "Europe/Berlin"), { isPastDue: true, scheduleStatus: status("2030-01-02T04:00:00+00:00") }, "2030-01-02T05:10:00Z");
    expect(ticks(sent)).toEqual(['2030-01-02T05:00:00.000Z {"scheduledTime":"2030-01-02T05:00:00.000Z","overdue":true}']);
    expect((await called(report("0 6 * * *", "Europe/Berlin"), { isPastDue: true, scheduleStatus: status("2030-01-02T04:00:00+00:00") }, "2030-01-02T04:30:00Z")).sent).toEqual([]);
  });
  test.each([["on time", "2030-01-02T06:00:00.900Z", ["2030-01-02T06:00:00.000Z"]], ["a little before", "2030-01-02T05:59:59.700Z", ["2030-01-02T06:00:00.000Z"]], ["long after", "2030-01-02T06:01:30Z", []]])("without a status the clock tells: %s", async (_, at, due) => {
    expect((await called(report("0 6 * * *"), { isPastDue: false, scheduleStatus: null }, at)).sent.map((effect) => (effect as Extract<Effect, { do: "send" }>).deduplicationId)).toEqual(due);
  });
  test("rejects where the queue did not take it, so that the host calls again", async () => {
    await expect(called(report("0 6 * * *"), { isPastDue: false, scheduleStatus: status("2030-01-02T06:00:00+00:00") }, "2030-01-02T06:00:00Z", { perform: () => Promise.reject(new Error("busy")) })).rejects.toThrow("busy");
  });
  test("gives a send that hangs a limit", async () => {
    let limit = (): void => {};
    const relay = scheduleRelay(report("0 6 * * *"), { name: "report", clock: { now: () => Date.parse("2030-01-02T06:00:00Z"), after: (ms, then) => (expect(ms).toBe(25_000), (limit = then), () => {}) }, outbox: { perform: (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))) } });
    const sending = relay({ isPastDue: false, scheduleStatus: status("2030-01-02T06:00:00+00:00") }, context);
    limit();
    await expect(sending).rejects.toMatchObject({ code: "send-failed" });
  });
  test("what is no timer object is refused; a day that never comes has no tick", async () => {
    await expect(called(report("0 6 * * *"), {}, "2030-01-02T06:00:00Z")).rejects.toMatchObject({ code: "invalid-native-event" });
    expect((await called(report("0 0 30 2 *"), { isPastDue: false, scheduleStatus: status("2030-03-01T00:00:00+00:00") }, "2030-03-01T00:00:00Z")).sent).toEqual([]);
  });
  test("without its parts is refused when it is made", () => {
    expect(() => scheduleRelay(report("0 6 * * *"), { name: "report" })).toThrow(expect.objectContaining({ code: "invalid-definition" }));
    expect(() => scheduleRelay(report("0 6 * * *"), { outbox: { perform: async () => {} } })).toThrow(expect.objectContaining({ code: "invalid-definition" }));
  });
});

describe("the timer as it is rendered, and its relay, send each tick of the zone once", () => {
  test.each([
    ["30 2 * * *", "Europe/Berlin", "2030-03-30", "2030-04-01", ["2030-03-30T01:30:00.000Z"]],
    ["30 2 * * *", "Europe/Berlin", "2030-10-26", "2030-10-29", ["2030-10-26T00:30:00.000Z", "2030-10-27T00:30:00.000Z", "2030-10-28T01:30:00.000Z"]],
    ["0 0 1 * *", "Asia/Kathmandu", "2030-02-25", "2030-03-05", ["2030-02-28T18:15:00.000Z"]],
    ["45 1 * * *", "Australia/Lord_Howe", "2030-04-05", "2030-04-08", ["2030-04-05T14:45:00.000Z", "2030-04-06T14:45:00.000Z", "2030-04-07T15:15:00.000Z"]],
  ])("%s in %s from %s", async (cron, zone, from, until, due) => {
    const fn = report(cron, zone);
    const sent: string[] = [];
    for (const at of firings(ncrontabIn(cron, zone), Date.parse(from), Date.parse(until))) {
      const { sent: effects } = await called(fn, { isPastDue: false, scheduleStatus: status(iso(at)) }, iso(at + 15));
      sent.push(...effects.map((effect) => (effect as Extract<Effect, { do: "send" }>).deduplicationId!));
    }
    expect(sent).toEqual(due);
  });
});
