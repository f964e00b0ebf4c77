import { describe, expect, test } from "vitest";
import { directStorage, gridStorage, queuedStorage } from "./codec.ts";

const subject = "/blobServices/default/containers/uploads/blobs/2030/grüße 1 + 100%.txt";
const data = { api: "PutBlob", eTag: '"0x8D4BCC2E4835CD0"', contentType: "text/plain", contentLength: 7, blobType: "BlockBlob", url: "https://shop.blob.core.windows.net/uploads/x" };
const event = { specversion: "1.0", id: "e-1", source: "/subscriptions/s", subject, type: "Microsoft.Storage.BlobCreated", time: "2030-01-01T00:00:00.1234567Z", data };
const told = (over: object) => {
  const [item] = directStorage.decode({ body: { ...event, ...over } }).items;
  return "deliveries" in item! ? item.deliveries[0]!.told!() : undefined;
};

describe("an event of a blob", () => {
  test("tells the container, the key as it was written, size, type and tag without quotes; no version", () => {
    expect(told({})).toEqual({ change: "created", time: "2030-01-01T00:00:00.1234567Z", object: { bucket: "uploads", key: "2030/grüße 1 + 100%.txt", size: 7, etag: "0x8D4BCC2E4835CD0", contentType: "text/plain" } });
  });
  test("a tag without quotes, and a subject without its first slash, are as good", () => {
    expect(told({ subject: subject.slice(1), data: { ...data, eTag: "0x8D4BCC2E4835CD0" } })).toEqual(told({}));
  });
  test.each([
    ["BlobCreated", {}, "created"],
    ["BlobDeleted", {}, "deleted"],
    ["BlobTierChanged", { accessTier: "Archive", previousTier: "Hot" }, "archived"],
    ["BlobTierChanged", { accessTier: "Hot", previousTier: "Archive" }, "restored"],
    ["BlobTierChanged", { accessTier: "Cool", previousTier: "Hot" }, "updated"],
    ["BlobTierChanged", {}, "updated"],
    ["BlobRenamed", {}, "other"],
    ["DirectoryCreated", {}, "other"],
    ["AsyncOperationInitiated", {}, "other"],
  ])("%s with %j is one of: %s", (type, tiers, change) => expect(told({ type: `Microsoft.Storage.${type}`, data: { ...data, ...tiers } })!.change).toBe(change));
  test("a deletion tells no size and no tag", () => {
    expect(told({ type: "Microsoft.Storage.BlobDeleted", data: { api: "DeleteBlob", contentType: "text/plain" } })!.object).toEqual({ bucket: "uploads", key: "2030/grüße 1 + 100%.txt", contentType: "text/plain" });
  });
  test.each([['W/"0x8D"', 'W/"0x8D"'], ['"0x8D"-1', '"0x8D"-1'], ['"a"b"', 'a"b']])("a tag %s is %s: quotes go where they are around all of it", (eTag, etag) => expect(told({ data: { ...data, eTag } })!.object.etag).toBe(etag));
  test("a size that is no number is not told", () => expect(told({ data: { ...data, contentLength: "7" } })!.object.size).toBeUndefined());
  test("no data at all is borne", () => expect(told({ data: undefined })!.object).toEqual({ bucket: "uploads", key: "2030/grüße 1 + 100%.txt" }));
});
test("Event Grid's own schema tells the same", () => {
  const [item] = gridStorage.decode({ body: { id: "e-1", topic: "/subscriptions/s", subject, eventType: event.type, eventTime: event.time, data, dataVersion: "", metadataVersion: "1" } }).items;
  expect("deliveries" in item! && item.deliveries[0]!.told!()).toEqual(told({}));
});
test.each([["another service's event", { type: "Microsoft.KeyVault.SecretNearExpiry" }], ["an event of the account, not of a blob", { type: "Microsoft.Storage.BlobInventoryPolicyCompleted", subject: "BlobDataManagement/BlobInventory" }], ["no subject", { subject: undefined }]])("%s is refused as an invocation, and rejected as a message", (_, over) => {
  expect(() => told(over)).toThrow(expect.objectContaining({ code: "invalid-native-event" }));
  const [item] = queuedStorage.decode({ body: new TextEncoder().encode(JSON.stringify({ ...event, ...over })), metadata: { messageId: "m-1" } }).items;
  expect("deliveries" in item! && item.deliveries[0]!.told).toThrow(expect.objectContaining({ code: "invalid-input" }));
});
