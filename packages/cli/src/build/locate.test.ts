import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { folderOf } from "../testing/folder.ts";
import { loadApp, loadConfig } from "./locate.ts";

/** A function as plain data: locating asks nothing else of it. */
const fn = (id: string) => `{ kind: "http", source: { method: "GET", path: "/${id}" }, options: {}, handle: () => new Response() }`;
const app = `import * as functions from "./functions/index.js"; export default { name: "shop", functions };`;

/** Where every function of an app is found: its module from the folder, its export, its note. */
async function places(folder: string, file = "app.ts"): Promise<Record<string, readonly (string | undefined)[]>> {
  const { app: loaded, sources } = await loadApp(join(folder, file));
  return Object.fromEntries(Object.keys(loaded.functions).map((name) => {
    const { module, export: exported, note } = sources.place(loaded, name);
    return [name, note === undefined ? [relative(folder, module), exported] : [relative(folder, module), exported, note]];
  }));
}

test("a person finds a function by its file and line, from the app's folder", async () => {
  const folder = folderOf({
    "app.ts": `import * as functions from "./functions/index.js";\nexport default { name: "shop", functions: { ...functions,\n  here: ${fn("here")} } };`,
    "functions/index.ts": `export { charge } from "./charge.js";\nexport * from "../more.js";`,
    "functions/charge.ts": `/** Charges. */\nexport const charge: unknown = ${fn("b")};`,
    "more.ts": `import { made } from "made";\n\nexport { made };`,
    "node_modules/made/package.json": `{ "type": "module", "exports": "./index.js" }`,
    "node_modules/made/index.js": `\n\n\n\nexport const made = ${fn("made")};`,
  });
  const { app: loaded, sources } = await loadApp(join(folder, "app.ts"));
  expect(["charge", "made", "here"].map((name) => sources.origin(loaded, name))).toEqual(["functions/charge.ts:2", "more.ts:3", "app.ts:3"]);
});
test("a function of another folder is found from the app's", async () => {
  const folder = folderOf({ "lib/charge.ts": `export const charge = ${fn("b")};`, "app/app.ts": `import { charge } from "../lib/charge.js"; export default { name: "shop", functions: { charge } };`, "app/tsconfig.json": "{}" });
  const { app: loaded, sources } = await loadApp(join(folder, "app/app.ts"));
  expect(sources.origin(loaded, "charge")).toBe("../lib/charge.ts:1");
});

