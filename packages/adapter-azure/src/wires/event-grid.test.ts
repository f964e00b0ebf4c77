import { cloudEventOf } from "@isobar/core/adapter";
import { describe, expect, test } from "vitest";
import { cloudEventIn, eventGridCodec, gridEventOf, type GridEvent } from "./event-grid.ts";
import { serviceBusCodec } from "./service-bus.ts";

const toldBy = ({ type, data }: GridEvent) => (type === "wrong" ? "wrong type" : { type, data });
const direct = eventGridCodec(cloudEventOf, toldBy);
const schema = eventGridCodec(gridEventOf, toldBy);
const queued = serviceBusCodec(cloudEventIn(toldBy));
const event = { specversion: "1.0", id: "e-1", source: "/shop", type: "order.placed", time: "2030-01-01T00:00:00Z", data: { n: 1 } };
const own = { id: "e-1", topic: "/shop", subject: "orders/1", eventType: "order.placed", eventTime: "2030-01-01T00:00:00.1234567Z", data: { n: 1 }, dataVersion: "", metadataVersion: "1" };
const message = (body: unknown) => queued.decode({ body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)), metadata: { messageId: "m-1", deliveryCount: 2 } }).items[0]!;
const deliveriesOf = (item: ReturnType<typeof message>) => ("deliveries" in item ? item.deliveries : undefined);

describe("an event in a message", () => {
  test("has its sender's id and the message's attempt", () => {
    const [delivery] = deliveriesOf(message(event))!;
    expect([delivery!.id, delivery!.attempt, delivery!.told!()]).toEqual(["e-1", 2, { type: "order.placed", data: { n: 1 } }]);
  });
  test.each([["no JSON", "{"], ["a list", [event]], ["another schema", own], ["another version", { ...event, specversion: "0.1" }], ["nothing", ""], ["none of the kind", { ...event, type: "wrong" }]])("that is %s is a body to be rejected, and kept", (_, body) => {
    const [delivery] = deliveriesOf(message(body))!;
    expect(delivery!.told).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect(delivery!.body).toEqual(new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)));
  });
});

describe("an event of the trigger", () => {
  test("is an item of its own, its body JSON", () => {
    const [item] = direct.decode({ body: event }).items;
    const { told, record, ...delivery } = deliveriesOf(item!)![0]!;
    expect([delivery, told!(), record]).toEqual([{ id: "e-1", attempt: undefined, group: undefined, enqueuedAt: undefined, body: JSON.stringify(event), attribute: undefined }, { type: "order.placed", data: { n: 1 } }, event]);
  });
  test("edge 47: may come alone or in a list, whose good ones are read beside a bad one", () => {
    expect(direct.decode({ body: [event, { ...event, id: "" }, { ...event, type: "wrong" }, event] }).items.map((item) => "deliveries" in item)).toEqual([true, false, false, true]);
    expect(direct.decode({ body: [] }).items).toEqual([]);
  });
  test("edge 48: one that validates or ends a subscription is acknowledged, and reaches no handler", () => {
    for (const eventType of ["Microsoft.EventGrid.SubscriptionValidationEvent", "Microsoft.EventGrid.SubscriptionDeletedEvent"]) {
      expect(schema.decode({ body: { ...own, eventType, data: { validationCode: "512d38b6-c7b8-40c8-89fe-f46f9e9622b6" } } }).items).toEqual([{ id: "e-1", deliveries: [] }]);
      expect(deliveriesOf(message({ ...event, type: eventType }))).toEqual([]);
    }
  });
  test.each([[undefined], ["text"], [123], [["list", 1, true]], [null]])("in Event Grid's schema may hold %j as its data", (data) => {
    const [item] = schema.decode({ body: { ...own, data } }).items;
    expect(deliveriesOf(item!)![0]!.told!()).toEqual({ type: "order.placed", data: data ?? undefined });
  });
  test("in Event Grid's schema is spelled as a CloudEvent is", () => {
    expect(gridEventOf(own)).toEqual({ id: "e-1", source: "/shop", type: "order.placed", subject: "orders/1", time: "2030-01-01T00:00:00.1234567Z", data: { n: 1 } });
    for (const value of [null, "event", [own]]) expect(() => gridEventOf(value)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test.each([[null], [7], ["text"], [{}], [own], [{ ...event, specversion: "0.1" }], [{ ...event, time: "noon" }]])("%j is no CloudEvent", (body) => {
    expect(() => direct.decode({ body })).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test.each([[null], [7], [{}], [event], [{ ...own, id: "" }], [{ ...own, topic: undefined }], [{ ...own, eventTime: "noon" }]])("%j is no event of Event Grid's schema", (body) => {
    expect(() => schema.decode({ body })).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("comes again by a throw", () => {
    expect(direct.encode([{ id: "e-1", then: "done" }], undefined)).toEqual({ respond: undefined });
    expect(direct.encode([{ id: "e-1", then: "done" }, { id: "e-2", then: "again" }], undefined)).toHaveProperty("fault");
  });
});
