/**
 * The boundary's types: what an adapter translates, and no more. Codecs and keepings are pure: no I/O, no clock, no log, no retry, no loop
 * over handlers. The outbox is the only run-time I/O.
 */
import type { Settlement } from "./delivery.ts";
import type { WholeBody } from "./http/body.ts";
import type { IncomingRequest } from "./http/request.ts";
import type { DeliveryPolicy } from "./delivery.ts";

// --- exchange: a request and its answer ---------------------------------------------------------------------------------------------

export interface ResponseHead {
  readonly status: number;
  /** Lower-case names; `set-cookie` once for each cookie. Values hold no CR, LF, NUL and no character above U+00FF. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}
export interface ExchangeCodec<In, Out> {
  /** The wire is unknown until read. Throws `invalid-native-event` for an envelope that is not the one our manifest asked for. */
  decode(native: unknown): { readonly native: In; readonly request: IncomingRequest };
  /** A whole answer. Throws `payload-too-large` for more than the wire carries. */
  encode(head: ResponseHead, body: WholeBody, native: In): Out;
  /** Streaming, where the wire has it: the head as native data; core pipes the body into the platform's sink. */
  encodeHead?(head: ResponseHead, native: In): unknown;
}
/** Where a streamed answer goes. `write` resolves when the platform wants more; `abort` ends an answer that cannot be completed. */
export interface Sink {
  open(head: unknown): void;
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(cause: unknown): void;
}

// --- message: handed over by a broker, settled item by item --------------------------------------------------------------------------

/** One handing-over of one event. It may come again. `Told`: what a wire of its kind tells beside the body (`ToldOf`). */
export interface Delivery<Told = unknown> {
  /** The sender's id, else the broker's. */
  readonly id: string;
  /** From 1; `undefined` where the platform does not tell. */
  readonly attempt: number | undefined;
  /** The unit of order; `undefined` where there is none. */
  readonly group: string | undefined;
  /** Milliseconds since 1970 of the first enqueue; `undefined` where the platform does not tell. */
  readonly enqueuedAt: number | undefined;
  /** As it was sent: text where the wire carries text, bytes where it carries bytes. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** The attribute `isobar`, as it was sent. */
  readonly attribute: string | undefined;
  /** The provider's own record, for `native(ctx)`. */
  readonly record: unknown;
  /**
   * What the wire tells beside the body; absent where it tells nothing. Throws `invalid-input` where the body cannot be what this kind's wire
   * carries: the delivery is then rejected with its body kept.
   */
  readonly told?: () => Told;
}
/**
 * What the broker counts, retries and dead-letters. It holds no delivery (a test message), one, or several; one that cannot be read
 * fails alone, or its good neighbours would fail with it.
 */
export type Item<Told = unknown> =
  | { readonly id: string; readonly deliveries: readonly Delivery<Told>[] }
  | { readonly id: string | undefined; readonly unreadable: Error };
/** All that is left to say once effects are done; no wire says more than this per item. */
export interface Outcome {
  readonly id: string | undefined;
  readonly then: "done" | "again";
}
/** `fault`: the platform hears that the whole invocation failed. */
export type Reply<Out> = { readonly respond: Out } | { readonly fault: Error };
export interface MessageCodec<In, Out, Told = unknown> {
  /** Throws `invalid-native-event` for an unknown envelope; an item that cannot be read is `unreadable`. */
  decode(native: unknown): { readonly native: In; readonly items: readonly Item<Told>[] };
  /** One outcome for each item, in the items' order. */
  encode(outcomes: readonly Outcome[], native: In): Reply<Out>;
}

/** A channel by name; the outbox finds its address in the unit's environment. */
export interface ChannelName {
  readonly resource: "queue" | "topic";
  readonly name: string;
}
export type Effect =
  | {
      readonly do: "send";
      readonly to: ChannelName;
      readonly body: string | Uint8Array<ArrayBuffer>;
      readonly attribute?: string;
      readonly key?: string;
      readonly afterMs?: number;
      readonly deduplicationId?: string;
    }
  | { readonly do: "dead-letter"; readonly to: ChannelName; readonly body: string | Uint8Array<ArrayBuffer>; readonly attribute: string; readonly key?: string }
  /** Where a broker can hide one delivery for a while: it stays where it is. The delivery is then "again". */
  | { readonly do: "postpone"; readonly record: unknown; readonly afterMs: number }
  /** Where it cannot: a copy behind a delay, in the queue that the function reads. The delivery is then "done". `deduplicationId` is this copy's, so that a copy made twice counts once. */
  | { readonly do: "requeue"; readonly functionName: string; readonly body: string | Uint8Array<ArrayBuffer>; readonly attribute: string; readonly key?: string; readonly afterMs: number; readonly deduplicationId: string };
/** Resolves once the effect is durable; a rejection means it is not, and nothing is acknowledged on its account. */
export interface Outbox {
  perform(effect: Effect, signal: AbortSignal): Promise<void>;
}

/** `here`: try once more inside this invocation, after so many milliseconds. `hold`: answer "again", but not before. */
export interface Steps {
  readonly effects: readonly Effect[];
  readonly then: "done" | "again" | { readonly here: number } | { readonly hold: number };
}
/** One delivery with what its function promised. */
export interface Kept {
  readonly delivery: Delivery;
  readonly functionName: string;
  readonly policy: DeliveryPolicy;
}
/** How one binding keeps its policy on this cloud. Pure; chosen by the plan, written into the entry. */
export interface Keeping {
  /** Whether the attempts are made inside one invocation: each then has the function's timeout to itself. */
  readonly inside?: boolean;
  /** Before the handler: what is expired or used up is settled without being run. */
  admit(kept: Kept, now: number): Settlement | undefined;
  settle(kept: Kept, settlement: Settlement, now: number): Steps;
}
