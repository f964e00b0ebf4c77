import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { startUnit as startAws, httpApiSide, sqsSide } from "@isobar/adapter-aws/testing";
import { startUnit as startAzure, httpSide as azureHttp, serviceBusSide } from "@isobar/adapter-azure/testing";
import { startUnit as startGcp, httpSide as gcpHttp, pushSide } from "@isobar/adapter-gcp/testing";
import { buildUnits, loadAdapters, loadConfig, type Built } from "@isobar/cli";
import type { NeutralRequest, RunningUnit, UnitToRun } from "@isobar/core/adapter";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

const workspace = fileURLToPath(new URL("..", import.meta.url));
const app = join(workspace, "tests", "fixtures", "bundle-app");

/** Below no node_modules: what is not in a bundle is not there. */
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "isobar-bundles-")));
afterAll(() => rmSync(temporary, { recursive: true }));

async function built(name: string, { of = app, minify = false, sourcemap = false } = {}): Promise<{ readonly out: string; readonly units: readonly Built[] }> {
  const out = join(temporary, name);
  const { targets, sources } = await loadConfig(join(of, "isobar.config.ts"));
  const adapters = await loadAdapters(targets.map(({ cloud }) => cloud), sources.root);
  return { out, units: await buildUnits(targets, adapters, { sources, out, minify, sourcemap }) };
}
let units: readonly Built[];
beforeAll(async () => void ({ units } = await built("minified", { minify: true })));

const unitOf = (cloud: string, name: string): Built => units.find((each) => each.cloud === cloud && each.unit === name)!;
const fileOf = ({ folder, entry }: Built) => join(folder, entry);
const codeOf = (cloud: string, name: string) => readFileSync(fileOf(unitOf(cloud, name)), "utf8");
const filesIn = (folder: string) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => relative(folder, join(each.parentPath, each.name))).sort();

