/** What Google Cloud hands over, in its own words. */
import type { Request as ExpressRequest } from "@google-cloud/functions-framework";
import type { Invocation, TriggerKind } from "@isobar/core";
import { nativeOf } from "@isobar/core/adapter";

/** A wrapped push, as Pub/Sub posts it: https://cloud.google.com/pubsub/docs/push#receive_push */
export interface PubsubPush {
  readonly subscription: string;
  /** Only with a dead-letter policy. */
  readonly deliveryAttempt?: number;
  readonly message: {
    /** base64 */
    readonly data?: string;
    readonly attributes?: Readonly<Record<string, string>>;
    readonly messageId: string;
    readonly publishTime?: string;
    readonly orderingKey?: string;
  };
}
export interface GcpNative {
  http: ExpressRequest;
  queue: PubsubPush;
}

/** The very record this delivery came from, and the framework's request; `undefined` on another cloud. */
export function native<K extends TriggerKind>(ctx: Invocation<K>): { readonly record: GcpNative[K]; readonly context: ExpressRequest } | undefined {
  return nativeOf(ctx, "gcp") as { readonly record: GcpNative[K]; readonly context: ExpressRequest } | undefined;
}
