/** CloudWatch Logs' half: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
import { gzipSync } from "node:zlib";
import type { LogsTold } from "@isobar/core";
import type { NeutralMessage } from "@isobar/core/adapter";
import type { CloudWatchLogsEvent, KinesisRecord, LogsEnvelope } from "../../native.ts";
import { invocationSideOf, kinesisMalformed, kinesisRecord, positionSideOf, sequenceNumberOf, wireOf } from "../../testing/brokers.ts";
import { asynchronousRules } from "../../testing/services/asynchronous.ts";
import { behindHops } from "../../testing/services/hops.ts";
import { positionRules } from "../../testing/services/positions.ts";
import { cloudWatchLogs, logsInKinesis } from "./codec.ts";

function compressed({ id: of, enqueuedAt, told }: NeutralMessage<LogsTold>): Uint8Array {
  const { resource, part = "", entries } = told!.log;
  const envelope: LogsEnvelope = {
    messageType: "DATA_MESSAGE",
    owner: "123456789012",
    logGroup: resource,
    logStream: part,
    subscriptionFilters: ["all"],
    logEvents: entries.map(({ id, time, message }, i) => ({ id: id ?? `${sequenceNumberOf(of)}${i}`, timestamp: time === undefined ? enqueuedAt : Date.parse(time), message })),
  };
  return gzipSync(JSON.stringify(envelope));
}
const drops = { "data.entries.severity": "a line has no severity of its own" };

export const logsInKinesisSide = positionSideOf<LogsTold>({
  // A log stream has one partition key, as the subscription's distribution says.
  fabricate: (messages, stream) => ({ Records: messages.map((message) => kinesisRecord(stream, { partitionKey: message.told!.log.part ?? message.id, sequence: sequenceNumberOf(message.id), data: compressed(message), enqueuedAt: message.enqueuedAt })) }),
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
  wireOf({ kind: "logs", variant: "kinesis", service: "CloudWatch Logs → Kinesis → Lambda", codec: logsInKinesis, side: logsInKinesisSide, rules: behindHops(positionRules) }),
  wireOf({ kind: "logs", variant: "direct", service: "CloudWatch Logs → Lambda", codec: cloudWatchLogs, side: cloudWatchLogsSide, rules: behindHops(asynchronousRules) }),
];
