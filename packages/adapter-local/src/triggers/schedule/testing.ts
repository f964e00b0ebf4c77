/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localSchedule } from "./codec.ts";

export const scheduleWires = [wireOf("schedule", "local", localSchedule)];
