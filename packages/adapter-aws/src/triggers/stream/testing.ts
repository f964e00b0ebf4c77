/** The streams' halves: Kinesis, and Kafka as far as it is decoded. */
import type { StreamTold } from "@isobar/core";
import { bytesOf, type MessageSide } from "@isobar/core/adapter";
import type { KafkaEvent, KafkaRecord, KinesisRecord } from "../../native.ts";
import { kinesisMalformed, kinesisRecord, positionSideOf, sequenceNumberOf, wireOf } from "../../testing/brokers.ts";
import { positionRules } from "../../testing/services/positions.ts";
import { kinesis } from "./codec.ts";
import { kafka } from "./kafka.ts";

export const kinesisSide = positionSideOf<StreamTold>({
  fabricate: (messages, stream) => ({ Records: messages.map(({ id, body, enqueuedAt, group, told }) => kinesisRecord(stream, { partitionKey: told?.partitionKey ?? group ?? id, sequence: told?.sequence ?? sequenceNumberOf(id), data: bytesOf(body), enqueuedAt })) }),
  sequenceOf: (record: KinesisRecord) => record.kinesis?.sequenceNumber,
  malformed: kinesisMalformed,
  drops: { id: "a record's id is its shard and its sequence number" },
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
/** https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event; a header's bytes are signed. */
export const kafkaSide: MessageSide<StreamTold> = {
  maxBatch: 100,
  tellsAttempt: false,
  carriesBytes: true,
  settles: "together",
  drops: { id: "a record's id is its topic, partition and offset" },
  malformed: [{ why: "null", native: null }, { why: "no records", native: { eventSource: "aws:kafka", records: {} } }, { why: "a list of records", native: { eventSource: "aws:kafka", records: [] } }, { why: "a Kinesis batch", native: { Records: [{ eventSource: "aws:kinesis", kinesis: {} }] } }, { why: "a record without an offset", native: { eventSource: "aws:kafka", records: { "t-0": [{ topic: "t", partition: 0, value: "" }] } } }],
  fabricate(messages, topic): KafkaEvent {
    if (messages.length > 100) throw new RangeError(`a batch of ${messages.length}`);
    const records = messages.map(({ body, enqueuedAt, attribute, told }): KafkaRecord => ({
      topic,
      partition: 0,
      offset: Number(told!.sequence ?? ""),
      timestamp: enqueuedAt,
      timestampType: "CREATE_TIME",
      ...(told!.partitionKey === undefined ? {} : { key: base64(bytesOf(told!.partitionKey)) }),
      value: base64(bytesOf(body)),
      headers: attribute === undefined ? [] : [{ isobar: [...new Int8Array(bytesOf(attribute))] }],
    }));
    return { eventSource: "aws:kafka", eventSourceArn: "arn:aws:kafka:eu-central-1:123456789012:cluster/cluster/e9f754c6-d29a-4430-a7db-958a19fd2c54-4", bootstrapServers: "b-1.cluster.a1bcde.c1.kafka.eu-central-1.amazonaws.com:9092", records: { [`${topic}-0`]: records } };
  },
  interpret(seen, native) {
    const records = Object.values((native as Partial<KafkaEvent> | null)?.records ?? {}).flat();
    return records.map(({ topic, partition, offset }) => ({ id: `${topic}-${partition}-${offset}`, then: "returned" in seen ? "done" : "again" }));
  },
};
export const streamWires = [
  wireOf({ kind: "stream", variant: "kinesis", service: "Kinesis → Lambda, by an event source mapping", codec: kinesis, side: kinesisSide, rules: positionRules }),
  wireOf({ kind: "stream", variant: "kafka", service: "Kafka, MSK or self-managed → Lambda, by an event source mapping", decodesOnly: "an app of ours has no Kafka cluster: it stands in a network of its own, which no manifest of ours describes", codec: kafka, side: kafkaSide }),
];
