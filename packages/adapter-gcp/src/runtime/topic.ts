import type { HttpFunction as FrameworkFunction } from "@google-cloud/functions-framework";
import type { TopicFunction } from "@isobar/core";
import { topicReading, type Wiring } from "@isobar/core/adapter";
import { topicBackgroundEvent, topicEvent, topicPush, topicPushUnwrapped } from "../triggers/topic/codec.ts";
import { postedTo } from "./push.ts";

/** One subscriber behind a Pub/Sub push subscription. */
export const topic = (fn: TopicFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, topicReading, topicPush, wiring);
/** The same, unwrapped. */
export const topicUnwrapped = (fn: TopicFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, topicReading, topicPushUnwrapped, wiring);
/** The same, as Eventarc's events. */
export const topicCloudevent = (fn: TopicFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, topicReading, topicEvent, wiring);
/** The same, as background events. */
export const topicBackground = (fn: TopicFunction, wiring?: Wiring): FrameworkFunction => postedTo(fn, topicReading, topicBackgroundEvent, wiring);
