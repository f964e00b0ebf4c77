/** What calls a storage function on Azure: Event Grid, through a Service Bus queue of its own, or directly. */
import type { Binding, TriggerPlan } from "@isobar/core/plan";
import { assessFilter, blobEvents, bucketOf, gridHop, intoQueue, storageFilter } from "../../deploy/event-grid.ts";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/event-grid-direct.ts";
import { ownQueue } from "../../deploy/registration.ts";
import { assessServiceBus, renderServiceBus, type ServiceBusSettings } from "../../deploy/service-bus.ts";
import { notDeployed, planBy } from "../../deploy/variants.ts";

/** Default `event-grid-service-bus`. `direct` has no queue in between: Event Grid tries again for a day, then leaves the event as a blob. */
export type StorageSettings = (ServiceBusSettings & { readonly variant?: "event-grid-service-bus" }) | (DirectSettings & { readonly variant: "direct" });

export const storagePlan: TriggerPlan<"storage", StorageSettings> = planBy("storage", "event-grid-service-bus", {
  "event-grid-service-bus": {
    assess: (binding: Binding<"storage", ServiceBusSettings>) => ({ ...assessServiceBus(binding, gridHop), filter: assessFilter(binding.fn) }),
    render(binding: Binding<"storage", ServiceBusSettings>) {
      const { name, fn } = binding;
      const queue = ownQueue(fn.source.name, name);
      return renderServiceBus(binding, { maker: "storage", source: fn.source.name, queue, resources: { ...bucketOf(fn.source.name, name), ...intoQueue(name, queue, blobEvents, storageFilter(fn)) } });
    },
  },
  direct: {
    assess: (binding: Binding<"storage", DirectSettings>) => ({ ...assessDirect(binding), filter: assessFilter(binding.fn) }),
    render(binding: Binding<"storage", DirectSettings>) {
      const rendered = renderDirect(binding, "storageDirect", blobEvents, storageFilter(binding.fn));
      return { ...rendered, resources: { ...bucketOf(binding.fn.source.name, binding.name), ...rendered.resources } };
    },
  },
  "event-grid-schema": notDeployed("storage", "subscriptions are deployed in the CloudEvents schema", "direct", ({ name }) => ({ name, app: "eventGrid", maker: "storageEventGridSchema", options: {} })),
});
