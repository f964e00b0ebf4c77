import { describe, expect, test } from "vitest";
import type { Effect, Hosting, Seen } from "@isobar/core/adapter";
import { virtualClock, type VirtualClock } from "./clock.ts";
import { instancesOf, type Process } from "./hosting.ts";

const hosting: Hosting = { concurrency: 2, maxInstances: 2, timeoutMs: 1_000, onTimeout: "ends-instance" };
const letter: Effect = { do: "dead-letter", to: { resource: "queue", name: "failed" }, body: "", attribute: "{}" };

/** Instances whose entry does what the invocation says; `performed` is what the outbox was asked for. */
function hosted(settings: Partial<Hosting> = {}, capacity: () => number = () => Number.POSITIVE_INFINITY) {
  const clock = virtualClock(0);
  const performed: number[] = [];
  const ran: string[] = [];
  const outbox = { perform: async () => void performed.push(clock.now()) };
  type Work = (process: Process) => Promise<unknown> | unknown;
  const instances = instancesOf({ ...hosting, ...settings }, clock, outbox, (process) => async (native) => ({ returned: await (native as Work)(process) }), capacity);
  const invoke = (work: Work): Promise<Seen> => instances.take()!.invoke(work);
  return { clock, performed, ran, instances, invoke };
}
const wait = (ms: number) => ({ clock }: Process) => new Promise<string>((resolve) => void clock.after(ms, () => resolve("waited")));
/** What a promise has come to by now. */
async function now<T>(clock: VirtualClock, promise: Promise<T>): Promise<T | "open"> {
  await clock.advance(0);
  return Promise.race([promise, Promise.resolve("open" as const)]);
}

describe("a crash", () => {
  test("ends every invocation of its instance, and none of another", async () => {
    const { clock, instances } = hosted();
    const [one, same, other] = [instances.take()!, instances.take()!, instances.take()!];
    const neighbour = same.invoke(wait(500));
    const elsewhere = other.invoke(wait(500));
    const crashed = one.invoke(({ crash }: Process) => (crash(), new Promise(() => {})));
    expect([one.number, same.number, other.number]).toEqual([1, 1, 2]);
    expect([await now(clock, crashed), await now(clock, neighbour), await now(clock, elsewhere)]).toEqual([{ exited: 1 }, { exited: 1 }, "open"]);
    await clock.advance(500);
    expect(await now(clock, elsewhere)).toEqual({ returned: "waited" });
  });
  test("silences the dead process: its timers never run, its effects are never carried out", async () => {
    const { clock, performed, ran, invoke } = hosted();
    void invoke((process: Process) => {
      process.clock.after(10, () => void ran.push("before the crash"));
      process.clock.after(30, () => void ran.push("after the crash"));
      process.clock.after(10, () => void process.outbox.perform(letter, new AbortController().signal));
      process.clock.after(20, () => {
        process.crash();
        void process.outbox.perform(letter, new AbortController().signal).then(() => ran.push("carried out"));
      });
      return new Promise(() => {});
    });
    await clock.advance(100);
    expect([ran, performed]).toEqual([["before the crash"], [10]]);
  });
  test("leaves room for a new instance, with a number of its own", async () => {
    const { clock, instances, invoke } = hosted({ maxInstances: 1, concurrency: 1 });
    await now(clock, invoke(({ crash }: Process) => (crash(), new Promise(() => {}))));
    expect(instances.take()!.number).toBe(2);
  });
});

describe("the platform's timeout", () => {
  test("ends the instance with all that it works on, where that is the platform's way", async () => {
    const { clock, instances } = hosted();
    const [slow, young] = [instances.take()!, instances.take()!];
    const first = slow.invoke(wait(5_000));
    await clock.advance(900);
    const second = young.invoke(wait(900));
    await clock.advance(100);
    expect([await now(clock, first), await now(clock, second), instances.take()!.number]).toEqual([{ timedOut: true }, { exited: 1 }, 2]);
  });
  test("leaves it running elsewhere: its neighbours answer, and what it still does is done", async () => {
    const { clock, performed, instances } = hosted({ onTimeout: "leaves-it-running" });
    const [slow, young] = [instances.take()!, instances.take()!];
    const first = slow.invoke((process: Process) => new Promise(() => void process.clock.after(1_500, () => void process.outbox.perform(letter, new AbortController().signal))));
    await clock.advance(900);
    const second = young.invoke(wait(900));
    await clock.advance(900);
    expect([await now(clock, first), await now(clock, second), performed]).toEqual([{ timedOut: true }, { returned: "waited" }, [1_500]]);
  });
  test("is all that ends a process that is kept busy; nothing else of it goes on", async () => {
    const { clock, ran, instances } = hosted();
    const [busy, beside] = [instances.take()!, instances.take()!];
    const blocked = busy.invoke(({ block }: Process) => (block(), "never heard"));
    const neighbour = beside.invoke(async (process: Process) => ran.push(await wait(100)(process)));
    await clock.advance(999);
    expect([await now(clock, blocked), await now(clock, neighbour), ran, instances.take()!.number]).toEqual(["open", "open", [], 2]);
    await clock.advance(1);
    expect([await now(clock, blocked), await now(clock, neighbour)]).toEqual([{ timedOut: true }, { exited: 1 }]);
  });
});

describe("capacity", () => {
  test("is so many invocations in so many instances, and what is released is taken again", () => {
    const { instances } = hosted();
    const taken = [1, 2, 3, 4, 5].map(() => instances.take());
    expect(taken.map((instance) => instance?.number)).toEqual([1, 1, 2, 2, undefined]);
    instances.release(taken[2]!);
    expect([instances.take()?.number, instances.take()?.number]).toEqual([2, undefined]);
  });
  test("is less while the platform has less", () => {
    let most = 0;
    const { instances } = hosted({}, () => most);
    expect(instances.take()).toBeUndefined();
    most = 1;
    expect([1, 2, 3].map(() => instances.take()?.number)).toEqual([1, 1, undefined]);
  });
});
