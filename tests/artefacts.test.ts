/** What is deployed is what is tested: every example's zips, alone in a folder, on each cloud's own runtime, with the environment that the manifest beside them gives. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { buildApp, buildUnits, loadAdapters, loadConfig, plansOf, type Built, type BuiltApp } from "@isobar/cli";
import type { App } from "@isobar/core";
import type { CallSide, MessageSide, NeutralMessage, RunningUnit, Wire } from "@isobar/core/adapter";
import { refuse, type Plan } from "@isobar/core/plan";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clouds } from "./artefacts/clouds.ts";
import { good, type Good } from "./artefacts/events.ts";
import { startServices, type Services } from "./artefacts/services.ts";

const workspace = fileURLToPath(new URL("..", import.meta.url));
const examples = readdirSync(join(workspace, "examples")).filter((name) => existsSync(join(workspace, "examples", name, "isobar.config.ts"))).sort();
/** Below no node_modules: what is not in a zip is not there. */
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "isobar-artefacts-")));
let services: Services;
beforeAll(async () => void (services = await startServices()));
afterAll(async () => {
  await services.close();
  rmSync(temporary, { recursive: true });
});

interface Example {
  readonly app: App;
  readonly built: BuiltApp;
  readonly plans: readonly Plan[];
  /** With maps, to read what they are made of. */
  readonly mapped: readonly Built[];
}
async function exampleOf(name: string): Promise<Example> {
  const { targets, sources } = await loadConfig(join(workspace, "examples", name, "isobar.config.ts"));
  const adapters = await loadAdapters(targets.map(({ cloud }) => cloud), sources.root);
  const plans = plansOf(targets, adapters);
  refuse(plans);
  const built = await buildApp(targets, adapters, plans, { sources, out: join(temporary, name, "built"), minify: true });
  return { app: targets[0]!.app, built, plans, mapped: await buildUnits(targets, adapters, { sources, out: join(temporary, name, "mapped"), sourcemap: true }) };
}
function unzipped(zip: string, folder: string): readonly string[] {
  const files = Object.entries(unzipSync(readFileSync(zip)));
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return files.map(([path]) => path).sort();
}
const sentSince = (): readonly unknown[] => services.sent().map(([to, body, ...key]) => [to, JSON.parse(body) as unknown, ...key]);

describe.each(examples)("the example %s", (name) => {
  let example: Example;
  beforeAll(async () => void (example = await exampleOf(name)));
  const functions = Object.keys(good[name] ?? {});
  test("has an event for every function, and every cloud", () => {
    expect(functions.toSorted()).toEqual(Object.keys(example.app.functions).sort());
    expect(example.plans.map(({ cloud }) => cloud).sort()).toEqual(clouds.map((cloud) => cloud.name));
  });

  describe.each(clouds)("on $name", (cloud) => {
    const started = new Map<string, Promise<RunningUnit>>();
    afterAll(async () => void (await Promise.all([...started.values()].map(async (unit) => (await unit).stop()))));
    const unitOf = (functionName: string) => example.built.units.find((each) => each.cloud === cloud.name && each.functions.includes(functionName))!;
    function running(functionName: string): Promise<RunningUnit> {
      const { unit, zip, entry, functions: members } = unitOf(functionName);
      const known = started.get(unit);
      if (known !== undefined) return known;
      const folder = join(temporary, name, "deployed", cloud.name, unit);
      unzipped(zip, folder);
      cloud.provide(folder);
      const env = cloud.environment(join(temporary, name, "built", cloud.name), unit, services.host);
      const starting = cloud.start({ unit, folder, entry, functions: members, timeoutMs: 10_000, env });
      started.set(unit, starting);
      return starting;
    }
    const wireOf = (functionName: string): Wire => {
      const { kind, variant } = example.plans.find((each) => each.cloud === cloud.name)!.bindings.find((each) => each.function === functionName)!;
      return cloud.wires.find((each) => each.kind === kind && each.variant === variant)!;
    };

    test.each(functions)("%s does what it is for, from its zip", async (functionName) => {
      const [unit, wire, event] = [await running(functionName), wireOf(functionName), good[name]![functionName]!];
      services.sent();
      await handed({ unit, wire, event, functionName, source: (example.app.functions[functionName]!.source as { readonly name?: string }).name ?? functionName });
    });

    const relayed = functions.flatMap((functionName) => {
      const event = good[name]![functionName]!;
      const relay = "message" in event ? event.relays?.[cloud.name] : undefined;
      return relay === undefined ? [] : [{ functionName, relay, message: (event as Extract<Good, { readonly message: object }>).message }];
    });
    test.each(relayed)("what was generated beside $functionName sends on what it is handed", async ({ functionName, relay: { variant, name: registered, path, to }, message }) => {
      const unit = await running(functionName);
      const side = cloud.wires.find((each) => each.kind === example.app.functions[functionName]!.kind && each.variant === variant)!.side as MessageSide;
      services.sent();
      const native = side.fabricate([{ id: "event-1", attempt: 1, enqueuedAt: Date.UTC(2030, 0, 1), ...message } as NeutralMessage], "source");
      const seen = await unit.invoke(registered, path === undefined ? native : { ...(native as object), path });
      expect(side.interpret(seen, native).map(({ then }) => then), unit.logs()).toEqual(["done"]);
      expect(services.sent().map(([channel]) => channel), unit.logs()).toEqual([to]);
    });

    test("a zip holds the bundle and what the platform wants beside it, and the bundle one cloud and nothing of a plan, a manifest or a test", () => {
      const beside: Readonly<Record<string, readonly string[]>> = { aws: [], azure: ["host.json", "package.json"], gcp: ["package-lock.json", "package.json"] };
      const units = example.built.units.filter((each) => each.cloud === cloud.name);
      expect(units.length).toBeGreaterThan(1);
      for (const { unit, zip, entry } of units) expect(Object.keys(unzipSync(readFileSync(zip))).sort(), unit).toEqual([entry, ...beside[cloud.name]!].sort());
      for (const { unit, folder, entry } of units) {
        const code = readFileSync(join(folder, entry), "utf8");
        expect([...words.keys()].filter((word) => code.includes(word)), unit).toEqual([]);
      }
      for (const { unit, folder, entry } of example.mapped.filter((each) => each.cloud === cloud.name)) {
        const { sources } = JSON.parse(readFileSync(join(folder, `${entry}.map`), "utf8")) as { readonly sources: readonly string[] };
        const paths = sources.map((source) => relative(workspace, join(folder, source)));
        expect(paths.filter((path) => !isOf(cloud.name, name, path)), unit).toEqual([]);
        expect(paths.some((path) => path.startsWith(`packages/adapter-${cloud.name}/dist/`)), unit).toBe(true);
      }
    });
  });
});

