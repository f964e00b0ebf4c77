/** What calls a bus function on Google Cloud: a Pub/Sub push subscription to CloudEvents; `direct`: Eventarc, which retries by its own rules for 24 hours. */
import type { Binding } from "@isobar/core/plan";

export interface BusSettings {
  readonly variant?: "pubsub" | "direct";
}
/** Entry makers by variant. */
const makers = { pubsub: "bus", direct: "busDirect" } as const;
export const busMaker = ({ settings: { variant = "pubsub" } }: Binding<"bus", BusSettings>): string => makers[variant];
