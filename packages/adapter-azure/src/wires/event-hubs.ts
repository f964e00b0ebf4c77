/**
 * Event Hubs, registered with `dataType: "binary"`, alone or in batches. https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-hubs-trigger
 * and the metadata as EventHubTriggerBindingStrategy of Azure/azure-sdk-for-net writes it.
 *
 * | Isobar        | native                                                                                                        |
 * |---------------|---------------------------------------------------------------------------------------------------------------|
 * | id            | partition id and sequence number, or the property `isobar`'s id; hosts that tell no sequence number (and captures of such): enqueued time and place in the batch |
 * | attempt       | not told of a single event                                                                                    |
 * | group         | the partition key: systemProperties.partitionKey, which stays text, else partitionKey; edge case 49: the list of |
 * |               | keys may be [] or shorter than the batch                                                                      |
 * | enqueuedAt    | enqueuedTimeUtc                                                                                               |
 * | body          | the event, bytes                                                                                              |
 * | attribute     | properties.isobar                                                                                             |
 * | only native() | offset (number or text), consumer group, other properties and system properties                                |
 *
 * Settlement: none. The extension checkpoints whatever the outcome; a retry policy runs a batch that threw again, endlessly
 * (https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries).
 */
import { stableId, type Delivery, type Item, type MessageCodec } from "@isobar/core/adapter";
import type { EventHubRecord } from "../native.ts";
import { bytesIn, eachOf, handedOf, isFields, isText, millisecondsOf, spelledOr, together, unreadable, type Handed } from "./handed.ts";

/** One event, with its place. */
export interface PlacedEvent {
  readonly delivery: Delivery<never>;
  readonly sequence: string | undefined;
  readonly partitionKey: string | undefined;
}
const fieldsOf = (value: unknown) => (isFields(value) ? value : {});
/** A number of 64 bits: the worker may hand a list of them over as objects of two halves, where the system properties still have a number. */
const wholeOf = (value: unknown): string | undefined => (typeof value === "number" || typeof value === "string" ? String(value) : undefined);

function itemOf<Told>({ body, metadata }: Handed, place: number, deliveriesIn: (event: PlacedEvent) => readonly Delivery<Told>[]): Item<Told> {
  const system = fieldsOf(metadata.systemProperties);
  const sequence = wholeOf(metadata.sequenceNumber) ?? wholeOf(system.sequenceNumber);
  const enqueued = metadata.enqueuedTimeUtc ?? system.enqueuedTimeUtc;
  const enqueuedAt = millisecondsOf(enqueued);
  if (sequence === undefined && enqueuedAt === undefined) return unreadable(undefined, "an event without a sequence number and an enqueued time, one of which Event Hubs gives to each");
  const partition = spelledOr(fieldsOf(metadata.partitionContext).partitionId ?? fieldsOf(metadata.triggerPartitionContext).partitionId);
  const position = sequence ?? `${String(enqueued)}/${place}`;
  const id = partition === undefined ? position : `${partition}/${position}`;
  const bytes = bytesIn(body);
  if (bytes === undefined) return unreadable(id, `event ${id}: the body is ${typeof body}, not bytes; register the trigger with dataType "binary"`);
  const attribute = spelledOr(fieldsOf(metadata.properties).isobar);
  const partitionKey = [system.partitionKey, system["x-opt-partition-key"], spelledOr(metadata.partitionKey)].find(isText);
  const record = { body: bytes, metadata } as EventHubRecord;
  return { id, deliveries: deliveriesIn({ sequence, partitionKey, delivery: { id: stableId(id, attribute), attempt: undefined, group: partitionKey, enqueuedAt, body: bytes, attribute, record } }) };
}

/* @__NO_SIDE_EFFECTS__ */
export function eventHubsCodec<Told>(deliveriesIn: (event: PlacedEvent) => readonly Delivery<Told>[]): MessageCodec<Handed, undefined, Told> {
  return {
    decode(native) {
      const handed = handedOf(native, "event of Event Hubs");
      return { native: handed, items: eachOf(handed).map((each, place) => itemOf(each, place, deliveriesIn)) };
    },
    encode: together,
  };
}
