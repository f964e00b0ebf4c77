/** What calls a queue function on Azure: a Service Bus queue, single dispatch, or a Storage queue. */
import type { Binding } from "@isobar/core/plan";
import { connectionOf, serviceBusQueue, type Registration } from "../../deploy/registration.ts";

export interface QueueSettings {
  /** Default `service-bus`. A Storage queue has no order, and carries a body alone: no sender's id, no trace. */
  readonly variant?: "service-bus" | "storage-queue";
}

export function queueMaker({ fn: { source }, settings: { variant } }: Binding<"queue", QueueSettings>): Registration {
  if (variant === "storage-queue") return { app: "storageQueue", maker: "queueStorageQueue", options: { queueName: source.name, connection: connectionOf(source.name), dataType: "binary" } };
  return serviceBusQueue("queue", source.name, source.name, source.order === "by-key" ? { isSessionsEnabled: true } : {});
}
