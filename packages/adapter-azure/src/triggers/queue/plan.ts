/** What calls a queue function on Azure: a Service Bus queue, single dispatch, or a Storage queue. */
import type { Binding, TriggerPlan } from "@isobar/core/plan";
import { assessServiceBus, renderServiceBus, type ServiceBusSettings } from "../../deploy/service-bus.ts";
import { assessStorageQueue, renderStorageQueue, type StorageQueueSettings } from "../../deploy/storage-queue.ts";
import { planBy } from "../../deploy/variants.ts";

/** Default `service-bus`. A Storage queue has no order, and carries a body alone: no sender's id, no trace. */
export type QueueSettings = (ServiceBusSettings & { readonly variant?: "service-bus" }) | (StorageQueueSettings & { readonly variant: "storage-queue" });

export const queuePlan: TriggerPlan<"queue", QueueSettings> = planBy("queue", "service-bus", {
  "service-bus": {
    assess: (binding: Binding<"queue", ServiceBusSettings>) => assessServiceBus(binding),
    render: (binding: Binding<"queue", ServiceBusSettings>) => renderServiceBus(binding, { maker: "queue", source: binding.fn.source.name, queue: binding.fn.source.name }),
  },
  "storage-queue": { assess: assessStorageQueue, render: renderStorageQueue },
});
