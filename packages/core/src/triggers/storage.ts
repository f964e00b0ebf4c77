/** Storage: something happened to an object in a bucket. */
import type { Bucket, Channel } from "../channel.ts";
import type { DeliveryPolicy } from "../delivery.ts";
import type { Reading } from "../run/reading.ts";
import { toldOf } from "../run/wire.ts";
import type { Consumer, ConsumerOptions, Handler } from "./consumer.ts";

/**
 * What happened, in one word for every cloud: `created` (written, copied, completed), `deleted` (also expired, or hidden behind a delete marker),
 * `updated` (metadata, tags, access), `archived` (no longer the live version, or moved to a colder class), `restored` (readable again). `other`
 * is everything that only one cloud knows; `native(ctx)` has its name.
 */
export type StorageChange = "created" | "deleted" | "updated" | "archived" | "restored" | "other";
export interface StoredObject {
  /** The platform's own name: a bucket, or an account's container. */
  readonly bucket: string;
  /** Decoded: with spaces and characters as they were when the object was written. */
  readonly key: string;
  /** Bytes; absent where the platform does not tell, as for most deletions. */
  readonly size?: number | undefined;
  /** Without quotes. */
  readonly etag?: string | undefined;
  /** Version or generation; opaque. */
  readonly version?: string | undefined;
  readonly contentType?: string | undefined;
}
export interface StorageTold {
  readonly change: StorageChange;
  /** RFC 3339. */
  readonly time?: string | undefined;
  readonly object: StoredObject;
}

export interface StorageOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends ConsumerOptions<S, D> {
  /** What it wants to hear of. Default: `created` alone. */
  readonly on?: readonly StorageChange[];
  /** Only objects whose decoded key starts and ends so. What a platform cannot filter is acknowledged without running. */
  readonly prefix?: string;
  readonly suffix?: string;
}
export interface StorageFunction extends Consumer<"storage", Bucket, StorageOptions> {}

/** One function that hears of a bucket's objects. `event.type` is "storage.object.created" and so on, `event.subject` the key. Order is kept by no cloud. */
/* @__NO_SIDE_EFFECTS__ */
export function storage<const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  from: Bucket, options: StorageOptions<S, D>, handle: Handler<"storage", StoredObject, S, D>,
): StorageFunction {
  return { kind: "storage", source: from, options, handle: handle as StorageFunction["handle"] };
}

export const storageReading: Reading<StorageFunction, StorageTold> = {
  order: () => "none",
  read({ source, options: { on = ["created"], prefix = "", suffix = "" } }, _delivery, told) {
    const { change, time, object } = toldOf(told);
    if (!on.includes(change) || !object.key.startsWith(prefix) || !object.key.endsWith(suffix)) return undefined;
    return { source: `/buckets/${source.name}`, type: `storage.object.${change}`, subject: object.key, time, data: object };
  },
};
