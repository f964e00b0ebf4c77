import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf } from "./testing/folder.ts";
import { main } from "./main.ts";

async function run(args: readonly string[], cwd = "/"): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { cwd, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const adapter = (cloud: string) => ({
  [`node_modules/isobar-adapter-${cloud}/package.json`]: `{ "type": "module", "exports": { "./deploy": "./deploy.js" } }`,
  [`node_modules/isobar-adapter-${cloud}/deploy.js`]: `export const adapter = {
    cloud: "${cloud}",
    faults: () => [],
    triggers: { http: { variant: () => "front", assess: ({ settings: { weak } }) => Object.fromEntries(["access", "streaming", "timeout", "isolation"].map((each) => [each, each === weak ? { verdict: "approximated", why: "it is far away", nearest: "nothing", by: [] } : { verdict: "exact", by: [] }])), render: () => ({ maker: "http", resources: {}, grants: [] }) } },
    units: ({ app }) => Object.keys(app.functions).map((name) => ({ name, kind: "http", functions: [name] })),
    entry: (target, { functions: [name] }, locate) => ({ file: "index.mjs", format: "esm", external: [], text: \`export { \${locate(name).export} as handler } from "\${locate(name).module}";\\n\` }),
  };`,
});
const shop = () =>
  folderOf({
    ...adapter("moon"),
    ...adapter("sun"),
    "isobar.config.ts": `import app from "./app.js"; export default [{ cloud: "moon", app, settings: {} }, { cloud: "sun", app, settings: {} }];`,
    "app.ts": `import { hello } from "./hello.js"; import { farewell } from "./farewell.js"; export default { name: "shop", functions: { hello, farewell } };`,
    "hello.ts": `export const hello = { kind: "http", source: { method: "GET", path: "/" }, options: {}, text: "${"hello ".repeat(200)}" };`,
    "farewell.ts": `export const farewell = { kind: "http", source: { method: "GET", path: "/bye" }, options: {} };`,
  });

describe("isobar build", () => {
  test("bundles every unit of the configuration in the working directory, and says what and how big", async () => {
    const folder = shop();
    const { code, out, err } = await run(["build"], folder);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")).toEqual([
      "cloud  unit         size  functions",
      "moon   hello     1,331 B  hello",
      "moon   farewell    129 B  farewell",
      "sun    hello     1,331 B  hello",
      "sun    farewell    129 B  farewell",
      "",
      "4 units in .isobar/build",
    ]);
    expect(readFileSync(join(folder, ".isobar/build/moon/farewell/index.mjs"), "utf8")).toHaveLength(129);
  });

  test("--cloud, --out and --minify, from another directory", async () => {
    const folder = shop();
    const { code, out } = await run(["build", join(folder, "isobar.config.ts"), "--cloud", "sun", "--out", "deployable", "--minify"], folder);
    expect([code, out.split("\n").at(-1)]).toEqual([0, "2 units in deployable"]);
    expect([existsSync(join(folder, "deployable/sun/hello/index.mjs")), existsSync(join(folder, "deployable/moon")), existsSync(join(folder, ".isobar"))]).toEqual([true, false, false]);
    expect(readFileSync(join(folder, "deployable/sun/farewell/index.mjs"), "utf8").length).toBeLessThan(129);
  });

  test("several clouds by comma or by repeating the option", async () => {
    const folder = shop();
    expect((await run(["build", "--cloud", "sun,moon"], folder)).out).toContain("4 units");
    expect((await run(["build", "--cloud", "sun", "--cloud=moon"], folder)).out).toContain("4 units");
  });

  test("--json is what was built and nothing else", async () => {
    const folder = shop();
    const { code, out } = await run(["build", "--json", "--cloud", "moon"], folder);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      out: join(folder, ".isobar/build"),
      units: ["hello", "farewell"].map((name) => ({
        cloud: "moon", unit: name, functions: [name], folder: join(folder, ".isobar/build/moon", name), entry: "index.mjs", bytes: name === "hello" ? 1_331 : 129, text: `export { ${name} as handler } from "./${name}.ts";\n`, notes: [],
      })),
    });
  });

  test("a folder means the configuration in it", async () => {
    const folder = shop();
    expect(await run(["build", folder, "--cloud", "moon"])).toMatchObject({ code: 0, out: expect.stringContaining("2 units in ") });
    expect(await run(["build", join(folder, "node_modules")])).toEqual({ code: 1, out: "", err: `isobar: there is no isobar.config.ts in ${join(folder, "node_modules")}: name the configuration, as in "isobar build path/to/isobar.config.ts"` });
  });

  test("what the plan refuses is not built: everything at once, and nothing is written", async () => {
    const config = (accept: string) => `import app from "./app.js"; export default ["moon", "sun"].map((cloud) => ({ cloud, app, settings: { functions: { hello: { weak: "access"${accept} }, farewell: { weak: "timeout"${accept === "" ? "" : ', accept: ["timeout"]'} } } } }));`;
    const folder = folderOf({ ...adapter("moon"), ...adapter("sun"), "isobar.config.ts": config(""), "accepted.ts": config(', accept: ["access"]'), "app.ts": `import { hello } from "./hello.js"; import { farewell } from "./farewell.js"; export default { name: "shop", functions: { hello, farewell } };`, "hello.ts": `export const hello = { kind: "http", source: { method: "GET", path: "/" }, options: { access: "public" } };`, "farewell.ts": `export const farewell = { kind: "http", source: { method: "GET", path: "/bye" }, options: {} };` });
    const refused = (name: string, path: string, asked: string, capability: string, cloud: string) => `  ${asked} · ${name}, http "GET ${path}" by front on ${cloud} · it is far away · nothing (or accept: ["${capability}"] for this function)`;
    expect(await run(["build"], folder)).toEqual({
      code: 1, out: "",
      err: ["isobar: 4 promises that cannot be kept:", ...["moon", "sun"].flatMap((cloud) => [refused("hello", "/", 'access: "public"', "access", cloud), refused("farewell", "/bye", "20s for a request", "timeout", cloud)])].join("\n"),
    });
    expect(existsSync(join(folder, ".isobar"))).toBe(false);
    expect(await run(["build", "accepted.ts"], folder)).toMatchObject({ code: 0, err: "" });
  });

  test("notes follow the table, each once", async () => {
    const folder = folderOf({ ...adapter("moon"), "isobar.config.ts": `import app from "./app.js"; export default [{ cloud: "moon", app, settings: {} }];`, "app.ts": `export const hello = { kind: "http", source: { method: "GET", path: "/" }, options: {} }; export default { name: "shop", functions: { hello } };` });
    const { out } = await run(["build"], folder);
    expect(out.split("\n").slice(2)).toEqual(["", "note: hello is defined in app.ts together with the app: its bundle carries all functions and what they import; move it to a module of its own", "", "1 unit in .isobar/build"]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ["no configuration", ["build", "--out", "x"], /^isobar: there is no isobar\.config\.ts in .*: name the configuration, as in "isobar build path\/to\/isobar\.config\.ts"$/],
    ["one that is not there", ["build", "nowhere.ts"], /^isobar: there is no .*nowhere\.ts$/],
    ["one that throws", ["build", "throwing.ts"], /^isobar: throwing\.ts:1 cannot be loaded: RangeError: too far$/],
    ["a cloud that it does not have", ["build", "other.ts", "--cloud", "mars,moon"], /^isobar: the configuration has no target for mars; it has moon$/],
    ["a cloud without an adapter", ["build", "other.ts"], /^isobar: no adapter for the cloud "moon" .*install @isobar\/adapter-moon or isobar-adapter-moon$/],
  ])("%s: one line without a stack, exit code 1", async (_, args, message) => {
    const folder = folderOf({ "throwing.ts": `throw new RangeError("too far");`, "other.ts": `export default [{ cloud: "moon", app: { name: "shop", functions: {} }, settings: {} }];` });
    expect(await run(args, folder)).toEqual({ code: 1, out: "", err: expect.stringMatching(message) });
  });

  test("what is nobody's mistake but ours keeps its stack", async () => {
    const folder = folderOf({ "node_modules/isobar-adapter-moon/package.json": `{ "type": "module", "exports": { "./deploy": "./deploy.js" } }`, "node_modules/isobar-adapter-moon/deploy.js": `export const adapter = { cloud: "moon", triggers: {}, faults() {}, units() { throw new TypeError("a slip"); }, entry() {} };`, "c.ts": `export default [{ cloud: "moon", app: { name: "shop", functions: {} }, settings: {} }];` });
    expect(await run(["build", "c.ts"], folder)).toEqual({ code: 1, out: "", err: expect.stringMatching(/^isobar: this should not have happened\nTypeError: a slip\n +at .*deploy\.js/) });
  });
});

