/** The Storage Queue variant in real time: a real queue server, the host's listener, the real `@azure/functions`, beside the model. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adapter } from "@isobar/adapter-azure/deploy";
import { startUnit, wires } from "@isobar/adapter-azure/testing";
import { buildUnits, loadConfig } from "@isobar/cli";
import type { RunningUnit } from "@isobar/core/adapter";
import { plan } from "@isobar/core/plan";
import { becameOf, crashes, modelled, scripts, type Became, type Seen } from "./scripts.ts";
import { listen, put, startStorage, taken, type StorageServer } from "./storage-queue.ts";

const config = fileURLToPath(new URL("../fixtures/brokers-app/isobar.config.ts", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "isobar-brokers-"));
const acts = { ...scripts, ...crashes };
let server: StorageServer;
const units: RunningUnit[] = [];
let real: Readonly<Record<string, Became>>;
let model: Readonly<Record<string, Became>>;
/** The wire carries a body alone: a letter's reason is lost on it, as the adapter says. */
const withoutReason = ({ rest, ...became }: Became): Became => ({ ...became, rest: rest.startsWith("dead-letter") ? "dead-letter" : rest });

interface HostQueues {
  readonly maxDequeueCount: number;
  readonly visibilityTimeout: string;
}
const secondsIn = (text: string): number => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

beforeAll(async () => {
  server = await startStorage();
  const { targets, sources } = await loadConfig(config);
  const target = targets.find(({ cloud }) => cloud === "azure")!;
  const [built] = (await buildUnits([target], [adapter], { sources, out })).filter(({ functions }) => functions.includes("plainly"));
  const { rendered } = plan(target, adapter).bindings.find((each) => each.function === "plainly")!;
  const { maxDequeueCount, visibilityTimeout } = (rendered.resources["host.json"] as { readonly extensions: { readonly queues: HostQueues } }).extensions.queues;
  real = Object.fromEntries(
    await Promise.all(
      Object.entries(acts).map(async ([name, own]) => {
        const [queue, failed, seen] = [`w-${name}`, await server.create(`w-${name}-failed`), await server.create(`w-${name}-seen`)];
        await server.create(queue);
        await server.create(`${queue}-poison`);
        const unit = await startUnit({ unit: built!.unit, folder: built!.folder, entry: built!.entry, functions: built!.functions, timeoutMs: 3_000, env: { ISOBAR_STORAGE_CONNECTION: server.connection, ISOBAR_QUEUE_FAILED: failed, ISOBAR_QUEUE_SEEN: seen } });
        units.push(unit);
        await put(server, queue, JSON.stringify({ acts: own }));
        await listen(server, queue, { maxDequeueCount, visibilitySeconds: secondsIn(visibilityTimeout) }, unit, "plainly");
        const starts = (await taken(server, `w-${name}-seen`)).map((text) => JSON.parse(text) as Seen);
        const letters = [...(await taken(server, `w-${name}-failed`)), ...(await taken(server, `${queue}-poison`))];
        return [name, becameOf(starts, letters.length === 0 ? "acknowledged" : "dead-letter")] as const;
      }),
    ),
  );
  model = await modelled(adapter, target, wires, "plainly", acts, (name) => ({ id: name, body: "{}" }));
}, 120_000);
afterAll(async () => {
  await Promise.all(units.map((unit) => unit.stop()));
  await server.stop();
  rmSync(out, { recursive: true });
});

describe("Storage queues (azurite) in front of @azure/functions agree with the model", () => {
  test.each(Object.keys(acts))("%s: the same attempts, and the same resting place", (name) => {
    const [came, said] = [withoutReason(real[name]!), withoutReason(model[name]!)];
    expect({ starts: came.starts, rest: came.rest }).toEqual({ starts: said.starts, rest: said.rest });
  });
  test.each(Object.keys(acts))("%s: no attempt earlier than the policy's second after the last one's end; how often the host looks is its own", (name) => {
    for (const { waitsMs } of [real[name]!, model[name]!]) expect(waitsMs.filter((ms) => ms < 1_000)).toEqual([]);
  });
});
