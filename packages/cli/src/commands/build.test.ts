import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { folderOf } from "../testing/folder.ts";
import { shopFiles } from "../testing/shop.ts";

async function run(args: readonly string[], cwd: string, columns = 100): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { cwd, terminal: { columns, colours: false }, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
const shop = (settings: object = {}, more: Readonly<Record<string, string>> = {}) => folderOf({ ...shopFiles(settings), ...more });
const filesIn = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => relative(folder, join(each.parentPath, each.name))).sort();
const bytesIn = (folder: string) => Object.fromEntries(filesIn(folder).map((file) => [file, readFileSync(join(folder, file)).toString("base64")]));
const last = (text: string) => text.split("\n").at(-1);

describe("isobar build", () => {
  test("writes the manifest and every unit, as a folder and a zip, for each cloud of the configuration in the working directory, and says what and how big", async () => {
    const folder = shop();
    const { code, out, err } = await run(["build"], folder);
    expect({ code, err, out: out.split("\n") }).toEqual({ code: 0, err: "", out: [
      "cloud  unit       bundle    zip  functions",
      "moon   hello     1,377 B  363 B  hello",
      "moon   farewell    147 B  337 B  farewell",
      "sun    hello     1,377 B  363 B  hello",
      "sun    farewell    147 B  337 B  farewell",
      "",
      "4 units and 2 manifest files in .isobar/build",
    ] });
    const moon = ["farewell.zip", "farewell/host.json", "farewell/index.mjs", "hello.zip", "hello/host.json", "hello/index.mjs"];
    expect(filesIn(join(folder, ".isobar/build"))).toEqual([".isobar/bundles.json", ".isobar/files.json", ...moon, "moon.json"].map((each) => `moon/${each}`).concat([".isobar/bundles.json", ".isobar/files.json", ...moon, "sun.json"].map((each) => `sun/${each}`)));
    expect(JSON.parse(readFileSync(join(folder, ".isobar/build/moon/moon.json"), "utf8"))).toEqual({ routes: { hello: { type: "route", path: "/", from: "hello.ts:3" }, farewell: { type: "route", path: "/bye", from: "farewell.ts:1" } } });
    const unzipped = unzipSync(readFileSync(join(folder, ".isobar/build/moon/hello.zip")));
    expect(Object.fromEntries(Object.entries(unzipped).map(([name, content]) => [name, Buffer.from(content).equals(readFileSync(join(folder, ".isobar/build/moon/hello", name)))]))).toEqual({ "host.json": true, "index.mjs": true });
  });

  test("--cloud, --out and --minify, from another directory", async () => {
    const folder = shop();
    const { code, out } = await run(["build", join(folder, "isobar.config.ts"), "--cloud", "sun", "--out", "deployable", "--minify"], folder);
    expect([code, last(out)]).toEqual([0, "2 units and 1 manifest file in deployable"]);
    expect([existsSync(join(folder, "deployable/sun/hello/index.mjs")), existsSync(join(folder, "deployable/moon")), existsSync(join(folder, ".isobar"))]).toEqual([true, false, false]);
    expect(readFileSync(join(folder, "deployable/sun/farewell/index.mjs"), "utf8").length).toBeLessThan(147);
  });

  test("several clouds by comma or by repeating the option", async () => {
    const folder = shop();
    expect((await run(["build", "--cloud", "sun,moon"], folder)).out).toContain("4 units");
    expect((await run(["build", "--cloud", "sun", "--cloud=moon"], folder)).out).toContain("4 units");
  });

  test("APP may be a folder, or an app's own module with its clouds", async () => {
    const folder = shop();
    expect(await run(["build", folder, "--cloud", "moon"], "/")).toMatchObject({ code: 0, out: expect.stringContaining("2 units and 1 manifest file in ") });
    expect(await run(["build", "app.ts", "--cloud", "sun"], folder)).toMatchObject({ code: 0, out: expect.stringContaining("2 units and 1 manifest file in ") });
    expect(await run(["build", "app.ts"], folder)).toMatchObject({ code: 1, err: expect.stringMatching(/^isobar: .*app\.ts is an app, which names no cloud: say --cloud NAME, or name its configuration$/) });
    expect(await run(["build", join(folder, "node_modules")], folder)).toEqual({ code: 1, out: "", err: `isobar: there is no isobar.config.ts in ${join(folder, "node_modules")}: name the configuration, as in "isobar build path/to/isobar.config.ts"` });
  });

  test("--json is what was built and nothing else", async () => {
    const folder = shop();
    const { code, out } = await run(["build", "--json", "--cloud", "moon"], folder);
    const at = (...names: readonly string[]) => join(folder, ".isobar/build/moon", ...names);
    expect([code, JSON.parse(out)]).toEqual([0, {
      out: join(folder, ".isobar/build"),
      manifests: [{ cloud: "moon", app: "shop", folder: at(), files: ["moon.json"] }],
      units: ["hello", "farewell"].map((name) => ({ cloud: "moon", unit: name, functions: [name], folder: at(name), entry: "index.mjs", bytes: name === "hello" ? 1_377 : 147, text: `export { ${name} as handler } from "./${name}.ts";\n`, notes: [], zip: at(`${name}.zip`), zipBytes: name === "hello" ? 363 : 337, unchanged: false })),
      notes: [],
    }]);
  });

  test("notes follow the table, each once, as wide as the terminal", async () => {
    const folder = shop({}, { "app.ts": `export const hello = { kind: "http", source: { method: "GET", path: "/" }, options: { access: "public" } }; export default { name: "shop", functions: { hello } };` });
    expect((await run(["build"], folder, 80)).out.split("\n").slice(3)).toEqual(["", "note: hello is defined in app.ts together with the app: its bundle carries all", "      functions and what they import; move it to a module of its own", "", "2 units and 2 manifest files in .isobar/build"]);
  });
});

