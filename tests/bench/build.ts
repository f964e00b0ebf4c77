/** What building costs: apps of mixed kinds, on three clouds each: loading, composing, bundling, and building again what has not changed. */
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildApp, loadAdapters, loadConfig, plansOf, textsOf } from "@isobar/cli";
import { refuse } from "@isobar/core/plan";

export interface Building {
  readonly functions: number;
  readonly units: number;
  readonly loadMs: number;
  /** Planning and composing, for all clouds together. */
  readonly composeMs: number;
  /** Into an empty folder, for all clouds together: composing, bundling, zipping. */
  readonly buildMs: number;
  /** The same once more. */
  readonly againMs: number;
  /** Of the whole process afterwards. */
  readonly rssMb: number;
  readonly targets: { readonly composeMs?: number; readonly buildMs?: number };
}
const workspace = fileURLToPath(new URL("../..", import.meta.url));
const delivery = `{ maxAttempts: 5, backoff: { min: "10s", max: "10m" }, deadLetter: failed }`;
const inside = `{ maxAttempts: 2, backoff: "10s", deadLetter: failed }`;
const asks = `delivery: ${delivery}`;
const reads = `delivery: ${inside}, timeout: "5s"`;
/** A function's module without its imports; every third validates what it gets. */
const makers = [
  (i: number) => `http.post("/r${i}/{id}", { access: "private", body: Order }, async (request) => json({ accepted: request.valid.body.id }))`,
  (i: number) => `queue(defineQueue("queue-${i}", { data: Order }), { ${asks} }, async (event) => void event.data.total)`,
  (i: number) => `topic(defineTopic("topic-${i}"), { ${asks} }, async () => {})`,
  (i: number) => `storage(defineBucket("bucket-${i}"), { ${asks} }, async () => {})`,
  (i: number) => `schedule("${i % 60} 6 * * *", { ${asks} }, async () => {})`,
  (i: number) => `stream(defineStream("stream-${i}", { data: Order }), { ${reads} }, async (event) => void event.data.total)`,
  (i: number) => `changes(defineTable("table-${i}"), { ${reads} }, async () => {})`,
  (i: number) => `bus(defineBus("bus-${i}"), { ${asks} }, async () => {})`,
  (i: number) => `logs(defineLog("log-${i}"), { ${reads} }, async () => {})`,
] as const;
const names = "bus, changes, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, http, json, logs, queue, schedule, storage, stream, topic".split(", ");
function moduleOf(i: number): string {
  const text = makers[i % makers.length]!(i);
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return `import { ${used.join(", ")} } from "@isobar/core";\n${text.includes("Order") ? 'import { Order } from "../schema.js";\n' : ""}${text.includes("failed") ? 'import { failed } from "../channels.js";\n' : ""}export const f${i} = ${text};\n`;
}

/** An app of so many functions, each in a module of its own, below no other tsconfig. */
async function writeApp(folder: string, count: number): Promise<string> {
  const files = {
    "tsconfig.json": "{}",
    "package.json": `{ "private": true, "type": "module" }`,
    "channels.ts": `import { defineQueue } from "@isobar/core";\nexport const failed = defineQueue("failed");\n`,
    "schema.ts": `import * as z from "zod";\nexport const Order = z.object({ id: z.string(), total: z.number().positive() });\n`,
    "app.ts": `import { defineApp } from "@isobar/core";\nimport * as functions from "./functions/index.js";\nexport default defineApp("large", functions);\n`,
    "functions/index.ts": Array.from({ length: count }, (_, i) => `export { f${i} } from "./f${i}.js";\n`).join(""),
    "isobar.config.ts": `import { aws } from "@isobar/adapter-aws/deploy";\nimport { azure } from "@isobar/adapter-azure/deploy";\nimport { gcp } from "@isobar/adapter-gcp/deploy";\nimport app from "./app.js";\nconst accepting = (capability) => ({ functions: Object.fromEntries(Object.keys(app.functions).filter((name) => app.functions[name].kind === "changes").map((name) => [name, { accept: [capability] }])) });\nexport default [aws(app, { region: "eu-central-1" }), azure(app, { ...accepting("images"), existing: { eventHubs: "large" } }), gcp(app, accepting("order"))];\n`,
    ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`functions/f${i}.ts`, moduleOf(i)])),
  };
  await mkdir(join(folder, "functions"), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await symlink(join(workspace, "node_modules"), join(folder, "node_modules"));
  await copyFile(join(workspace, "package-lock.json"), join(folder, "package-lock.json"));
  return join(folder, "isobar.config.ts");
}
async function timed<T>(run: () => T | Promise<T>): Promise<readonly [result: T, ms: number]> {
  const start = performance.now();
  const result = await run();
  return [result, performance.now() - start];
}

async function measureOne(functions: number, folder: string): Promise<Building> {
  const [{ targets, sources }, loadMs] = await timed(async () => loadConfig(await writeApp(folder, functions)));
  const adapters = await loadAdapters(targets.map(({ cloud }) => cloud), sources.root);
  const compose = () => {
    const plans = plansOf(targets, adapters);
    refuse(plans);
    return textsOf(targets, adapters, plans, sources);
  };
  const composed = [await timed(compose), await timed(compose), await timed(compose)];
  const composeMs = composed.map(([, ms]) => ms).sort((a, b) => a - b)[1]!;
  const plans = plansOf(targets, adapters);
  const build = () => buildApp(targets, adapters, plans, { sources, out: join(folder, "out"), minify: true });
  const [first, buildMs] = await timed(build);
  const [again, againMs] = await timed(build);
  if (first.units.some(({ unchanged }) => unchanged) || again.units.some(({ unchanged }) => !unchanged)) throw new Error("a first build found bundles, or a second one made some");
  return { functions, units: first.units.length, loadMs, composeMs, buildMs, againMs, rssMb: process.memoryUsage.rss() / 2 ** 20, targets: { ...(functions === 300 ? { composeMs: 1_000 } : {}), ...(functions === 100 ? { buildMs: 10_000 } : {}) } };
}

export async function measureBuilding(say: (line: string) => void): Promise<readonly Building[]> {
  const rows: Building[] = [];
  for (const functions of [10, 100, 300]) {
    const folder = await mkdtemp(join(tmpdir(), "isobar-bench-"));
    try {
      const row = await measureOne(functions, folder);
      say(`build: ${functions} functions: composed in ${row.composeMs.toFixed(0)} ms, ${row.units} units built in ${row.buildMs.toFixed(0)} ms, again in ${row.againMs.toFixed(0)} ms`);
      rows.push(row);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return rows;
}
