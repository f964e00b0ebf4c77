import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { App, Target } from "@isobar/core";
import type { Adapter, EntryOptions } from "@isobar/core/plan";
import { expect, test } from "vitest";
import { folderOf } from "../testing/folder.ts";
import { buildUnits } from "./index.ts";
import { loadApp } from "./locate.ts";

/** Every function a unit; its entry prints what the function is. */
const moon: Adapter = {
  cloud: "moon",
  // Nothing here plans.
  triggers: {} as Adapter["triggers"],
  faults: () => [],
  units: ({ app }) => Object.keys(app.functions).map((name) => ({ name: `${name}-unit`, kind: "http", functions: [name] })),
  entry: (_target, { functions: [name] }, locate, { outbox }: EntryOptions = {}) => {
    const { module, export: exported } = locate(name!);
    return { file: "index.mjs", format: "esm", external: [], text: `import * as all from ${JSON.stringify(module)};\n${outbox === undefined ? "" : `import ${JSON.stringify(outbox)};\n`}export const handler = all.${exported};\n` };
  },
};
const sun: Adapter = { ...moon, cloud: "sun", units: ({ app }) => [{ name: app.name, kind: "http", functions: Object.keys(app.functions).slice(0, 1) }] };
const fn = (id: string) => `{ kind: "http", source: { method: "GET", path: "/${id}" }, options: {}, handle: () => "${id}" }`;
const files = {
  "app.ts": `import { hello } from "./functions/hello.js"; export default { name: "shop", functions: { hello, here: ${fn("here")} } };`,
  "functions/hello.ts": `export const hello = ${fn("hello")};`,
  "outbox.ts": `console.log("the outbox");`,
};
const target = (app: App, cloud: string): Target => ({ cloud, app, settings: {} });

test("a unit is written to <out>/<cloud>/<unit>/, and everything is told of it", async () => {
  const folder = folderOf(files);
  const { app, sources } = await loadApp(join(folder, "app.ts"));
  const out = join(folder, "out");
  const note = "here is defined in app.ts together with the app: its bundle carries all functions and what they import; move it to a module of its own";
  const code = (path: string) => readFileSync(join(out, path), "utf8");
  expect(await buildUnits([target(app, "moon"), target(app, "sun")], [sun, moon], { sources, out })).toEqual([
    { cloud: "moon", unit: "hello-unit", functions: ["hello"], folder: join(out, "moon/hello-unit"), entry: "index.mjs", bytes: code("moon/hello-unit/index.mjs").length, text: `import * as all from "./functions/hello.ts";\nexport const handler = all.hello;\n`, notes: [] },
    { cloud: "moon", unit: "here-unit", functions: ["here"], folder: join(out, "moon/here-unit"), entry: "index.mjs", bytes: code("moon/here-unit/index.mjs").length, text: `import * as all from "./app.ts";\nexport const handler = all.default.functions.here;\n`, notes: [note] },
    { cloud: "sun", unit: "shop", functions: ["hello"], folder: join(out, "sun/shop"), entry: "index.mjs", bytes: code("sun/shop/index.mjs").length, text: `import * as all from "./functions/hello.ts";\nexport const handler = all.hello;\n`, notes: [] },
  ]);
  expect([code("moon/hello-unit/index.mjs").includes("/here"), code("moon/here-unit/index.mjs").includes("/here")]).toEqual([false, true]);
});

test("an outbox is handed to the entries, and source maps are written when asked for", async () => {
  const folder = folderOf(files);
  const { app, sources } = await loadApp(join(folder, "app.ts"));
  const out = join(folder, "out");
  const [hello] = await buildUnits([target(app, "sun")], [sun], { sources, out, outbox: "./outbox.ts", sourcemap: true });
  expect(hello!.text).toContain(`import "./outbox.ts";`);
  expect([readFileSync(join(hello!.folder, "index.mjs"), "utf8").includes("the outbox"), existsSync(join(hello!.folder, "index.mjs.map"))]).toEqual([true, true]);
});

test.each<[string, Partial<Adapter> & { cloud?: string }, RegExp]>([
  ["a unit's name", { units: () => [{ name: "../../escaped", kind: "http", functions: ["hello"] }] }, /^"\.\.\/\.\.\/escaped" cannot name a file or folder$/],
  ["a unit called ..", { units: () => [{ name: "..", kind: "http", functions: ["hello"] }] }, /^"\.\." cannot name a file or folder$/],
  ["an empty one", { units: () => [{ name: "", kind: "http", functions: ["hello"] }] }, /^"" cannot name a file or folder$/],
  ["an absolute one", { units: () => [{ name: "/tmp/escaped", kind: "http", functions: ["hello"] }] }, /^"\/tmp\/escaped" cannot name a file or folder$/],
  ["a cloud's name", { cloud: "../moon" }, /^"\.\.\/moon" cannot name a file or folder$/],
  ["an entry's file", { entry: () => ({ file: "../index.mjs", format: "esm", external: [], text: "" }) }, /^"\.\.\/index\.mjs" cannot name a file or folder$/],
])("%s that would leave the output folder is refused, and nothing is written", async (_, change, message) => {
  const folder = folderOf(files);
  const { app, sources } = await loadApp(join(folder, "app.ts"));
  const hostile = { ...moon, ...change };
  const out = join(folder, "deep", "out");
  await expect(buildUnits([target(app, hostile.cloud)], [hostile], { sources, out })).rejects.toEqual(expect.objectContaining({ code: "invalid-definition", message: expect.stringMatching(message) }));
  expect(existsSync(join(folder, "deep"))).toBe(false);
});

test("one unit that cannot be bundled, and none is written", async () => {
  const folder = folderOf({ ...files, "functions/hello.ts": `export const hello = ${fn("hello")}; export const late = () => import("not-installed");` });
  const { app, sources } = await loadApp(join(folder, "app.ts"));
  await expect(buildUnits([target(app, "moon")], [moon], { sources, out: join(folder, "out") })).rejects.toThrow("functions/hello.ts:1: Could not resolve 'not-installed'");
  expect(existsSync(join(folder, "out"))).toBe(false);
});

test("two units of one name on one cloud are refused", async () => {
  const folder = folderOf(files);
  const { app, sources } = await loadApp(join(folder, "app.ts"));
  await expect(buildUnits([target(app, "sun"), target(app, "sun")], [sun], { sources, out: join(folder, "out") })).rejects.toThrow(
    `two units are called "shop" on sun: give their apps names of their own, or put them in configurations of their own`,
  );
});

test("a cloud without an adapter is refused", async () => {
  const folder = folderOf(files);
  const { app, sources } = await loadApp(join(folder, "app.ts"));
  await expect(buildUnits([target(app, "mars")], [moon], { sources, out: join(folder, "out") })).rejects.toThrow(`no adapter for the cloud "mars"`);
});