describe("what is refused", () => {
  test("by the plan is not built: everything at once, and nothing is written", async () => {
    const of = (accept: object) => ({ functions: { hello: { weak: "access", ...accept }, farewell: { weak: "timeout", ...("accept" in accept ? { accept: ["timeout"] } : {}) } } });
    const folder = shop(of({}));
    const refused = (name: string, path: string, asked: string, capability: string, cloud: string) => `  ${asked} · ${name}, http "GET ${path}" by front on ${cloud} · it is far away · nothing (or accept: ["${capability}"] for this function)`;
    expect(await run(["build"], folder)).toEqual({ code: 1, out: "", err: ["isobar: 4 promises that cannot be kept:", ...["moon", "sun"].flatMap((cloud) => [refused("hello", "/", 'access: "public"', "access", cloud), refused("farewell", "/bye", "20s for a request", "timeout", cloud)])].join("\n") });
    expect(existsSync(join(folder, ".isobar"))).toBe(false);
    expect(await run(["build"], shop(of({ accept: ["access"] })))).toMatchObject({ code: 0, err: "" });
  });
  test("by compositions is told of all clouds at once, and nothing is written", async () => {
    const folder = shop({ refuses: true });
    expect(await run(["build"], folder)).toEqual({ code: 1, out: "", err: "isobar: moon is full · the app · it holds two · take one away\nsun is full · the app · it holds two · take one away" });
    expect(await run(["build", "--cloud", "sun"], folder)).toMatchObject({ code: 1, err: "isobar: sun is full · the app · it holds two · take one away" });
    expect(existsSync(join(folder, ".isobar"))).toBe(false);
  });
  test("by the bundler is told of all units at once, each once, and nothing is written", async () => {
    const folder = shop({}, { "hello.ts": `export const hello = { kind: "http", source: { method: "GET", path: "/" }, options: { access: "public" } }; export const late = () => import("nowhere");`, "farewell.ts": `export const farewell = { kind: "http", source: { method: "GET", path: "/bye" }, options: { access: "public" } }; export const late = () => import("nobody");` });
    expect(await run(["build"], folder)).toEqual({ code: 1, out: "", err: "isobar: hello.ts:1: Could not resolve 'nowhere' in hello.ts\nfarewell.ts:1: Could not resolve 'nobody' in farewell.ts".replaceAll(/ in \w+\.ts/g, "") });
    expect(existsSync(join(folder, ".isobar"))).toBe(false);
  });
  test.each<[string, string]>([["../moon.json", '"..": cannot'], ["/etc/moon.json", '"": cannot'], ["hello", "two files are called hello"], ["hello.zip", "two files are called hello.zip"], [".isobar/files.json", '".isobar" cannot']])("a manifest's file %s, and nothing is written", async (file, message) => {
    const folder = shop({ file });
    const { code, err } = await run(["build", "--cloud", "moon", "--out", "deep/out"], folder);
    expect([code, err]).toEqual([1, expect.stringContaining(message.replace('":', '"'))]);
    expect(existsSync(join(folder, "deep"))).toBe(false);
  });
  test("two targets of one cloud, whose manifests are one file", async () => {
    const folder = shop({}, { "isobar.config.ts": `import app from "./app.js"; const { hello, farewell } = app.functions; export default [{ hello }, { farewell }].map((functions, i) => ({ cloud: "moon", app: { name: "shop" + i, functions }, settings: {} }));` });
    expect(await run(["build"], folder)).toMatchObject({ code: 1, err: expect.stringMatching(/moon: two files are called moon\.json: give units other names, and put targets of one cloud in configurations of their own$/) });
  });
  test("units that are one folder where names are the same in capitals", async () => {
    const folder = shop({}, { "app.ts": `import { hello } from "./hello.js"; import { farewell } from "./farewell.js"; export default { name: "shop", functions: { hello, Hello: farewell } };` });
    expect(await run(["build", "--cloud", "moon"], folder)).toMatchObject({ code: 1, err: 'isobar: the units "hello" and "Hello" on moon are one folder where names are the same in capitals: rename one' });
  });
  test("a file of the user's where one of ours would lie", async () => {
    const folder = shop({}, { ".isobar/build/moon/moon.json": "mine" });
    expect(await run(["build"], folder)).toEqual({ code: 1, out: "", err: `isobar: ${join(folder, ".isobar/build/moon/moon.json")}: no build wrote that, and this one would write over it: move it away, or say --out with another folder` });
    expect(filesIn(join(folder, ".isobar/build"))).toEqual(["moon/moon.json"]);
  });
});

