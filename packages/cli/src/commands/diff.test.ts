import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { folderOf } from "../testing/folder.ts";
import { shopCloud, shopFiles } from "../testing/shop.ts";

async function run(args: readonly string[], cwd: string, columns = 80): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { cwd, terminal: { columns, colours: false }, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
/** Two builds of the shop, in old/ and new/ of one folder; the second with other settings and files. */
async function twoBuilds(settings: object = {}, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = folderOf(shopFiles());
  expect((await run(["build", "--out", "old"], folder)).code).toBe(0);
  for (const [name, text] of Object.entries({ ...shopFiles(settings), ...more })) writeFileSync(join(folder, name), text);
  expect((await run(["build", "--out", "new"], folder)).code).toBe(0);
  return folder;
}
const without = { "app.ts": `import { hello } from "./hello.js"; export default { name: "shop", functions: { hello } };` };

describe("isobar diff", () => {
  test("of the same says so", async () => expect(await run(["diff", "old", "new"], await twoBuilds())).toEqual({ code: 0, out: "nothing differs", err: "" }));
  test("tells what is added, removed and changed, file by file and place by place, and what of it is lost", async () => {
    const { code, out } = await run(["diff", "old", "new", "--cloud", "moon"], await twoBuilds({}, { ...without, "greeting.ts": `export const greeting = "hi";` }));
    expect([code, out.split("\n")]).toEqual([1, [
      "moon",
      "  - farewell/host.json",
      "  - farewell/index.mjs",
      "  ~ hello/index.mjs",
      "  ~ moon.json",
      '    - routes.farewell  route {"type":"route","path":"/bye","from":"farewell.ts:…',
      "",
      "moon: deploying this",
      "lost  farewell (route) is deleted, with what is on its way",
      "",
      "one thing would be lost",
    ]]);
  });
  test("of every cloud in the folders, and of what replaces a resource", async () => {
    const folder = await twoBuilds({ functions: { hello: { key: "tenant" }, farewell: { key: "customer" } } });
    const { code, out } = await run(["diff", "old", "new"], folder, 150);
    expect([code, out.split("\n").slice(0, 5), out.split("\n").slice(-9)]).toEqual([1, [
      "moon", "  ~ moon.json", '    + routes.hello.key  "tenant"', '    + routes.farewell.key  "customer"', "",
    ], [
      "moon: deploying this",
      'lost  hello (route) is replaced, without what is on its way: key nothing → "tenant"',
      'lost  farewell (route) is replaced, without what is on its way: key nothing → "customer"',
      "",
      "sun: deploying this",
      'lost  hello (route) is replaced, without what is on its way: key nothing → "tenant"',
      'lost  farewell (route) is replaced, without what is on its way: key nothing → "customer"',
      "",
      "4 things would be lost",
    ]]);
  });
  test("puts a change below its path where both have no room", async () => {
    const folder = await twoBuilds({}, { "farewell.ts": `\n\n${shopFiles()["farewell.ts"]!}` });
    expect((await run(["diff", "old/moon", "new/moon"], folder, 60)).out.split("\n").slice(2, 4)).toEqual(["    ~ routes.farewell.from", '        "farewell.ts:1" → "farewell.ts:3"']);
    expect((await run(["diff", "old/moon", "new/moon"], folder, 100)).out.split("\n")[2]).toBe('    ~ routes.farewell.from  "farewell.ts:1" → "farewell.ts:3"');
  });
  test("of some clouds leaves out the others", async () => {
    const folder = await twoBuilds({}, without);
    const clouds = async (...args: readonly string[]) => (JSON.parse((await run(["diff", "old", "new", "--json", ...args], folder)).out) as { readonly clouds: readonly { readonly cloud: string }[] }).clouds.map(({ cloud }) => cloud);
    expect([await clouds(), await clouds("--cloud", "sun"), await clouds("--cloud", "sun,moon"), await clouds("--cloud=moon", "--cloud=sun")]).toEqual([["moon", "sun"], ["sun"], ["moon", "sun"], ["moon", "sun"]]);
  });
  test("what is added loses nothing", async () => {
    const folder = await twoBuilds({}, without);
    expect(await run(["diff", "new", "old"], folder)).toMatchObject({ code: 0, out: expect.stringMatching(/\n\nnothing is lost$/) });
  });
  test("--allow-loss tells all the same, and exits with 0", async () => expect(await run(["diff", "old", "new", "--allow-loss"], await twoBuilds({}, without))).toMatchObject({ code: 0, out: expect.stringContaining("2 things would be lost") }));
  test("--json is all of it and nothing else, with the same exit code", async () => {
    const { code, out } = await run(["diff", "old", "new", "--cloud", "moon", "--json"], await twoBuilds({}, without));
    expect([code, JSON.parse(out)]).toEqual([1, { clouds: [{
      cloud: "moon",
      files: [{ path: "farewell/host.json", what: "removed" }, { path: "farewell/index.mjs", what: "removed" }, { path: "moon.json", what: "changed", changes: [{ path: "routes.farewell", before: { type: "route", path: "/bye", from: "farewell.ts:1" } }] }],
      losses: [{ resource: "farewell", type: "route", what: "is deleted, with what is on its way" }],
    }] }]);
  });
  test("many places of one file are told with --verbose, or as JSON", async () => {
    const folder = folderOf({ ...shopCloud("moon"), "a/moon/moon.json": JSON.stringify({ routes: {}, list: {} }), "b/moon/moon.json": JSON.stringify({ routes: {}, list: Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`k${i}`, i])) }) });
    expect((await run(["diff", "a", "b"], folder)).out.split("\n").slice(20)).toEqual(["    + list.k18  18", "    + list.k19  19", "    … 5 more: --verbose tells them, --json in full", "", "nothing is lost"]);
    expect((await run(["diff", "a", "b", "--verbose"], folder)).out.split("\n")).toHaveLength(29);
  });
});

