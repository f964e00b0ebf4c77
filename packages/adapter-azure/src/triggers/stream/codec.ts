/**
 * Stream on Azure Functions: Event Hubs (see wires/event-hubs.ts), or Kafka by the Kafka extension, one event or a list, registered with `dataType: "string"`.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-kafka-trigger
 *
 * | Isobar        | Event Hubs      | Kafka: JSON, parsed by the library                                                       |
 * |---------------|-----------------|------------------------------------------------------------------------------------------|
 * | id            | see there       | Topic, Partition and Offset                                                              |
 * | partitionKey, | the partition key | Key                                                                                    |
 * | group         |                 |                                                                                          |
 * | sequence      | sequence number | Offset                                                                                   |
 * | enqueuedAt    | enqueuedTimeUtc | Timestamp                                                                                |
 * | body          | bytes           | Value; edge case 39: a tombstone (null, or none) is no bytes                             |
 * | only native() | see there       | Headers                                                                                  |
 *
 * Settlement: none; a retry policy runs a batch that threw again, endlessly.
 */
import type { StreamTold } from "@isobar/core";
import type { Item, MessageCodec } from "@isobar/core/adapter";
import type { KafkaRecord } from "../../native.ts";
import { eventHubsCodec } from "../../wires/event-hubs.ts";
import { isFields, isText, millisecondsOf, spelledOr, together, unreadable, wrong } from "../../wires/handed.ts";

export const eventHubs = /* @__PURE__ */ eventHubsCodec<StreamTold>(({ delivery, sequence, partitionKey }) => [{ ...delivery, told: () => ({ partitionKey, sequence }) }]);

function itemOf(event: unknown): Item<StreamTold> {
  if (!isFields(event) || typeof event.Offset !== "number" || typeof event.Partition !== "number" || !isText(event.Topic)) return unreadable(undefined, "no event of Kafka: it has no Offset, Partition and Topic");
  const { Offset, Partition, Topic, Key, Value, Timestamp } = event;
  const id = `${Topic}/${Partition}/${Offset}`;
  if (typeof Value !== "string" && Value !== null && Value !== undefined) return unreadable(id, `event ${id}: its Value is ${typeof Value}, not text; register the trigger with dataType "string"`);
  const partitionKey = spelledOr(Key);
  const record = event as unknown as KafkaRecord;
  return { id, deliveries: [{ id, attempt: undefined, group: partitionKey, enqueuedAt: millisecondsOf(Timestamp), body: Value ?? "", attribute: undefined, record, told: () => ({ partitionKey, sequence: String(Offset) }) }] };
}

export const kafka: MessageCodec<unknown, undefined, StreamTold> = {
  decode(native) {
    const { body } = (native ?? {}) as { readonly body?: unknown };
    if (Array.isArray(body)) return { native, items: body.map(itemOf) };
    const item = itemOf(body);
    if ("unreadable" in item && item.id === undefined) throw wrong("no event of Kafka: it has no Offset, Partition and Topic");
    return { native, items: [item] };
  },
  encode: together,
};
