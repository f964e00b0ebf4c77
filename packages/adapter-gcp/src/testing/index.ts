/** The cloud's side: the real functions framework, and the front end's and the broker's halves of the wire. */
export { startUnit } from "./runtime.ts";
export { httpSide } from "../triggers/http/testing.ts";
export { pushSide } from "../triggers/queue/testing.ts";
