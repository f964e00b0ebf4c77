/** The cloud's side: the real programming model, and the host's half of every wire. */
export { startUnit, type RunningAzureUnit } from "./runtime.ts";
export { httpSide } from "../triggers/http/testing.ts";
export { serviceBusSide } from "../triggers/queue/testing.ts";
export { wires } from "./wires.ts";
