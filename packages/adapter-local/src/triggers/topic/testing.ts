/** The local broker's half. */
import { wireOf } from "../../testing/broker.ts";
import { localTopic } from "./codec.ts";

export const topicWires = [wireOf("topic", "local", localTopic)];
