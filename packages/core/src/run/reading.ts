/** How a kind turns a delivery into an event: the one thing that differs between asynchronous kinds at run time. */
import type { Delivery } from "../boundary.ts";
import type { AnySchema } from "../schema.ts";
import type { Consumer } from "../triggers/consumer.ts";

/** What an event says beside its id. */
export interface Said {
  /** URI-reference in the app's own names. */
  readonly source: string;
  /** Neutral: one word for one thing on every cloud. */
  readonly type: string;
  readonly subject?: string | undefined;
  /** RFC 3339; default: when the delivery was enqueued. */
  readonly time?: string | undefined;
  readonly data: unknown;
  /** What `data` has to fit, and what it becomes. */
  readonly schema?: AnySchema | undefined;
}
export interface Reading<Fn extends Consumer = Consumer, Told = unknown> {
  /**
   * `none`: deliveries start together. `group`: those of one group follow each other and stop at the first that comes again. `position`: as
   * `group`, and nothing after the first position that comes again is started, since the platform brings all of it again.
   */
  order(fn: Fn): "none" | "group" | "position";
  /**
   * The event of a delivery; `undefined` where the function does not want it, which acknowledges it without running. `told` is what the wire
   * tells beside the body. Throws `invalid-input` for a body that cannot be read.
   */
  read(fn: Fn, delivery: Delivery, told: Told | undefined): Said | undefined;
  /** Whether a returned value that is no settlement is a result, and means ack. */
  readonly returns?: boolean;
}
/** A reading whose function's kind is known to the entry alone. */
export type AnyReading = Reading<never, never>;
