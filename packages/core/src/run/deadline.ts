/** One invocation's deadline: `signal` aborts at it, and after a grace what is unsettled is given up. */
import { toMs, type Duration } from "../duration.ts";
import { IsobarError } from "../errors.ts";
import type { Clock } from "./clock.ts";
import type { Platform } from "./platform.ts";

/** What a handler may still do after `signal` aborted. */
export const graceMs = 250;
/** How long after the deadline effects may still be carried out, before a grace of their own: what timed out for the last time becomes a dead letter. */
export const effectsMs = 500;
/** What stays of the platform's own timeout after the deadline: grace, effects, and writing the answer. The native timeout is the function's plus this. */
export const marginMs = 1_000;
export const defaultTimeoutMs = 20_000;

/** How work ended that ended too late; a log's fields. */
export type Late = { readonly error?: unknown };

export class Deadline {
  readonly at: number;
  readonly #clock: Clock;
  #controller: AbortController | undefined;
  #passed = false;
  #over = false;
  #cancel: () => void;
  #given: (() => void)[] = [];
  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.at = clock.now() + ms;
    this.#cancel = clock.after(ms, () => this.#abort());
  }
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#passed) this.#controller.abort(expired());
    }
    return this.#controller.signal;
  }
  /** Whether `signal` has aborted. */
  get passed(): boolean {
    return this.#passed;
  }
  remainingMs(): number {
    return Math.max(0, this.at - this.#clock.now());
  }
  #abort(): void {
    this.#passed = true;
    this.#controller?.abort(expired());
    this.#cancel = this.#clock.after(graceMs, () => {
      this.#over = true;
      for (const give of this.#given) give();
    });
  }
  /** The work's own end, or `deadline-exceeded` once the grace is over; `late` then hears of an end that comes afterwards. */
  over<T>(work: PromiseLike<T>, late: (how: Late) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const give = () => reject(expired());
      if (this.#over) give();
      else this.#given.push(give);
      work.then(
        (value) => (this.#over ? late({}) : resolve(value)),
        (error: unknown) => (this.#over ? late({ error }) : reject(error)),
      );
    });
  }
  close(): void {
    this.#cancel();
  }
}

const expired = () => new IsobarError("deadline-exceeded", "the function's timeout passed");

/** A function's timeout in milliseconds, from its options. */
export const timeoutOf = (timeout: Duration | undefined): number => (timeout === undefined ? defaultTimeoutMs : toMs(timeout));
/** A function's timeout, or less where the platform leaves less. */
export const deadlineOf = (clock: Clock, timeoutMs: number, platform: Platform): Deadline =>
  new Deadline(clock, platform.remainingMs === undefined ? timeoutMs : Math.min(timeoutMs, platform.remainingMs() - marginMs));
