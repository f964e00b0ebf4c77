/** What planning costs: apps of mixed kinds, on three clouds each. */
import { bus, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, changes, type App } from "@isobar/core";
import { plan } from "@isobar/core/plan";
import { clouds } from "../proof/clouds.ts";

export interface Planning {
  readonly functions: number;
  /** For all clouds together. */
  readonly ms: number;
  readonly targetMs: number | undefined;
}
const delivery = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: defineQueue("failed") } as const;
const inside = { maxAttempts: 2, backoff: "10s", deadLetter: defineQueue("failed-records") } as const;
const makers = [
  (i: number) => http.get(`/r${i}/{id}`, { access: "private" }, () => empty()),
  (i: number) => queue(defineQueue(`q${i}`), { delivery }, () => {}),
  (i: number) => topic(defineTopic(`t${i}`), { delivery }, () => {}),
  (i: number) => storage(defineBucket(`b${i}`), { delivery }, () => {}),
  (i: number) => schedule(`${i % 60} 6 * * *`, { delivery }, () => {}),
  (i: number) => stream(defineStream(`s${i}`), { delivery: inside, timeout: "5s" }, () => {}),
  (i: number) => changes(defineTable(`c${i}`), { delivery: inside, timeout: "5s" }, () => {}),
  (i: number) => bus(defineBus(`u${i}`), { delivery }, () => {}),
  (i: number) => logs(defineLog(`l${i}`), { delivery: inside, timeout: "5s" }, () => {}),
] as const;
const appOf = (count: number): App => defineApp("large", Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, makers[i % makers.length]!(i)])));

export function measurePlanning(say: (line: string) => void): readonly Planning[] {
  return [10, 100, 1_000].map((functions) => {
    const app = appOf(functions);
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      for (const { target, adapter } of clouds) {
        const { bindings } = plan(target(app, {} as never), adapter);
        if (bindings.length !== functions) throw new Error(`${bindings.length} of ${functions} functions were planned`);
      }
      return performance.now() - start;
    }).sort((a, b) => a - b);
    const ms = times[2]!;
    say(`plan: ${functions} functions on ${clouds.length} clouds: ${ms.toFixed(1)} ms`);
    return { functions, ms, targetMs: functions === 1_000 ? 1_000 : undefined };
  });
}
