/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localStream } from "./codec.ts";

export const streamWires = [wireOf("stream", "local", localStream, { settles: "position" })];
