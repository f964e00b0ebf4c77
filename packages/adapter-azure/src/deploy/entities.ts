/** Queues and topics of Service Bus. */
import type { Topic } from "@isobar/core";
import { idInShared, inShared, isoOf, resource, type Resource } from "./arm.ts";

/** After it the queue's own dead-letter queue has the message, which forwards it. */
export const keptSeconds = 14 * 86_400;
export const queueEntity = (name: string, comments: string, properties: Resource["properties"], dependsOn: readonly string[] = []): Resource =>
  resource("Microsoft.ServiceBus/namespaces/queues", { name: inShared("serviceBus", name), comments, ...(dependsOn.length === 0 ? {} : { dependsOn }), properties });
export const queueId = (name: string): string => idInShared("Microsoft.ServiceBus/namespaces/queues", "serviceBus", name);

export const topicEntity = ({ name, order }: Pick<Topic, "name" | "order">, comments: string): Resource =>
  resource("Microsoft.ServiceBus/namespaces/topics", { name: inShared("serviceBus", name), comments, properties: { defaultMessageTimeToLive: isoOf(keptSeconds), supportOrdering: order === "by-key", requiresDuplicateDetection: false } });
