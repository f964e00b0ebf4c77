/**
 * Queue on Azure Functions: a Service Bus queue (see wires/service-bus.ts), or a Storage queue, registered with `dataType: "binary"`.
 * https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger
 *
 * | Isobar        | Storage queue                                                                                              |
 * |---------------|------------------------------------------------------------------------------------------------------------|
 * | id            | id                                                                                                         |
 * | attempt       | dequeueCount                                                                                               |
 * | group         | none: nothing orders these queues                                                                          |
 * | enqueuedAt    | insertionTime                                                                                              |
 * | body          | the message, bytes; the extension undoes base64                                                            |
 * | attribute     | none: the wire carries a body only, so a sender's id and trace are lost                                    |
 * | only native() | popReceipt, expirationTime, nextVisibleTime, queueTrigger                                                  |
 *
 * Settlement: the host deletes the message when the handler resolves; one that threw becomes visible again.
 */
import type { Item, MessageCodec } from "@isobar/core/adapter";
import type { StorageQueueRecord } from "../../native.ts";
import { bytesIn, handedOf, millisecondsOf, spelledOr, together, unreadable, wrong, type Handed } from "../../wires/handed.ts";
import { serviceBusCodec } from "../../wires/service-bus.ts";

export const serviceBus = /* @__PURE__ */ serviceBusCodec();

function itemOf({ body, metadata }: Handed): Item<undefined> {
  const id = spelledOr(metadata.id);
  // The trigger has no batches: without a message's id it is another trigger's invocation.
  if (id === undefined || id === "" || !("dequeueCount" in metadata)) throw wrong("no message of a Storage queue: its metadata has no id and dequeueCount");
  const bytes = bytesIn(body);
  if (bytes === undefined) return unreadable(id, `message ${id}: the body is ${typeof body}, not bytes; register the trigger with dataType "binary"`);
  const { dequeueCount, insertionTime } = metadata;
  const record: StorageQueueRecord = { body: bytes, metadata };
  return { id, deliveries: [{ id, attempt: typeof dequeueCount === "number" ? dequeueCount : undefined, group: undefined, enqueuedAt: millisecondsOf(insertionTime), body: bytes, attribute: undefined, record }] };
}

export const storageQueue: MessageCodec<Handed, undefined, undefined> = {
  decode(native) {
    const handed = handedOf(native, "message of a Storage queue");
    return { native: handed, items: [itemOf(handed)] };
  },
  encode: together,
};
