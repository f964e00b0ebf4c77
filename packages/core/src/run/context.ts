/** Makes one `ctx`: a small object whose costly parts are made when asked. */
import type { Log, LogLevel, Trace } from "../context.ts";
import type { Outbox } from "../boundary.ts";
import type { AnyFunction } from "../triggers/index.ts";
import type { Deadline } from "./deadline.ts";
import type { Platform } from "./platform.ts";
import { sender } from "./send.ts";

const nativeKey = Symbol.for("isobar.native");
/** The provider's own record and context behind a `ctx`; `undefined` where another cloud made it. For an adapter's `native(ctx)`. */
export function nativeOf(ctx: object, cloud: string): { readonly record: unknown; readonly context: unknown } | undefined {
  const kept = (ctx as { readonly [nativeKey]?: { readonly cloud: string; readonly record: unknown; readonly context: unknown } })[nativeKey];
  return kept?.cloud === cloud ? kept : undefined;
}

export interface ContextParts {
  readonly name: string;
  readonly fn: AnyFunction;
  readonly platform: Platform;
  readonly deadline: Deadline;
  readonly coldStart: boolean;
  readonly attempt: number | undefined;
  readonly trace: Trace | undefined;
  readonly record: unknown;
  readonly outbox: Outbox | undefined;
}
const noTrace: Trace = { traceparent: undefined, tracestate: undefined };

export class RunContext {
  readonly #parts: ContextParts;
  #log: Log | undefined;
  #send: ReturnType<typeof sender> | undefined;
  constructor(parts: ContextParts) {
    this.#parts = parts;
  }
  get functionName(): string { return this.#parts.name; }
  get invocationId(): string { return this.#parts.platform.invocationId; }
  get attempt(): number | undefined { return this.#parts.attempt; }
  get coldStart(): boolean { return this.#parts.coldStart; }
  get deadline(): Date { return new Date(this.#parts.deadline.at); }
  get signal(): AbortSignal { return this.#parts.deadline.signal; }
  get trace(): Trace { return this.#parts.trace ?? this.#parts.platform.trace ?? noTrace; }
  get log(): Log { return (this.#log ??= logOf(this.#parts.name, this.#parts.platform)); }
  get send(): ReturnType<typeof sender> { return (this.#send ??= sender(this.#parts, this.trace)); }
  get [nativeKey](): { readonly cloud: string; readonly record: unknown; readonly context: unknown } {
    const { platform, record } = this.#parts;
    return { cloud: platform.cloud, record, context: platform.context };
  }
  remainingMs = (): number => this.#parts.deadline.remainingMs();
}

/** Errors as JSON would drop them. */
const spelled = (value: unknown): unknown =>
  value instanceof Error ? { name: value.name, message: value.message, ...("code" in value ? { code: value.code } : {}), stack: value.stack, ...(value.cause === undefined ? {} : { cause: spelled(value.cause) }) } : value;

/** JSON lines: level, message, OpenTelemetry's `faas.name` and `faas.invocation_id`, then the caller's fields. */
export function logOf(name: string, platform: Platform): Log {
  const at = (level: LogLevel) => (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    let line: string;
    const head = { level, message, "faas.name": name, "faas.invocation_id": platform.invocationId };
    try {
      line = JSON.stringify({ ...head, ...fields }, (_, value: unknown) => (typeof value === "bigint" ? String(value) : spelled(value)));
    } catch (cause) {
      line = JSON.stringify({ ...head, fields: `not JSON: ${String(cause)}` });
    }
    (platform.log ?? ((to, text) => console[to](text)))(level, line);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