describe("a function is found in the module that it is at home in", () => {
  test("one module each, gathered by an index with .js in its imports of .ts", async () => {
    const folder = folderOf({
      "app.ts": app,
      "functions/index.ts": `export { checkout } from "./checkout.js"; export { charge } from "./charge.js";`,
      "functions/checkout.ts": `import type { Nothing } from "./types.js"; export const checkout: Nothing = ${fn("a")};`,
      "functions/charge.ts": `export const charge = ${fn("b")};`,
      "functions/types.ts": `export type Nothing = unknown;`,
    });
    expect(await places(folder)).toEqual({ checkout: ["functions/checkout.ts", "checkout"], charge: ["functions/charge.ts", "charge"] });
  });

  test.each<[string, Record<string, string>, string, string]>([
    ["export *", { "index.ts": `export * from "./a.js";`, "a.ts": `export const go = ${fn("a")};` }, "a.ts", "go"],
    ["a rename on the way", { "index.ts": `export { inner as go } from "./a.js";`, "a.ts": `export const inner = ${fn("a")};` }, "a.ts", "inner"],
    ["a rename at home", { "index.ts": `export { go } from "./a.js";`, "a.ts": `const local = ${fn("a")}; export { local as go };` }, "a.ts", "go"],
    ["a default export", { "index.ts": `export { default as go } from "./a.js";`, "a.ts": `export default ${fn("a")};` }, "a.ts", "default"],
    ["two names at home, one of them its own", { "index.ts": `export { go } from "./a.js";`, "a.ts": `const go = ${fn("a")}; export { go as other, go };` }, "a.ts", "go"],
    ["two indexes", { "index.ts": `export { go } from "./more/index.js";`, "more/index.ts": `export { go } from "../deep/a.js";`, "deep/a.ts": `export const go = ${fn("a")};` }, "deep/a.ts", "go"],
    ["the index itself", { "index.ts": `export const go = ${fn("a")};` }, "index.ts", "go"],
    ["a circle of imports", { "index.ts": `export { go } from "./a.js";`, "a.ts": `import * as all from "./index.js"; export const go = ${fn("a")}; export const later = () => all;` }, "a.ts", "go"],
    ["modules of the same name", { "index.ts": `import { other } from "./x/a.js"; export { go } from "./y/a.js"; void other;`, "x/a.ts": `export const other = 1;`, "y/a.ts": `export const go = ${fn("a")};` }, "y/a.ts", "go"],
    ["made by another module", { "index.ts": `export { go } from "./a.js";`, "make.ts": `export const make = () => (${fn("a")});`, "a.ts": `import { make } from "./make.js"; export const go = make();` }, "a.ts", "go"],
    ["JavaScript", { "index.ts": `export { go } from "./a.js";`, "a.js": `export const go = ${fn("a")};` }, "a.js", "go"],
    ["an alias of the tsconfig", { "index.ts": `export { go } from "@/a";`, "a.ts": `export const go = ${fn("a")};`, "../tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./functions/*"] } } }` }, "a.ts", "go"],
  ])("%s", async (_, files, module, exported) => {
    const folder = folderOf({ "app.ts": app, ...Object.fromEntries(Object.entries(files).map(([name, text]) => [join("functions", name), text])) });
    expect(await places(folder)).toEqual({ go: [join("functions", module), exported] });
  });

  test("export * as: the functions of a namespace", async () => {
    const folder = folderOf({
      "app.ts": `import { all } from "./index.js"; export default { name: "shop", functions: { ...all } };`,
      "index.ts": `export * as all from "./a.js";`,
      "a.ts": `export const one = ${fn("a")}; export const two = ${fn("b")};`,
    });
    expect(await places(folder)).toEqual({ one: ["a.ts", "one"], two: ["a.ts", "two"] });
  });

  test("a name that no import can spell is passed over", async () => {
    const folder = folderOf({ "app.ts": app, "functions/index.ts": `export { go } from "./a.js";`, "functions/a.ts": `const go = ${fn("a")}; export { go as "1 odd name", go };` });
    expect(await places(folder)).toEqual({ go: ["functions/a.ts", "go"] });
  });

  test("a linked package of the same workspace, in TypeScript", async () => {
    const folder = folderOf({
      "apps/shop/app.ts": `import { go } from "@shop/functions"; export default { name: "shop", functions: { go } };`,
      "functions/package.json": `{ "name": "@shop/functions", "type": "module", "exports": "./src/index.ts" }`,
      "functions/src/index.ts": `export { go } from "./a.js";`,
      "functions/src/a.ts": `import { word } from "words"; export const go = { ...${fn("a")}, word };`,
      "functions/node_modules/words/package.json": `{ "type": "module", "exports": "./index.js" }`,
      "functions/node_modules/words/index.js": `export const word = "found from the package's own folder";`,
    });
    mkdirSync(join(folder, "apps/shop/node_modules/@shop"), { recursive: true });
    symlinkSync(join(folder, "functions"), join(folder, "apps/shop/node_modules/@shop/functions"));
    expect(await places(folder, "apps/shop/app.ts")).toEqual({ go: ["functions/src/a.ts", "go"] });
  });
});

describe("a function that has no module of its own still works, and it is said what that costs", () => {
  const cost = (name: string, file: string) => `${name} is defined in ${file} together with the app: its bundle carries all functions and what they import; move it to a module of its own`;

  test("in the app's literal", async () => {
    const folder = folderOf({
      "app.ts": `import { charge } from "./charge.js"; export default { name: "shop", functions: { checkout: ${fn("a")}, charge } };`,
      "charge.ts": `export const charge = ${fn("b")};`,
    });
    expect(await places(folder)).toEqual({ checkout: ["app.ts", "default.functions.checkout", cost("checkout", "app.ts")], charge: ["charge.ts", "charge"] });
  });

  test("exported by the app's module", async () => {
    const folder = folderOf({ "app.ts": `export const checkout = ${fn("a")}; export default { name: "shop", functions: { checkout } };` });
    expect(await places(folder)).toEqual({ checkout: ["app.ts", "checkout", cost("checkout", "app.ts")] });
  });

  test("from a configuration, the app's module is the one that exports it", async () => {
    const folder = folderOf({
      "isobar.config.ts": `import app from "./src/app.js"; export default [{ cloud: "moon", app, settings: {} }];`,
      "src/app.ts": `export default { name: "shop", functions: { checkout: ${fn("a")} } };`,
    });
    const { targets, sources } = await loadConfig(join(folder, "isobar.config.ts"));
    expect(sources.place(targets[0]!.app, "checkout")).toEqual({ module: join(folder, "src/app.ts"), export: "default.functions.checkout", note: cost("checkout", "src/app.ts") });
    expect(sources.root).toBe(folder);
  });

  test("an app that no module exports as its default is refused with both ways out", async () => {
    const folder = folderOf({ "isobar.config.ts": `const app = { name: "shop", functions: { checkout: ${fn("a")} } }; export default [{ cloud: "moon", app, settings: {} }];` });
    const { targets, sources } = await loadConfig(join(folder, "isobar.config.ts"));
    expect(() => sources.place(targets[0]!.app, "checkout")).toThrow(expect.objectContaining({
      code: "invalid-definition",
      message: `no module exports checkout, nor the app "shop" as its default: export the function from a module of its own, or the app with "export default defineApp(…)"`,
    }));
  });
});

describe("what is loaded is what was written", () => {
  test("targets hold the very app that the configuration imports", async () => {
    const folder = folderOf({
      "isobar.config.ts": `import app from "./app.js"; export const same = app; export default [{ cloud: "moon", app, settings: { a: 1 } }, { cloud: "sun", app, settings: {} }];`,
      "app.ts": `export default { name: "shop", functions: { checkout: ${fn("a")} } };`,
    });
    const { targets } = await loadConfig(join(folder, "isobar.config.ts"));
    expect(targets.map(({ cloud, settings }) => [cloud, settings])).toEqual([["moon", { a: 1 }], ["sun", {}]]);
    expect(targets[0]!.app).toBe(targets[1]!.app);
  });

  test("import.meta of a module tells where its source lies, not where it was compiled to", async () => {
    const folder = folderOf({
      "app.ts": `import { readFileSync } from "node:fs"; import { name } from "./deep/name.js"; export default { name, functions: {}, at: [import.meta.url, import.meta.filename], read: readFileSync(new URL("data.txt", import.meta.url), "utf8") };`,
      "deep/name.ts": `export const name: string = import.meta.dirname;`,
      "data.txt": "data",
    });
    expect((await loadApp(join(folder, "app.ts"))).app).toEqual({ name: join(folder, "deep"), functions: {}, at: [`file://${folder}/app.ts`, join(folder, "app.ts")], read: "data" });
  });

  test("an edit is seen by the next load in the same process", async () => {
    const folder = folderOf({ "app.ts": `export default { name: "one", functions: {} };` });
    expect((await loadApp(join(folder, "app.ts"))).app.name).toBe("one");
    writeFileSync(join(folder, "app.ts"), `export default { name: "two", functions: {} };`);
    expect((await loadApp(join(folder, "app.ts"))).app.name).toBe("two");
  });

  test("a module that only a running handler imports is not run", async () => {
    const folder = folderOf({ "app.ts": `export default { name: "shop", functions: {}, later: () => import("./later.js") };`, "later.ts": `throw new Error("run");` });
    expect((await loadApp(join(folder, "app.ts"))).app.name).toBe("shop");
  });

  test("nothing is left beside the app, and what others keep in .isobar stays", async () => {
    const folder = folderOf({ "app.ts": `export default { name: "shop", functions: {} };`, "broken.ts": `throw new Error("no");` });
    await loadApp(join(folder, "app.ts"));
    await expect(loadApp(join(folder, "broken.ts"))).rejects.toThrow("no");
    expect(existsSync(join(folder, ".isobar"))).toBe(false);
    mkdirSync(join(folder, ".isobar", "build"), { recursive: true });
    await loadApp(join(folder, "app.ts"));
    expect(readdirSync(join(folder, ".isobar"))).toEqual(["build"]);
  });
});

