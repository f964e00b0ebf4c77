/**
 * Topic on Azure Functions: a topic's subscription forwards to a Service Bus queue of the function's own (see wires/service-bus.ts).
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-auto-forwarding
 *
 * | Isobar        | native                                                                                                     |
 * |---------------|------------------------------------------------------------------------------------------------------------|
 * | subject       | subject; label in older extensions                                                                         |
 * | the others    | as of a queue                                                                                              |
 */
import type { TopicTold } from "@isobar/core";
import { spelledOr } from "../../wires/handed.ts";
import { serviceBusCodec } from "../../wires/service-bus.ts";

export const serviceBusTopic = /* @__PURE__ */ serviceBusCodec<TopicTold>((message, { metadata }) => [{ ...message, told: () => ({ subject: spelledOr(metadata.subject ?? metadata.label) }) }]);