describe("a second build", () => {
  const old = new Date("2001-01-01");
  /** Which bundles were written since. */
  const written = (folder: string) => filesIn(join(folder, ".isobar/build")).filter((file) => file.endsWith(".mjs") || file.endsWith(".zip")).filter((file) => statSync(join(folder, ".isobar/build", file)).mtime.getTime() !== old.getTime());
  async function built(change: (folder: string) => void, args: readonly string[] = []): Promise<{ readonly folder: string; readonly out: string; readonly written: readonly string[] }> {
    const folder = shop();
    await run(["build"], folder);
    for (const file of filesIn(join(folder, ".isobar/build"))) utimesSync(join(folder, ".isobar/build", file), old, old);
    change(folder);
    const { out } = await run(["build", ...args], folder);
    return { folder, out, written: written(folder) };
  }
  const both = (unit: string) => [`moon/${unit}.zip`, `moon/${unit}/index.mjs`, `sun/${unit}.zip`, `sun/${unit}/index.mjs`];

  test("of the same is the same to the byte, and makes no bundle anew", async () => {
    const folder = shop();
    const first = await run(["build"], folder);
    const before = bytesIn(join(folder, ".isobar/build"));
    const second = await run(["build"], folder);
    expect(bytesIn(join(folder, ".isobar/build"))).toEqual(before);
    expect(second.out).toBe(`${first.out}; no bundle had to be made anew`);
    expect((await built(() => {})).written).toEqual([]);
  });
  test("of the same somewhere else is the same to the byte", async () => {
    const [one, other] = [shop(), shop()];
    await run(["build"], one);
    await run(["build", other, "--out", join(other, "elsewhere")], "/");
    expect(bytesIn(join(other, "elsewhere"))).toEqual(bytesIn(join(one, ".isobar/build")));
  });
  test("makes anew what a changed module is part of, and nothing else", async () => {
    const { out, written: files } = await built((folder) => writeFileSync(join(folder, "greeting.ts"), `export const greeting = "good day";\n`));
    expect([files, last(out)]).toEqual([both("hello"), "4 units and 2 manifest files in .isobar/build; 2 bundles had to be made anew"]);
  });
  test("follows an import to another module", async () => {
    const { folder, written: files } = await built((each) => writeFileSync(join(each, "greeting.js"), `export const greeting = "from JavaScript";\n`));
    expect([files, readFileSync(join(folder, ".isobar/build/moon/hello/index.mjs"), "utf8").includes("from JavaScript")]).toEqual([both("hello"), true]);
  });
  test("follows an import from one module of the bundle to another one of it", async () => {
    const folder = shop({}, { "hello.ts": `import { word as x } from "./x.js"; import { word as y } from "./y.js"; import { word } from "./current.js"; export const hello = { kind: "http", source: { method: "GET", path: "/" }, options: { access: "public" }, all: [x, y, word] };`, "x.ts": `export const word = "x";`, "y.ts": `export const word = "y";` });
    symlinkSync("x.ts", join(folder, "current.ts"));
    await run(["build"], folder);
    expect(last((await run(["build"], folder)).out)).toContain("no bundle");
    rmSync(join(folder, "current.ts"));
    symlinkSync("y.ts", join(folder, "current.ts"));
    expect(last((await run(["build"], folder)).out)).toBe("4 units and 2 manifest files in .isobar/build");
    expect(readFileSync(join(folder, ".isobar/build/moon/hello/index.mjs"), "utf8")).toMatch(/all: \[\s*(\S+),\s*(\S+),\s*\2\s*\]/);
  });
  test.each<[string, (folder: string) => void, readonly string[]]>([
    ["another option", () => {}, ["--minify"]],
    ["another package.json, which may say what is imported", (folder) => writeFileSync(join(folder, "package.json"), `{ "type": "module", "sideEffects": false }`), []],
    ["another tsconfig", (folder) => writeFileSync(join(folder, "tsconfig.json"), `{ "compilerOptions": { "target": "es2022" } }`), []],
  ])("makes all anew for %s", async (_, change, args) => {
    const folder = shop();
    await run(["build"], folder);
    change(folder);
    expect(last((await run(["build", ...args], folder)).out)).toBe("4 units and 2 manifest files in .isobar/build");
  });
  test("makes all anew for another tsconfig that the app's extends", async () => {
    const folder = shop({}, { "tsconfig.json": `{ /* ours */ "extends": ["./base"] }`, "base.json": `{ "extends": "@shared/config/strict.json" }`, "node_modules/@shared/config/strict.json": "{}" });
    await run(["build"], folder);
    expect(last((await run(["build"], folder)).out)).toContain("no bundle");
    writeFileSync(join(folder, "node_modules/@shared/config/strict.json"), `{ "compilerOptions": {} }`);
    expect(last((await run(["build"], folder)).out)).toBe("4 units and 2 manifest files in .isobar/build");
  });
  test("notices a bundle or a zip that is not what was written, and says so", async () => {
    const { folder, out, written: files } = await built((each) => {
      writeFileSync(join(each, ".isobar/build/moon/hello/index.mjs"), "// broken");
      writeFileSync(join(each, ".isobar/build/sun/farewell.zip"), "PK");
    });
    expect(files).toEqual(["moon/hello/index.mjs", "sun/farewell.zip"]);
    expect(out.split("\n").slice(-4)).toEqual(["note: moon/hello/index.mjs was changed since it was built: it is written anew", "note: sun/farewell.zip was changed since it was built: it is written anew", "", "4 units and 2 manifest files in .isobar/build; 1 bundle had to be made anew"]);
    expect(Object.keys(unzipSync(readFileSync(join(folder, ".isobar/build/sun/farewell.zip"))))).toEqual(["host.json", "index.mjs"]);
  });
  test.each([`{ "sha256": "`, `{}`])("notices that what was kept of former builds is damaged: %s", async (text) => {
    const { out, written: files } = await built((folder) => writeFileSync(join(folder, ".isobar/build/moon/.isobar/bundles.json"), text));
    // The same bytes are left as they are.
    expect([files, out.split("\n").slice(-3)]).toEqual([[], ["note: what was kept of former builds for moon is damaged: everything is built anew", "", "4 units and 2 manifest files in .isobar/build; 2 bundles had to be made anew"]]);
  });
  test("takes away what a function left that is gone, and leaves what somebody else put there", async () => {
    const { folder } = await built((each) => {
      writeFileSync(join(each, "app.ts"), `import { hello } from "./hello.js"; export default { name: "shop", functions: { hello } };`);
      writeFileSync(join(each, ".isobar/build/moon/farewell/notes.txt"), "mine");
    });
    expect(filesIn(join(folder, ".isobar/build")).filter((file) => file.includes("farewell"))).toEqual(["moon/farewell/notes.txt"]);
  });
  test("of one cloud leaves the others as they are", async () => {
    const { folder } = await built(() => {}, ["--cloud", "moon"]);
    expect(existsSync(join(folder, ".isobar/build/sun/sun.json"))).toBe(true);
  });
  test("begins again after one that was refused", async () => {
    const folder = shop();
    writeFileSync(join(folder, "greeting.ts"), "export const greeting = ;");
    expect((await run(["build"], folder)).code).toBe(1);
    writeFileSync(join(folder, "greeting.ts"), `export const greeting = "hi";`);
    expect((await run(["build"], folder)).code).toBe(0);
    writeFileSync(join(folder, "greeting.ts"), `import "nowhere"; export const greeting = "hi";`);
    expect((await run(["build"], folder)).code).toBe(1);
    writeFileSync(join(folder, "greeting.ts"), `export const greeting = "hi";`);
    expect(last((await run(["build"], folder)).out)).toContain("no bundle had to be made anew");
    expect(readdirSync(join(folder, ".isobar/build"))).toEqual(["moon", "sun"]);
  });
});

