/** The reference wire: plain JSON, nothing a cloud would add. */
import type { Invocation, TriggerKind } from "@isobar/core";
import { nativeOf } from "@isobar/core/adapter";

/** Text as it is, bytes in base64. */
export type LocalBody = { readonly text: string } | { readonly base64: string };
/** The body itself; `undefined` for what is neither. */
export function contentOf(body: unknown): string | Uint8Array<ArrayBuffer> | undefined {
  const { text, base64 } = (body ?? {}) as { readonly text?: unknown; readonly base64?: unknown };
  if (typeof text === "string") return text;
  const bytes = Buffer.from(typeof base64 === "string" ? base64 : "", "base64");
  return bytes.toString("base64") === base64 ? new Uint8Array(bytes) : undefined;
}
export interface LocalRequest {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: LocalBody;
  readonly clientAddress?: string;
}
export interface LocalMessage {
  readonly id: string;
  readonly attempt: number;
  readonly body: LocalBody;
  /** Milliseconds since 1970. */
  readonly enqueuedAt: number;
  readonly group?: string;
  readonly attribute?: string;
  /** Of kinds whose event is more than a body: what is told of it, as JSON. */
  readonly told?: unknown;
  /** Of a message that the store handed over: what it is settled and postponed by. Opaque, and good for this hand-over only. */
  readonly receipt?: string;
}
/** A call whose caller waits, and its answer: a result, or the code of what went wrong. */
export interface LocalCall {
  readonly payload: unknown;
}
export type LocalResult = { readonly result: unknown } | { readonly error: string };
export interface LocalBatch {
  readonly messages: readonly LocalMessage[];
}
/** One invocation. */
export interface LocalContext {
  readonly invocationId: string;
  readonly functionName: string;
}
export interface LocalNative {
  http: LocalRequest;
  queue: LocalMessage;
  topic: LocalMessage;
  storage: LocalMessage;
  schedule: LocalMessage;
  changes: LocalMessage;
  stream: LocalMessage;
  bus: LocalMessage;
  logs: LocalMessage;
  call: LocalCall | LocalMessage;
}

/** The very record this delivery came from; `undefined` on a cloud. */
export function native<K extends TriggerKind>(ctx: Invocation<K>): { readonly record: LocalNative[K]; readonly context: LocalContext } | undefined {
  return nativeOf(ctx, "local") as { readonly record: LocalNative[K]; readonly context: LocalContext } | undefined;
}
