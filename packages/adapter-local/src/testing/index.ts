/** The platform's side: a process of its own, and both halves of the wire. */
export { startUnit } from "./runtime.ts";
export { httpSide } from "../triggers/http/testing.ts";
export { queueSide } from "../triggers/queue/testing.ts";
