/** The brokers' halves of a queue. */
import type { MessageSide, Wire } from "@isobar/core/adapter";
import { bytesOf } from "@isobar/core/adapter";
import type { NativeInvocation } from "../../testing/rpc.ts";
import { serviceBusBroker } from "../../testing/service-bus.ts";
import { serviceBusRules } from "../../testing/services/service-bus.ts";
import { storageQueueRules } from "../../testing/services/storage-queue.ts";
import { alone, fateOf, json, metadataOf, wireOf } from "../../testing/wire.ts";
import { serviceBus, storageQueue } from "./codec.ts";

export const serviceBusSide: MessageSide<undefined> = serviceBusBroker();

const storageQueueSide: MessageSide<undefined> = {
  maxBatch: 1,
  tellsAttempt: true,
  carriesBytes: true,
  drops: { attribute: "a Storage queue carries a body alone", group: "nothing orders a Storage queue" },
  malformed: [
    { why: "a body that the worker has parsed", native: { inputData: [{ data: { json: '{"n":1}' } }], triggerMetadata: { Id: { string: "message-1" }, DequeueCount: json(1) } } },
    { why: "no metadata", native: { inputData: [{ data: { bytes: new Uint8Array([123, 125]) } }] } },
    { why: "no id", native: { inputData: [{ data: { bytes: new Uint8Array([123, 125]) } }], triggerMetadata: {} } },
  ],
  fabricate(messages) {
    const { id, attempt, enqueuedAt, body } = alone(messages);
    const time = (at: number) => json(new Date(at).toISOString().replace("Z", "+00:00"));
    return {
      inputData: [{ data: { bytes: bytesOf(body) } }],
      triggerMetadata: { Id: { string: id }, DequeueCount: json(attempt), InsertionTime: time(enqueuedAt), ExpirationTime: time(enqueuedAt + 604_800_000), NextVisibleTime: time(enqueuedAt + 600_000), PopReceipt: { string: "AgAAAAMAAAA" } },
    } satisfies NativeInvocation;
  },
  interpret: (seen, native) => [{ id: metadataOf(native).Id?.string ?? "", then: fateOf(seen) }],
};

export const queueWires: readonly Wire<"queue">[] = [
  wireOf("queue", { variant: "service-bus", service: "Service Bus queue", form: "bytes", codec: serviceBus, rules: serviceBusRules, side: serviceBusSide }),
  wireOf("queue", { variant: "storage-queue", service: "Storage queue", form: "bytes", codec: storageQueue, rules: storageQueueRules, side: storageQueueSide }),
];
