/**
 * Topic on Google Cloud: each subscriber has a push subscription of its own to one Pub/Sub topic; a message arrives in the same four forms as
 * a queue's, read the same way (triggers/queue/codec.ts has their table and documents).
 *
 * | Isobar        | native                                                                                                    |
 * |---------------|-----------------------------------------------------------------------------------------------------------|
 * | subject       | nothing: a Pub/Sub message has no such word                                                               |
 * | only native() | as for queue                                                                                              |
 */
import type { TopicTold } from "@isobar/core";
import type { CloudEvent, MessageCodec } from "@isobar/core/adapter";
import type { BackgroundEvent, PubsubPush, PubsubUnwrapped } from "../../native.ts";
import { publishedBackground, publishedEvent } from "../../wires/published.ts";
import { unwrapped, wrapped, type Reads } from "../../wires/pubsub.ts";
import type { PushAnswer } from "../../wires/request.ts";

const reads: Reads<TopicTold> = () => ({ told: () => ({}) });

export const topicPush: MessageCodec<PubsubPush, PushAnswer, TopicTold> = /* @__PURE__ */ wrapped(reads);
export const topicPushUnwrapped: MessageCodec<PubsubUnwrapped, PushAnswer, TopicTold> = /* @__PURE__ */ unwrapped(reads);
export const topicEvent: MessageCodec<CloudEvent, PushAnswer, TopicTold> = /* @__PURE__ */ publishedEvent(reads);
export const topicBackgroundEvent: MessageCodec<BackgroundEvent, PushAnswer, TopicTold> = /* @__PURE__ */ publishedBackground(reads);
