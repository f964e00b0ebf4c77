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
  /** The platform's own timeout, in milliseconds: after it the invocation is `timedOut` and the process is killed. */
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
