/** What a handler is given beside its event: one `ctx` for one delivery. */
import type { Channel, Sent } from "./channel.ts";
import type { Duration } from "./duration.ts";
import type { TriggerKind } from "./triggers/index.ts";

/** W3C Trace Context (https://www.w3.org/TR/trace-context/), as received. */
export interface Trace {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}
export type LogLevel = "debug" | "info" | "warn" | "error";
/** One JSON line for each call, with the function's name and the invocation's id in it. */
export type Logger = { readonly [L in LogLevel]: (message: string, fields?: Readonly<Record<string, unknown>>) => void };

declare const kind: unique symbol;
export interface Invocation<K extends TriggerKind = TriggerKind> {
  readonly [kind]?: K;
  /** OpenTelemetry `faas.name`: the function's name in the app. */
  readonly functionName: string;
  /** OpenTelemetry `faas.invocation_id`: the platform's id of this run. */
  readonly invocationId: string;
  /** Which hand-over this is, from 1; `undefined` where the platform does not tell. */
  readonly attempt: number | undefined;
  /** When `signal` aborts. */
  readonly deadline: Date;
  /** Aborts at the deadline. */
  readonly signal: AbortSignal;
  /** OpenTelemetry `faas.coldstart`: the first invocation of this instance. */
  readonly coldStart: boolean;
  readonly trace: Trace;
  readonly log: Logger;
  /** Milliseconds to the deadline; 0 after it. */
  remainingMs(): number;
  /**
   * The value of one of the function's `secrets`, from the cloud's own store, kept for a few minutes where it has to be fetched. Rejects with `invalid-definition` for a name that is not
   * in that list, and with `internal` where the store does not give it.
   */
  secret(name: string): Promise<string>;
}

export interface SendOptions {
  /** Not delivered before this has passed. */
  readonly delay?: Duration;
  /** Two sends with one id within the channel's window count as one, where the channel is ordered by key. */
  readonly deduplicationId?: string;
}
type SendArguments<C extends Channel> = C["order"] extends "by-key" ? [options: SendOptions & { readonly key: string }] : [options?: SendOptions];
/** Sends only to what the function lists in `sends`; that list is also all it may send to once deployed. */
export interface Sender<To extends Channel> {
  /** Resolves once the channel has the message; throws `send-failed` otherwise, or `payload-too-large` where the outbox says so. */
  readonly send: [To] extends [never]
    ? (nothing: "name the queue or topic in this function's `sends`") => never
    : <C extends To>(to: C, data: Sent<C>, ...options: SendArguments<C>) => Promise<void>;
}
export interface Context<K extends TriggerKind, To extends Channel = never> extends Invocation<K>, Sender<To> {}
