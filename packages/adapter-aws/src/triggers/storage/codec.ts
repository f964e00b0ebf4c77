/**
 * Storage on Lambda: S3 event notifications. By default in an SQS queue of the function's own (also S3 → SNS → SQS with raw delivery: the same body);
 * `direct`: S3 invokes the function. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 *
 * | Isobar                   | native, in each of Records                                                                                              |
 * |--------------------------|-------------------------------------------------------------------------------------------------------------------------|
 * | id                       | the message's; of several records in one message, with a number behind it. Direct: responseElements.x-amz-request-id, the sequencer and the key |
 * | attempt, enqueuedAt      | SQS's; Lambda's asynchronous queue tells none                                                                           |
 * | body                     | the message's; of several records, a notification of the one                                                            |
 * | told.change              | eventName, with or without "s3:" in front, by the table below                                                           |
 * | told.time                | eventTime                                                                                                               |
 * | told.object.bucket       | s3.bucket.name                                                                                                          |
 * | told.object.key          | s3.object.key, URL-encoded: "+" is a blank, then percent-decoded. `urlDecodedKey` is other languages' libraries'         |
 * | told.object.size         | s3.object.size; deletions have none                                                                                     |
 * | told.object.etag         | s3.object.eTag                                                                                                          |
 * | told.object.version      | s3.object.versionId                                                                                                     |
 * | told.object.contentType  | not told                                                                                                                |
 * | only native()            | eventVersion, awsRegion, userIdentity, requestParameters, responseElements, s3.configurationId, s3SchemaVersion, bucket.arn, ownerIdentity, sequencer, glacierEventData, lifecycleEventData, replicationEventData, intelligentTieringEventData; all of the SQS message |
 *
 * `s3:TestEvent`, which S3 sends when a notification is configured, is a control message: nothing is delivered, and it is acknowledged.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 * Settlement: the message's, as wires/sqs.ts has it; direct: of the whole invocation. Order: none.
 */
import { unreadableBody, type Delivery, type MessageCodec } from "@isobar/core/adapter";
import type { StorageChange, StorageTold } from "@isobar/core";
import type { S3Event, S3Record } from "../../native.ts";
import { wholeInvocation } from "../../wires/invocation.ts";
import { fieldsOf, instantOf, isOf, objectIn, recordsOf, textOf, type Source } from "../../wires/records.ts";
import { misfit, sqsCodec } from "../../wires/sqs.ts";

const source: Source = { what: "S3 event", field: "eventSource", value: "aws:s3", own: "s3" };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html#supported-notification-event-types */
const changes: readonly (readonly [name: string, change: StorageChange])[] = [
  ["ObjectCreated", "created"],
  ["ObjectRemoved", "deleted"],
  ["LifecycleExpiration", "deleted"],
  ["ObjectTagging", "updated"],
  ["ObjectAcl", "updated"],
  ["LifecycleTransition", "archived"],
  // Only moves into the archive tiers are told.
  ["IntelligentTiering", "archived"],
  ["ObjectRestore:Completed", "restored"],
  // The restored copy has expired; what is archived is what is left.
  ["ObjectRestore:Delete", "archived"],
];
function changeOf(eventName: string): StorageChange {
  const name = eventName.replace(/^s3:/, "");
  return changes.find(([known]) => name === known || name.startsWith(`${known}:`))?.[1] ?? "other";
}

function decodedKey(key: unknown): string {
  try {
    if (typeof key === "string" && key !== "") return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    // Not encoded as S3 encodes: told below.
  }
  throw unreadableBody("no S3 notification: s3.object.key is no URL-encoded key");
}

function toldBy(record: S3Record): StorageTold {
  const { bucket, object } = fieldsOf(record.s3);
  const { key, size, eTag, versionId } = fieldsOf(object);
  const name = textOf(fieldsOf(bucket).name);
  if (name === undefined || typeof record.eventName !== "string") throw unreadableBody("no S3 notification: s3.bucket.name or eventName is missing");
  const told = { bucket: name, key: decodedKey(key), size: typeof size === "number" ? size : undefined, etag: textOf(eTag)?.replace(/^"(.*)"$/s, "$1"), version: textOf(versionId) };
  return { change: changeOf(record.eventName), time: instantOf(record.eventTime) === undefined ? undefined : record.eventTime, object: told };
}

/** A dead letter holds the one event that was rejected, not its neighbours. */
const alone = (record: S3Record): string => JSON.stringify({ Records: [record] });

export const s3InSqs = /* @__PURE__ */ sqsCodec<StorageTold>((message) => {
  const notification = objectIn(message.body);
  if (notification?.Event === "s3:TestEvent") return [];
  const records = notification?.Records;
  if (!Array.isArray(records) || records.length === 0 || !records.every((record) => isOf(record, source))) return [misfit(message, "no S3 notification")];
  return (records as readonly S3Record[]).map((event, i): Delivery<StorageTold> => {
    const own = records.length === 1 ? {} : { id: `${message.id}:${i}`, body: alone(event) };
    return { ...message, ...own, record: { carrier: message.record, event }, told: () => toldBy(event) };
  });
});

/** The request's id alone is not enough: one request may delete a thousand objects, each of them an event. */
function idOf({ responseElements, s3: about }: S3Record): string {
  const { key, sequencer, versionId } = fieldsOf(fieldsOf(about).object);
  return [fieldsOf(responseElements)["x-amz-request-id"], sequencer ?? versionId, key].map(textOf).filter((part) => part !== undefined).join(":");
}

export const s3: MessageCodec<S3Event, null, StorageTold> = {
  decode(native) {
    const deliveries = (recordsOf<S3Record>(native, source) as readonly S3Record[]).map((record): Delivery<StorageTold> => ({
      id: idOf(record), attempt: undefined, group: undefined, enqueuedAt: undefined, body: alone(record), attribute: undefined, record, told: () => toldBy(record),
    }));
    return { native: native as S3Event, items: [{ id: deliveries[0]!.id, deliveries }] };
  },
  encode: wholeInvocation,
};
