import { expect, test } from "vitest";
import { logsPush } from "./codec.ts";

const told = (entry: unknown) => {
  const [item] = logsPush.decode({ rawBody: Buffer.from(JSON.stringify({ subscription: "s", message: { messageId: "m-1", data: Buffer.from(typeof entry === "string" ? entry : JSON.stringify(entry)).toString("base64") } })) }).items;
  return item !== undefined && "deliveries" in item ? item.deliveries[0]!.told!().log : undefined;
};
/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry */
const entry = { logName: "projects/p/logs/run.googleapis.com%2Fstdout", resource: { type: "cloud_run_revision", labels: {} }, insertId: "i-1", timestamp: "2030-01-01T00:00:00.123456789Z", severity: "ERROR" };

test("a line is its text, with its log's name and what wrote it", () => {
  expect(told({ ...entry, textPayload: "no ✓" })).toEqual({ resource: "projects/p/logs/run.googleapis.com%2Fstdout", part: "cloud_run_revision", entries: [{ id: "i-1", time: "2030-01-01T00:00:00.123456789Z", severity: "ERROR", message: "no ✓" }] });
  expect(told({ logName: "l", textPayload: "" })).toStrictEqual({ resource: "l", entries: [{ message: "" }] });
});
test.each([
  [{ jsonPayload: { message: "hello", n: 1 } }, { message: "hello", fields: { message: "hello", n: 1 } }],
  [{ jsonPayload: { n: 1 } }, { message: '{"n":1}', fields: { n: 1 } }],
  [{ protoPayload: { "@type": "t", message: "audited" } }, { message: '{"@type":"t","message":"audited"}', fields: { "@type": "t", message: "audited" } }],
  [{ protoPayload: { "@type": "t", message: 7 } }, { message: '{"@type":"t","message":7}', fields: { "@type": "t", message: 7 } }],
])("a structured entry %j keeps its fields", (payload, expected) => expect(told({ ...entry, ...payload })!.entries[0]).toMatchObject(expected));
test("an entry without a payload is itself, as JSON: a load balancer's are", () => expect(told({ logName: "l", httpRequest: { status: 502 } })!.entries[0]!.message).toBe('{"logName":"l","httpRequest":{"status":502}}'));
test.each([["{"], ["null"], ["[]"], [{}], [{ logName: "" }], [{ logName: 1 }], [`{"logName":"l","jsonPayload":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`]])("what is no LogEntry is rejected", (given) => expect(() => told(given)).toThrow(expect.objectContaining({ code: "invalid-input" })));
