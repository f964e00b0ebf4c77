/** The cloud's side: the real functions framework, and the front end's and the services' halves of every wire. */
export { startUnit } from "./runtime.ts";
export { httpSide } from "../triggers/http/testing.ts";
export { pushSide } from "../triggers/queue/testing.ts";
export { wires } from "./wires.ts";