describe("what cannot be loaded is refused with its file", () => {
  const refused = (message: string | RegExp) => expect.objectContaining({ name: "IsobarError", code: "invalid-definition", message: typeof message === "string" ? message : expect.stringMatching(message) });

  test.each<[string, string, string | RegExp]>([
    ["a module that throws, with its line", `// first\n// second\nthrow new TypeError("a wrong turn"); export const charge = 1;`, "functions/charge.ts:3 cannot be loaded: TypeError: a wrong turn"],
    ["a definition that is refused, in its own words", `class IsobarError extends Error { override name = "IsobarError"; }\n\nexport const charge: never = (() => { throw new IsobarError("queue name \\"Bad\\": use lower-case letters"); })();`, `functions/charge.ts:3 cannot be loaded: queue name "Bad": use lower-case letters`],
    ["a throw of something that is no error", `throw { why: "no reason" }; export const charge = 1;`, `functions/charge.ts cannot be loaded: it threw {"why":"no reason"}`],
    ["a package that is not installed", `import nothing from "not-installed"; export const charge = nothing;`, /^functions\/charge\.ts cannot be loaded: .*not-installed/],
    ["a module that is not there", `import nothing from "./nothing.js"; export const charge = nothing;`, /Could not resolve '\.\/nothing\.js' in functions\/charge\.ts/],
    ["an export that is not there", `import { nothing } from "./index.js"; export const charge = nothing;`, /"nothing" is not exported by "functions\/index\.ts"/],
    ["a syntax error", `export const charge = ;`, /functions\/charge\.ts:1:23/],
  ])("%s", async (_, charge, message) => {
    const folder = folderOf({ "app.ts": app, "functions/index.ts": `export { checkout } from "./checkout.js"; export { charge } from "./charge.js";`, "functions/checkout.ts": `export const checkout = ${fn("a")};`, "functions/charge.ts": charge });
    await expect(loadApp(join(folder, "app.ts"))).rejects.toEqual(refused(message));
    await expect(loadApp(join(folder, "app.ts"))).rejects.not.toThrow(/\.isobar|\u001b/);
  });

  test("no such file, no app, no targets", async () => {
    const folder = folderOf({ "none.ts": `export const app = 1;`, "empty.ts": `export default [];`, "foreign.ts": `export default [{ cloud: "moon" }];` });
    await expect(loadApp(join(folder, "missing.ts"))).rejects.toEqual(refused(`there is no ${join(folder, "missing.ts")}`));
    await expect(loadApp(join(folder, "none.ts"))).rejects.toEqual(refused(`${join(folder, "none.ts")} has no app as its default export: export default defineApp("name", functions)`));
    for (const file of ["none.ts", "empty.ts", "foreign.ts"])
      await expect(loadConfig(join(folder, file))).rejects.toEqual(refused(`${join(folder, file)} has no list of targets as its default export: import each cloud's target from its adapter, as in "export default [cloud(app)]"`));
  });
});
