/**
 * A Service Bus queue, registered with `dataType: "binary"`: what queues, topics, asynchronous calls and everything that goes through a queue of
 * its own share. https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger
 *
 * | Isobar        | native                                                                                                       |
 * |---------------|--------------------------------------------------------------------------------------------------------------|
 * | id            | the property `isobar`'s id, else messageId. One of digits that the worker has rounded (edge case 42) is told   |
 * |               | apart by sequence number and enqueued time                                                                    |
 * | attempt       | the property `isobar`'s used + deliveryCount: a lock counts, whether or not we started. deliveryCount is 1 at |
 * |               | the first delivery: DeliveryCount of ServiceBusReceivedMessage, which is AMQP's header + 1 (azure-sdk-for-net  |
 * |               | AmqpMessageConverter.AmqpMessageToSBMessage), as ServiceBusTriggerBindingStrategy hands it on                 |
 * | group         | sessionId                                                                                                    |
 * | enqueuedAt    | the property `isobar`'s since, else enqueuedTimeUtc: a copy behind a delay has both of its own                |
 * | body          | the message, bytes                                                                                           |
 * | attribute     | applicationProperties.isobar, or userProperties.isobar of older extensions                                   |
 * | only native() | lockToken, contentType, correlationId, subject, to, replyTo, expiresAtUtc, other properties and metadata     |
 *
 * Settlement: the host completes the message when the handler resolves and abandons it when it throws; a batch as one. Order: sessions keep it.
 */
import { carriedOf, stableId, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { ServiceBusRecord } from "../native.ts";
import { bytesIn, eachOf, handedOf, isFields, millisecondsOf, spelled, spelledOr, together, unreadable, type Handed } from "./handed.ts";

/** The broker's id, as far as the worker left it whole. */
function brokerId({ messageId, sequenceNumber, enqueuedTimeUtc }: ServiceBusRecord["metadata"]): string | undefined {
  if (typeof messageId !== "number" || Number.isSafeInteger(messageId)) return spelledOr(messageId) || undefined;
  return `${messageId}/${spelled(sequenceNumber)}/${spelled(enqueuedTimeUtc)}`;
}

function attributeOf({ applicationProperties, userProperties }: ServiceBusRecord["metadata"]): string | undefined {
  const [value] = [applicationProperties, userProperties].flatMap((each) => (isFields(each) ? [each.isobar] : [])).filter((each) => each !== undefined && each !== null);
  return spelledOr(value);
}

/** The deliveries in one message: none in a control message, its body read by its kind otherwise. */
export type DeliveriesIn<Told> = (message: Delivery<Told>, record: ServiceBusRecord) => readonly Delivery<Told>[];

function itemOf<Told>({ body, metadata }: Handed, deliveriesIn: DeliveriesIn<Told>): Item<Told> {
  const id = brokerId(metadata);
  if (id === undefined) return unreadable(id, "a message without messageId");
  const bytes = bytesIn(body);
  if (bytes === undefined) return unreadable(id, `message ${id}: the body is ${typeof body}, not bytes; register the trigger with dataType "binary"`);
  const record = { body: bytes, metadata } as ServiceBusRecord;
  const attribute = attributeOf(metadata);
  const { deliveryCount, sessionId, enqueuedTimeUtc } = metadata;
  const { used, since } = carriedOf(attribute);
  const message: Delivery<Told> = { id: stableId(id, attribute), attempt: typeof deliveryCount === "number" ? used + deliveryCount : undefined, group: spelledOr(sessionId), enqueuedAt: since ?? millisecondsOf(enqueuedTimeUtc), body: bytes, attribute, record };
  return { id, deliveries: deliveriesIn(message, record) };
}

/* @__NO_SIDE_EFFECTS__ */
export function serviceBusCodec<Told = undefined>(deliveriesIn: DeliveriesIn<Told> = (message) => [message]): MessageCodec<Handed, undefined, Told> {
  return {
    decode(native) {
      const handed = handedOf(native, "Service Bus message");
      return { native: handed, items: eachOf(handed).map((each) => itemOf(each, deliveriesIn)) };
    },
    encode: together,
  };
}
