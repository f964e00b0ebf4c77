/** Queue: one message to one consumer, settled one by one. */
import type { Channel, Queue, Received } from "../channel.ts";
import type { Context } from "../context.ts";
import type { Ack, DeliveryPolicy, Reject, Retry, RetryAfter, Settlement } from "../delivery.ts";
import type { Duration } from "../duration.ts";
import type { Event } from "../event.ts";
import type { Awaitable, FunctionOptions } from "./index.ts";

export interface QueueOptions<S extends readonly Channel[] = readonly Channel[], D extends DeliveryPolicy = DeliveryPolicy> extends FunctionOptions<S> {
  /** There is no default: an at-least-once consumer has an answer to failure. */
  readonly delivery: D;
  /** How many messages one invocation may carry; a ceiling, never a promise. Default 1. */
  readonly batch?: { readonly maxSize: number; readonly maxWait?: Duration };
}

/** `retry({ after })` is a settlement only where the policy declares `retryAfter`. */
export type Settles<D extends DeliveryPolicy> = Ack | Retry | Reject | (D extends { readonly retryAfter: object } ? RetryAfter : never);

/** The alternative handler: all events of one invocation at once. Made by `batched`. */
export interface Batched<T, To extends Channel, Result> {
  readonly batched: (events: readonly Event<T>[], ctx: Context<"queue", To>) => Awaitable<readonly (Result | void)[] | Result | void>;
}
type One<T, To extends Channel, Result> = (event: Event<T>, ctx: Context<"queue", To>) => Awaitable<Result | void>;

export interface QueueFunction {
  readonly kind: "queue";
  readonly source: Queue;
  readonly options: QueueOptions;
  readonly handle: One<never, Channel, Settlement> | Batched<never, Channel, Settlement>;
}

/**
 * A handler for whole batches, for bulk writes. It returns one settlement for all events, or a list with one for each in the
 * events' order (nothing in the list is an ack); a list of another length retries all.
 */
/* @__NO_SIDE_EFFECTS__ */
export function batched<T, To extends Channel, R extends readonly (Settlement | void)[] | Settlement | void>(
  handle: (events: readonly Event<T>[], ctx: Context<"queue", To>) => Awaitable<R>,
): Batched<T, To, SettlementIn<R>> {
  return { batched: handle as Batched<T, To, SettlementIn<R>>["batched"] };
}
type SettlementIn<R> = R extends readonly (infer Each)[] ? Extract<Each, Settlement> : Extract<R, Settlement>;

/**
 * One function that consumes one queue. The handler returns nothing or `ack()`, `retry()`, `reject(reason)`; a throw is a retry.
 * Throws `invalid-definition` for a policy, a batch or a timeout that cannot be meant.
 */
/* @__NO_SIDE_EFFECTS__ */
export function queue<Q extends Queue, const D extends DeliveryPolicy, const S extends readonly Channel[] = readonly []>(
  from: Q, options: QueueOptions<S, D>, handle: One<Received<Q>, S[number], Settles<D>> | Batched<Received<Q>, S[number], Settles<D>>,
): QueueFunction {
  return { kind: "queue", source: from, options, handle: handle as QueueFunction["handle"] };
}
