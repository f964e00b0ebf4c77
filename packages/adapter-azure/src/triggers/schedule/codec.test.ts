import { describe, expect, test } from "vitest";
import { queuedSchedule, timer } from "./codec.ts";

const only = ({ items: [item] }: ReturnType<typeof timer.decode>) => ("deliveries" in item! ? item.deliveries[0]! : undefined)!;
const relayed = (body: string) => only(queuedSchedule.decode({ body: new TextEncoder().encode(body), metadata: { messageId: "2030-01-01T06:00:00.000Z", enqueuedTimeUtc: "2030-01-01T06:00:01Z" } }) as never);

describe("a relayed tick", () => {
  test("tells when it was due, and whether it is late", () => {
    expect(relayed('{"scheduledTime":"2030-01-01T06:00:00.000Z","overdue":true}').told!()).toEqual({ scheduledTime: "2030-01-01T06:00:00.000Z", overdue: true });
    expect(relayed('{"scheduledTime":"2030-01-01T06:00:00.000Z"}').told!().overdue).toBe(false);
  });
  test.each([["{"], ["{}"], ["[]"], ["null"], ['{"scheduledTime":"six"}'], ['{"scheduledTime":"2030-01-01T06:00:00Z","overdue":"no"}']])("%s is a body to be rejected", (body) => expect(relayed(body).told).toThrow(expect.objectContaining({ code: "invalid-input" })));
});

describe("a timer's tick", () => {
  const status = { last: "2030-01-01T05:00:00.0105419+00:00", next: "2030-01-01T06:00:00+00:00", lastUpdated: "2030-01-01T05:00:00.0105419+00:00" };
  const tick = (over: object, at = 0) => only(timer.decode({ body: { schedule: { adjustForDST: true }, scheduleStatus: status, isPastDue: false, ...over }, at }));
  test("was due at `next`, which is its id too", () => {
    const delivery = tick({ isPastDue: true });
    expect([delivery.id, delivery.told!()]).toEqual(["2030-01-01T06:00:00+00:00", { scheduledTime: "2030-01-01T06:00:00.000Z", overdue: true }]);
  });
  test.each([["2030-01-01T07:00:00.5+01:00", "2030-01-01T06:00:00.500Z"], ["2030-01-01T06:00:00", "2030-01-01T06:00:00.000Z"]])("was due at %s, whatever its zone, and in UTC without one", (next, scheduledTime) => {
    expect(tick({ scheduleStatus: { next } }).told!().scheduledTime).toBe(scheduledTime);
  });
  test("is kept as the host gave it", () => {
    const body = { isPastDue: false, scheduleStatus: null };
    const { native, items: [item] } = timer.decode({ body, at: 7 });
    expect([native, "deliveries" in item! && item.deliveries[0]!.record, "deliveries" in item! && item.deliveries[0]!.body]).toEqual([{ body, at: 7 }, body, '{"isPastDue":false,"scheduleStatus":null}']);
  });
  test.each([[{ scheduleStatus: null }], [{ scheduleStatus: undefined }], [{ scheduleStatus: { next: "soon" } }]])("with %j leaves its time to be computed from when the host called", (over) => {
    const delivery = tick(over, Date.UTC(2030, 0, 1, 6, 0, 0, 250));
    expect([delivery.id, delivery.enqueuedAt, delivery.told!()]).toEqual(["2030-01-01T06:00:00.250Z", Date.UTC(2030, 0, 1, 6, 0, 0, 250), { scheduledTime: undefined, overdue: false }]);
  });
  test.each([[undefined], [null], ["tick"], [[]], [{}], [{ isPastDue: "false" }], [{ IsPastDue: false }]])("%j is none: the library camel-cases its names", (body) => {
    expect(() => timer.decode({ body, at: 0 })).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
});
test("a timer object that nobody says when it came is refused", () => expect(() => timer.decode({ body: { isPastDue: false } })).toThrow(expect.objectContaining({ code: "invalid-native-event" })));
