/** Time, as an argument: a simulator hands in its own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `then` once after so many milliseconds; the answer cancels it. */
  after(ms: number, then: () => void): () => void;
}
export const systemClock: Clock = {
  now: Date.now,
  after(ms, then) {
    // A longer timer would fire at once (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args).
    const timer = setTimeout(then, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};
