/** The cloud's side: the real runtime, and the front ends' and services' halves of every wire. */
export { runtimeClient, startUnit, type RuntimeClient } from "./runtime.ts";
export { wires } from "./wires.ts";
export { functionUrlSide, httpApiSide } from "../triggers/http/testing.ts";
export { albMultiValueSide, albSide, restApiSide } from "../triggers/http/testing-v1.ts";
export { sqsSide } from "../triggers/queue/testing.ts";
