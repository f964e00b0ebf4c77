/** The other side of the wire, at test time: what a platform does with an entry, and what it saw of it. */
import type { Item } from "./boundary.ts";
import type { IncomingRequest } from "./http/request.ts";
import type { ToldOf, TriggerKind } from "./triggers/index.ts";

/**
 * How one invocation ended, as the platform saw it. `returned` is whatever this cloud's wire carries back;
 * only the adapter's own `interpret` reads it. `refused` is the platform's own word (a payload over its limit),
 * spoken before or after our code ran.
 */
export type Seen =
  | { readonly returned: unknown }
  | { readonly threw: { readonly type: string; readonly message: string } }
  | { readonly exited: number | null; readonly signal?: string }
  | { readonly timedOut: true }
  | { readonly refused: { readonly code: string; readonly message: string } };

/** One unit to start: a folder as it would be deployed, and the entry file in it. */
export interface UnitToRun {
  readonly unit: string;
  readonly folder: string;
  readonly entry: string;
  readonly functions: readonly string[];
  /** The platform's own timeout, in milliseconds: after it the invocation is `timedOut`. Whether the process is killed then is the platform's way. */
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A unit on its cloud's real runtime, in a process of its own. A crashed or killed process is replaced at the next `invoke`. */
export interface RunningUnit {
  invoke(functionName: string, native: unknown): Promise<Seen>;
  /** All that the process wrote so far, both streams. */
  logs(): string;
  stop(): Promise<void>;
}

/** A request as a client sends it, in no cloud's words. */
export interface NeutralRequest {
  readonly method: string;
  /** Absolute, percent-encoded. */
  readonly url: string;
  /** Lower-case names; repeated ones apart. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly clientAddress?: string;
}
/** What a client gets, or that the platform answers in our place because the invocation failed. */
export type NeutralAnswer =
  | {
      readonly status: number;
      /** Lower-case names; each `set-cookie` apart. */
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: Uint8Array<ArrayBuffer>;
      /** How many pieces the body came in, where the wire streams. */
      readonly pieces?: number;
    }
  | { readonly failed: string };

/** The cloud's half of a request: `fabricate` is what its front end hands to the entry, `interpret` what its client gets back. */
export interface ExchangeSide {
  fabricate(request: NeutralRequest): unknown;
  interpret(seen: Seen): NeutralAnswer;
  /** Bytes of a request's body that the platform refuses before our code runs; `undefined` where it has no limit. */
  readonly refusedBodyBytes: number | undefined;
  /** Invocations that are not this wire's; none of them may be answered with success. */
  readonly malformed: readonly Malformed[];
  /** Why the very spelling of a query does not survive (each key's values do, in their order); absent where it arrives as it was sent. */
  readonly respellsQuery?: string;
  /** Why of several values of one query key the last alone arrives. */
  readonly keepsLastValue?: string;
  /** How many Set-Cookie headers an answer may carry; an answer with more is an error of ours, not a loss. Absent where there is no limit. */
  readonly maxSetCookies?: number;
}
/** A native invocation that no sound sender makes, and what is wrong with it. */
export interface Malformed {
  readonly why: string;
  readonly native: unknown;
}

/** A message as the broker holds it when it hands it over. `Told`: of kinds whose wire tells more than a body. */
export interface NeutralMessage<Told = unknown> {
  readonly id: string;
  readonly attempt: number;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  readonly enqueuedAt: number;
  readonly group?: string;
  /** The attribute `isobar`. */
  readonly attribute?: string;
  /** What happened, for kinds whose event is more than a body; their `body` is "". */
  readonly told?: Told;
}
/** The cloud's half of a message. */
export interface MessageSide<Told = unknown> {
  /** How many messages one invocation may carry. */
  readonly maxBatch: number;
  /** Whether the wire tells the attempt number. */
  readonly tellsAttempt: boolean;
  /** Whether the wire carries bytes that are no UTF-8. */
  readonly carriesBytes: boolean;
  /** Invocations that are not this wire's; nothing in them may be acknowledged. */
  readonly malformed: readonly Malformed[];
  /**
   * What this wire does not carry, by its path in the event ("data.before", "subject", "id", "time"), and why. Every other part of an event arrives as it was told; these
   * are absent, but for `id` and `time`, which the platform then makes.
   */
  readonly drops?: Readonly<Record<string, string>>;
  /** Why a whole number that no double keeps arrives as the double next to it; absent where every digit does. */
  readonly roundsNumbers?: string;
  /** Whether one invocation's messages are settled one by one, by position (everything from the first that comes again), or all together. */
  readonly settles?: "each" | "position" | "together";
  /** Throws RangeError for more messages than `maxBatch`. `queue` is the channel's name. */
  fabricate(messages: readonly NeutralMessage<Told>[], queue: string): unknown;
  /** What the broker does with each message of this invocation, by its id there. */
  interpret(seen: Seen, native: unknown): readonly { readonly id: string; readonly then: "done" | "again" }[];
}

/** What a captured invocation holds, by its wire's codec. */
export type Decoded<K extends TriggerKind = TriggerKind> = { readonly request: IncomingRequest } | { readonly items: readonly Item<ToldOf<K>>[] };

/** One wire of a kind: who delivers it, and both ways to read a captured invocation. An adapter's `/testing` door exports all of its wires, a kind's default first. */
export interface Wire<K extends TriggerKind = TriggerKind> {
  readonly kind: K;
  /** As the target and `--variant` name it. */
  readonly variant: string;
  /** The path an event takes, in the provider's own words. */
  readonly service: string;
  /** Why no app is deployed behind it; absent where one is. */
  readonly decodesOnly?: string;
  /**
   * In: a captured invocation, parsed JSON; for wires that carry bytes also the forms that captures of them come in. Out: what an entry would see. Throws `invalid-native-event` for what is not of this wire.
   */
  decode(captured: unknown): Decoded<K> | Promise<Decoded<K>>;
  /** The same capture as `RunningUnit.invoke` takes it. */
  native(captured: unknown): unknown;
  /** The broker's half; absent for exchanges. */
  readonly side?: MessageSide<ToldOf<K>>;
  /** The front ends of an `http` wire, by name; most have one. */
  readonly fronts?: Readonly<Record<string, Front>>;
  /** The caller's half of a `call` that is answered. */
  readonly caller?: CallSide;
}
/** One front end, and whether answers leave it in pieces. */
export interface Front {
  readonly side: ExchangeSide;
  readonly streams: boolean;
}
/** The caller's half of a call: `failed` is all that a caller hears of an error, its code where the wire has one. */
export interface CallSide {
  fabricate(payload: unknown, functionName: string): unknown;
  interpret(seen: Seen): { readonly result: unknown } | { readonly failed: string };
  /** Invocations that are not this wire's; none of them may be answered with a result. */
  readonly malformed: readonly Malformed[];
}
