/** A cloud's rules on a virtual clock: time moves when told, and the entry that is deployed is what the rules hand their messages to. */
export { virtualClock, type VirtualClock } from "./clock.ts";
export { sampleMessage } from "./sample.ts";
export { actOf, acts, script, spelledAct, type Act } from "./script.ts";
export { randomOf, simulate, type Faults, type Scripted, type Simulation } from "./simulate.ts";
export type { Fate, Simulated, Start, Step } from "./trace.ts";
