/** Queue: one message to one consumer, settled one by one. */
import type { Channel, Queue, Received } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import { dataOf } from "../run/wire.ts";
import type { Reading } from "../run/reading.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

export interface QueueOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends ConsumerOptions<S, D> {}
export interface QueueFunction extends Consumer<"queue", Queue, QueueOptions> {}

/**
 * One function that consumes one queue. The handler returns nothing or `ack()`, `retry()`, `reject(reason)`; a throw is a retry.
 * `event.data` is the channel's, validated by its schema.
 */
/* @__NO_SIDE_EFFECTS__ */
export function queue<Q extends Queue, const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  from: Q, options: QueueOptions<S, D>, handle: Handler<"queue", Received<Q>, S, D>,
): QueueFunction {
  return { kind: "queue", source: from, options, handle: handle as QueueFunction["handle"] };
}

/** How a delivery of this kind is read: the body by the channel's format. Some brokers put groups on unordered messages too, for fairness: the channel says whether they are an order. */
export const queueReading: Reading<QueueFunction> = {
  order: ({ source }) => (source.order === "by-key" ? "group" : "none"),
  read: ({ source }, { body }) => ({ source: `/queues/${source.name}`, type: "queue.message", data: dataOf(source, body), schema: source.data }),
};