/** Of a package of ours only what is bundled: its doors for functions and run times, and chunks that these share. */
const isOf = (cloud: string, example: string, path: string): boolean =>
  /^packages\/core\/dist\/(?:index|adapter|chunk-\w+)\.js$/.test(path) || new RegExp(`^packages/adapter-${cloud}/dist/(?:index|runtime/index|chunk-\\w+)\\.js$`).test(path) || (path.startsWith(`examples/${example}/`) && !path.endsWith("/isobar.config.ts")) || /^node_modules\/(?!@isobar\/)/.test(path);
/** Chunks hold what several doors share: words that deploy-time and test-time code alone says, each with a file that says it. */
const words = new Map([
  ["a unit has one entry", "core/dist/plan.js"],
  ["AWS::Lambda::Function", "adapter-aws/dist/deploy/index.js"], ["xray:PutTraceSegments", "adapter-aws/dist/deploy/index.js"], ["AIDAIENQZJOLO23YVJ4VO", "adapter-aws/dist"],
  ["Microsoft.Web/sites", "adapter-azure/dist/deploy/index.js"], ["Microsoft.ServiceBus/namespaces", "adapter-azure/dist/deploy/index.js"],
  ["google_cloudfunctions2_function", "adapter-gcp/dist"], ["google_pubsub_subscription", "adapter-gcp/dist"],
]);
test("those words are said where they belong: the check can fail", () => {
  const saying = (path: string): string => (path.endsWith(".js") ? readFileSync(join(workspace, "packages", path), "utf8") : readdirSync(join(workspace, "packages", path), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js")).map((file) => readFileSync(join(workspace, "packages", path, file), "utf8")).join("\n"));
  expect([...words].filter(([word, path]) => !saying(path).includes(word))).toEqual([]);
});

interface Handing {
  readonly unit: RunningUnit;
  readonly wire: Wire;
  readonly event: Good;
  readonly functionName: string;
  readonly source: string;
}
async function handed({ unit, wire, event, functionName, source }: Handing): Promise<void> {
  if ("request" in event) {
    const { method, url, data } = event.request;
    const [{ side }] = Object.values(wire.fronts ?? {}) as [NonNullable<Wire["fronts"]>[string]];
    const body = data === undefined ? undefined : new TextEncoder().encode(JSON.stringify(data));
    const answer = side.interpret(await unit.invoke(functionName, side.fabricate({ method, url, headers: [["host", new URL(url).host], ...(data === undefined ? [] : [["content-type", "application/json"] as const])], body })));
    if ("failed" in answer) throw new Error(`${answer.failed}\n${unit.logs()}`);
    expect([answer.status, Buffer.from(answer.body).toString()], unit.logs()).toEqual(event.answer);
    expect(sentSince()).toEqual(event.sent);
    return;
  }
  if ("payload" in event) {
    const caller = wire.caller as CallSide;
    expect(caller.interpret(await unit.invoke(functionName, caller.fabricate(event.payload, functionName))), unit.logs()).toEqual({ result: event.result });
    return;
  }
  const side = wire.side as MessageSide;
  const settled = async (id: string, message: object) => {
    const native = side.fabricate([{ id, attempt: 1, enqueuedAt: Date.UTC(2030, 0, 1), body: "", ...message }], source);
    return side.interpret(await unit.invoke(functionName, native), native).map(({ then }) => then);
  };
  expect(await settled("message-1", event.message), unit.logs()).toEqual(["done"]);
  expect(sentSince(), unit.logs()).toEqual(event.sent ?? []);
  if (event.logs !== undefined) expect(unit.logs()).toContain(event.logs);
  if (event.poison === undefined) return;
  expect(await settled("message-2", event.poison), unit.logs()).toEqual(["done"]);
  expect(services.sent().map(([to]) => to), unit.logs()).toEqual([event.letters]);
}
