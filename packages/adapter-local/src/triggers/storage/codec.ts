/**
 * Storage, the reference: messages as of a queue, each telling of one object.
 *
 * | Isobar | native |
 * |--------|--------|
 * | change, time | told.change, told.time |
 * | bucket, key, size, etag, version, contentType | told.object, of the same name |
 * | the others | as of a queue |
 */
import type { StorageChange, StorageTold } from "@isobar/core";
import { isFields, isText, isTextOrAbsent, localCodec } from "../../wires/messages.ts";

const changes: readonly StorageChange[] = ["created", "deleted", "updated", "archived", "restored", "other"];

export const localStorage = /* @__PURE__ */ localCodec<StorageTold>(({ change, time, object }) => {
  const known = changes.find((each) => each === change);
  if (known === undefined || !isTextOrAbsent(time) || !isFields(object)) return undefined;
  const { bucket, key, size, etag, version, contentType } = object;
  if (!isText(bucket) || !isText(key) || !isTextOrAbsent(etag) || !isTextOrAbsent(version) || !isTextOrAbsent(contentType) || !(size === undefined || (Number.isSafeInteger(size) && (size as number) >= 0))) return undefined;
  return { change: known, time, object: { bucket, key, size: size as number | undefined, etag, version, contentType } };
});
