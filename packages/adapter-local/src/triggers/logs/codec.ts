/**
 * Logs, the reference: messages as of a queue, each an envelope of entries.
 *
 * | Isobar | native |
 * |--------|--------|
 * | resource, part | told.log, of the same name |
 * | entries | told.log.entries: id, time, severity, message, fields |
 * | the others | as of a queue |
 */
import type { LogEntry, LogsTold } from "@isobar/core";
import { isFields, isText, isTextOrAbsent, localCodec } from "../../wires/messages.ts";

function entryIn(json: unknown): LogEntry | undefined {
  if (!isFields(json)) return undefined;
  const { id, time, severity, message, fields } = json;
  return isTextOrAbsent(id) && isTextOrAbsent(time) && isTextOrAbsent(severity) && isText(message) && (fields === undefined || isFields(fields)) ? { id, time, severity, message, fields } : undefined;
}

export const localLogs = /* @__PURE__ */ localCodec<LogsTold>(({ log }) => {
  if (!isFields(log) || !isText(log.resource) || !isTextOrAbsent(log.part) || !Array.isArray(log.entries)) return undefined;
  const entries = log.entries.map(entryIn);
  return entries.every((entry) => entry !== undefined) ? { log: { resource: log.resource, part: log.part, entries } } : undefined;
}, { byPosition: true });
