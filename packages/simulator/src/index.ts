/** Time that moves when told. The rules of brokers join it with the delivery contract. */
export { virtualClock, type VirtualClock } from "./clock.ts";
