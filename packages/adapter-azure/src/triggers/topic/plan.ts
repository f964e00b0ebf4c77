/** What calls a topic function on Azure: a Service Bus queue of its own, which the topic's subscription forwards to. */
import type { Binding } from "@isobar/core/plan";
import { ownQueue, serviceBusQueue, type Registration } from "../../deploy/registration.ts";

export interface TopicSettings {
  readonly variant?: "service-bus";
}

/** A subscription with sessions cannot forward, but the queue behind one may have them. */
export const topicMaker = ({ name, fn: { source } }: Binding<"topic", TopicSettings>): Registration =>
  serviceBusQueue("topic", source.name, ownQueue(source.name, name), source.order === "by-key" ? { isSessionsEnabled: true } : {});
