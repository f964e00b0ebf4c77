/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localLogs } from "./codec.ts";

export const logsWires = [wireOf("logs", "local", localLogs, { settles: "position" })];
