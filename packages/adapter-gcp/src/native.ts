/** What Google Cloud hands over, in its own words. */
import type { Request as ExpressRequest } from "@google-cloud/functions-framework";
import type { Invocation, TriggerKind } from "@isobar/core";
import { nativeOf, type CloudEvent } from "@isobar/core/adapter";

export type { CloudEvent } from "@isobar/core/adapter";

/** https://cloud.google.com/pubsub/docs/reference/rest/v1/PubsubMessage */
export interface PubsubMessage {
  /** base64 */
  readonly data?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly messageId: string;
  readonly publishTime?: string;
  readonly orderingKey?: string;
}
/** A wrapped push, as Pub/Sub posts it: https://cloud.google.com/pubsub/docs/push#receive_push */
export interface PubsubPush {
  readonly subscription: string;
  /** Only with a dead-letter policy. */
  readonly deliveryAttempt?: number;
  readonly message: PubsubMessage;
}
/** An unwrapped push with metadata: https://cloud.google.com/pubsub/docs/payload-unwrapping */
export interface PubsubUnwrapped {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}
interface BackgroundContext {
  readonly eventId: string;
  readonly timestamp?: string;
  readonly eventType: string;
  readonly resource?: string | { readonly service?: string; readonly name?: string; readonly type?: string };
}
/** https://cloud.google.com/functions/1stgendocs/writing/write-event-driven-functions#background-functions; older ones are flat. */
export type BackgroundEvent = { readonly context: BackgroundContext; readonly data: unknown } | (BackgroundContext & { readonly data: unknown });
/** A job's call: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget */
export interface SchedulerCall {
  readonly jobName: string | undefined;
  readonly scheduleTime: string;
}
/** By kind, of the variants that deploy; a payload that is only decoded comes as its own type above. */
export interface GcpNative {
  http: ExpressRequest;
  queue: PubsubPush;
  topic: PubsubPush;
  storage: PubsubPush | CloudEvent;
  schedule: PubsubPush | SchedulerCall;
  changes: PubsubPush | CloudEvent;
  stream: PubsubPush;
  bus: PubsubPush | CloudEvent;
  logs: PubsubPush;
  call: ExpressRequest | PubsubPush;
}

/** The very record this delivery came from, and the framework's request; `undefined` on another cloud. */
export function native<K extends TriggerKind>(ctx: Invocation<K>): { readonly record: GcpNative[K]; readonly context: ExpressRequest } | undefined {
  return nativeOf(ctx, "gcp") as { readonly record: GcpNative[K]; readonly context: ExpressRequest } | undefined;
}
