/** Every trigger kind and what differs between kinds. A new kind starts with a line here, and no adapter compiles until it has answered for it. */
import type { Channel } from "../channel.ts";
import type { Duration } from "../duration.ts";
import type { HttpFunction, HttpOptions } from "./http.ts";
import type { QueueFunction, QueueOptions } from "./queue.ts";

export interface Triggers {
  http: { options: HttpOptions; function: HttpFunction };
  queue: { options: QueueOptions; function: QueueFunction };
}
export type TriggerKind = keyof Triggers;
/** Answered with a response. */
export type ExchangeKind = "http";
/** Handed over by a broker and settled. */
export type MessageKind = "queue";
export type FunctionOf<K extends TriggerKind> = Triggers[K]["function"];
export type AnyFunction = FunctionOf<TriggerKind>;
export type Awaitable<T> = T | Promise<T>;

/** What every function may say, whatever starts it. */
export interface FunctionOptions<Sends extends readonly Channel[] = readonly Channel[]> {
  /** The channels it sends to: types `ctx.send` and becomes its permissions. */
  readonly sends?: Sends;
  /** For one delivery or request; the platform's own timeout is this plus a margin. Default "20s". */
  readonly timeout?: Duration;
  /** Functions of one group are deployed together, with one identity and bundle. */
  readonly group?: string;
}