describe("what is compared", () => {
  const build = () => twoBuilds({}, without);
  test("may be one cloud's folder, or one manifest, by its folder's name or --cloud", async () => {
    const folder = await build();
    const lost = expect.stringContaining("lost  farewell (route) is deleted");
    expect(await run(["diff", "old/moon", "new/moon"], folder)).toMatchObject({ code: 1, out: lost });
    expect(await run(["diff", "old/moon/moon.json", "new/moon/moon.json"], folder)).toMatchObject({ code: 1, out: lost });
    for (const each of ["old", "new"]) cpSync(join(folder, each, "moon"), join(folder, `${each}-copy`), { recursive: true });
    expect(await run(["diff", "old-copy", "new-copy"], folder)).toEqual({ code: 1, out: "", err: 'isobar: "old-copy" and "new-copy" are not one cloud: say which with --cloud NAME' });
    expect(await run(["diff", "old-copy", "new-copy", "--cloud", "moon"], folder)).toMatchObject({ code: 1, out: lost });
  });
  test("is what builds wrote: other files in their folders are passed over", async () => {
    const folder = await build();
    writeFileSync(join(folder, "new/moon/packaged.json"), "not JSON");
    expect((await run(["diff", "new", "new"], folder)).out).toBe("nothing differs");
    expect((await run(["diff", "old/moon", "new/moon"], folder)).out).not.toContain("packaged");
    rmSync(join(folder, "new/moon/.isobar"), { recursive: true });
    expect((await run(["diff", "old/moon", "new/moon"], folder)).out).toContain("+ packaged.json");
  });
  test("may be JSON in another order", async () => {
    const folder = await build();
    const file = join(folder, "new/sun/sun.json");
    writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8"))));
    expect((await run(["diff", "new", "new/../old", "--cloud", "moon"], folder)).code).toBe(0);
    cpSync(join(folder, "new"), join(folder, "newer"), { recursive: true });
    writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8")), undefined, 4));
    expect((await run(["diff", "newer", "new"], folder)).out.split("\n")).toEqual(["sun", "  ~ sun.json  in its order or its spaces only", "", "nothing is lost"]);
  });
  test("may be of an adapter that does not tell what is lost: then nobody knows", async () => {
    const folder = await build();
    const door = join(folder, "node_modules/isobar-adapter-mars");
    mkdirSync(door);
    writeFileSync(join(door, "package.json"), `{ "type": "module", "exports": { "./deploy": "./deploy.js" } }`);
    writeFileSync(join(door, "deploy.js"), `export const adapter = { cloud: "mars", triggers: {}, faults() {}, units() {}, entry() {} };`);
    expect(await run(["diff", "old/moon", "new/moon", "--cloud", "mars"], folder)).toMatchObject({ code: 1, out: expect.stringMatching(/\n\n\?  what deploying mars would lose is not known: its adapter does not tell\n\nnothing is known to be lost; of mars, nobody knows what would be$/) });
    expect(await run(["diff", "old/moon", "new/moon", "--cloud", "mars", "--allow-loss"], folder)).toMatchObject({ code: 0 });
  });
  test.each<[string, readonly string[], string]>([
    ["what is not there", ["nowhere", "new"], "isobar: there is no "],
    ["a folder without anything", ["empty", "new"], "empty holds no manifest: name a folder that isobar build wrote"],
    ["a folder without that cloud", ["old", "new", "--cloud", "mars"], "old holds no manifest of mars: name a folder"],
    ["two manifests of two names", ["old/moon/moon.json", "new/moon/hello/host.json", "--cloud", "moon"], "moon.json and host.json have two names: a manifest is known by its name, so name the folders that they lie in"],
    ["a manifest that is none", ["old/moon", "broken/moon"], "moon.json is not JSON: "],
    ["a cloud without an adapter", ["old/moon", "new/moon", "--cloud", "venus"], 'no adapter for the cloud "venus" is to be found from'],
  ])("may not be %s", async (_, args, message) => {
    const folder = await build();
    mkdirSync(join(folder, "empty"));
    mkdirSync(join(folder, "broken/moon"), { recursive: true });
    writeFileSync(join(folder, "broken/moon/moon.json"), "{");
    expect(await run(["diff", ...args], folder)).toEqual({ code: 1, out: "", err: expect.stringContaining(message) });
  });
  test("is two of them", async () => {
    expect(await run(["diff", "old"], "/")).toMatchObject({ code: 2, err: expect.stringContaining("isobar: diff needs two folders or manifests, the old one first") });
    expect(await run(["diff", "a", "b", "c"], "/")).toMatchObject({ code: 2, err: expect.stringContaining('isobar: diff takes no "c"') });
  });
});
