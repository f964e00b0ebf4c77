/** Topic: every subscriber gets each message, and settles its own copy. */
import type { Channel, Received, Topic } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import { dataOf } from "../run/wire.ts";
import type { Reading } from "../run/reading.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

export interface TopicOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends ConsumerOptions<S, D> {}
export interface TopicFunction extends Consumer<"topic", Topic, TopicOptions> {}
/** What a topic's wire may tell beside the body. */
export interface TopicTold {
  readonly subject?: string | undefined;
  /** The sender's words, where the platform wraps them in an envelope: the delivery's body is the envelope then, which is what a dead letter keeps. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** One subscriber of one topic. `event.data` is the channel's; `event.subject` is the sender's, where the platform has one. */
/* @__NO_SIDE_EFFECTS__ */
export function topic<T extends Topic, const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  from: T, options: TopicOptions<S, D>, handle: Handler<"topic", Received<T>, S, D>,
): TopicFunction {
  return { kind: "topic", source: from, options, handle: handle as TopicFunction["handle"] };
}

export const topicReading: Reading<TopicFunction, TopicTold> = {
  order: ({ source }) => (source.order === "by-key" ? "group" : "none"),
  read: ({ source }, { body }, told) => ({ source: `/topics/${source.name}`, type: "topic.message", subject: told?.subject, data: dataOf(source, told?.body ?? body), schema: source.data }),
};
