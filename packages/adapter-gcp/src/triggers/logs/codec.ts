/**
 * Logs on Google Cloud: a sink of Cloud Logging that publishes each entry to a topic.
 * https://cloud.google.com/logging/docs/export/pubsub · https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
 *
 * | Isobar          | native: message.data, a LogEntry as JSON                                                                |
 * |-----------------|---------------------------------------------------------------------------------------------------------|
 * | resource        | logName                                                                                                 |
 * | part            | resource.type                                                                                           |
 * | entries         | the one entry                                                                                           |
 * | entry id, time, | insertId, timestamp, severity                                                                           |
 * | severity        |                                                                                                         |
 * | entry message   | textPayload, else jsonPayload.message, else jsonPayload or protoPayload as JSON, else the entry as JSON |
 * | entry fields    | jsonPayload, protoPayload                                                                               |
 * | the rest        | as for queue (wires/pubsub.ts)                                                                          |
 * | only native()   | resource.labels, labels, httpRequest, operation, trace, spanId, traceSampled, sourceLocation, split,    |
 * |                 | receiveTimestamp, errorGroups, apphub, metadata                                                         |
 */
import type { LogEntry, LogsTold } from "@isobar/core";
import { unreadableBody, type MessageCodec } from "@isobar/core/adapter";
import type { PubsubPush } from "../../native.ts";
import { wrapped, type ReadMessage } from "../../wires/pubsub.ts";
import { contentOf, isObject, textIn, type JsonObject, type PushAnswer } from "../../wires/request.ts";

/** JSON can be nested deeper than it can be written again. */
function written(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw unreadableBody("no LogEntry: it is nested too deep", cause);
  }
}
function payloadOf(entry: JsonObject): Pick<LogEntry, "message" | "fields"> {
  const { textPayload, jsonPayload, protoPayload } = entry;
  if (typeof textPayload === "string") return { message: textPayload };
  const fields = [jsonPayload, protoPayload].find(isObject);
  if (fields === undefined) return { message: written(entry) };
  return { message: fields === jsonPayload && typeof fields.message === "string" ? fields.message : written(fields), fields };
}
function entryIn({ data }: ReadMessage): LogsTold {
  const entry = contentOf(data, "LogEntry");
  const resource = isObject(entry) ? textIn(entry.logName) : undefined;
  if (!isObject(entry) || resource === undefined) throw unreadableBody("no LogEntry: it has no logName");
  const id = textIn(entry.insertId);
  const time = textIn(entry.timestamp);
  const severity = textIn(entry.severity);
  const part = isObject(entry.resource) ? textIn(entry.resource.type) : undefined;
  const told = { ...(id === undefined ? {} : { id }), ...(time === undefined ? {} : { time }), ...(severity === undefined ? {} : { severity }), ...payloadOf(entry) };
  return { log: { resource, ...(part === undefined ? {} : { part }), entries: [told] } };
}
export const logsPush: MessageCodec<PubsubPush, PushAnswer, LogsTold> = /* @__PURE__ */ wrapped((message) => ({ told: () => entryIn(message) }));
