/**
 * Storage on Google Cloud.
 *
 * | Isobar        | gcs-pubsub: message.attributes, data   | direct: CloudEvent           | background                               |
 * |---------------|----------------------------------------|------------------------------|------------------------------------------|
 * | change        | eventType                              | type                         | eventType; data.resourceState of the     |
 * |               |                                        |                              | oldest, `…object.change`                 |
 * | bucket        | bucketId                               | data.bucket, else source     | data.bucket, else resource               |
 * | key           | objectId (as it is, not encoded)       | data.name, else subject      | data.name, else resource                 |
 * | version       | objectGeneration                       | data.generation              | data.generation                          |
 * | size, etag,   | of data, the object as JSON; nothing   | data.size, .etag,            | the same                                 |
 * | contentType   | where payloadFormat is NONE            | .contentType                 |                                          |
 * | time          | eventTime                              | time                         | timestamp                                |
 * | id            | attribute `isobar`'s id, else messageId| id                           | eventId                                  |
 * | only native() | notificationConfig, overwroteGeneration, custom attributes, every other field of the object: checksums, metadata, |
 * |               | metageneration, storageClass, times, links, holds, encryption                                                 |
 *
 * OBJECT_FINALIZE, `finalized` → created; OBJECT_DELETE, `deleted` → deleted; OBJECT_ARCHIVE, `archived` → archived;
 * OBJECT_METADATA_UPDATE, `metadataUpdated` → updated; what comes later → other. A delete with overwrittenByGeneration is the other half of an
 * overwrite, whose created comes too: it is acknowledged and no event. Eventarc does not tell that half, so `direct` has both.
 *
 * https://cloud.google.com/storage/docs/pubsub-notifications#format · https://cloud.google.com/storage/docs/json_api/v1/objects#resource ·
 * https://cloud.google.com/eventarc/docs/cloudevents#cloud-storage ·
 * https://cloud.google.com/functions/1stgendocs/calling/storage#event_types
 */
import type { StorageChange, StorageTold } from "@isobar/core";
import { unreadableBody, type CloudEvent, type MessageCodec } from "@isobar/core/adapter";
import type { BackgroundEvent, PubsubPush } from "../../native.ts";
import { background, type ReadBackground } from "../../wires/background.ts";
import { jsonDataOf, posted } from "../../wires/cloudevent.ts";
import { wrapped, type ReadMessage } from "../../wires/pubsub.ts";
import { contentOf, isObject, textIn, wrongEnvelope, type JsonObject, type PushAnswer } from "../../wires/request.ts";

const changes: Readonly<Record<string, StorageChange>> = {
  OBJECT_FINALIZE: "created", finalized: "created", finalize: "created",
  OBJECT_DELETE: "deleted", deleted: "deleted", delete: "deleted",
  OBJECT_ARCHIVE: "archived", archived: "archived", archive: "archived",
  OBJECT_METADATA_UPDATE: "updated", metadataUpdated: "updated", metadataUpdate: "updated",
};
const changeOf = (word: string): StorageChange => (Object.hasOwn(changes, word) ? changes[word]! : "other");

