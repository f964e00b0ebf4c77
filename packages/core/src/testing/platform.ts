/** The platform of a test: no provider's, with nothing of its own to tell. */
import type { Outbox } from "../boundary.ts";
import type { LogLevel } from "../context.ts";
import type { Clock } from "../run/clock.ts";
import { cors } from "../http/cors.ts";
import { validInput } from "../http/input.ts";
import type { Parts, Platform } from "../run/platform.ts";
import { sender } from "../run/send.ts";

export interface TestOptions {
  /** Where sends and dead letters go. Default: a `memoryOutbox()` of its own. */
  readonly outbox?: Outbox;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** What `ctx.functionName` says. Default "test". */
  readonly name?: string;
}
/** A line of the log, read back from its JSON. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Every part that an entry can bring: a test has no bundle to keep small. */
export const parts: Required<Parts> = { input: validInput, cors, send: sender };

export const testPlatform = (log?: Platform["log"]): Platform => ({ cloud: "test", invocationId: "test", functionName: "test", context: undefined, ...(log === undefined ? {} : { log }) });

/** A log that keeps its lines. */
export function keptLog(): { readonly lines: readonly LogLine[]; readonly log: NonNullable<Platform["log"]> } {
  const lines: LogLine[] = [];
  return { lines, log: (_level, line) => void lines.push(JSON.parse(line) as LogLine) };
}
