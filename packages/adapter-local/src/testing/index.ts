/** The platform's side: a process of its own, and both halves of every wire. */
export { startUnit } from "./runtime.ts";
export { httpSide } from "../triggers/http/testing.ts";
export { wires } from "./wires.ts";
