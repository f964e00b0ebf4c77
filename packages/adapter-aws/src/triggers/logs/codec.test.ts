import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import type { LogsTold } from "@isobar/core";
import { cloudWatchLogs, logsInKinesis } from "./codec.ts";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#DestinationKinesisExample */
const envelope = {
  owner: "111111111111",
  logGroup: "CloudTrail/logs",
  logStream: "111111111111_CloudTrail/logs_us-east-1",
  subscriptionFilters: ["Destination"],
  messageType: "DATA_MESSAGE",
  logEvents: [{ id: "31953106606966983378809025079804211143289615424298221568", timestamp: 1432826855000, message: "plain" }, { id: "31953106606966983378809025079804211143289615424298221569", timestamp: 1432826855001, message: '{"eventVersion":"1.03"}' }],
};
const control = { messageType: "CONTROL_MESSAGE", owner: "CloudwatchLogs", logGroup: "", logStream: "", subscriptionFilters: [], logEvents: [{ id: "", timestamp: 1432826855000, message: "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream." }] };
const gzip = (value: unknown) => gzipSync(typeof value === "string" ? value : JSON.stringify(value)).toString("base64");
const record = (data: string, sequenceNumber = "1") => ({ eventSource: "aws:kinesis", eventID: `shardId-000000000000:${sequenceNumber}`, kinesis: { partitionKey: "p", sequenceNumber, data, approximateArrivalTimestamp: 1432826856.5 } });
const only = (item: Item<LogsTold> | undefined): Delivery<LogsTold> => (item as Extract<Item<LogsTold>, { deliveries: unknown }>).deliveries[0]!;
const said = {
  log: {
    resource: "CloudTrail/logs",
    part: "111111111111_CloudTrail/logs_us-east-1",
    entries: [{ id: "31953106606966983378809025079804211143289615424298221568", time: "2015-05-28T15:27:35.000Z", message: "plain" }, { id: "31953106606966983378809025079804211143289615424298221569", time: "2015-05-28T15:27:35.001Z", message: '{"eventVersion":"1.03"}', fields: { eventVersion: "1.03" } }],
  },
};

describe("through Kinesis", () => {
  test("edge 41: a record's gzip is one envelope with all of its lines", () => {
    const native = record(gzip(envelope));
    const delivery = only(logsInKinesis.decode({ Records: [native] }).items[0]);
    expect([delivery, delivery.told!()]).toMatchObject([{ id: "shardId-000000000000:1", group: "p", enqueuedAt: 1432826856500, record: { carrier: native, event: envelope } }, said]);
    expect(Buffer.from(delivery.body as Uint8Array).toString("base64")).toBe(native.kinesis.data);
  });
  test("edge 41: a CONTROL_MESSAGE is an item without events", () => {
    expect(logsInKinesis.decode({ Records: [record(gzip(control)), record(gzip(envelope), "2")] }).items).toMatchObject([{ id: "1", deliveries: [] }, { id: "2", deliveries: [{}] }]);
  });
  test.each([
    ["bytes that are no gzip", Buffer.from("hello").toString("base64")], ["an inflated envelope, which Firehose would send", Buffer.from(JSON.stringify(envelope)).toString("base64")], ["gzip that breaks off", gzip(envelope).slice(0, 40)], ["nothing", ""],
    ["gzip of no JSON", gzip("hello")], ["a list", gzip([envelope])], ["another type of message", gzip({ ...envelope, messageType: "OTHER" })], ["no log group", gzip({ ...envelope, logGroup: undefined })], ["no log stream", gzip({ ...envelope, logStream: undefined })], ["events that are no list", gzip({ ...envelope, logEvents: {} })],
    ["an entry without a message", gzip({ ...envelope, logEvents: [{ id: "1", timestamp: 1 }] })], ["an entry without a time", gzip({ ...envelope, logEvents: [{ id: "1", message: "x" }] })], ["a time that is a text", gzip({ ...envelope, logEvents: [{ id: "1", message: "x", timestamp: "1432826855000" }] })], ["a time that is none", gzip({ ...envelope, logEvents: [{ id: "1", message: "x", timestamp: 1e300 }] })],
  ])("%s is rejected alone, with its bytes kept", (_, data) => {
    const [bad, good] = logsInKinesis.decode({ Records: [record(data), record(gzip(envelope), "2")] }).items;
    expect(() => only(bad).told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
    expect([Buffer.from(only(bad).body as Uint8Array).toString("base64"), only(good).told!()]).toEqual([data, said]);
  });
  test("gzip that grows beyond all logs is rejected, and never unpacked", () => {
    expect(() => only(logsInKinesis.decode({ Records: [record(gzip({ ...envelope, logEvents: [{ id: "1", timestamp: 1432826855000, message: "a".repeat(40 * 1024 * 1024) }] }))] }).items[0]).told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
  test("the answer is the stream's", () => {
    expect(logsInKinesis.encode([{ id: "1", then: "again" }], { Records: [] })).toEqual({ respond: { batchItemFailures: [{ itemIdentifier: "1" }] } });
  });
});

describe("direct", () => {
  const decode = (data: unknown) => cloudWatchLogs.decode({ awslogs: { data } }).items;
  test("edge 41: awslogs.data is base64 of gzip, and the invocation one item", () => {
    const native = { awslogs: { data: gzip(envelope) } };
    const { items } = cloudWatchLogs.decode(native);
    expect([items.length, only(items[0]).id, only(items[0]).told!(), only(items[0]).record]).toEqual([1, `CloudTrail/logs:${envelope.logStream}:${envelope.logEvents[0]!.id}`, said, { carrier: native, event: envelope }]);
  });
  test("zlib, which some tools write, is read as well; a policy's level is native", () => {
    const data = deflateSync(JSON.stringify({ ...envelope, policyLevel: "ACCOUNT_LEVEL_POLICY" })).toString("base64");
    expect([only(decode(data)[0]).told!(), only(decode(data)[0]).record]).toMatchObject([said, { event: { policyLevel: "ACCOUNT_LEVEL_POLICY" } }]);
  });
  test("a control message is an item without events", () => {
    expect(decode(gzip(control))).toEqual([{ id: "control", deliveries: [] }]);
  });
  test("an envelope without lines is an event without entries", () => {
    const delivery = only(decode(gzip({ ...envelope, logEvents: [] }))[0]);
    expect([delivery.id, delivery.told!().log.entries]).toEqual([`CloudTrail/logs:${envelope.logStream}`, []]);
  });
  test("a line that is no JSON has no fields at all", () => {
    expect(Object.keys(only(decode(gzip(envelope))[0]).told!().log.entries[0]!)).toEqual(["id", "time", "message"]);
  });
  test("what is no envelope is rejected, and has a name to be settled by", () => {
    expect(decode(gzip("hello"))[0]!.id).toBe("awslogs");
    expect(() => only(decode(gzip("hello"))[0]).told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
  test.each([[null], [{}], [{ awslogs: null }], [{ awslogs: {} }], [{ awslogs: { data: 5 } }], [{ awslogs: { data: "" } }], [{ awslogs: { data: "*" } }], [envelope], [{ Records: [record(gzip(envelope))] }]])("%j is an invalid event", (native) => {
    expect(() => cloudWatchLogs.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
  test("what comes again is a fault", () => {
    expect(cloudWatchLogs.encode([{ id: "1", then: "again" }], { awslogs: { data: "" } })).toMatchObject({ fault: { code: "handler-failed" } });
  });
});
