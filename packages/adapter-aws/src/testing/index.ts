/** The cloud's side: the real runtime, and both front ends' and the broker's halves of the wire. */
export { runtimeClient, startUnit, type RuntimeClient } from "./runtime.ts";
export { functionUrlSide, httpApiSide } from "../triggers/http/testing.ts";
export { sqsSide } from "../triggers/queue/testing.ts";
