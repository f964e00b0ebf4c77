import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { folderOf } from "./testing/folder.ts";
import { main } from "./main.ts";

async function run(args: readonly string[], cwd = "/"): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, { cwd, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/** An adapter that has slipped. */
const slipping = { "node_modules/isobar-adapter-moon/package.json": `{ "type": "module", "exports": { "./deploy": "./deploy.js" } }`, "node_modules/isobar-adapter-moon/deploy.js": `export const adapter = { cloud: "moon", triggers: {}, faults() {}, units() { throw new TypeError("a slip"); }, entry() {} };` };

describe("what ends a command", () => {
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
    const folder = folderOf({ ...slipping, "c.ts": `export default [{ cloud: "moon", app: { name: "shop", functions: {} }, settings: {} }];` });
    expect(await run(["build", "c.ts"], folder)).toEqual({ code: 1, out: "", err: expect.stringMatching(/^isobar: this should not have happened\nTypeError: a slip\n +at .*deploy\.js/) });
  });
});

describe("the command line", () => {
  const version = (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }).version;

  test("--help and --version answer on standard output", async () => {
    const help = await run(["--help"]);
    expect([help.code, help.err, help.out.split("\n").slice(4, 10)]).toEqual([
      0, "",
      [
        "  plan          Say which promises of an app every cloud keeps, and how, before anything is deployed",
        "  build         Write what each cloud deploys: its manifest, and every unit as a bundle and a zip",
        "  diff          Tell what a deployment would change, and what data it would lose",
        "  simulate      Show what becomes of a message that fails, by every cloud's rules, on a virtual clock",
        "  decode        Tell what captured payloads mean, one line of JSON for each file",
        "  dead-letters  Look at what was rejected or used up, and send it again",
      ],
    ]);
    expect((await run(["-h"])).out).toBe(help.out);
    expect(await run(["--version"])).toEqual({ code: 0, out: version, err: "" });
    const build = await run(["build", "--help"]);
    expect([build.code, build.out.includes("usage: isobar build [APP] [--cloud NAME,…] [--out DIR] [--outbox MODULE] [--minify]")]).toEqual([0, true]);
  });

  const usage = "usage: isobar build [APP] [--cloud NAME,…] [--out DIR] [--outbox MODULE] [--minify] [--explain] [--json]";
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
