/** S3's half: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
import type { StorageChange, StorageTold } from "@isobar/core";
import type { NeutralMessage } from "@isobar/core/adapter";
import type { S3Event, S3Record } from "../../native.ts";
import { invocationSideOf, sqsSideOf, wireOf } from "../../testing/brokers.ts";
import { asynchronousRules } from "../../testing/services/asynchronous.ts";
import { behindHops } from "../../testing/services/hops.ts";
import { sqsRules } from "../../testing/services/sqs.ts";
import { s3, s3InSqs } from "./codec.ts";

const names: { readonly [C in StorageChange]: string } = { created: "ObjectCreated:Put", deleted: "ObjectRemoved:Delete", updated: "ObjectTagging:Put", archived: "LifecycleTransition", restored: "ObjectRestore:Completed", other: "Replication:OperationNotTracked" };
/** As a form encodes, but for the slash. */
const encodedKey = (key: string) => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");

function recordOf({ id, told }: NeutralMessage<StorageTold>): S3Record {
  const { change, time, object } = told!;
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-central-1",
    ...(time === undefined ? {} : { eventTime: time }),
    eventName: names[change],
    userIdentity: { principalId: "AWS:AIDAINPONIXQXHT3IKHL2" },
    requestParameters: { sourceIPAddress: "192.0.2.1" },
    responseElements: { "x-amz-request-id": id, "x-amz-id-2": "id-2" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "notification",
      bucket: { name: object.bucket, ownerIdentity: { principalId: "A3I5XTEXAMAI3E" }, arn: `arn:aws:s3:::${object.bucket}` },
      object: { key: encodedKey(object.key), ...(object.size === undefined ? {} : { size: object.size }), ...(object.etag === undefined ? {} : { eTag: object.etag }), ...(object.version === undefined ? {} : { versionId: object.version }), sequencer: "0055AED6DCD90281E5" },
    },
  };
}
const event = (message: NeutralMessage<StorageTold>): S3Event => ({ Records: [recordOf(message)] });
const drops = { "data.contentType": "S3's notifications have no media type" };

export const s3InSqsSide = sqsSideOf<StorageTold>({ body: (message) => JSON.stringify(event(message)), drops });
export const s3Side = invocationSideOf<StorageTold>({
  fabricate: event,
  drops: { ...drops, id: "S3 has no id for an event: it is made of the request's, the sequencer and the key" },
  malformed: [{ why: "an SQS batch", native: { Records: [{ messageId: "1", body: "{}", eventSource: "aws:sqs" }] } }, { why: "a CloudFront event", native: { Records: [{ cf: { config: {} } }] } }, { why: "an EventBridge event", native: { id: "1", source: "aws.s3", "detail-type": "Object Created", detail: {} } }],
});
export const storageWires = [
  wireOf({ kind: "storage", variant: "s3-sqs", service: "S3 → SQS → Lambda", codec: s3InSqs, side: s3InSqsSide, rules: behindHops(sqsRules) }),
  wireOf({ kind: "storage", variant: "direct", service: "S3 → Lambda", codec: s3, side: s3Side, rules: behindHops(asynchronousRules) }),
];
