/** Cloud Storage's half: its notifications, Eventarc's events of it, and the first generation's. */
import type { StorageChange, StorageTold } from "@isobar/core";
import type { NeutralMessage, Wire } from "@isobar/core/adapter";
import { decodesOnly } from "../../deploy/variants.ts";
import { agent, json, postedWire, posting, toldOf } from "../../testing/calls.ts";
import { eventCall, structured } from "../../testing/events.ts";
import { backgroundId, foreignEvents, headerId, malformedBackground, malformedPushes, pushCall, pushId } from "../../testing/pubsub.ts";
import { eventarcRules } from "../../testing/services/eventarc.ts";
import { pubsubRules } from "../../testing/services/pubsub.ts";
import { storageBackgroundEvent, storageEvent, storagePush } from "./codec.ts";

/** By change: the notification's word, Eventarc's, the first generation's. */
const words: Readonly<Partial<Record<StorageChange, readonly [notification: string, event: string, background: string]>>> = {
  created: ["OBJECT_FINALIZE", "finalized", "finalize"],
  deleted: ["OBJECT_DELETE", "deleted", "delete"],
  archived: ["OBJECT_ARCHIVE", "archived", "archive"],
  updated: ["OBJECT_METADATA_UPDATE", "metadataUpdated", "metadataUpdate"],
};
function wordsOf({ change }: StorageTold): readonly [string, string, string] {
  const known = words[change];
  if (known === undefined) throw new RangeError(`Cloud Storage has no word for ${change}`);
  return known;
}
/** https://cloud.google.com/storage/docs/json_api/v1/objects#resource */
const resourceOf = ({ time, object: { bucket, key, size, etag, version, contentType } }: StorageTold) => ({
  kind: "storage#object", id: `${bucket}/${key}/${version}`, name: key, bucket, generation: version, metageneration: "1", contentType, timeCreated: time, updated: time, storageClass: "STANDARD", size: size === undefined ? undefined : String(size), etag,
});
function notification(message: NeutralMessage<StorageTold>, source: string) {
  const told = toldOf(message);
  const { object: { bucket, key, version = "1" }, time = "2030-01-01T00:00:00Z" } = told;
  const attributes = { notificationConfig: `projects/_/buckets/${bucket}/notificationConfigs/1`, eventType: wordsOf(told)[0], payloadFormat: "JSON_API_V1", bucketId: bucket, objectId: key, objectGeneration: version, eventTime: time };
  return pushCall(message, source, { data: JSON.stringify(resourceOf(told)), attributes });
}
function emitted(message: NeutralMessage<StorageTold>) {
  const told = toldOf(message);
  const { bucket, key } = told.object;
  return eventCall({ attributes: { id: message.id, source: `//storage.googleapis.com/projects/_/buckets/${bucket}`, type: `google.cloud.storage.object.v1.${wordsOf(told)[1]}`, subject: `objects/${key}`, time: told.time, bucket }, data: resourceOf(told) });
}
function backgrounded(message: NeutralMessage<StorageTold>) {
  const told = toldOf(message);
  const { bucket, key } = told.object;
  const context = { eventId: message.id, timestamp: told.time, eventType: `google.storage.object.${wordsOf(told)[2]}`, resource: { service: "storage.googleapis.com", name: `projects/_/buckets/${bucket}/objects/${key}`, type: "storage#object" } };
  return posting(JSON.stringify({ context, data: resourceOf(told) }), [["content-type", "application/json"], agent]);
}
const strange: NeutralMessage = { id: "1", attempt: 1, enqueuedAt: 0, body: '{"n":1}' };

export const storageWires: readonly Wire<"storage">[] = [
  postedWire({ kind: "storage", variant: "gcs-pubsub", service: "Cloud Storage notification → Pub/Sub → push subscription", codec: storagePush, bare: json, tellsAttempt: true, malformed: [...malformedPushes, { why: "a message that is no notification", native: pushCall(strange, "s") }, { why: "an object that is none", native: pushCall(strange, "s", { data: "{", attributes: { eventType: "OBJECT_FINALIZE", payloadFormat: "JSON_API_V1", bucketId: "b", objectId: "o" } }) }], fabricate: notification, idOf: pushId, rules: pubsubRules }),
  postedWire({ kind: "storage", variant: "direct", service: "Cloud Storage → Eventarc", codec: storageEvent, bare: structured, tellsAttempt: false, malformed: foreignEvents, fabricate: emitted, idOf: headerId("ce-id"), rules: eventarcRules }),
  postedWire({ kind: "storage", variant: "background", service: "Cloud Storage → function of the first generation", decodesOnly: decodesOnly.background, codec: storageBackgroundEvent, bare: json, tellsAttempt: false, malformed: malformedBackground, fabricate: backgrounded, idOf: backgroundId }),
];
