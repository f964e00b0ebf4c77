/** What messages travel through. A channel exists whether or not this app consumes it: `sends`, `queue()` and dead letters refer to it. */
import { IsobarError } from "./errors.ts";
import type { AnySchema, InputOf, OutputOf, Schema } from "./schema.ts";

/** How data is written on the wire: JSON (the default), or a foreign producer's plain text or bytes. */
export type Format = "json" | "text" | "bytes";
export type Order = "none" | "by-key";

export interface ChannelOf<Resource extends string, Name extends string, S extends AnySchema, O extends Order> {
  readonly resource: Resource;
  readonly name: Name;
  readonly data: S | undefined;
  readonly order: O;
  readonly format: Format;
  /** Types only: the schema's, or what the format yields. */
  readonly "~types"?: S;
}
/** One consumer takes each message. */
export interface Queue<Name extends string = string, S extends AnySchema = AnySchema, O extends Order = Order> extends ChannelOf<"queue", Name, S, O> {}
/** Every subscriber gets each message. */
export interface Topic<Name extends string = string, S extends AnySchema = AnySchema, O extends Order = Order> extends ChannelOf<"topic", Name, S, O> {}
export type Channel = Queue | Topic;
/** Records in the order of their keys, read by position. Sent to through the platform's own client. */
export interface Stream<Name extends string = string, S extends AnySchema = AnySchema> extends ChannelOf<"stream", Name, S, "by-key"> {}
/** Objects by key: a bucket, or an account's container. */
export interface Bucket<Name extends string = string> extends Resource<"bucket", Name> {}
/** Items by key, whose changes can be followed. */
export interface Table<Name extends string = string> extends Resource<"table", Name> {}
/** Where services publish what happened to them. */
export interface Bus<Name extends string = string> extends Resource<"bus", Name> {}
/** Where a service or an application writes its log lines. */
export interface Log<Name extends string = string> extends Resource<"log", Name> {}
export interface Resource<R extends string, Name extends string> {
  readonly resource: R;
  readonly name: Name;
}
/** What may be sent to a channel: its schema's input. */
export type Sent<C extends Channel> = InputOf<NonNullable<C["~types"]>>;
/** What arrives from it: its schema's output. */
export type Received<C extends Channel | Stream> = OutputOf<NonNullable<C["~types"]>>;

type ByFormat<F extends Format> = F extends "text" ? Schema<string> : F extends "bytes" ? Schema<Uint8Array> : Schema<unknown>;
type SchemaOr<S extends AnySchema | undefined, F extends Format> = S extends AnySchema ? S : ByFormat<F>;

export interface ChannelOptions<S extends AnySchema | undefined, O extends Order, F extends Format> {
  /** Standard Schema of the data. A message that does not fit is rejected at its first attempt. */
  readonly data?: S;
  /** `by-key`: messages of one key stay in order, and senders name the key. Default `none`. */
  readonly order?: O;
  readonly format?: F;
}

/* @__NO_SIDE_EFFECTS__ */
function named<R extends string, Name extends string>(resource: R, name: Name): Resource<R, Name> {
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(name) || name.length > 60)
    throw new IsobarError("invalid-definition", `${resource} name ${JSON.stringify(name)}: use lower-case letters, digits and single hyphens, a letter first, 60 at most; every cloud takes such a name`);
  return { resource, name };
}
/* @__NO_SIDE_EFFECTS__ */
function channel(resource: "queue" | "topic" | "stream", name: string, options: ChannelOptions<AnySchema | undefined, Order, Format>): never {
  return { ...named(resource, name), data: options.data, order: options.order ?? "none", format: options.format ?? "json" } as never;
}

/**
 * Defines a queue. In: its name and, as options, the data's schema, order and format. Out: plain data.
 * Throws `invalid-definition` for a name that some cloud refuses.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineQueue<const Name extends string, S extends AnySchema | undefined = undefined, const O extends Order = "none", const F extends Format = "json">(
  name: Name, options: ChannelOptions<S, O, F> = {},
): Queue<Name, SchemaOr<S, F>, O> {
  return channel("queue", name, options);
}

/** Defines a topic; the same options and errors as `defineQueue`. */
/* @__NO_SIDE_EFFECTS__ */
export function defineTopic<const Name extends string, S extends AnySchema | undefined = undefined, const O extends Order = "none", const F extends Format = "json">(
  name: Name, options: ChannelOptions<S, O, F> = {},
): Topic<Name, SchemaOr<S, F>, O> {
  return channel("topic", name, options);
}

/** Defines a stream: `data` and `format` as for `defineQueue`; it is always ordered by key. */
/* @__NO_SIDE_EFFECTS__ */
export function defineStream<const Name extends string, S extends AnySchema | undefined = undefined, const F extends Format = "json">(
  name: Name, options: Pick<ChannelOptions<S, "by-key", F>, "data" | "format"> = {},
): Stream<Name, SchemaOr<S, F>> {
  return channel("stream", name, { ...options, order: "by-key" });
}

/** Defines a bucket. Throws `invalid-definition` for a name that some cloud refuses. */
/* @__NO_SIDE_EFFECTS__ */
export const defineBucket = <const Name extends string>(name: Name): Bucket<Name> => named("bucket", name);
/** Defines a table, collection or container whose changes are followed; the same errors. */
/* @__NO_SIDE_EFFECTS__ */
export const defineTable = <const Name extends string>(name: Name): Table<Name> => named("table", name);
/** Defines a bus; the same errors. */
/* @__NO_SIDE_EFFECTS__ */
export const defineBus = <const Name extends string>(name: Name): Bus<Name> => named("bus", name);
/** Defines a log; the same errors. */
/* @__NO_SIDE_EFFECTS__ */
export const defineLog = <const Name extends string>(name: Name): Log<Name> => named("log", name);
