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
  test.each([["2030-01-01T00:00:00.535404056Z", "2030-01-01T00:00:00.535404056Z"], ["2030-01-01T02:00:00+02:00", "2030-01-01T02:00:00+02:00"], ["2030-01-01T00:00:00", "2030-01-01T00:00:00Z"]])("of %s tell it in RFC 3339, UTC where no zone is written", (time, told) => {
    expect(logsIn({ ...line, time })[0]!.entries).toEqual([{ time: told, severity: "Error", message: "no paper" }]);
  });
  test.each(["01/02/2030 14:26:04", "1/2/2030 2:26:04 PM +01:00", "2030-13-01T00:00:00Z", "x2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z.", "2030-01-01"])("of a time in another form, %s, tell none, and keep it in their fields", (time) => {
    expect(logsIn({ ...line, time })[0]!.entries).toEqual([{ severity: "Error", message: "no paper", fields: { ...line, time } }]);
  });
  test("of Microsoft Entra have their level under a capital letter; those of a metric have none", () => {
    const { level: _, ...record } = line;
    expect(logsIn({ ...record, Level: 4 }, record)[0]!.entries.map((entry) => [entry.severity, entry.fields])).toEqual([["4", undefined], [undefined, undefined]]);
  });
  test("that are none hold nothing", () => expect(logsIn()).toEqual([]));
});
test.each([["{"], ["[]"], ["{}"], ['{"records":{}}'], ['{"records":[null]}'], ['{"records":[{"time":"2030-01-01T00:00:00Z"}]}'], ["null"]])("%s is a body to be rejected", (body) => {
  const [delivery] = deliveriesIn(body);
  expect(delivery!.told).toThrow(expect.objectContaining({ code: "invalid-input" }));
});
