/** Event Grid's half of a bus. */
import type { BusTold } from "@isobar/core";
import type { NeutralMessage, Wire } from "@isobar/core/adapter";
import { cloudEvent, eventGridSide, schemaEvent } from "../../testing/event-grid.ts";
import { serviceBusBroker } from "../../testing/service-bus.ts";
import { eventGridRules } from "../../testing/services/event-grid.ts";
import { serviceBusRules } from "../../testing/services/service-bus.ts";
import { wireOf } from "../../testing/wire.ts";
import type { GridEvent } from "../../wires/event-grid.ts";
import { directBus, gridBus, queuedBus } from "./codec.ts";

function spell({ id, told }: NeutralMessage<BusTold>): GridEvent {
  const { event: { source, detailType, detail }, subject, time } = told!;
  return { id, source, type: detailType, subject, time, data: detail };
}
const sample: GridEvent = { id: "event-1", source: "/a", type: "b", subject: "c", time: "2030-01-01T00:00:00Z", data: {} };

export const busWires: readonly Wire<"bus">[] = [
  wireOf("bus", {
    variant: "event-grid-service-bus",
    service: "Event Grid (CloudEvents schema) → Service Bus queue",
    form: "bytes",
    codec: queuedBus,
    rules: serviceBusRules,
    side: serviceBusBroker({ spell: (message) => ({ body: JSON.stringify(cloudEvent(spell(message))) }), malformed: [{ why: "no JSON", body: "{" }, { why: "no event", body: "{}" }, { why: "Event Grid's own schema", body: JSON.stringify(schemaEvent(sample)) }] }),
  }),
  wireOf("bus", { variant: "direct", service: "Event Grid (CloudEvents schema) → Event Grid trigger", form: "json", codec: directBus, rules: eventGridRules, side: eventGridSide({ spell, schema: cloudEvent, malformed: [{ why: "Event Grid's own schema", event: schemaEvent(sample) }] }) }),
  wireOf("bus", {
    variant: "event-grid-schema",
    service: "Event Grid (its own schema) → Event Grid trigger",
    form: "json",
    codec: gridBus,
    side: eventGridSide({ spell, schema: schemaEvent, malformed: [{ why: "the CloudEvents schema", event: cloudEvent(sample) }] }),
    decodesOnly: "subscriptions are deployed in the CloudEvents schema",
  }),
];
