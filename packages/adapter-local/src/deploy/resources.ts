/** What a local manifest holds: plain objects by type and name. They are this machine's whole truth about a path: the store, its readers and the simulator read nothing else. */
import type { Order } from "@isobar/core";

interface Of<Type extends string> {
  readonly type: Type;
  /** The function that it is for. */
  readonly for: string;
}
/** A queue of the store. One that nobody consumes has no more than its order. */
export interface QueueResource extends Of<"queue"> {
  readonly order: Order;
  /** How long a message that was handed over and not settled stays hidden. */
  readonly visibilityMs?: number;
}
/** Hands a queue's messages to a function, and settles them one by one. Attempts without end: the run time says when there were enough. */
export interface ConsumerResource extends Of<"consumer"> {
  readonly queue: string;
  readonly function: string;
  readonly batchSize: number;
  readonly batchWaitMs: number;
  /** How long a message rests that was answered with "again" and not postponed. */
  readonly againMs: number;
}
/** Hands the records of a source over by position, each key's apart. */
export interface ReaderResource extends Of<"reader"> {
  /** The source's name among the resources. */
  readonly source: string;
  readonly function: string;
  readonly batchSize: number;
  readonly batchWaitMs: number;
  /** How long a position rests before it is handed over again. */
  readonly againMs: number;
}
export interface FunctionResource extends Of<"function"> {
  /** Of one invocation; then its process ends. */
  readonly timeoutMs: number;
  /** Processes at most; one works on one invocation at a time. */
  readonly maxInstances: number;
}
/** What fills a function's own queue. */
export type FillingResource =
  | (Of<"subscription"> & { readonly topic: string; readonly queue: string })
  | (Of<"notification"> & { readonly bucket: string; readonly queue: string })
  | (Of<"schedule"> & { readonly cron: string; readonly zone: string; readonly queue: string })
  | (Of<"rule"> & { readonly bus: string; readonly sources?: readonly string[]; readonly detailTypes?: readonly string[]; readonly queue: string });
/** What is read by position. */
export type SourceResource = (Of<"stream"> & { readonly name: string }) | (Of<"table"> & { readonly name: string; readonly images: "both" }) | (Of<"log"> & { readonly name: string });
export interface RouteResource extends Of<"route"> {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly function: string;
}
export type LocalResource = QueueResource | ConsumerResource | ReaderResource | FunctionResource | FillingResource | SourceResource | RouteResource;
export type LocalResources = Readonly<Record<string, LocalResource>>;

/** Its name in the manifest. */
export const called = (type: LocalResource["type"], name: string): string => `${type} ${name}`;
export const ofType = <T extends LocalResource["type"]>(resources: Readonly<Record<string, object>>, type: T): readonly Extract<LocalResource, { readonly type: T }>[] =>
  Object.values(resources as LocalResources).filter((each): each is Extract<LocalResource, { readonly type: T }> => each.type === type);
