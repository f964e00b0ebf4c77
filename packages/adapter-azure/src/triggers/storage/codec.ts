/**
 * Storage on Azure Functions: Event Grid's events of a storage account, in Service Bus messages or handed over by `app.eventGrid` (see
 * wires/event-grid.ts). https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage
 *
 * | Isobar             | native                                                                                                |
 * |--------------------|-------------------------------------------------------------------------------------------------------|
 * | id, time           | the event's                                                                                           |
 * | change             | BlobCreated created, BlobDeleted deleted, BlobTierChanged archived (to Archive), restored (from Archive) or |
 * |                    | updated; BlobRenamed, Directory…, AsyncOperationInitiated and every other type with a path: other       |
 * | object.bucket, key | subject "/blobServices/default/containers/{container}/blobs/{key}", where the key is not percent-encoded |
 * |                    | (data.url's is; Azure-Samples/azure-event-grid-viewer#9 shows a subject's)                              |
 * | object.size        | data.contentLength                                                                                    |
 * | object.etag        | data.eTag, which comes with quotes and without                                                        |
 * | object.contentType | data.contentType                                                                                      |
 * | object.version     | not told                                                                                              |
 * | only native()      | data.api, url, blobType, sequencer, accessTier, previousTier, requestId, identity, storageDiagnostics   |
 *
 * An event of another service is none of this wire: rejected as a message's body, refused as an invocation.
 */
import { cloudEventOf } from "@isobar/core/adapter";
import type { StorageChange, StorageTold } from "@isobar/core";
import { cloudEventIn, eventGridCodec, gridEventOf, type GridEvent } from "../../wires/event-grid.ts";
import { isFields, isText } from "../../wires/handed.ts";
import { serviceBusCodec } from "../../wires/service-bus.ts";

const subjectForm = /^\/?blobServices\/default\/containers\/([^/]+)\/blobs\/(.+)$/s;

function changeOf(type: string, { accessTier, previousTier }: Readonly<Record<string, unknown>>): StorageChange {
  if (type === "Microsoft.Storage.BlobCreated") return "created";
  if (type === "Microsoft.Storage.BlobDeleted") return "deleted";
  if (type !== "Microsoft.Storage.BlobTierChanged") return "other";
  return accessTier === "Archive" ? "archived" : previousTier === "Archive" ? "restored" : "updated";
}

function storageToldBy({ type, subject = "", time, data }: GridEvent): StorageTold | string {
  if (!type.startsWith("Microsoft.Storage.")) return `no event of a storage account: its type is ${JSON.stringify(type)}`;
  const [, bucket, key] = subjectForm.exec(subject) ?? [];
  if (bucket === undefined || key === undefined) return `no event of a blob: its subject is ${JSON.stringify(subject)}`;
  const about = isFields(data) ? data : {};
  const { contentLength, eTag, contentType } = about;
  return {
    change: changeOf(type, about),
    time,
    object: {
      bucket,
      key,
      size: typeof contentLength === "number" ? contentLength : undefined,
      etag: isText(eTag) ? eTag.replace(/^"(.*)"$/s, "$1") : undefined,
      contentType: isText(contentType) ? contentType : undefined,
    },
  };
}

export const queuedStorage = /* @__PURE__ */ serviceBusCodec(/* @__PURE__ */ cloudEventIn(storageToldBy));
export const directStorage = /* @__PURE__ */ eventGridCodec(cloudEventOf, storageToldBy);
export const gridStorage = /* @__PURE__ */ eventGridCodec(gridEventOf, storageToldBy);