describe("packages that a platform installs", () => {
  const lock = JSON.stringify({ lockfileVersion: 3, packages: { "": {}, "node_modules/kit": { version: "1.2.3", integrity: "sha512-k", dependencies: { part: "^1.0.0" } }, "node_modules/part": { version: "1.0.1" }, "node_modules/other": { version: "9.9.9" } } });
  test("are listed beside the bundle and in its zip, at the versions of the app's own lock file", async () => {
    const folder = shop({ installed: ["kit"] }, { "package-lock.json": lock });
    expect((await run(["build", "--cloud", "moon"], folder)).code).toBe(0);
    const text = (name: string) => readFileSync(join(folder, ".isobar/build/moon/hello", name), "utf8");
    expect(text("package.json")).toBe('{\n  "name": "hello",\n  "private": true,\n  "main": "index.mjs",\n  "dependencies": {\n    "kit": "1.2.3"\n  }\n}\n');
    expect(JSON.parse(text("package-lock.json"))).toEqual({ name: "hello", lockfileVersion: 3, requires: true, packages: { "": { name: "hello", dependencies: { kit: "1.2.3" } }, "node_modules/kit": { version: "1.2.3", integrity: "sha512-k", dependencies: { part: "^1.0.0" } }, "node_modules/part": { version: "1.0.1" } } });
    expect(Object.keys(unzipSync(readFileSync(join(folder, ".isobar/build/moon/hello.zip"))))).toEqual(["host.json", "index.mjs", "package-lock.json", "package.json"]);
  });
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["no lock file", {}, 'isobar: unit "hello" is deployed with kit at the versions of the app\'s package-lock.json, and there is none: run "npm install kit"'],
    ["a lock file without them", { "package-lock.json": '{ "lockfileVersion": 3, "packages": {} }' }, 'isobar: kit is not in the app\'s package-lock.json: run "npm install kit"'],
    ["a lock file that is none", { "package-lock.json": "<<<<<<< HEAD" }, 'package-lock.json is not JSON: run "npm install"'],
  ])("with %s: one line that says what to run, and nothing is written", async (_, files, message) => {
    const folder = shop({ installed: ["kit"] }, files);
    expect(await run(["build", "--cloud", "moon"], folder)).toEqual({ code: 1, out: "", err: expect.stringContaining(message) });
    expect(existsSync(join(folder, ".isobar"))).toBe(false);
  });
});

