/** What an adapter tells core about one invocation, and what core needs from it besides the answer. */
import type { LogLevel, Trace } from "../context.ts";
import type { Clock } from "./clock.ts";
import type { Keeping, Outbox } from "../boundary.ts";

export interface Platform {
  readonly cloud: string;
  readonly invocationId: string;
  /** What the platform calls the function; the entry's own word for it goes before. */
  readonly functionName: string;
  /** The platform's own context object, for `native(ctx)`. */
  readonly context: unknown;
  /** Milliseconds until the platform kills the invocation, where it tells. */
  readonly remainingMs?: () => number;
  readonly trace?: Trace;
  /** Where a log line goes. Default: the console. */
  readonly log?: (level: LogLevel, line: string) => void;
}

/** Written into the entry by the build, or handed in by a simulator. */
export interface Wiring {
  /** The function's name in the app. */
  readonly name?: string;
  readonly keeping?: Keeping;
  readonly outbox?: Outbox;
  readonly clock?: Clock;
}

/** The first invocation of an instance finds this true, once. Each entry has its own. */
export function coldOnce(): () => boolean {
  let cold = true;
  return () => {
    const was = cold;
    cold = false;
    return was;
  };
}
