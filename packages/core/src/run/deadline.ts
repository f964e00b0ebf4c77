/** One invocation's deadline: `signal` aborts at it, and after a grace what is unsettled is given up. */
import { IsobarError } from "../errors.ts";
import type { Clock } from "./clock.ts";

/** What a handler may still do after `signal` aborted. */
export const graceMs = 250;
/** What stays of the platform's own timeout for answering after the grace. The native timeout is the function's plus this. */
export const marginMs = 1_000;
export const defaultTimeoutMs = 20_000;

export class Deadline {
  readonly at: number;
  readonly #clock: Clock;
  #controller: AbortController | undefined;
  #aborted = false;
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
      if (this.#aborted) this.#controller.abort(expired());
    }
    return this.#controller.signal;
  }
  remainingMs(): number {
    return Math.max(0, this.at - this.#clock.now());
  }
  #abort(): void {
    this.#aborted = true;
    this.#controller?.abort(expired());
    this.#cancel = this.#clock.after(graceMs, () => {
      for (const give of this.#given) give();
    });
  }
  /** The work's own end, or `deadline-exceeded` once the grace is over; `late` then hears of an end that comes afterwards. */
  over<T>(work: PromiseLike<T>, late: () => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let over = false;
      this.#given.push(() => {
        over = true;
        reject(expired());
      });
      work.then(
        (value) => (over ? late() : resolve(value)),
        (error: unknown) => (over ? late() : reject(error)),
      );
    });
  }
  close(): void {
    this.#cancel();
  }
}

const expired = () => new IsobarError("deadline-exceeded", "the function's timeout passed");
