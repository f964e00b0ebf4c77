/** What calls a storage function on Azure: Event Grid, through a Service Bus queue of its own, or directly. */
import type { Binding } from "@isobar/core/plan";
import { ownQueue, serviceBusQueue, type Registration } from "../../deploy/registration.ts";

export interface StorageSettings {
  /** Default `event-grid-service-bus`. `direct` has no queue in between: Event Grid tries again for a day, then drops. */
  readonly variant?: "event-grid-service-bus" | "direct";
}

export function storageMaker({ name, fn: { source }, settings }: Binding<"storage", StorageSettings>): Registration {
  const variant: string | undefined = settings.variant;
  if (variant === "direct") return { app: "eventGrid", maker: "storageDirect", options: {} };
  if (variant === "event-grid-schema") return { app: "eventGrid", maker: "storageEventGridSchema", options: {} };
  return serviceBusQueue("storage", source.name, ownQueue(source.name, name));
}
