/** Deploy time: what a cloud keeps of what an app asks for. */
export { defaultTimeoutMs, marginMs } from "./run/deadline.ts";
export { toMs } from "./duration.ts";
