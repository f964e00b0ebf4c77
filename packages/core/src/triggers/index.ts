/** Every trigger kind and what differs between kinds. A new kind starts with a line here, and no adapter compiles until it has answered for it. */
import type { Channel } from "../channel.ts";
import type { Duration } from "../duration.ts";
import type { BusFunction, BusOptions, BusTold } from "./bus.ts";
import type { CallFunction, CallOptions } from "./call.ts";
import type { ChangesFunction, ChangesOptions, ChangesTold } from "./changes.ts";
import type { HttpFunction, HttpOptions } from "./http.ts";
import type { LogsFunction, LogsOptions, LogsTold } from "./logs.ts";
import type { QueueFunction, QueueOptions } from "./queue.ts";
import type { ScheduleFunction, ScheduleOptions, ScheduleTold } from "./schedule.ts";
import type { StorageFunction, StorageOptions, StorageTold } from "./storage.ts";
import type { StreamFunction, StreamOptions, StreamTold } from "./stream.ts";
import type { TopicFunction, TopicOptions, TopicTold } from "./topic.ts";

/** `told`: what a wire of this kind tells of an event beside its body. */
export interface Triggers {
  http: { options: HttpOptions; function: HttpFunction; told: never };
  queue: { options: QueueOptions; function: QueueFunction; told: undefined };
  topic: { options: TopicOptions; function: TopicFunction; told: TopicTold };
  storage: { options: StorageOptions; function: StorageFunction; told: StorageTold };
  schedule: { options: ScheduleOptions; function: ScheduleFunction; told: ScheduleTold };
  changes: { options: ChangesOptions; function: ChangesFunction; told: ChangesTold };
  stream: { options: StreamOptions; function: StreamFunction; told: StreamTold };
  bus: { options: BusOptions; function: BusFunction; told: BusTold };
  logs: { options: LogsOptions; function: LogsFunction; told: LogsTold };
  call: { options: CallOptions; function: CallFunction; told: undefined };
}
export type TriggerKind = keyof Triggers;
/** Answered while the caller waits. */
export type ExchangeKind = "http" | "call";
/** Handed over by a broker and settled item by item. */
export type MessageKind = "queue" | "topic" | "storage" | "schedule" | "bus" | "call";
/** Read by position; what comes again brings everything after it again. */
export type StreamKind = "stream" | "changes" | "logs";
export type AsynchronousKind = MessageKind | StreamKind;
export type FunctionOf<K extends TriggerKind> = Triggers[K]["function"];
export type ToldOf<K extends TriggerKind> = Triggers[K]["told"];
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
  /** Megabytes of memory, and the share of a processor that comes with it. Default 512. */
  readonly memoryMb?: number;
  /** Environment variables of its unit, for what is no secret: they stand in the manifest. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Names of secrets in the cloud's own store, for `ctx.secret`. The manifest names them; their values stand nowhere. */
  readonly secrets?: readonly string[];
}
