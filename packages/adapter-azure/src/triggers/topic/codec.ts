/**
 * Topic on Azure Functions: a topic's subscription forwards to a Service Bus queue of the function's own (see wires/service-bus.ts).
 * https://learn.microsoft.com/azure/service-bus-messaging/service-bus-auto-forwarding
 *
 * | Isobar        | native                                                                                                     |
 * |---------------|------------------------------------------------------------------------------------------------------------|
 * | subject       | subject; label in older extensions; of a copy behind a delay, the property `isobar`'s                       |
 * | the others    | as of a queue                                                                                              |
 */
import type { TopicTold } from "@isobar/core";
import type { ServiceBusRecord } from "../../native.ts";
import { isFields, spelledOr } from "../../wires/handed.ts";
import { serviceBusCodec } from "../../wires/service-bus.ts";

function carriedIn(attribute: string): string | undefined {
  try {
    const value: unknown = JSON.parse(attribute);
    return isFields(value) && typeof value.subject === "string" ? value.subject : undefined;
  } catch {
    // No attribute of ours: a sender's own property of that name.
    return undefined;
  }
}
export const subjectOf = (attribute: string | undefined, { subject, label }: ServiceBusRecord["metadata"]): string | undefined =>
  spelledOr(subject ?? label) ?? (attribute === undefined ? undefined : carriedIn(attribute));

export const serviceBusTopic = /* @__PURE__ */ serviceBusCodec<TopicTold>((message, { metadata }) => [{ ...message, told: () => ({ subject: subjectOf(message.attribute, metadata) }) }]);
