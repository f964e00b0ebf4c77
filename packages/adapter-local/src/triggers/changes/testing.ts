/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localChanges } from "./codec.ts";

export const changesWires = [wireOf("changes", "local", localChanges, { settles: "position" })];
