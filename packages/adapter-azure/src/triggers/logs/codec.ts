/**
 * Logs on Azure Functions: a diagnostic setting's records in Event Hubs (see wires/event-hubs.ts), a delivery for each resource and category in an event.
 * https://learn.microsoft.com/azure/azure-monitor/essentials/resource-logs-schema
 *
 * | Isobar           | native: `{"records":[…]}`                                                                               |
 * |------------------|---------------------------------------------------------------------------------------------------------|
 * | id               | the event's; with a number behind it where one event holds several resources                            |
 * | resource         | resourceId                                                                                              |
 * | part             | category                                                                                                |
 * | entries.time     | time, which is UTC where no zone is written; not told in another form, such as FunctionAppLogs'          |
 * |                  | "08/06/2025 14:26:04" (elastic/integrations, packages/azure)                                            |
 * | entries.severity | level: a word, or a number; Level in Microsoft Entra's (elastic/integrations, packages/azure)            |
 * | entries.message  | properties.message, else resultDescription, else the record as JSON                                     |
 * | entries.fields   | the record, where it has properties, no text, or a time in another form                                 |
 * | entries.id       | not told                                                                                                |
 * | the others       | as of a stream                                                                                          |
 */
import type { LogEntry, LogsTold } from "@isobar/core";
import { strictTextOf, unreadableBody, type Delivery } from "@isobar/core/adapter";
import { eventHubsCodec } from "../../wires/event-hubs.ts";
import { isFields, isText, millisecondsOf, type Fields } from "../../wires/handed.ts";

function recordsIn(body: Delivery["body"]): readonly Fields[] {
  let json: unknown;
  try {
    json = JSON.parse(strictTextOf(body));
  } catch (cause) {
    throw unreadableBody("not JSON", cause);
  }
  const records = isFields(json) ? json.records : undefined;
  if (!Array.isArray(records) || !records.every((each): each is Fields => isFields(each) && isText(each.resourceId))) throw unreadableBody('no log: {"records":[…]}, each with a resourceId');
  return records;
}

/** RFC 3339, or without its offset. */
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/;
function timeOf(time: unknown): string | undefined {
  if (!isText(time) || millisecondsOf(time) === undefined) return undefined;
  const [all, offset] = timeForm.exec(time) ?? [];
  return all === undefined || offset !== undefined ? all : `${all}Z`;
}

function entryOf(record: Fields): LogEntry {
  const { level = record.Level, resultDescription, properties } = record;
  const time = timeOf(record.time);
  const text = [isFields(properties) ? properties.message : undefined, resultDescription].find(isText);
  return {
    time,
    severity: typeof level === "number" ? String(level) : isText(level) ? level : undefined,
    message: text ?? JSON.stringify(record),
    ...(text === undefined || isFields(properties) || (time === undefined && isText(record.time)) ? { fields: record } : {}),
  };
}

/** By resource and category, in the order in which they first come. */
function logsIn(records: readonly Fields[]): readonly LogsTold[] {
  const logs = new Map<string, { resource: string; part: string | undefined; entries: LogEntry[] }>();
  for (const record of records) {
    const resource = record.resourceId as string;
    const part = isText(record.category) ? record.category : undefined;
    const name = JSON.stringify([resource, part]);
    const log = logs.get(name) ?? { resource, part, entries: [] };
    logs.set(name, log);
    log.entries.push(entryOf(record));
  }
  return [...logs.values()].map((log) => ({ log }));
}

export const eventHubsLogs = /* @__PURE__ */ eventHubsCodec<LogsTold>(({ delivery }) => {
  let logs: readonly LogsTold[];
  try {
    logs = logsIn(recordsIn(delivery.body));
  } catch (error) {
    return [{ ...delivery, told: () => { throw error; } }];
  }
  return logs.map((told, i) => ({ ...delivery, id: logs.length === 1 ? delivery.id : `${delivery.id}#${i + 1}`, told: () => told }));
});
