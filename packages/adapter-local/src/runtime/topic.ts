import type { TopicFunction } from "@isobar/core";
import { topicReading, type Wiring } from "@isobar/core/adapter";
import { localTopic } from "../triggers/topic/codec.ts";
import { settling, type LocalHandler } from "./settling.ts";

export const topic = (fn: TopicFunction, wiring?: Wiring): LocalHandler => settling(fn, topicReading, localTopic, wiring);
