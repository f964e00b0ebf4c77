/** What calls a call function on Azure: `app.http` at a route of its name, with a key; or a Service Bus queue of its name. */
import type { Binding } from "@isobar/core/plan";
import { serviceBusQueue, type Registration } from "../../deploy/registration.ts";

export interface CallSettings {
  /** Default `http`: the caller waits. `async`: calls are sent ahead. */
  readonly variant?: "http" | "async";
}

export const callMaker = ({ name, settings: { variant } }: Binding<"call", CallSettings>): Registration =>
  variant === "async" ? serviceBusQueue("callAsync", name, name) : { app: "http", maker: "call", options: { route: name, methods: ["POST"], authLevel: "function" } };
