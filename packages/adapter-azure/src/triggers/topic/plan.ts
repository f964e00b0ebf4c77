/** What calls a topic function on Azure: a Service Bus queue of its own, which the topic's subscription forwards to. */
import type { TriggerPlan } from "@isobar/core/plan";
import { idInShared, inShared, isoOf, resource } from "../../deploy/arm.ts";
import { readerName } from "../../deploy/names.ts";
import { ownQueue } from "../../deploy/registration.ts";
import { keptSeconds, queueId, topicEntity } from "../../deploy/entities.ts";
import { assessServiceBus, renderServiceBus, sinkOf, type ServiceBusSettings } from "../../deploy/service-bus.ts";
import { planBy } from "../../deploy/variants.ts";

export interface TopicSettings extends ServiceBusSettings {
  /** There is nothing to choose. */
  readonly variant?: "service-bus";
}
/** How often the subscription tries to forward: a queue that is full or away takes a while. */
const forwards = 2_000;

/** A subscription with sessions cannot forward, but the queue behind one may have them. https://learn.microsoft.com/azure/service-bus-messaging/service-bus-auto-forwarding */
export const topicPlan: TriggerPlan<"topic", TopicSettings> = planBy<"topic", TopicSettings>("topic", "service-bus", {
  "service-bus": {
    assess: (binding) => assessServiceBus(binding),
    render(binding) {
      const { name, fn: { source: { name: topic, order }, options: { delivery } } } = binding;
      const queue = ownQueue(topic, name);
      const [sink] = sinkOf(delivery, name);
      const kept = { defaultMessageTimeToLive: isoOf(keptSeconds) };
      return renderServiceBus(binding, {
        maker: "topic",
        source: topic,
        queue,
        resources: {
          [`topic ${topic}`]: topicEntity({ name: topic, order }, `${name} subscribes to it`),
          [`subscription ${name}`]: resource("Microsoft.ServiceBus/namespaces/topics/subscriptions", {
            name: inShared("serviceBus", `${topic}/${readerName(name)}`),
            comments: `fills the queue of ${name}`,
            dependsOn: [idInShared("Microsoft.ServiceBus/namespaces/topics", "serviceBus", topic), queueId(queue), queueId(sink)],
            properties: { forwardTo: queue, requiresSession: false, maxDeliveryCount: forwards, ...kept, deadLetteringOnMessageExpiration: true, deadLetteringOnFilterEvaluationExceptions: true, forwardDeadLetteredMessagesTo: sink },
          }),
        },
      });
    },
  },
});
