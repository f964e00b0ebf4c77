/** The platform of a test: no provider's, with nothing of its own to tell. */
import type { Outbox } from "../boundary.ts";
import type { LogLevel } from "../context.ts";
import type { Clock } from "../run/clock.ts";
import { cors } from "../http/cors.ts";
import { validInput } from "../http/input.ts";
import type { Parts, Platform } from "../run/platform.ts";
import { secretsBy } from "../run/secret.ts";
import { sender } from "../run/send.ts";
import { IsobarError } from "../errors.ts";

export interface TestOptions {
  /** Where sends and dead letters go. Default: a `memoryOutbox()` of its own. */
  readonly outbox?: Outbox;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** What `ctx.functionName` says. Default "test". */
  readonly name?: string;
  /** What `ctx.secret` gives, by name. Default: none, so that asking for one rejects. */
  readonly secrets?: Readonly<Record<string, string>>;
}
/** A line of the log, read back from its JSON. */
export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** Every part that an entry can bring: a test has no bundle to keep small. */
/** A store of the test's own. */
export const secretsOf = (secrets: Readonly<Record<string, string>> = {}) =>
  secretsBy((name) => (Object.hasOwn(secrets, name) ? Promise.resolve(secrets[name]!) : Promise.reject(new IsobarError("internal", `the test gives no secret ${JSON.stringify(name)}`))));
export const parts: Required<Parts> = { input: validInput, cors, send: sender, secret: secretsOf() };

export const testPlatform = (log?: Platform["log"]): Platform => ({ cloud: "test", invocationId: "test", functionName: "test", context: undefined, ...(log === undefined ? {} : { log }) });

/** A log that keeps its lines. */
export function keptLog(): { readonly lines: readonly LogLine[]; readonly log: NonNullable<Platform["log"]> } {
  const lines: LogLine[] = [];
  return { lines, log: (_level, line) => void lines.push(JSON.parse(line) as LogLine) };
}