describe("isobar build --explain", () => {
  test("says what was made for which line, what that may do, how it is deployed, and what whoever does must be allowed to do", async () => {
    const { code, out } = await run(["build", "--cloud", "moon", "--explain"], shop(), 80);
    expect([code, out.split("\n")]).toEqual([0, [
      "shop on moon: moon.json in .isobar/build/moon",
      "────────────",
      "the whole app",
      "  front             a front",
      "",
      "hello (hello.ts:3)",
      "  helloRoute        a route",
      "  helloIdentity     an identity",
      "    may read on the front of hello",
      "",
      "farewell (farewell.ts:1)",
      "  farewellRoute     a route",
      "  farewellIdentity  an identity",
      "    may read on the front of farewell",
      "",
      "To deploy it, in order:",
      "    cd .isobar/build/moon",
      "  1. Upload every unit",
      "    moon upload *.zip",
      "  2. Deploy the manifest",
      "    moon deploy \\",
      "      moon.json",
      "",
      "Whoever deploys it must be allowed to:",
      "  upload anything",
      "  deploy a front",
      "",
      "2 units and 1 manifest file in .isobar/build",
    ]]);
  });
  test("in a narrow terminal has types on lines of their own, and breaks what a person reads but no command", async () => {
    const lines = (await run(["build", "--cloud", "moon", "--explain"], shop(), 30)).out.split("\n");
    expect(lines.slice(0, 12)).toEqual(["shop on moon: moon.json in", "  .isobar/build/moon", "────────────", "the whole app", "  front", "    a front", "", "hello (hello.ts:3)", "  helloRoute", "    a route", "  helloIdentity", "    an identity"]);
    expect(lines.slice(12, 14)).toEqual(["    may read on the front of", "      hello"]);
    expect(lines).toContain("    moon upload *.zip");
  });
  test("as JSON has all of it", async () => {
    const { manifests: [moon] } = JSON.parse((await run(["build", "--cloud", "moon", "--explain", "--json"], shop())).out) as { readonly manifests: readonly { readonly explained: readonly unknown[]; readonly steps: readonly unknown[]; readonly deployer: readonly unknown[] }[] };
    expect([moon!.explained[1], moon!.steps[0], moon!.deployer]).toEqual([{ name: "helloRoute", type: "a route", functions: ["hello"], lines: ["hello.ts:3"], allows: [] }, { what: "Upload every unit", command: "moon upload *.zip" }, ["upload anything", "deploy a front"]]);
  });
});
