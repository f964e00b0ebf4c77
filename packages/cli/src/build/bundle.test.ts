import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf } from "../testing/folder.ts";
import { bundle, type Bundle } from "./bundle.ts";

const formats = { esm: "index.mjs", cjs: "index.cjs" } as const;
type Format = keyof typeof formats;

async function bundled(files: Readonly<Record<string, string>>, text: string, format: Format, options: { minify?: boolean; sourcemap?: boolean; external?: readonly string[] } = {}): Promise<Bundle & { readonly root: string }> {
  const root = folderOf(files);
  const { external = [], ...rest } = options;
  return { root, ...(await bundle({ file: formats[format], format, text, external }, { root, file: join(root, "out", formats[format]), ...rest })) };
}
/** Runs a bundle in a Node of its own, below no node_modules; out: what it printed, as JSON. */
function printed(code: string, format: Format): unknown {
  const folder = folderOf({ "package.json": "{}" });
  writeFileSync(join(folder, formats[format]), code);
  return JSON.parse(execFileSync(process.execPath, [formats[format]], { cwd: folder, encoding: "utf8" }));
}
const pack = (name: string, text: string, type = "commonjs") => ({ [`node_modules/${name}/package.json`]: `{ "name": "${name}", "type": "${type}", "exports": "./index.js" }`, [`node_modules/${name}/index.js`]: text });
const refused = (message: string | RegExp) => expect.objectContaining({ name: "IsobarError", code: "invalid-definition", message: typeof message === "string" ? message : expect.stringMatching(message) });
const both = ["esm", "cjs"] as const;

