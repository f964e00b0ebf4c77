import type { Clock } from "@isobar/core/adapter";

export interface VirtualClock extends Clock {
  /** Moves time on by so many milliseconds, runs what falls due in its order, and lets every promise that hangs on it go on. */
  advance(ms: number): Promise<void>;
  /** Goes from one due time to the next until nothing is due, or nothing before `until` (milliseconds since 1970). */
  run(until?: number): Promise<void>;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  then: (() => void) | undefined;
}
const before = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: simulations have a timer for each message that waits. */
function push(heap: Timer[], timer: Timer): void {
  let i = heap.push(timer) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(timer, heap[parent]!)) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = timer;
}
function pop(heap: Timer[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
}

/** A clock that stands still until it is moved. `start`: milliseconds since 1970. */
export function virtualClock(start = Date.UTC(2030, 0, 1)): VirtualClock {
  let now = start;
  let order = 0;
  const heap: Timer[] = [];
  let cancelled = 0;
  // A macrotask turn: every promise chain that a timer set off has run by then.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  /** The next timer that still has something to do. */
  function next(): Timer | undefined {
    while (heap.length > 0 && heap[0]!.then === undefined) {
      pop(heap);
      cancelled--;
    }
    return heap[0];
  }
  async function until(limit: number): Promise<void> {
    await settle();
    for (let timer = next(); timer !== undefined && timer.at <= limit; timer = next()) {
      const { at } = timer;
      now = at;
      // What is due at one moment shares a turn, but each sees what those before it did at once.
      for (let due: Timer | undefined = timer; due !== undefined && due.at === at; due = next()) {
        const { then } = due;
        due.then = undefined;
        cancelled++;
        then!();
      }
      await settle();
    }
  }
  return {
    now: () => now,
    after(ms, then) {
      const timer: Timer = { at: now + Math.max(0, ms), order: order++, then };
      push(heap, timer);
      return () => {
        if (timer.then === undefined) return;
        timer.then = undefined;
        cancelled++;
        // Most timers are deadlines that are never reached: they are swept away before they fill the memory.
        if (cancelled < 1024 || cancelled * 2 < heap.length) return;
        const rest = heap.filter((each) => each.then !== undefined).sort((x, y) => (before(x, y) ? -1 : 1));
        heap.length = 0;
        for (const each of rest) heap.push(each);
        cancelled = 0;
      };
    },
    async advance(ms) {
      const limit = now + ms;
      await until(limit);
      now = limit;
      await settle();
    },
    run: (limit = Number.POSITIVE_INFINITY) => until(limit),
  };
}
