/** What every asynchronous kind shares: a delivery policy, batches, and handlers that settle. */
import type { Channel } from "../channel.ts";
import type { Context } from "../context.ts";
import type { Ack, DeliveryPolicy, Reject, Retry, RetryAfter, Settlement } from "../delivery.ts";
import type { Duration } from "../duration.ts";
import type { Event } from "../event.ts";
import type { AsynchronousKind, Awaitable, FunctionOptions } from "./index.ts";

export interface ConsumerOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends FunctionOptions<S> {
  /** There is no default: an at-least-once consumer has an answer to failure. */
  readonly delivery: D;
  /** How many events one invocation may carry; a ceiling, never a promise. Default 1. */
  readonly batch?: { readonly maxSize: number; readonly maxWait?: Duration };
}

/** `retry({ after })` is a settlement only where the policy declares `retryAfter`. */
export type Settles<D extends DeliveryPolicy> = Ack | Retry | Reject | (D extends { readonly retryAfter: object } ? RetryAfter : never);

/** The alternative handler: all events of one invocation at once. Made by `batched`. */
export interface Batched<T, To extends Channel, Result, K extends AsynchronousKind = AsynchronousKind> {
  readonly batched: (events: readonly Event<T>[], ctx: Context<K, To>) => Awaitable<readonly (Result | void)[] | Result | void>;
}
export type One<T, To extends Channel, Result, K extends AsynchronousKind = AsynchronousKind> = (event: Event<T>, ctx: Context<K, To>) => Awaitable<Result | void>;
/** A handler as users write it: of one event, or `batched`. */
export type Handler<K extends AsynchronousKind, T, S extends readonly Channel[], D extends DeliveryPolicy> = One<T, S[number], Settles<D>, K> | Batched<T, S[number], Settles<D>, K>;

/** A function of one asynchronous kind, as plain data. */
export interface Consumer<K extends AsynchronousKind = AsynchronousKind, Source = object, Options extends ConsumerOptions = ConsumerOptions> {
  readonly kind: K;
  readonly source: Source;
  readonly options: Options;
  readonly handle: One<never, Channel, unknown, never> | Batched<never, Channel, unknown, never>;
}

/**
 * A handler for whole batches, for bulk writes. It returns one settlement for all events, or a list with one for each in the
 * events' order (nothing in the list is an ack); a list of another length retries all.
 */
/* @__NO_SIDE_EFFECTS__ */
export function batched<T, To extends Channel, R extends readonly (Settlement | void)[] | Settlement | void, K extends AsynchronousKind = AsynchronousKind>(
  handle: (events: readonly Event<T>[], ctx: Context<K, To>) => Awaitable<R>,
): Batched<T, To, SettlementIn<R>, K> {
  return { batched: handle as Batched<T, To, SettlementIn<R>, K>["batched"] };
}
type SettlementIn<R> = R extends readonly (infer Each)[] ? Extract<Each, Settlement> : Extract<R, Settlement>;
