/** What calls a function by name on Google Cloud: its caller over HTTP; `async`: a Pub/Sub push subscription. */
import type { Binding } from "@isobar/core/plan";

export interface CallSettings {
  readonly variant?: "http" | "async";
}
/** Entry makers by variant. */
const makers = { http: "call", async: "callAsync" } as const;
export const callMaker = ({ settings: { variant = "http" } }: Binding<"call", CallSettings>): string => makers[variant];
