/** What the simulator costs: messages through the entries that are deployed, and through the services' rules alone, at three sizes. */
import { defineApp, defineQueue, queue } from "@isobar/core";
import type { NeutralMessage, Published, Wire, World } from "@isobar/core/adapter";
import { plan } from "@isobar/core/plan";
import { randomOf, simulate, virtualClock } from "@isobar/simulator";
import { clouds } from "../proof/clouds.ts";
import { wireOf } from "@isobar/conformance/lab";

export interface Simulating {
  readonly cloud: string;
  readonly how: "through the entry" | "rules alone";
  readonly messages: number;
  readonly seconds: number;
  /** Of the whole process afterwards. */
  readonly rssMb: number;
  readonly targetSeconds: number | undefined;
}
const failing = 0.1;
const sizes = [10_000, 100_000, 1_000_000] as const;
const charge = queue(defineQueue("orders"), { delivery: { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: defineQueue("orders-failed") }, batch: { maxSize: 10 }, timeout: "1s" }, () => {});
const app = defineApp("shop", { charge });
const published = (i: number): Published => ({ id: `m-${i}`, body: "{}" });

function* messages(count: number, random: () => number) {
  for (let i = 0; i < count; i++) yield { message: published(i), atMs: Math.floor(i / 10), acts: random() < failing ? ([{ act: "fail" }, { act: "ok" }] as const) : ([{ act: "ok" }] as const) };
}
async function throughEntry(wire: Wire, rendered: Parameters<typeof simulate>[0]["rendered"], count: number): Promise<void> {
  const { fates } = await simulate({ wire, rendered, name: "charge", fn: charge, messages: [...messages(count, randomOf(1))], steps: false });
  const left = Object.entries(fates).filter(([, { rest }]) => rest !== "acknowledged");
  if (left.length > 0) throw new Error(`${left.length} messages were not acknowledged: ${JSON.stringify(left[0])}`);
}
async function rulesAlone(wire: Wire, rendered: Parameters<typeof simulate>[0]["rendered"], count: number): Promise<void> {
  const clock = virtualClock();
  const random = randomOf(1);
  let done = 0;
  const world: World = {
    clock,
    random,
    takes: () => true,
    moved: () => void done++,
    hand: (given: readonly NeutralMessage[]) => Promise.resolve({ how: "answered", then: given.map(() => (random() < failing ? "again" : (done++, "done"))) }),
  };
  const broker = wire.rules!(rendered).open(world);
  // Sent as time goes on, not all at once: a sender's pace is not the broker's memory.
  const pace = (from: number): void => {
    for (let i = from; i < Math.min(from + 100, count); i++) broker.publish(published(i));
    if (from + 100 < count) clock.after(10, () => pace(from + 100));
  };
  pace(0);
  await clock.run();
  if (done !== count || broker.held().length > 0) throw new Error(`${done} of ${count} messages ended, ${broker.held().length} are held`);
}

export async function measureSimulating(say: (line: string) => void): Promise<readonly Simulating[]> {
  const rows: Simulating[] = [];
  for (const subject of clouds) {
    const wire = wireOf(subject, "queue") as Wire;
    const { rendered } = plan(subject.target(app, {} as never), subject.adapter).bindings[0]!;
    for (const [how, run, counts] of [["through the entry", throughEntry, sizes.slice(0, 2)], ["rules alone", rulesAlone, sizes]] as const)
      for (const count of counts) {
        const start = performance.now();
        await run(wire, rendered, count);
        const seconds = (performance.now() - start) / 1000;
        say(`simulate: ${subject.cloud}, ${how}, ${count}: ${seconds.toFixed(2)} s`);
        rows.push({ cloud: subject.cloud, how, messages: count, seconds, rssMb: process.memoryUsage.rss() / 2 ** 20, targetSeconds: (how === "through the entry" && count === 100_000) || count === 1_000_000 ? 30 : undefined });
      }
  }
  return rows;
}
