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
/** What may be sent to a channel: its schema's input. */
export type Sent<C extends Channel> = InputOf<NonNullable<C["~types"]>>;
/** What arrives from it: its schema's output. */
export type Received<C extends Channel> = OutputOf<NonNullable<C["~types"]>>;

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
function channel(resource: "queue" | "topic", name: string, options: ChannelOptions<AnySchema | undefined, Order, Format>): never {
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(name) || name.length > 60)
    throw new IsobarError("invalid-definition", `${resource} name ${JSON.stringify(name)}: use lower-case letters, digits and single hyphens, a letter first, 60 at most; every cloud takes such a name`);
  return { resource, name, data: options.data, order: options.order ?? "none", format: options.format ?? "json" } as never;
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
