/** The other side of the wire, at test time: what a platform does with an entry, and what it saw of it. */
import type { Effect, Item } from "./boundary.ts";
import type { IncomingRequest } from "./http/request.ts";
import type { Rendered } from "./plan/adapter.ts";
import type { Clock } from "./run/clock.ts";
import type { Wiring } from "./run/platform.ts";
import type { FunctionOf, ToldOf, TriggerKind } from "./triggers/index.ts";

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
  /** `undefined` where the broker's settings leave it out. */
  readonly attempt: number | undefined;
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

// --- a service's rules, on a virtual clock ------------------------------------------------------------------------------------------

/** A message as its sender, or the service in front of the broker, put it there. */
export type Published<Told = unknown> = Omit<NeutralMessage<Told>, "attempt" | "enqueuedAt">;
/**
 * How a hand-over ended, as the service saw it, with what it does with each message: `answered` in time, well or badly; `exited`: the process ended; `timed-out`: the
 * platform's own timeout; `throttled`: there was no instance for it, and nothing ran.
 */
export interface Handed {
  readonly how: "answered" | "exited" | "timed-out" | "throttled";
  readonly then: readonly ("done" | "again")[];
}
/** Where a message is once its broker is through with it: in a queue, or nowhere. */
export type Rest = { readonly queue: string } | "discarded";

/** What a service's rules work with. */
export interface World {
  readonly clock: Clock;
  /** From 0 to below 1; the same for one seed. For jitter. */
  random(): number;
  /** Hands messages to the function, in one invocation. Never rejects. */
  hand(messages: readonly NeutralMessage[]): Promise<Handed>;
  /** A message leaves the broker otherwise than by being done: by the platform's own redrive, by age. `id`: the broker's. */
  moved(message: Published, to: Rest, why: string): void;
  /** Whether a queue, by its channel's name, takes messages just now; where it does not, a platform's own move to it has to wait. */
  takes(queue: string): boolean;
}
/** A broker under rendered settings. It does nothing at all, and has no timer set, while it holds no message that waits. */
export interface Broker {
  publish(message: Published): void;
  /** What the run time asks of the broker that a delivery came from. Out: the message's id there. Rejects what this broker has not: the effect has failed then. */
  perform(effect: Extract<Effect, { readonly do: "postpone" | "requeue" }>): Promise<string>;
  /** What it still holds. */
  held(): readonly Published[];
}
/** How instances of a function are run. */
export interface Hosting {
  /** Invocations that one instance works on at a time; a crash ends them all. */
  readonly concurrency: number;
  /** Instances at most. */
  readonly maxInstances: number;
  /** The platform's own timeout of one invocation, in milliseconds, and what becomes of the instance. */
  readonly timeoutMs: number;
  readonly onTimeout: "ends-instance" | "leaves-it-running";
}
/** One path's rules, from what the manifest says of it. */
export interface Rules {
  readonly hosting: Hosting;
  open(world: World): Broker;
}
/** Facts that no document settles; each has its default beside the rule that uses it. */
export type Unsure = Readonly<Record<string, number>>;

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
  /** The services' rules on this path. In: what the plan rendered for it, nothing else. Throws `unsupported` for a path that no app is deployed behind. */
  rules?(rendered: Rendered, unsure?: Unsure): Rules;
  /** The very entry that is deployed, in this process: the maker and the keeping that were rendered. What it sees of an invocation is what the real runtime would. */
  enter?(fn: FunctionOf<K>, rendered: Rendered, wiring: Wiring): (native: unknown) => Promise<Seen>;
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