describe("a unit's bundle is one file with its own functions and nothing else", () => {
  test("every unit is one file at <out>/<cloud>/<unit>/", () => {
    expect(filesIn(join(temporary, "minified"))).toEqual([
      "aws/charge/index.mjs", "aws/hello/index.mjs", "aws/order/index.mjs", "aws/pages/index.mjs", "aws/remember/index.mjs", "aws/web/index.mjs",
      "azure/bundled/index.cjs", "azure/charge/index.cjs", "azure/remember/index.cjs",
      "gcp/bundled/index.cjs", "gcp/charge/index.cjs", "gcp/remember/index.cjs",
    ]);
  });

  test("hello on AWS, minified, is smaller than 17.6 kB, whatever the other functions import", () => {
    expect(unitOf("aws", "hello").bytes).toBeLessThan(17_600);
  });

  /** What each function alone brings; it outlives minifying. The last three are words of zod, hono and valibot. */
  const marks = { order: "marker-of-order", pages: "marker-of-pages", charge: "marker-of-charge", hello: "hello ", web: "the web's own", zod: "$ZodError", hono: "Context is not finalized", valibot: "expects:" };
  test.each([
    ["charge", ["charge", "valibot"]],
    ["hello", ["hello"]],
    ["order", ["order", "zod"]],
    ["pages", ["pages", "hono"]],
    ["remember", []],
    ["web", ["web"]],
  ] as const)("%s holds its own function and package, and no other's", (name, own) => {
    const code = codeOf("aws", name);
    expect(Object.entries(marks).flatMap(([each, mark]) => (code.includes(mark) ? [each] : []))).toEqual(own);
  });

  test("it is made of the function's module, core and the run time of its own adapter: no other cloud's, no plan, no manifest, nothing for tests", async () => {
    const { out } = await built("mapped", { sourcemap: true });
    const sourcesOf = (unit: string) => {
      const file = filesIn(join(out, unit)).find((each) => each.endsWith(".map"))!;
      const { sources } = JSON.parse(readFileSync(join(out, unit, file), "utf8")) as { readonly sources: readonly string[] };
      return sources.map((source) => relative(workspace, join(out, unit, source)).replace(/chunk-\w+/, "chunk"));
    };
    const core = /^packages\/core\/dist\/(?:index|adapter|chunk)\.js$/;
    const own = /^packages\/adapter-(\w+)\/dist\/(?:runtime\/index|chunk)\.js$/;
    const rest = (unit: string) => [...new Set(sourcesOf(unit).filter((source) => !core.test(source)).map((source) => own.exec(source)?.[1] ?? source))].sort();
    expect(rest("aws/hello")).toEqual(["aws", "tests/fixtures/bundle-app/functions/hello.ts", "tests/fixtures/bundle-app/isobar-entry.ts"]);
    expect(rest("aws/remember")).toEqual(["aws", "tests/fixtures/bundle-app/functions/remember.ts", "tests/fixtures/bundle-app/isobar-entry.ts"]);
    expect(rest("gcp/remember")).toEqual(["gcp", "tests/fixtures/bundle-app/functions/remember.ts", "tests/fixtures/bundle-app/isobar-entry.ts"]);
  });

  test("of chunks that an adapter's doors share, it holds nothing of the cloud's side", () => {
    const fabricated = "AIDAIENQZJOLO23YVJ4VO";
    const testing = filesIn(join(workspace, "packages/adapter-aws/dist")).filter((file) => file.endsWith(".js")).filter((file) => readFileSync(join(workspace, "packages/adapter-aws/dist", file), "utf8").includes(fabricated));
    expect(testing.length).toBeGreaterThan(0);
    for (const unit of units) expect(readFileSync(fileOf(unit), "utf8")).not.toContain(fabricated);
  });

  test("of a chunk that a package's doors share, it holds no deploy-time word", () => {
    const deployTime = "a unit has one entry";
    expect(readFileSync(join(workspace, "packages/core/dist/plan.js"), "utf8")).toContain(deployTime);
    for (const unit of units) expect(readFileSync(fileOf(unit), "utf8")).not.toContain(deployTime);
  });

  test("the platform's packages are left to the platform, and @azure/functions is not one of them", () => {
    const required = (code: string) => [...new Set([...code.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map(([, id]) => id!).filter((id) => id.startsWith("@")))];
    expect([required(codeOf("azure", "remember")), required(codeOf("gcp", "remember"))]).toEqual([["@azure/functions-core"], ["@google-cloud/functions-framework"]]);
  });
});

describe("the same sources give the same bytes", () => {
  const contents = (out: string) => Object.fromEntries(filesIn(out).map((file) => [file, readFileSync(join(out, file), "utf8")]));

  test.each([{ minify: false }, { minify: true }])("wherever they lie and wherever they are built from: $minify", async ({ minify }) => {
    const first = await built(`first-${minify}`, { minify });
    const elsewhere = join(temporary, `elsewhere-${minify}`, "deeper", "app");
    cpSync(app, elsewhere, { recursive: true });
    symlinkSync(join(workspace, "node_modules"), join(elsewhere, "node_modules"));
    writeFileSync(join(elsewhere, "tsconfig.json"), "{}");
    const before = process.cwd();
    process.chdir(temporary);
    const second = await built(`second-${minify}`, { of: elsewhere, minify }).finally(() => process.chdir(before));
    expect(contents(second.out)).toEqual(contents(first.out));
    expect(Object.keys(contents(first.out))).toHaveLength(12);
  });

  test("no bundle names a place on this machine", async () => {
    const { out } = await built("places");
    const named = Object.entries(contents(out)).filter(([, code]) => [workspace, temporary, "file://", "isobar-entry"].some((place) => code.includes(place)));
    expect(named.map(([file]) => file)).toEqual([]);
  });
});

describe("a cold start pays for what the handler touches and for nothing else", () => {
  const probe = join(temporary, "probe.mjs");
  beforeAll(() =>
    writeFileSync(
      probe,
      `const before = process.moduleLoadList.slice();
      const { handler } = await import(process.argv[2]);
      const answer = await handler(JSON.parse(process.argv[3]), { awsRequestId: "1", functionName: "f", getRemainingTimeInMillis: () => 5_000 });
      const loaded = process.moduleLoadList.filter((each) => !before.includes(each));
      process.stdout.write(JSON.stringify({ before, answer, loaded }));`,
    ),
  );
  /** In: a module with a handler, and its event. Out: its answer, and what Node loaded of its own from the import to the answer, and before it. */
  const probed = (module: string, event: unknown): { before: readonly string[]; answer: unknown; loaded: readonly string[] } =>
    JSON.parse(execFileSync(process.execPath, [probe, module, JSON.stringify(event)], { encoding: "utf8", env: {}, cwd: temporary }));
  const get = (path: string) => ({ version: "2.0", rawPath: path, headers: { host: "shop.example", "user-agent": "curl/8" }, requestContext: { http: { method: "GET", sourceIp: "192.0.2.1" }, stage: "$default" } });
  const costly = ["internal/deps/undici/undici", "http", "https", "crypto", "zlib"].map((name) => `NativeModule ${name}`);

  test("a request is answered without one more of Node's own modules", () => {
    const { answer, loaded } = probed(fileOf(unitOf("aws", "hello")), get("/hello/ada"));
    expect(answer).toMatchObject({ statusCode: 200, body: "hello ada" });
    expect(loaded).toEqual([]);
  });

  test("so is a batch of messages", () => {
    const record = (messageId: string, body: string) => ({ messageId, body, eventSource: "aws:sqs", attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" } });
    const { answer, loaded } = probed(fileOf(unitOf("aws", "remember")), { Records: [record("1", "a note"), record("2", "again")] });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
    expect(loaded).toEqual([]);
  });

  test("a handler that answers with the global Response loads undici, and with it http, crypto and zlib: this check can fail", () => {
    const { before, answer, loaded } = probed(fileOf(unitOf("aws", "web")), get("/web"));
    expect(answer).toMatchObject({ statusCode: 200, body: "the web's own" });
    expect(costly.filter((each) => loaded.includes(each))).toEqual(["NativeModule internal/deps/undici/undici", "NativeModule http", "NativeModule crypto", "NativeModule zlib"]);
    expect(costly.filter((each) => before.includes(each))).toEqual([]);
  });

  test("an import of node:https is seen as well", () => {
    const module = join(temporary, "imports-https.mjs");
    writeFileSync(module, `import "node:https"; export const handler = () => "answered";`);
    const { answer, loaded } = probed(module, {});
    expect([answer, loaded.includes("NativeModule https")]).toEqual(["answered", true]);
  });
});

describe("a bundle runs on its cloud's own runtime, with nothing beside it but what the platform provides", () => {
  const deployed = (cloud: string, name: string): UnitToRun => {
    const { unit, folder, entry, functions } = unitOf(cloud, name);
    const alone = join(temporary, "deployed", cloud, name);
    cpSync(folder, alone, { recursive: true });
    if (cloud === "gcp") {
      // Cloud Build installs it beside the function.
      mkdirSync(join(alone, "node_modules", "@google-cloud"), { recursive: true });
      symlinkSync(join(workspace, "node_modules", "@google-cloud", "functions-framework"), join(alone, "node_modules", "@google-cloud", "functions-framework"));
    }
    return { unit, folder: alone, entry, functions, timeoutMs: 10_000 };
  };
  async function running(start: (unit: UnitToRun) => Promise<RunningUnit>, unit: UnitToRun): Promise<RunningUnit> {
    const started = await start(unit);
    onTestFinished(() => started.stop());
    return started;
  }
  const clouds = [
    { cloud: "aws", start: startAws, http: httpApiSide, queue: sqsSide, unitOfHello: "hello" },
    { cloud: "azure", start: startAzure, http: azureHttp, queue: serviceBusSide, unitOfHello: "bundled" },
    { cloud: "gcp", start: startGcp, http: gcpHttp, queue: pushSide, unitOfHello: "bundled" },
  ];

  test.each(clouds)("$cloud answers a request", async ({ cloud, start, http, unitOfHello }) => {
    const unit = await running(start, deployed(cloud, unitOfHello));
    const request: NeutralRequest = { method: "GET", url: "https://shop.example/hello/ada", headers: [["host", "shop.example"]], body: undefined };
    const answer = http.interpret(await unit.invoke("hello", http.fabricate(request)));
    if ("failed" in answer) throw new Error(`${answer.failed}\n${unit.logs()}`);
    expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([200, "hello ada"]);
  });

  test.each(clouds)("$cloud settles messages", async ({ cloud, start, queue }) => {
    const unit = await running(start, deployed(cloud, "remember"));
    const settled = async (id: string, body: string) => {
      const native = queue.fabricate([{ id, attempt: 1, body, enqueuedAt: 1_700_000_000_000 }], "notes");
      return queue.interpret(await unit.invoke("remember", native), native);
    };
    expect([await settled("1", "a note"), await settled("2", "again")]).toEqual([[{ id: "1", then: "done" }], [{ id: "2", then: "again" }]]);
  });
});
