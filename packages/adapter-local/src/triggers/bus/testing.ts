/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localBus } from "./codec.ts";

export const busWires = [wireOf("bus", "local", localBus)];
