/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localStorage } from "./codec.ts";

export const storageWires = [wireOf("storage", "local", localStorage)];
