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
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
