/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localQueue } from "./codec.ts";

export const queueWires = [wireOf("queue", "local", localQueue)];
