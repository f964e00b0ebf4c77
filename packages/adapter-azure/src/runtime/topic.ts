import type { TopicFunction } from "@isobar/core";
import { topicReading, type Wiring } from "@isobar/core/adapter";
import { serviceBusTopic } from "../triggers/topic/codec.ts";
import { consuming, type TriggerHandler } from "./invocation.ts";

/** The handler of `app.serviceBusQueue` on the queue that the topic's subscription forwards to. */
export const topic = (fn: TopicFunction, wiring?: Wiring): TriggerHandler => consuming(fn, topicReading, serviceBusTopic, wiring);
