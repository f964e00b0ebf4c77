/** Instances of a function: how many there are, what one works on at a time, and what ends with it. */
import type { Clock, Hosting, Outbox, Seen } from "@isobar/core/adapter";

/** The process that a scripted handler runs in, and what it can do to it. */
export interface Process {
  readonly clock: Clock;
  readonly outbox: Outbox;
  crash(): void;
  block(): void;
}
export interface Instance {
  readonly number: number;
  /** Throws nothing; resolves with what the platform saw. */
  invoke(native: unknown): Promise<Seen>;
}
/** Starts the entry in an instance: on a clock and an outbox that end with it. */
export type StartEntry = (process: Process) => (native: unknown) => Promise<Seen>;

interface Living {
  busy: number;
  alive: boolean;
  blocked: boolean;
  readonly waiting: Set<(seen: Seen) => void>;
  readonly instance: Instance;
}

/** `capacity`: instances that the platform has just now. */
export function instancesOf(hosting: Hosting, clock: Clock, outbox: Outbox, start: StartEntry, capacity: () => number): { take(): Instance | undefined; release(instance: Instance): void } {
  const living = new Map<number, Living>();
  let count = 0;
  function end(one: Living, number: number): void {
    one.alive = false;
    living.delete(number);
    // Everything that the process was working on ends with it.
    for (const tell of one.waiting) tell({ exited: 1 });
  }
  function begin(): Living {
    const number = ++count;
    const waiting = new Set<(seen: Seen) => void>();
    const running = (one: Living) => one.alive && !one.blocked;
    const never = new Promise<never>(() => {});
    const entry = start({
      clock: { now: clock.now, after: (ms, then) => clock.after(ms, () => void (running(one) && then())) },
      outbox: { perform: (effect, signal) => (running(one) ? outbox.perform(effect, signal) : never) },
      crash: () => end(one, number),
      block: () => void (one.blocked = true),
    });
    const one: Living = {
      busy: 0,
      alive: true,
      blocked: false,
      waiting,
      instance: {
        number,
        invoke: (native) =>
          new Promise((resolve) => {
            const tell = (seen: Seen) => {
              if (!waiting.delete(tell)) return;
              cancel();
              resolve(seen);
            };
            waiting.add(tell);
            const cancel = clock.after(hosting.timeoutMs, () => {
              tell({ timedOut: true });
              if (hosting.onTimeout === "ends-instance") end(one, number);
            });
            void entry(native).then((seen) => running(one) && tell(seen));
          }),
      },
    };
    living.set(number, one);
    return one;
  }
  return {
    take() {
      const most = Math.min(hosting.maxInstances, capacity());
      let used = 0;
      for (const one of living.values()) {
        if (used++ >= most) return undefined;
        if (!one.blocked && one.busy < hosting.concurrency) return one.busy++, one.instance;
      }
      if (used >= most) return undefined;
      const one = begin();
      one.busy++;
      return one.instance;
    },
    release({ number }) {
      const one = living.get(number);
      if (one !== undefined) one.busy--;
    },
  };
}
