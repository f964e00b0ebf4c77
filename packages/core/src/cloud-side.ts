/** The other side of the wire, at test time: what a platform does with an entry, and what it saw of it. */

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
}
/** A native invocation that no sound sender makes, and what is wrong with it. */
export interface Malformed {
  readonly why: string;
  readonly native: unknown;
}

/** A message as the broker holds it when it hands it over. */
export interface NeutralMessage {
  readonly id: string;
  readonly attempt: number;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  readonly enqueuedAt: number;
  readonly group?: string;
  /** The attribute `isobar`. */
  readonly attribute?: string;
}
/** The cloud's half of a message. */
export interface MessageSide {
  /** How many messages one invocation may carry. */
  readonly maxBatch: number;
  /** Whether the wire tells the attempt number. */
  readonly tellsAttempt: boolean;
  /** Whether the wire carries bytes that are no UTF-8. */
  readonly carriesBytes: boolean;
  /** Invocations that are not this wire's; nothing in them may be acknowledged. */
  readonly malformed: readonly Malformed[];
  /** Throws RangeError for more messages than `maxBatch`. `queue` is the channel's name. */
  fabricate(messages: readonly NeutralMessage[], queue: string): unknown;
  /** What the broker does with each message of this invocation, by its id there. */
  interpret(seen: Seen, native: unknown): readonly { readonly id: string; readonly then: "done" | "again" }[];
}
