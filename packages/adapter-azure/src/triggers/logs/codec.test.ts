import { describe, expect, test } from "vitest";
import { eventHubsLogs } from "./codec.ts";

const resource = "/SUBSCRIPTIONS/S/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.WEB/SITES/SHOP";
const line = { time: "2030-01-01T00:00:00.123Z", resourceId: resource, category: "AppServiceConsoleLogs", operationName: "Microsoft.Web/sites/log", level: "Error", resultDescription: "no paper" };
const deliveriesIn = (body: string) => {
  const [item] = eventHubsLogs.decode({ body: [new TextEncoder().encode(body)], metadata: { partitionContext: { partitionId: "0" }, sequenceNumberArray: [47] } }).items;
  return "deliveries" in item! ? item.deliveries : [];
};
const logsIn = (...records: object[]) => deliveriesIn(JSON.stringify({ records })).map(({ id, told }) => ({ id, ...told!().log }));

describe("records", () => {
  test("of one resource and category are one delivery", () => {
    expect(logsIn(line, { ...line, time: undefined, level: 4, resultDescription: "no ink" })).toEqual([
      { id: "0/47", resource, part: "AppServiceConsoleLogs", entries: [{ time: "2030-01-01T00:00:00.123Z", severity: "Error", message: "no paper" }, { severity: "4", message: "no ink" }] },
    ]);
  });
  test("of several are several, each with an id that stays", () => {
    expect(logsIn(line, { ...line, category: "AppServiceHTTPLogs" }, { ...line, resourceId: "/B" }, line).map(({ id, resource: of, part, entries }) => [id, of, part, entries.length])).toEqual([
      ["0/47#1", resource, "AppServiceConsoleLogs", 2],
      ["0/47#2", resource, "AppServiceHTTPLogs", 1],
      ["0/47#3", "/B", "AppServiceConsoleLogs", 1],
    ]);
  });
  test("with properties are structured: their fields are the record, their message the properties'", () => {
    const record = { ...line, properties: { message: "Executed 'charge'", exitCode: 0 } };
    expect(logsIn(record)[0]!.entries).toEqual([{ time: line.time, severity: "Error", message: "Executed 'charge'", fields: record }]);
  });
  test("without a text are spelled as JSON", () => {
    const { resultDescription: _, ...record } = line;
    expect(logsIn(record)[0]!.entries).toEqual([{ time: line.time, severity: "Error", message: JSON.stringify(record), fields: record }]);
  });
  test("that are none hold nothing", () => expect(logsIn()).toEqual([]));
});
test.each([["{"], ["[]"], ["{}"], ['{"records":{}}'], ['{"records":[null]}'], ['{"records":[{"time":"2030-01-01T00:00:00Z"}]}'], ["null"]])("%s is a body to be rejected", (body) => {
  const [delivery] = deliveriesIn(body);
  expect(delivery!.told).toThrow(expect.objectContaining({ code: "invalid-input" }));
});
