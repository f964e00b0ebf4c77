/** Cloud Logging's half: one LogEntry in each message. */
import type { LogsTold } from "@isobar/core";
import type { NeutralMessage, Wire } from "@isobar/core/adapter";
import { json, postedWire, toldOf } from "../../testing/calls.ts";
import { malformedPushes, pushCall, pushId } from "../../testing/pubsub.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { logsPush } from "./codec.ts";

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
function exported(message: NeutralMessage<LogsTold>, source: string) {
  const { resource, part, entries } = toldOf(message).log;
  const [entry, second] = entries;
  if (entry === undefined || second !== undefined) throw new RangeError(`${entries.length} entries in one message`);
  const { id, time, severity, message: line, fields } = entry;
  const payload = fields === undefined ? { textPayload: line } : { jsonPayload: fields };
  const data = { logName: resource, resource: { type: part, labels: { project_id: "p" } }, insertId: id, timestamp: time, receiveTimestamp: time, severity, ...payload };
  return pushCall(message, source, { data: JSON.stringify(data), attributes: { "logging.googleapis.com/timestamp": time ?? "" } });
}

export const logsWires: readonly Wire<"logs">[] = [
  postedWire({ kind: "logs", variant: "sink-pubsub", service: "Cloud Logging sink → Pub/Sub → push subscription", codec: logsPush, bare: json, tellsAttempt: false, malformed: [...malformedPushes, { why: "a message that is no LogEntry", native: pushCall({ id: "1", attempt: 1, enqueuedAt: 0, body: '{"n":1}' }, "s") }], fabricate: exported, idOf: pushId, rules: pubsubRules }),
];
