import { describe, expect, test } from "vitest";
import type { Delivery, Item } from "@isobar/core/adapter";
import type { StorageTold } from "@isobar/core";
import { s3, s3InSqs } from "./codec.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html, its example of a put. */
const record = {
  eventVersion: "2.1",
  eventSource: "aws:s3",
  awsRegion: "us-west-2",
  eventTime: "1970-01-01T00:00:00.000Z",
  eventName: "ObjectCreated:Put",
  userIdentity: { principalId: "AIDAJDPLRKLG7UEXAMPLE" },
  requestParameters: { sourceIPAddress: "127.0.0.1" },
  responseElements: { "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD" },
  s3: {
    s3SchemaVersion: "1.0",
    configurationId: "testConfigRule",
    bucket: { name: "mybucket", ownerIdentity: { principalId: "A3NL1KOZZKExample" }, arn: "arn:aws:s3:::mybucket" },
    object: { key: "HappyFace.jpg", size: 1024, eTag: "d41d8cd98f00b204e9800998ecf8427e", versionId: "096fKKXTRTtl3on89fVO.nfljtsv6qko", sequencer: "0055AED6DCD90281E5" },
  },
};
const about = (object: object, change: object = {}) => ({ ...record, s3: { ...record.s3, object: { ...record.s3.object, ...object } }, ...change });
const message = (body: unknown, messageId = "m-1") => ({ messageId, body: typeof body === "string" ? body : JSON.stringify(body), attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" }, eventSource: "aws:sqs" });
const deliveries = (item: Item<StorageTold> | undefined): readonly Delivery<StorageTold>[] => (item as Extract<Item<StorageTold>, { deliveries: unknown }>).deliveries;
const queued = (...records: readonly unknown[]) => deliveries(s3InSqs.decode({ Records: [message({ Records: records })] }).items[0]);
const told = (object: object, change: object = {}) => queued(about(object, change))[0]!.told!();

describe("behind a queue", () => {
  test("each field is mapped, or kept in the record", () => {
    const native = message({ Records: [record] });
    const [delivery] = deliveries(s3InSqs.decode({ Records: [native] }).items[0]);
    expect(delivery).toMatchObject({ id: "m-1", attempt: 1, enqueuedAt: 1545082649183, body: native.body, attribute: undefined, record: { carrier: native, event: record } });
    expect(delivery!.told!()).toEqual({ change: "created", time: "1970-01-01T00:00:00.000Z", object: { bucket: "mybucket", key: "HappyFace.jpg", size: 1024, etag: "d41d8cd98f00b204e9800998ecf8427e", version: "096fKKXTRTtl3on89fVO.nfljtsv6qko" } });
  });
  test.each([["New+File.jpg", "New File.jpg"], ["Happy%20Face.jpg", "Happy Face.jpg"], ["a%2Bb%25.txt", "a+b%.txt"], ["a/b/c.txt", "a/b/c.txt"], ["%E6%9D%B1%E4%BA%AC.txt", "東京.txt"], ["__proto__", "__proto__"]])("edge 32: the key %s is %s", (key, decoded) => {
    expect(told({ key }).object.key).toBe(decoded);
  });
  test("edge 32: urlDecodedKey is another library's, and not looked at", () => {
    expect(told({ key: "a+b", urlDecodedKey: "other" }).object.key).toBe("a b");
  });
  test("edge 33: a notification that went through SNS raw is the same body; one inside an SNS envelope is not this wire's", () => {
    expect(queued(record)[0]!.told!().object.key).toBe("HappyFace.jpg");
    const [delivery] = deliveries(s3InSqs.decode({ Records: [message({ Type: "Notification", MessageId: "1", Message: JSON.stringify({ Records: [record] }) })] }).items[0]);
    expect(() => delivery!.told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
  test("several records in one message are one item of several events: ids apart, and each with a body of its own", () => {
    const [first, second] = queued(record, about({ key: "b" }));
    expect([first!.id, second!.id, second!.told!().object.key]).toEqual(["m-1:0", "m-1:1", "b"]);
    expect(deliveries(s3InSqs.decode({ Records: [message(second!.body)] }).items[0])[0]!.told!().object.key).toBe("b");
  });
  test("s3:TestEvent is a control message: an item without events", () => {
    const test = { Service: "Amazon S3", Event: "s3:TestEvent", Time: "2014-10-13T15:57:02.089Z", Bucket: "bucketname", RequestId: "5582815E1AEA5ADF", HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE" };
    expect(s3InSqs.decode({ Records: [message(test)] }).items).toEqual([{ id: "m-1", deliveries: [] }]);
  });
  test.each([
    ["ObjectCreated:Put", "created"], ["s3:ObjectCreated:Copy", "created"], ["ObjectCreated:CompleteMultipartUpload", "created"], ["ObjectRemoved:Delete", "deleted"], ["ObjectRemoved:DeleteMarkerCreated", "deleted"], ["s3:LifecycleExpiration:Delete", "deleted"],
    ["ObjectTagging:Put", "updated"], ["ObjectAcl:Put", "updated"], ["s3:LifecycleTransition", "archived"], ["s3:IntelligentTiering", "archived"], ["s3:ObjectRestore:Completed", "restored"], ["ObjectRestore:Delete", "archived"],
    ["ObjectRestore:Post", "other"], ["s3:Replication:OperationFailedReplication", "other"], ["ReducedRedundancyLostObject", "other"], ["ObjectCreatedX", "other"], ["__proto__", "other"],
  ])("%s is %s", (eventName, change) => {
    expect(told({}, { eventName }).change).toBe(change);
  });
  test("what a deletion does not tell is absent; null is absent; quotes around an etag go", () => {
    expect(told({ size: undefined, eTag: undefined, versionId: null }).object).toEqual({ bucket: "mybucket", key: "HappyFace.jpg", size: undefined, etag: undefined, version: undefined });
    expect([told({ eTag: '"abc"' }).object.etag, told({ size: "1024" }).object.size, told({}, { eventTime: "soon" }).time]).toEqual(["abc", undefined, undefined]);
  });
  test.each([["no JSON", "hello"], ["an empty body", ""], ["another object", { a: 1 }], ["no records", { Records: [] }], ["another service's records", { Records: [{ eventSource: "aws:ses" }] }], ["null among them", { Records: [record, null] }]])("%s is rejected, with its body kept", (_, body) => {
    const [delivery, ...more] = deliveries(s3InSqs.decode({ Records: [message(body)] }).items[0]);
    expect([more, delivery!.id, delivery!.body]).toEqual([[], "m-1", message(body).body]);
    expect(() => delivery!.told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
  test.each([["no bucket", { s3: { object: { key: "a" } } }], ["a bucket without a name", { s3: { bucket: { name: "" }, object: { key: "a" } } }], ["no eventName", { eventName: undefined }], ["an eventName that is a number", { eventName: 1 }]])("a record with %s is rejected alone", (_, change) => {
    const [good, bad] = queued(record, { ...record, ...change });
    expect(good!.told!().object.bucket).toBe("mybucket");
    expect(() => bad!.told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
  test("quotes inside an etag are the etag's, and a time that is a number is none", () => {
    expect([told({ eTag: 'W/"abc"' }).object.etag, told({ eTag: '"abc"-2' }).object.etag, told({}, { eventTime: 2015 }).time]).toEqual(['W/"abc"', '"abc"-2', undefined]);
  });
  test.each([[{ key: "100%" }], [{ key: "" }], [{ key: undefined }], [{ key: 5 }], [{ key: "%ff" }]])("an object %j is rejected alone", (object) => {
    const [good, bad] = queued(record, about(object));
    expect(good!.told!().object.key).toBe("HappyFace.jpg");
    expect(() => bad!.told!()).toThrow(expect.objectContaining({ code: "invalid-input" }));
  });
});

describe("direct", () => {
  const direct = (...records: readonly unknown[]) => s3.decode({ Records: records }).items;
  test("the invocation is one item, and its ids name the request, the sequencer and the key", () => {
    const items = direct(record, about({ key: "b" }));
    expect([items.length, deliveries(items[0]).map(({ id }) => id)]).toEqual([1, ["C3D13FE58DE4C810:0055AED6DCD90281E5:HappyFace.jpg", "C3D13FE58DE4C810:0055AED6DCD90281E5:b"]]);
    expect(deliveries(items[0])[1]!.told!()).toMatchObject({ change: "created", object: { key: "b" } });
    expect(deliveries(items[0])[0]!.record).toBe(record);
  });
  test("one event that comes again brings the whole invocation again, and its neighbours with it", () => {
    expect(s3.encode([{ id: "1", then: "done" }, { id: "2", then: "done" }], { Records: [] })).toEqual({ respond: null });
    expect(s3.encode([{ id: "1", then: "done" }, { id: "2", then: "again" }], { Records: [] })).toMatchObject({ fault: { code: "handler-failed" } });
  });
  test("without what makes an id there is one all the same, the key's", () => {
    expect(deliveries(direct(about({ sequencer: undefined, versionId: undefined }, { responseElements: null }))[0])[0]!.id).toBe("HappyFace.jpg");
  });
  test.each([[null], [{}], [{ Records: [] }], [{ Records: [{ cf: {} }] }], [{ Records: [message({ Records: [record] })] }], [{ Records: [record, { eventSource: "aws:sns" }] }], [{ Records: [null] }]])("%j is an invalid event", (native) => {
    expect(() => s3.decode(native)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  });
});
