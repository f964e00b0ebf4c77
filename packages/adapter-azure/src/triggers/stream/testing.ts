/** The hubs' halves of a stream. */
import type { StreamTold } from "@isobar/core";
import type { MessageSide, Wire } from "@isobar/core/adapter";
import { bytesOf } from "@isobar/core/adapter";
import { eventHubsSide } from "../../testing/event-hubs.ts";
import type { NativeInvocation } from "../../testing/rpc.ts";
import { eventHubsRules } from "../../testing/services/event-hubs.ts";
import { fateOf, json, wireOf } from "../../testing/wire.ts";
import { eventHubs, kafka } from "./codec.ts";

/** KafkaEventData as the extension writes it (Azure/azure-functions-kafka-extension). Default batch: 64. */
const kafkaSide: MessageSide<StreamTold> = {
  maxBatch: 64,
  tellsAttempt: false,
  carriesBytes: false,
  settles: "together",
  drops: { id: "Kafka numbers events: the id is topic, partition and offset" },
  malformed: [
    { why: "an empty object", native: { inputData: [{ data: json({}) }], triggerMetadata: {} } },
    { why: "a text", native: { inputData: [{ data: { string: "event" } }], triggerMetadata: {} } },
    { why: "an event without its place", native: { inputData: [{ data: json([{ Value: "{}" }]) }], triggerMetadata: {} } },
  ],
  fabricate(messages, Topic) {
    if (messages.length > 64) throw new RangeError(`a batch of ${messages.length}`);
    const events = messages.map(({ body, enqueuedAt, told }) => ({ Offset: Number(told!.sequence), Partition: 0, Topic, Timestamp: new Date(enqueuedAt).toISOString(), Key: told!.partitionKey ?? null, Value: Buffer.from(bytesOf(body)).toString("utf8"), Headers: [] }));
    return { inputData: [{ data: { collectionString: { string: events.map((event) => JSON.stringify(event)) } } }], triggerMetadata: {} } satisfies NativeInvocation;
  },
  interpret: (seen, native) => Array.from({ length: (native as Partial<NativeInvocation>).inputData?.[0]?.data.collectionString?.string.length ?? 1 }, (_, i) => ({ id: String(i), then: fateOf(seen) })),
};

export const streamWires: readonly Wire<"stream">[] = [
  wireOf("stream", { variant: "event-hubs", service: "Event Hubs", form: "bytes", codec: eventHubs, rules: eventHubsRules, side: eventHubsSide<StreamTold>({ spell: ({ body, told }) => ({ body, sequence: Number(told!.sequence), partitionKey: told!.partitionKey }), drops: {} }) }),
  wireOf("stream", { variant: "kafka", service: "Kafka extension", form: "json", codec: kafka, side: kafkaSide, decodesOnly: "no brokers are deployed; events of the Kafka extension are read where they are captured" }),
];
