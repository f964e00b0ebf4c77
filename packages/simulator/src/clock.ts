import type { Clock } from "@isobar/core/adapter";

export interface VirtualClock extends Clock {
  /** Moves time on by so many milliseconds, runs what falls due in its order, and lets every promise that hangs on it go on. */
  advance(ms: number): Promise<void>;
}

/** A clock that stands still until it is moved. `start`: milliseconds since 1970. */
export function virtualClock(start = Date.UTC(2030, 0, 1)): VirtualClock {
  let now = start;
  let order = 0;
  const due = new Map<number, { readonly at: number; readonly then: () => void }>();
  // A macrotask turn: every promise chain that a timer set off has run by then.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    after(ms, then) {
      const id = order++;
      due.set(id, { at: now + Math.max(0, ms), then });
      return () => void due.delete(id);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        const [next] = [...due].filter(([, { at }]) => at <= until).sort(([a, x], [b, y]) => x.at - y.at || a - b);
        if (next === undefined) break;
        due.delete(next[0]);
        now = next[1].at;
        next[1].then();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}
