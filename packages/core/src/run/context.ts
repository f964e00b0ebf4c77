/** Makes one `ctx`: a small object whose costly parts are made when asked. */
import type { Logger, LogLevel, Trace } from "../context.ts";
import { IsobarError, type ErrorCode } from "../errors.ts";
import type { Deadline } from "./deadline.ts";
import type { FunctionOptions } from "../triggers/index.ts";
import type { Platform, Wiring } from "./platform.ts";
import type { sender } from "./send.ts";

const nativeKey = Symbol.for("isobar.native");
/** The provider's own record and context behind a `ctx`; `undefined` where another cloud made it. For an adapter's `native(ctx)`. */
export function nativeOf(ctx: object, cloud: string): { readonly record: unknown; readonly context: unknown } | undefined {
  const kept = (ctx as { readonly [nativeKey]?: { readonly cloud: string; readonly record: unknown; readonly context: unknown } })[nativeKey];
  return kept?.cloud === cloud ? kept : undefined;
}

/** What all deliveries of an invocation share. */
export interface Shared {
  readonly name: string;
  /** What the function lists; `undefined` where no function was found. */
  readonly lists: Pick<FunctionOptions, "sends" | "secrets"> | undefined;
  readonly platform: Platform;
  readonly deadline: Deadline;
  readonly coldStart: boolean;
  readonly wiring: Pick<Wiring, "outbox" | "send" | "secret">;
}
/** What an entry brings for functions with `secrets`. */
export type SecretPart = (shared: Shared) => (name: string) => Promise<string>;
/** What is one delivery's own. */
export interface Own {
  readonly attempt: number | undefined;
  readonly record: unknown;
  /** As received, read when asked for. */
  trace(): Trace | undefined;
}
const noTrace: Trace = { traceparent: undefined, tracestate: undefined };

export class RunContext {
  readonly #shared: Shared;
  readonly #own: Own;
  #log: Logger | undefined;
  #send: ReturnType<typeof sender> | undefined;
  constructor(shared: Shared, own: Own) {
    this.#shared = shared;
    this.#own = own;
  }
  #unlisted(code: ErrorCode, where: string): () => Promise<never> {
    return () => Promise.reject(new IsobarError(code, `${this.#shared.name} lists nothing in its \`${where}\``));
  }
  get functionName(): string { return this.#shared.name; }
  get invocationId(): string { return this.#shared.platform.invocationId; }
  get attempt(): number | undefined { return this.#own.attempt; }
  get coldStart(): boolean { return this.#shared.coldStart; }
  get deadline(): Date { return new Date(this.#shared.deadline.at); }
  get signal(): AbortSignal { return this.#shared.deadline.signal; }
  get trace(): Trace { return this.#own.trace() ?? this.#shared.platform.trace ?? noTrace; }
  get log(): Logger { return (this.#log ??= logOf(this.#shared.name, this.#shared.platform)); }
  /** Without the part there is nothing it may send to: types say so, and this does where they were passed by. */
  get send(): ReturnType<typeof sender> { return (this.#send ??= this.#shared.wiring.send?.(this.#shared, this.trace) ?? this.#unlisted("send-failed", "sends")); }
  get secret(): (name: string) => Promise<string> { return this.#shared.wiring.secret?.(this.#shared) ?? this.#unlisted("invalid-definition", "secrets"); }
  get [nativeKey](): { readonly cloud: string; readonly record: unknown; readonly context: unknown } {
    const { cloud, context } = this.#shared.platform;
    return { cloud, record: this.#own.record, context };
  }
  // An arrow, so that it can be taken off the context.
  get remainingMs(): () => number { return () => this.#shared.deadline.remainingMs(); }
}

/** Errors with what JSON would drop of them. */
const spelled = ({ name, message, code, stack, errors, cause }: Error & { readonly code?: unknown; readonly errors?: unknown }): object => ({ name, message, code, stack, errors, cause });

/** JSON of anything: errors spelled out, BigInts as text, an object inside itself as "[cycle]". Throws what a `toJSON` throws. */
function lineOf(fields: object): string {
  const open: { readonly seen: object; readonly shown: object }[] = [];
  return JSON.stringify(fields, function (this: object, _key, value: unknown) {
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null) return value;
    while (open.length > 0 && open.at(-1)!.shown !== this) open.pop();
    if (open.some(({ seen }) => seen === value)) return "[cycle]";
    const shown = value instanceof Error ? spelled(value) : value;
    open.push({ seen: value, shown });
    return shown;
  });
}

/** JSON lines: level, message, OpenTelemetry's `faas.name` and `faas.invocation_id`, then the caller's fields, which replace none of these. */
export function logOf(name: string, platform: Platform): Logger {
  const at = (level: LogLevel) => (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    let line: string;
    const head = { level, message, "faas.name": name, "faas.invocation_id": platform.invocationId };
    try {
      line = lineOf({ ...head, ...fields, ...head });
    } catch (cause) {
      line = JSON.stringify({ ...head, fields: `not JSON: ${String(cause)}` });
    }
    (platform.log ?? ((to, text) => console[to](text)))(level, line);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
