/**
 * What CloudWatch Logs sends to a subscription, gzip-compressed: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 *
 * | Isobar             | native                                                                                      |
 * |--------------------|---------------------------------------------------------------------------------------------|
 * | told.log.resource  | logGroup                                                                                    |
 * | told.log.part      | logStream                                                                                   |
 * | entries[].id       | logEvents[].id                                                                              |
 * | entries[].time     | logEvents[].timestamp, milliseconds                                                         |
 * | entries[].severity | lines have none                                                                             |
 * | entries[].message  | logEvents[].message                                                                         |
 * | entries[].fields   | a line that is a JSON object, as Lambda's JSON logs are                                     |
 * | only native()      | owner, subscriptionFilters, policyLevel, messageType, logEvents[].extractedFields           |
 *
 * A CONTROL_MESSAGE, by which CloudWatch Logs checks whether the destination can be reached, holds no log.
 */
import { unreadableBody } from "@isobar/core/adapter";
import type { LogEntry, LogsTold } from "@isobar/core";
import type { LogsEnvelope } from "../native.ts";
import { fieldsOf, objectIn, textOf } from "./records.ts";

/** No document has the size of an envelope before it is compressed. Compressed it fits into 6 MB of base64; one that grows past this is a bomb, not a log. */
const maxEnvelopeBytes = 32 * 1024 * 1024;

/** The envelope inside compressed bytes, gzip by the document, zlib in some tools' events; `undefined` for bytes that are none. */
export function envelopeIn(compressed: Uint8Array): LogsEnvelope | undefined {
  let text: string;
  try {
    text = process.getBuiltinModule("node:zlib").unzipSync(compressed, { maxOutputLength: maxEnvelopeBytes }).toString("utf8");
  } catch {
    return undefined;
  }
  const envelope = objectIn(text);
  const known = envelope?.messageType === "CONTROL_MESSAGE" || (envelope?.messageType === "DATA_MESSAGE" && textOf(envelope.logGroup) !== undefined && typeof envelope.logStream === "string" && Array.isArray(envelope.logEvents));
  return known ? (envelope as unknown as LogsEnvelope) : undefined;
}
export const isControl = ({ messageType }: LogsEnvelope): boolean => messageType === "CONTROL_MESSAGE";

function entryOf(event: unknown): LogEntry {
  const { id, timestamp, message } = fieldsOf(event);
  if (typeof message !== "string" || typeof timestamp !== "number" || !(Math.abs(timestamp) <= 8.64e15)) throw unreadableBody("no CloudWatch log: an entry has no message and timestamp");
  const fields = message.startsWith("{") ? objectIn(message) : undefined;
  return { id: textOf(id), time: new Date(timestamp).toISOString(), message, ...(fields === undefined ? {} : { fields }) };
}
export const toldBy = ({ logGroup, logStream, logEvents }: LogsEnvelope): LogsTold => ({ log: { resource: logGroup, part: textOf(logStream), entries: logEvents.map(entryOf) } });
