/** What calls a logs function on Azure: the event hub that a diagnostic setting writes to. */
import type { Binding } from "@isobar/core/plan";
import { eventHub, type Registration } from "../../deploy/registration.ts";

export interface LogsSettings {
  readonly variant?: "event-hubs";
}

export const logsMaker = ({ name, fn: { source } }: Binding<"logs", LogsSettings>): Registration => eventHub("logs", source.name, name);
