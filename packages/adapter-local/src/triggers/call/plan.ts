/** What calls a call function locally: the harness, and the harness's broker for calls that are sent ahead. */
import type { Binding } from "@isobar/core/plan";

export interface CallSettings {
  readonly variant?: "local" | "async";
}
export const callMaker = ({ settings }: Binding<"call", CallSettings>): "call" | "callAsync" => (settings.variant === "async" ? "callAsync" : "call");