/** 64-bit numbers are texts in Google's JSON; one that JSON has rounded is refused. */
function wholeIn(resource: JsonObject, field: string): string | undefined {
  const value = resource[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" ? Number.isSafeInteger(value) && value >= 0 : typeof value === "string" && /^\d+$/.test(value)) return String(value as number | string);
  throw unreadableBody(`no storage event: the object's ${field} is no whole number`);
}
interface Named {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly version?: string | undefined;
}
/** In: what happened and when, the object's names as they are told beside it, and the object. Throws `invalid-input` for one without a name. */
function toldOf(change: StorageChange, time: string | undefined, resource: JsonObject, { bucket, key, version = wholeIn(resource, "generation") }: Named): StorageTold {
  if (bucket === undefined || key === undefined) throw unreadableBody("no storage event: it names no bucket, or no object");
  const size = wholeIn(resource, "size");
  const etag = textIn(resource.etag);
  const contentType = textIn(resource.contentType);
  return { change, time, object: { bucket, key, ...(size === undefined ? {} : { size: Number(size) }), ...(etag === undefined ? {} : { etag }), ...(version === undefined ? {} : { version }), ...(contentType === undefined ? {} : { contentType }) } };
}

function notified({ attributes, data }: ReadMessage): StorageTold {
  // Names of Object's own prototype are no attributes.
  const attribute = (name: string) => (Object.hasOwn(attributes, name) ? textIn(attributes[name]) : undefined);
  const eventType = attribute("eventType");
  if (eventType === undefined) throw unreadableBody("no storage event: the message has no attribute eventType");
  const resource = attribute("payloadFormat") === "NONE" || data.length === 0 ? {} : contentOf(data, "object of Cloud Storage");
  if (!isObject(resource)) throw unreadableBody("no storage event: the data are no object");
  return toldOf(changeOf(eventType), attribute("eventTime"), resource, { bucket: attribute("bucketId"), key: attribute("objectId"), version: attribute("objectGeneration") });
}
export const storagePush: MessageCodec<PubsubPush, PushAnswer, StorageTold> = /* @__PURE__ */ wrapped((message) => {
  const { eventType, overwrittenByGeneration } = message.attributes;
  // The attributes are half of the event: a dead letter keeps the whole message.
  return eventType === "OBJECT_DELETE" && overwrittenByGeneration !== undefined ? undefined : { body: message.text, told: () => notified(message) };
});

/** What follows a mark; `undefined` where there is none. */
const after = (text: string | undefined, mark: string): string | undefined => (text?.includes(mark) ? textIn(text.slice(text.indexOf(mark) + mark.length)) : undefined);
const prefix = "google.cloud.storage.object.v1.";

function posting(event: CloudEvent): { readonly told: () => StorageTold } {
  const { type, time, source, subject } = event;
  if (!type.startsWith(prefix)) throw wrongEnvelope(`no storage event: the event is ${JSON.stringify(type)}`);
  return {
    told: () => {
      const resource = jsonDataOf(event, "object of Cloud Storage");
      return toldOf(changeOf(type.slice(prefix.length)), time, resource, { bucket: textIn(resource.bucket) ?? after(source, "/buckets/"), key: textIn(resource.name) ?? (subject?.startsWith("objects/") ? after(subject, "objects/") : undefined) });
    },
  };
}
export const storageEvent: MessageCodec<readonly CloudEvent[], PushAnswer, StorageTold> = /* @__PURE__ */ posted(posting);

/** The oldest type says that something changed; the object says what: https://cloud.google.com/storage/docs/object-change-notification#_Type_OCN */
function legacyChange({ resourceState, metageneration }: JsonObject): StorageChange {
  if (resourceState === "not_exists") return "deleted";
  if (resourceState !== "exists") return "other";
  return String(metageneration) === "1" ? "created" : "updated";
}
function changed({ type, time, data, resource, text }: ReadBackground): { readonly body: string; readonly told: () => StorageTold } {
  const [, word] = /^google\.storage\.object\.(\w+)$/.exec(type) ?? [];
  if (word === undefined && type !== "providers/cloud.storage/eventTypes/object.change") throw wrongEnvelope(`no storage event: the event is ${JSON.stringify(type)}`);
  const names = { bucket: textIn(data.bucket) ?? after(resource, "/buckets/")?.split("/objects/", 1)[0], key: textIn(data.name) ?? after(resource, "/objects/")?.replace(/#\d+$/, "") };
  return { body: text, told: () => toldOf(word === undefined ? legacyChange(data) : changeOf(word), time, data, names) };
}
export const storageBackgroundEvent: MessageCodec<BackgroundEvent, PushAnswer, StorageTold> = /* @__PURE__ */ background((event) => {
  const { id, happenedAt, record } = event;
  return { id, deliveries: [{ id, attempt: undefined, group: undefined, enqueuedAt: happenedAt, attribute: undefined, record, ...changed(event) }] };
});
