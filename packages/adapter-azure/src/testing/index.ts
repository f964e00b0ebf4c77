/** The cloud's side: the real programming model, and the host's half of the wire. */
export { startUnit, type RunningAzureUnit } from "./runtime.ts";
export { httpSide } from "../triggers/http/testing.ts";
export { serviceBusSide } from "../triggers/queue/testing.ts";
