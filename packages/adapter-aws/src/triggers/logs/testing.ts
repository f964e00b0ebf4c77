/** CloudWatch Logs' half: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
import { gzipSync } from "node:zlib";
import type { LogsTold } from "@isobar/core";
import type { NeutralMessage } from "@isobar/core/adapter";
import type { CloudWatchLogsEvent, KinesisRecord, LogsEnvelope } from "../../native.ts";
import { invocationSideOf, kinesisMalformed, kinesisRecord, positionSideOf, wireOf } from "../../testing/brokers.ts";
import { cloudWatchLogs, logsInKinesis } from "./codec.ts";

function compressed({ enqueuedAt, told }: NeutralMessage<LogsTold>): Uint8Array {
  const { resource, part = "", entries } = told!.log;
  const envelope: LogsEnvelope = {
    messageType: "DATA_MESSAGE",
    owner: "123456789012",
    logGroup: resource,
    logStream: part,
    subscriptionFilters: ["all"],
    logEvents: entries.map(({ id, time, message }, i) => ({ id: id ?? String(i), timestamp: time === undefined ? enqueuedAt : Date.parse(time), message })),
  };
  return gzipSync(JSON.stringify(envelope));
}
const drops = { "data.entries.severity": "a line has no severity of its own" };

export const logsInKinesisSide = positionSideOf<LogsTold>({
  fabricate: (messages, stream) => ({ Records: messages.map((message, i) => kinesisRecord(stream, { partitionKey: `partition-${i}`, sequence: String(4_959_033_827_149_025 + i), data: compressed(message), enqueuedAt: message.enqueuedAt })) }),
  sequenceOf: (record: KinesisRecord) => record.kinesis?.sequenceNumber,
  malformed: kinesisMalformed,
  drops: { ...drops, id: "a record's id is its shard and its sequence number" },
});
export const cloudWatchLogsSide = invocationSideOf<LogsTold>({
  fabricate: (message): CloudWatchLogsEvent => ({ awslogs: { data: Buffer.from(compressed(message)).toString("base64") } }),
  drops: { ...drops, id: "it is made of the log's name and its first entry's id" },
  malformed: [{ why: "no data", native: { awslogs: {} } }, { why: "data that is no base64", native: { awslogs: { data: "*" } } }, { why: "a Kinesis batch", native: { Records: [{ eventSource: "aws:kinesis", kinesis: { sequenceNumber: "1", data: "" } }] } }],
});
export const logsWires = [
  wireOf({ kind: "logs", variant: "kinesis", service: "CloudWatch Logs → Kinesis → Lambda", codec: logsInKinesis, side: logsInKinesisSide }),
  wireOf({ kind: "logs", variant: "direct", service: "CloudWatch Logs → Lambda", codec: cloudWatchLogs, side: cloudWatchLogsSide }),
];
