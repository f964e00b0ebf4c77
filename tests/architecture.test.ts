/** Who may import whom, which files stand where, and whose words may be said where. Reads sources as text. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const packages = fileURLToPath(new URL("../packages/", import.meta.url));
const adapters = ["adapter-aws", "adapter-azure", "adapter-gcp", "adapter-local"] as const;
/** Tests, and what only tests import. */
const isTest = (file: string) => /\.test(?:-d)?\.ts$|^cli\/src\/testing\/|\/client\/testing\.ts$/.test(file);
const filesIn = (folder: string): readonly string[] => readdirSync(join(packages, folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(".ts")).map((entry) => relative(packages, join(entry.parentPath, entry.name)));
const sourcesOf = (name: string) => filesIn(join(name, "src")).filter((file) => !isTest(file));
const textOf = (file: string) => readFileSync(join(packages, file), "utf8");
const withoutStrings = (text: string) => text.replace(/`(?:[^`\\]|\\.)*`/g, "``");

/** Specifiers of static and dynamic imports and re-exports; those inside template literals are text that is generated. */
function importsOf(file: string): readonly { readonly specifier: string; readonly typeOnly: boolean }[] {
  const text = withoutStrings(textOf(file));
  const found = [...text.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm)].map(([, type, specifier]) => ({ specifier: specifier!, typeOnly: type !== undefined }));
  return [...found, ...[...text.matchAll(/\bimport\(\s*"([^"]+)"/g)].map(([, specifier]) => ({ specifier: specifier!, typeOnly: false }))];
}
/** Every file that this one reaches through relative imports that exist at run time. */
function reached(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { specifier, typeOnly } of importsOf(file)) if (specifier.startsWith(".") && !typeOnly) reached(join(dirname(file), specifier), seen);
  return seen;
}
const offending = (name: string, wrong: (specifier: string, typeOnly: boolean) => boolean) =>
  sourcesOf(name).flatMap((file) => importsOf(file).filter(({ specifier, typeOnly }) => wrong(specifier, typeOnly)).map(({ specifier }) => `${file} imports ${specifier}`));

describe("imports", () => {
  test("the reader of imports finds them", () => {
    expect(importsOf("core/src/index.ts").map(({ specifier }) => specifier)).toContain("./triggers/http.ts");
    expect([...reached("adapter-aws/src/runtime/index.ts")]).toContain("adapter-aws/src/triggers/http/codec.ts");
  });
  test("core imports nothing but itself, and reads no process", () => {
    expect(offending("core", (specifier) => !specifier.startsWith("."))).toEqual([]);
    expect(sourcesOf("core").filter((file) => /\bprocess\.|\bBuffer\b|\brequire\(/.test(withoutStrings(textOf(file))))).toEqual([]);
  });
  test.each(adapters)("%s imports core and its own provider's packages, and no other adapter", (name) => {
    const own = { "adapter-aws": [], "adapter-azure": ["@azure/functions"], "adapter-gcp": ["@google-cloud/functions-framework"], "adapter-local": [] }[name] as readonly string[];
    expect(offending(name, (specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:") && !specifier.startsWith("@isobar/core") && !own.includes(specifier))).toEqual([]);
  });
  test.each(adapters)("%s: what is bundled never reaches deploy-time or test-time code, and imports a provider's package as types only", (name) => {
    const bundled = sourcesOf(name).filter((file) => file.includes("/runtime/") || file.includes("/client/") || file.includes("/wires/") || file.endsWith("/codec.ts") || file === `${name}/src/index.ts`);
    expect(bundled.length).toBeGreaterThan(4);
    expect(bundled.flatMap((file) => [...reached(file)].filter((other) => /\/deploy\/|\/plan\.ts$|testing/.test(other)).map((other) => `${file} reaches ${other}`))).toEqual([]);
    expect(bundled.flatMap((file) => importsOf(file).filter(({ specifier, typeOnly }) => !typeOnly && /^@(?!isobar\/core)/.test(specifier)).map(({ specifier }) => `${file} imports ${specifier}`))).toEqual([]);
  });
  test.each(["conformance", "simulator"])("%s is handed adapters and imports none", (name) => {
    expect(offending(name, (specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:") && !/^(?:@isobar\/(?:core|simulator)|vitest|fast-check)/.test(specifier))).toEqual([]);
  });
  test("nothing imports the CLI", () => {
    expect(["core", "simulator", "conformance", ...adapters].flatMap((name) => offending(name, (specifier) => specifier.startsWith("@isobar/cli")))).toEqual([]);
  });
  test("no published package imports one that it does not declare", () => {
    for (const name of ["core", "simulator", "conformance", "cli", ...adapters]) {
      const { dependencies = {}, peerDependencies = {} } = JSON.parse(textOf(join(name, "package.json"))) as Record<string, Record<string, string>>;
      const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
      expect(offending(name, (specifier) => !specifier.startsWith(".") && !specifier.startsWith("node:") && !declared.some((each) => specifier === each || specifier.startsWith(`${each}/`)))).toEqual([]);
    }
  });
});

describe("files", () => {
  const kinds = ["bus", "call", "changes", "http", "logs", "queue", "schedule", "storage", "stream", "topic"];
  const shared = ["deploy/entries.ts", "deploy/faults.ts", "deploy/index.ts", "deploy/manifest.ts", "deploy/target.ts", "index.ts", "native.ts", "operate/dead-letters.ts", "operate/index.ts", "runtime/index.ts", "runtime/invocation.ts", "runtime/outbox.ts", "runtime/secret.ts", "testing/enter.ts", "testing/index.ts", "testing/runtime.ts", "testing/wires.ts", ...kinds.flatMap((kind) => [`runtime/${kind}.ts`, ...["codec", "plan", "testing"].map((end) => `triggers/${kind}/${end}.ts`)])];
  /** Folders whose files follow a provider's services: what each is for stands at its head. */
  const byService = /^(?:client|deploy|operate|store|testing)\//;
  /** What one platform has and the others have not in what is bundled, with its reason. */
  const own: Readonly<Record<string, readonly string[]>> = {
    "adapter-aws": [
      "runtime/streaming.ts: streams are written to an object of the runtime's",
      "triggers/http/rest-api.ts: payload format 1.0",
      "triggers/schedule/cron.ts: six fields, and weekdays of its own",
      "triggers/storage/notifications.ts: overlapping filters are refused by the bucket",
      "triggers/http/alb.ts: load balancers have a format of their own, in two modes",
      "triggers/http/testing-v1.ts: the front ends' halves of those two",
      "triggers/stream/kafka.ts: another envelope than Kinesis",
      "wires/answer.ts: how bodies leave, in all HTTP formats",
      "wires/base64.ts: Node passes over what is none",
      "wires/cloudwatch-logs.ts: one envelope, in Kinesis records and alone",
      "wires/dynamodb.ts: attribute values",
      "wires/eventbridge.ts: one event, of bus and schedule",
      "wires/invocation.ts: what is settled as one invocation",
      "wires/kinesis.ts: records of stream and logs",
      "wires/position.ts: answers that name a position",
      "wires/proxy.ts: what REST API and load balancers share",
      "wires/records.ts: lists of records of one source",
      "wires/sqs.ts: messages of six kinds",
    ],
    "adapter-azure": [
      "runtime/requeuing.ts: a wait is a copy, whose address is the unit's",
      "runtime/streaming.ts: streams are returned",
      "triggers/http/cookies.ts: cookies are structures on the worker's wire",
      "wires/event-grid.ts: events of storage and bus, in two schemas",
      "wires/event-hubs.ts: events of stream and logs",
      "wires/handed.ts: what the library hands over, alone or in lists",
      "wires/service-bus.ts: messages of six kinds",
    ],
    "adapter-gcp": [
      "runtime/bodies.ts: the framework would parse bodies first",
      "runtime/relay.ts: document changes cannot be sent to a topic by themselves",
      "runtime/push.ts: every asynchronous kind is a request that is answered with a status",
      "wires/background.ts: events of the first generation",
      "wires/cloudevent.ts: CloudEvents over HTTP",
      "wires/firestore-protobuf.ts: documents as Eventarc sends them",
      "wires/firestore.ts: documents and their values",
      "wires/protobuf.ts: the fields of a message",
      "wires/published.ts: messages that are no wrapped push",
      "wires/pubsub.ts: wrapped pushes of eight kinds",
      "wires/request.ts: requests as they were sent",
    ],
    "adapter-local": ["runtime/settling.ts: every asynchronous kind is one loop", "wires/messages.ts: messages of nine kinds", "wires/values.ts: values that JSON has no word for"],
  };
  test.each(adapters)("%s has the same files as every adapter, and names what it has besides", (name) => {
    const listed = sourcesOf(name).map((file) => relative(`${name}/src`, file));
    expect(shared.filter((file) => !listed.includes(file))).toEqual([]);
    expect(listed.filter((file) => !shared.includes(file) && !byService.test(file)).sort()).toEqual(own[name]!.map((line) => line.split(":")[0]!).sort());
  });
  test.each(adapters)("%s: a file that follows a service says at its head what it is for", (name) => {
    const silent = sourcesOf(name).filter((file) => !file.includes("/testing/") && !shared.includes(relative(`${name}/src`, file)) && byService.test(relative(`${name}/src`, file)) && !/^(?:import[^\n]*\n)*\/\*\*/.test(textOf(file).replace(/^import[^;]*;\n/gm, "")));
    expect(silent).toEqual([]);
  });
  test("every trigger kind of core has its folder in every adapter", () => {
    const files = filesIn("core/src/triggers").filter((file) => !isTest(file) && !/\/(?:index|consumer)\.ts$/.test(file)).map((file) => file.replace(/^.*\/(\w+)\.ts$/, "$1"));
    expect([...files].sort()).toEqual(kinds);
    for (const name of adapters) expect(readdirSync(join(packages, name, "src/triggers")).sort()).toEqual([...kinds].sort());
  });
  test("no source file is longer than 300 lines", () => {
    const long = readdirSync(packages).flatMap((name) => filesIn(join(name, "src"))).filter((file) => !isTest(file) && textOf(file).split("\n").length > 300);
    expect(long).toEqual([]);
  });
});

describe("words", () => {
  const providers = /\b(?:aws|amazon|azure|gcp|google|lambda|sqs|sns|dynamodb|kinesis|pub\/?sub|eventarc|service ?bus|cosmos|cloud run|cloudwatch)\b/i;
  const said = (file: string) => textOf(file).split("\n").flatMap((line, i) => (providers.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []));
  test("core, simulator and conformance say no provider's word", () => {
    expect(["core", "simulator", "conformance"].flatMap((name) => sourcesOf(name).flatMap(said))).toEqual([]);
  });
  test("the CLI says one only where it loads adapters", () => {
    expect(sourcesOf("cli").filter((file) => !file.endsWith("/adapters.ts")).flatMap(said)).toEqual([]);
  });
  test("the check of words can fail", () => {
    expect(said("adapter-aws/src/native.ts").length).toBeGreaterThan(0);
  });
});
