/** What an adapter tells core about one invocation, and what core needs from it besides the answer. */
import type { LogLevel, Trace } from "../context.ts";
import { IsobarError } from "../errors.ts";
import type { cors } from "../http/cors.ts";
import type { validInput } from "../http/input.ts";
import type { HttpOptions } from "../triggers/http.ts";
import type { AnyFunction } from "../triggers/index.ts";
import type { Clock } from "./clock.ts";
import type { SecretPart } from "./context.ts";
import type { sender } from "./send.ts";
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

/**
 * What an entry brings in for what its functions use: the build knows, and a bundle holds no more. An entry without a part that one of its
 * functions needs fails when it is made, with `invalid-definition`.
 */
export interface Parts {
  /** For functions with a schema for `body`, `query`, `params` or `headers`. */
  readonly input?: typeof validInput;
  /** For functions with `cors`. */
  readonly cors?: typeof cors;
  /** For functions with `sends`. */
  readonly send?: typeof sender;
  /** For functions with `secrets`. */
  readonly secret?: SecretPart;
}

/** Whether a function has something validated. */
export const hasInput = ({ body, query, params, headers }: Partial<HttpOptions>): boolean => (body ?? query ?? params ?? headers) !== undefined;

/** Throws `invalid-definition` where a function uses a part that the entry did not bring. */
export function requireParts(name: string | undefined, { options }: AnyFunction, parts: Parts): void {
  const http: Partial<HttpOptions> = options as HttpOptions;
  for (const [part, used] of Object.entries({ input: hasInput(http), cors: http.cors, send: options.sends?.[0], secret: options.secrets?.[0] }))
    if (used && !parts[part as keyof Parts]) throw new IsobarError("invalid-definition", `${name ?? "the function"} needs \`${part}\`, which its entry does not bring`);
}

/** Written into the entry by the build, or handed in by a simulator. */
export interface Wiring extends Parts {
  /** The function's name in the app. */
  readonly name?: string;
  readonly keeping?: Keeping;
  readonly outbox?: Outbox;
  readonly clock?: Clock;
  /** Where log lines go, instead of where the platform has them. */
  readonly log?: Platform["log"];
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