describe("the command line", () => {
  const version = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }).version;

  test("--help and --version answer on standard output", async () => {
    const help = await run(["--help"]);
    expect([help.code, help.err, help.out.split("\n").slice(4, 9)]).toEqual([
      0, "",
      [
        "  plan          Say which promises of an app every cloud keeps, and how, before anything is deployed",
        "  build         Bundle every unit of an app, one file for each",
        "  simulate      Show what becomes of a message that fails, by every cloud's rules, on a virtual clock",
        "  decode        Tell what captured payloads mean, one line of JSON for each file",
        "  dead-letters  Look at what was rejected or used up, and send it again",
      ],
    ]);
    expect((await run(["-h"])).out).toBe(help.out);
    expect(await run(["--version"])).toEqual({ code: 0, out: version, err: "" });
    const build = await run(["build", "--help"]);
    expect([build.code, build.out.includes("usage: isobar build [CONFIG] [--cloud NAME,…] [--out DIR] [--outbox MODULE] [--minify] [--json]")]).toEqual([0, true]);
  });

  const usage = "usage: isobar build [CONFIG] [--cloud NAME,…] [--out DIR] [--outbox MODULE] [--minify] [--json]";
  test.each<[string, readonly string[], string]>([
    ["no command", [], "isobar: no command\nisobar --help lists what it can do"],
    ["an unknown command", ["bild"], "isobar: unknown command bild\nisobar --help lists what it can do"],
    ["an unknown option", ["--nope"], "isobar: unknown option --nope\nisobar --help lists what it can do"],
    ["a name that every object has", ["constructor"], "isobar: unknown command constructor\nisobar --help lists what it can do"],
    ["one argument too many", ["build", "a.ts", "b.ts"], `isobar: build takes no "b.ts"\n${usage}`],
    ["an unknown option of a command", ["build", "--nope"], `isobar: unknown option --nope\n${usage}`],
    ["an option without its value", ["build", "--out"], `isobar: --out needs a value\n${usage}`],
    ["a value where none belongs", ["build", "--minify=yes"], `isobar: --minify takes no value\n${usage}`],
  ])("%s is told on standard error with exit code 2", async (_, args, message) => {
    expect(await run(args)).toEqual({ code: 2, out: "", err: message });
  });
});
