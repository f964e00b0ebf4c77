/** The broker's half of a topic. */
import type { Wire } from "@isobar/core/adapter";
import { serviceBusBroker } from "../../testing/service-bus.ts";
import { serviceBusRules } from "../../testing/services/service-bus.ts";
import { wireOf } from "../../testing/wire.ts";
import { serviceBusTopic } from "./codec.ts";

export const topicWires: readonly Wire<"topic">[] = [
  wireOf("topic", {
    variant: "service-bus",
    service: "Service Bus topic → subscription → Service Bus queue",
    form: "bytes",
    codec: serviceBusTopic,
    rules: serviceBusRules,
    side: serviceBusBroker({ spell: ({ body, told }) => ({ body, metadata: told?.subject === undefined ? {} : { Subject: { string: told.subject }, Label: { string: told.subject } } }) }),
  }),
];