describe.each(both)("what works in source works in a bundle: %s", (format) => {
  test("a CommonJS package that requires Node's modules, another package, and something optional that is not there", async () => {
    const { code, notes } = await bundled(
      { ...pack("outer", `const { sep } = require("path"); const inner = require("inner"); let optional = "none"; try { optional = require("optional"); } catch {} module.exports = { all: [sep, inner.word, optional], here: typeof __dirname + typeof __filename };`), ...pack("inner", `exports.word = require("node:util").format("%s", "inner");`) },
      `import outer from "outer"; console.log(JSON.stringify(outer));`,
      format,
    );
    expect(printed(code, format)).toEqual({ all: ["/", "inner", "none"], here: "stringstring" });
    expect(notes).toEqual([]);
  });

  test("import.meta tells where the bundle lies, as does __dirname", async () => {
    const { code } = await bundled(
      { "a.ts": `import { basename, dirname } from "node:path"; import { fileURLToPath } from "node:url"; const { url, dirname: dir, filename } = import.meta; export const all = [basename(fileURLToPath(import.meta.url)), import.meta.dirname === dirname(import.meta.filename), __dirname === import.meta.dirname]; void [url, dir, filename];` },
      `import { all } from "./a.js"; console.log(JSON.stringify(all));`,
      "esm",
    );
    expect(printed(code, "esm")).toEqual(["index.mjs", true, true]);
    const plain = await bundled({ "a.ts": `import { basename } from "node:path"; export const all = [basename(import.meta.url), basename(import.meta.filename), import.meta.dirname === __dirname];` }, `import { all } from "./a.js"; console.log(JSON.stringify(all));`, format);
    expect(printed(plain.code, format)).toEqual([formats[format], formats[format], true]);
  });

  test("code is strict: what throws on one cloud throws on all", async () => {
    const { code } = await bundled({ "a.ts": `const frozen = Object.freeze({ a: 1 }) as { a: number }; export const tried = () => { try { frozen.a = 2; return "silent"; } catch (error) { return (error as Error).name; } };` }, `import { tried } from "./a.js"; console.log(JSON.stringify(tried()));`, format);
    expect(printed(code, format)).toBe("TypeError");
  });

  test("a module imported when a handler runs is part of the one file", async () => {
    const { code } = await bundled({ "later.ts": `export const word: string = "later";` }, `import("./later.js").then(({ word }) => console.log(JSON.stringify(word)));`, format);
    expect(printed(code, format)).toBe("later");
  });

  test("external packages are left to the platform, and no other of a similar name", async () => {
    const { code } = await bundled({ ...pack("platform-more", `module.exports = "bundled";`) }, `import a from "platform"; import b from "platform/sub"; import c from "platform-more"; console.log(a, b, c);`, format, { external: ["platform"] });
    expect([...code.matchAll(/(?:from |require\()"([^"]+)"/g)].map(([, id]) => id)).toEqual(["platform", "platform/sub"]);
    expect(code).toContain("bundled");
  });

  test("exports that nobody uses are left out, with what only they import", async () => {
    const { code } = await bundled({ ...pack("big", `export const big = "a big package";`, "module"), "a.ts": `import { big } from "big"; export const used = "used"; export const unused = () => big;` }, `import { used } from "./a.js"; console.log(used);`, format);
    expect(code).not.toContain("a big package");
  });

  test("minified is smaller and does the same", async () => {
    const files = { "a.ts": `/** Adds. */\nexport function addition(first: number, second: number): number { return first + second; }` };
    const text = `import { addition } from "./a.js"; console.log(JSON.stringify(addition(1, 2)));`;
    const [plain, small] = [await bundled(files, text, format), await bundled(files, text, format, { minify: true })];
    expect([printed(plain.code, format), printed(small.code, format)]).toEqual([3, 3]);
    expect(small.code.length).toBeLessThan(plain.code.length);
  });

  test("licences stay, other comments go", async () => {
    const { code } = await bundled({ ...pack("licensed", `/*! MIT, by Ada */\nexport const word = /* a thought */ "word";`, "module") }, `import { word } from "licensed"; console.log(word);`, format, { minify: true });
    expect([code.includes("MIT, by Ada"), code.includes("a thought")]).toEqual([true, false]);
  });

  test("a source map is made when asked for, with paths from the bundle, and no bundle names its folder", async () => {
    const files = { "functions/a.ts": `export const word: string = "word";` };
    const text = `import { word } from "./functions/a.js"; console.log(word);`;
    const without = await bundled(files, text, format);
    expect([without.map, without.code.includes("sourceMappingURL"), without.code.includes(without.root)]).toEqual([undefined, false, false]);
    const { map, code, root } = await bundled(files, text, format, { sourcemap: true });
    expect((JSON.parse(map!) as { sources: string[] }).sources).toContain("../functions/a.ts");
    expect([code.endsWith(`//# sourceMappingURL=${formats[format]}.map\n`) || code.endsWith(`//# sourceMappingURL=${formats[format]}.map`), map!.includes(root)]).toEqual([true, false]);
  });
});

describe("an ESM bundle has createRequire where a package needs it and pays nothing otherwise", () => {
  test("only with a CommonJS package that requires", async () => {
    const [esm, plain, requiring] = await Promise.all([
      bundled(pack("p", `export const word = "word";`, "module"), `import { word } from "p"; console.log(word);`, "esm"),
      bundled(pack("p", `exports.word = "word";`), `import { word } from "p"; console.log(word);`, "esm"),
      bundled(pack("p", `exports.word = require("os").EOL;`), `import { word } from "p"; console.log(word);`, "esm"),
    ]);
    expect([esm, plain, requiring].map(({ code }) => code.includes("createRequire"))).toEqual([false, false, true]);
  });
});

describe("what cannot be bundled is refused, with its file", () => {
  test("top-level await in CommonJS; ESM takes it", async () => {
    const files = { "functions/a.ts": `\nexport const word = await Promise.resolve("word");` };
    const text = `import { word } from "./functions/a.js"; console.log(JSON.stringify(word));`;
    expect(printed((await bundled(files, text, "esm")).code, "esm")).toBe("word");
    await expect(bundled(files, text, "cjs")).rejects.toEqual(refused("functions/a.ts:2 awaits at its top level: this unit is bundled as CommonJS, which cannot; await inside the handler, or keep the promise and await that"));
  });

  test("what import.meta does not have in CommonJS", async () => {
    await expect(bundled({ "a.ts": `export const main = import.meta.resolve("x");` }, `import { main } from "./a.js"; console.log(main);`, "cjs")).rejects.toEqual(refused("a.ts:1: of import.meta, a unit that is bundled as CommonJS has url, dirname and filename only"));
  });

  test.each<[string, string, RegExp]>([
    ["a package that is not installed", `import "not-installed";`, /^functions\/a\.ts:1: Could not resolve 'not-installed'$/],
    ["the same, imported when the handler runs", `export const late = () => import("not-installed");`, /^functions\/a\.ts:1: Could not resolve 'not-installed'/],
    ["a module that is not there", `import "./nothing.js";`, /Could not resolve '\.\/nothing\.js' in functions\/a\.ts/],
    ["an export of a namespace that is not there", `import * as b from "../b.js"; export const late = () => (b as never as { nothing: () => void }).nothing();`, /^functions\/a\.ts:1: .*nothing/],
    ["a native addon", `import addon from "../addon.node"; export const late = () => addon;`, /^addon\.node is compiled for one machine and cannot be part of a bundle$/],
    ["one of Isobar's packages that is not installed", `import { ack } from "@isobar/core"; export const late = ack;`, /^@isobar\/core is not to be found from .*: install @isobar\/core$/],
    ["a syntax error", `export const = 1;`, /functions\/a\.ts:1:14/],
  ])("%s", async (_, text, message) => {
    const making = bundled({ "functions/a.ts": text, "b.ts": `export const there = 1;`, "addon.node": "ELF" }, `import * as a from "./functions/a.js"; console.log(a);`, "esm");
    await expect(making).rejects.toEqual(refused(message));
    await expect(making).rejects.not.toThrow(/\u001b/);
  });

  test("an optional require of a package is not our business, and is told", async () => {
    const { notes } = await bundled(pack("lazy", `exports.native = () => require("not-there");`), `import { native } from "lazy"; console.log(typeof native);`, "cjs");
    expect(notes).toEqual(["node_modules/lazy/index.js:1: Could not resolve 'not-there'"]);
  });
});

test("a file beside a module is no part of its bundle, and is told", async () => {
  const { notes } = await bundled(
    { ...pack("p", `export const page = new URL("./page.html", import.meta.url);`, "module"), "functions/a.ts": `export const word = "";\nexport const page = () => new URL(\n  "../pages/a.html", import.meta.url);\nexport const other = () => new URL("https://example.com/a", import.meta.url);` },
    `import { word, page, other } from "./functions/a.js"; import { page as theirs } from "p"; console.log(word, page, other, theirs);`,
    "esm",
  );
  expect(notes).toEqual(["functions/a.ts:2: ../pages/a.html lies beside this module, and is no part of the bundle that it becomes: import it, or write it into the code"]);
});

describe("a package that is compiled for each machine is refused, whatever loads it and when", () => {
  const native = (name: string, more: object) => ({ ...pack(name, `module.exports = require("path").join(__dirname, "built");`), [`node_modules/${name}/package.json`]: JSON.stringify({ name, exports: "./index.js", ...more }) });
  const text = `import { run } from "./functions/a.js"; console.log(run);`;
  const uses = (name: string) => ({ "functions/a.ts": `import addon from "${name}"; export const run = () => addon;` });
  const gyp = { "node_modules/addon/binding.gyp": "{}" };
  test.each<[string, Readonly<Record<string, string>>]>([
    ["by node-gyp", { ...native("addon", {}), ...gyp }],
    ["by node-gyp, as it says", native("addon", { gypfile: true })],
    ["by node-pre-gyp", native("addon", { binary: { module_name: "addon" } })],
    ["by prebuild-install", native("addon", { binary: { napi_versions: [3] } })],
    ["by napi-rs", native("addon", { napi: { binaryName: "addon" } })],
    ["and has a package for each", native("addon", { optionalDependencies: { "@addon/linux-x64": "1.0.0" } })],
    ["the same, named otherwise", native("addon", { optionalDependencies: { "addon-darwin-arm64": "1.0.0" } })],
  ])("%s", async (_, files) => {
    await expect(bundled({ ...files, ...uses("addon") }, text, "cjs")).rejects.toEqual(refused("functions/a.ts imports addon, which is compiled for each machine and cannot be part of a bundle: use a package that is JavaScript or WebAssembly alone"));
  });
  test("one with a scope, imported when the handler runs", async () => {
    await expect(bundled({ ...native("@scope/addon", { gypfile: true }), "functions/a.ts": `export const run = async () => import("@scope/addon");` }, text, "esm")).rejects.toEqual(refused("functions/a.ts imports @scope/addon, which is compiled for each machine and cannot be part of a bundle: use a package that is JavaScript or WebAssembly alone"));
  });
  test("one that another package needs", async () => {
    await expect(bundled({ ...native("addon", { gypfile: true }), ...pack("outer", `module.exports = require("addon");`), ...uses("outer") }, text, "esm")).rejects.toEqual(refused("outer needs addon, which is compiled for each machine and cannot be part of a bundle: use a package that is JavaScript or WebAssembly alone"));
  });
  test.each([{ optionalDependencies: { addon: "1" } }, { peerDependenciesMeta: { addon: { optional: true } } }])("but one that another package can do without: %j", async (more) => {
    const outer = { ...pack("outer", `try { module.exports = require("addon"); } catch {}`), "node_modules/outer/package.json": JSON.stringify({ name: "outer", exports: "./index.js", ...more }) };
    expect((await bundled({ ...native("addon", { gypfile: true }), ...outer, ...uses("outer") }, text, "esm")).notes).toEqual(["outer goes without addon in a bundle, which is compiled for each machine"]);
  });
  test("and not one whose code is not in the bundle", async () => {
    const { notes } = await bundled({ ...native("addon", { gypfile: true, type: "module", sideEffects: false }), "node_modules/addon/index.js": `export const used = 1;`, "functions/a.ts": `import { used } from "addon"; export const run = 1; export const other = () => used;` }, text, "esm");
    expect(notes).toEqual([]);
  });
  test("nor one that has packages for other things than machines", async () => {
    expect((await bundled({ ...native("addon", { optionalDependencies: { "linux-sounding": "1", fsevents: "2", windows: "1" } }), ...uses("addon") }, text, "esm")).notes).toEqual([]);
  });
});

test("two copies of core become the app's own, whoever imports it and whatever a tsconfig says", async () => {
  const copy = (name: string, at: string) => ({ [`${at}node_modules/@isobar/core/package.json`]: `{ "name": "@isobar/core", "type": "module", "exports": "./index.js" }`, [`${at}node_modules/@isobar/core/index.js`]: `export const name = "${name}";` });
  const { code } = await bundled(
    {
      ...copy("the app's", ""),
      ...copy("another", "node_modules/adapter/"),
      ...pack("adapter", `export { name } from "@isobar/core";`, "module"),
      "tsconfig.json": `{ "compilerOptions": { "paths": { "@isobar/core": ["./sources.ts"] } } }`,
      "sources.ts": `export const name = "the sources'";`,
      "a.ts": `export { name } from "@isobar/core";`,
    },
    `import { name } from "./a.js"; import { name as other } from "adapter"; console.log(JSON.stringify([name, other]));`,
    "esm",
  );
  expect(printed(code, "esm")).toEqual(["the app's", "the app's"]);
});
