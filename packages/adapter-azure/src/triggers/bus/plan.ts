/** What calls a bus function on Azure: Event Grid, through a Service Bus queue of its own, or directly. */
import type { Binding, TriggerPlan } from "@isobar/core/plan";
import { busEvents, busFilter, gridHop, intoQueue } from "../../deploy/event-grid.ts";
import { assessDirect, renderDirect, type DirectSettings } from "../../deploy/event-grid-direct.ts";
import { ownQueue } from "../../deploy/registration.ts";
import { assessServiceBus, renderServiceBus, type ServiceBusSettings } from "../../deploy/service-bus.ts";
import { notDeployed, planBy } from "../../deploy/variants.ts";

/** Default `event-grid-service-bus`. `direct` has no queue in between: Event Grid tries again for a day, then leaves the event as a blob. */
export type BusSettings = (ServiceBusSettings & { readonly variant?: "event-grid-service-bus" }) | (DirectSettings & { readonly variant: "direct" });

export const busPlan: TriggerPlan<"bus", BusSettings> = planBy("bus", "event-grid-service-bus", {
  "event-grid-service-bus": {
    assess: (binding: Binding<"bus", ServiceBusSettings>) => assessServiceBus(binding, gridHop),
    render(binding: Binding<"bus", ServiceBusSettings>) {
      const { name, fn } = binding;
      const queue = ownQueue(fn.source.name, name);
      return renderServiceBus(binding, { maker: "bus", source: fn.source.name, queue, resources: intoQueue(name, queue, busEvents(fn.source.name), busFilter(fn)) });
    },
  },
  direct: { assess: assessDirect, render: (binding: Binding<"bus", DirectSettings>) => renderDirect(binding, "busDirect", busEvents(binding.fn.source.name), busFilter(binding.fn)) },
  "event-grid-schema": notDeployed("bus", "subscriptions are deployed in the CloudEvents schema", "direct", ({ name }) => ({ name, app: "eventGrid", maker: "busEventGridSchema", options: {} })),
});
