import { describe, expect, test } from "vitest";
import type { AsynchronousKind, ToldOf } from "@isobar/core";
import type { NeutralMessage } from "@isobar/core/adapter";
import { wires } from "./wires.ts";

const at = "2030-01-01T00:00:00.000Z";
const told: { readonly [K in AsynchronousKind]: ToldOf<K> } = {
  queue: undefined,
  call: undefined,
  topic: { subject: "greetings" },
  storage: { change: "created", time: at, object: { bucket: "uploads", key: "a b/ü%.txt", size: 7, etag: "0x8D4", contentType: "text/plain" } },
  schedule: { scheduledTime: at, overdue: true },
  changes: { change: { operation: "written", key: { id: "u-1" }, after: { id: "u-1", n: 1 } }, subject: "u-1", time: at },
  stream: { partitionKey: "key-1", sequence: "47" },
  bus: { event: { source: "shop.orders", detailType: "placed", detail: { n: 1 } }, subject: "order-1", time: at },
  logs: { log: { resource: "/a", part: "console", entries: [{ time: at, severity: "Error", message: "no paper" }] } },
};
const message = (kind: AsynchronousKind): NeutralMessage<never> => ({ id: "message-1", attempt: 2, body: "{}", enqueuedAt: Date.UTC(2030, 0, 1), told: told[kind] as never });

test("every kind has its wires, the default first", () => {
  expect(wires.map(({ kind, variant }) => `${kind} ${variant}`)).toEqual([
    "http http-trigger", "queue service-bus", "queue storage-queue", "topic service-bus", "storage event-grid-service-bus", "storage direct", "storage event-grid-schema", "schedule timer-service-bus", "schedule direct",
    "changes cosmos-db", "stream event-hubs", "stream kafka", "bus event-grid-service-bus", "bus direct", "bus event-grid-schema", "logs event-hubs", "call http", "call async",
  ]);
});
test("every wire that an app is deployed behind has its services' rules and its entry; the others say why there is none", () => {
  const brokered = wires.filter(({ side }) => side !== undefined);
  expect(brokered.filter(({ rules, enter, decodesOnly }) => (rules === undefined) !== (decodesOnly !== undefined) || (rules === undefined) !== (enter === undefined)).map(({ kind, variant }) => `${kind} ${variant}`)).toEqual([]);
  expect(brokered.filter(({ rules }) => rules === undefined).map(({ kind, variant }) => `${kind} ${variant}`)).toEqual(["storage event-grid-schema", "stream kafka", "bus event-grid-schema"]);
});
test("a copy that was put back has the body that was, and nothing of its service's beside it", async () => {
  const wire = wires.find(({ kind }) => kind === "bus")!;
  const { told: _, ...bare } = message("bus");
  const body = '{"specversion":"1.0","id":"event-7","source":"shop.orders","type":"placed","data":{"n":7}}';
  const decoded = await wire.decode(wire.side!.fabricate([{ ...bare, id: "event-7:2", body, attempt: 1, attribute: '{"v":1,"id":"event-7","used":1}' }], "source"));
  const [item] = "items" in decoded ? decoded.items : [];
  const [delivery] = "deliveries" in item! ? item.deliveries : [];
  expect([delivery!.id, delivery!.attempt, delivery!.told!()]).toEqual(["event-7", 2, { event: { source: "shop.orders", detailType: "placed", detail: { n: 7 } }, subject: undefined, time: undefined }]);
});
describe.each(wires.filter(({ side }) => side !== undefined).map((wire) => [`${wire.kind} by ${wire.variant}`, wire] as const))("%s", (_, wire) => {
  const kind = wire.kind as AsynchronousKind;
  const side = wire.side!;
  test("an event that its broker spells is read as it was told", async () => {
    const native = side.fabricate([message(kind)], "source");
    const decoded = await wire.decode(native);
    const [item] = "items" in decoded ? decoded.items : [];
    expect(item).toHaveProperty("deliveries.length", 1);
    const [delivery] = "deliveries" in item! ? item.deliveries : [];
    expect(delivery!.told?.()).toEqual(told[kind]);
    expect([delivery!.attempt, delivery!.id === "message-1"]).toEqual([side.tellsAttempt ? 2 : undefined, side.drops?.id === undefined]);
    expect(wire.native(native)).toEqual(native);
  });
  test("a return is an acknowledgement, anything else is none", () => {
    const native = side.fabricate([message(kind)], "source");
    expect([side.interpret({ returned: {} }, native), side.interpret({ threw: { type: "Error", message: "no" } }, native), side.interpret({ timedOut: true }, native)].map((fates) => fates.map(({ then }) => then))).toEqual([["done"], ["again"], ["again"]]);
  });
  test("an event has one id, alone and wherever it stands in a batch", async () => {
    const ids = async (messages: readonly NeutralMessage<never>[]) => {
      const decoded = await wire.decode(side.fabricate(messages, "source"));
      return "items" in decoded ? decoded.items.map((item) => ("deliveries" in item ? item.deliveries[0]!.id : undefined)) : [];
    };
    const [one, two] = [{ ...message(kind), id: "message-1" }, { ...message(kind), id: "message-2" }];
    const alone = [...(await ids([one])), ...(await ids([two]))];
    if (side.maxBatch > 1) expect([await ids([one, two]), await ids([two, one])]).toEqual([alone, [...alone].reverse()]);
    expect(await ids([{ ...one, attempt: 3 }])).toEqual([alone[0]]);
    // Of events that say the same, where nothing that they are told of numbers them.
    if (kind === "logs" || kind === "changes" || kind === "queue") expect(alone[0]).not.toBe(alone[1]);
  });
  test("more than a batch is refused", () => expect(() => side.fabricate(Array.from({ length: side.maxBatch + 1 }, () => message(kind)), "source")).toThrow(RangeError));
});
