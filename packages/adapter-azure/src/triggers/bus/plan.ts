/** What calls a bus function on Azure: Event Grid, through a Service Bus queue of its own, or directly. */
import type { Binding } from "@isobar/core/plan";
import { ownQueue, serviceBusQueue, type Registration } from "../../deploy/registration.ts";

export interface BusSettings {
  /** Default `event-grid-service-bus`. `direct` has no queue in between: Event Grid tries again for a day, then drops. */
  readonly variant?: "event-grid-service-bus" | "direct";
}

export function busMaker({ name, fn: { source }, settings }: Binding<"bus", BusSettings>): Registration {
  const variant: string | undefined = settings.variant;
  if (variant === "direct") return { app: "eventGrid", maker: "busDirect", options: {} };
  if (variant === "event-grid-schema") return { app: "eventGrid", maker: "busEventGridSchema", options: {} };
  return serviceBusQueue("bus", source.name, ownQueue(source.name, name));
}
