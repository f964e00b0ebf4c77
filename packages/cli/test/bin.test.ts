import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/isobar.js", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "isobar-bin-")));
afterAll(() => rmSync(folder, { recursive: true }));
const isobar = (...args: readonly string[]) => spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: "utf8", timeout: 20_000 });

test("the program's exit code and streams are those of its command line", () => {
  expect(isobar("--version")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
  expect(isobar("bild")).toMatchObject({ status: 2, stdout: "", stderr: "isobar: unknown command bild\nisobar --help lists what it can do\n" });
  expect(isobar("build")).toMatchObject({ status: 1, stdout: "", stderr: expect.stringMatching(/^isobar: there is no isobar\.config\.ts in [^\n]+\n$/) });
});

test("an older Node is told in one line", () => {
  const older = `data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });`;
  expect(spawnSync(process.execPath, ["--import", older, bin, "--version"], { encoding: "utf8", timeout: 20_000 })).toMatchObject({ status: 1, stdout: "", stderr: "isobar: this is Node 20.20.2, and isobar needs 22 or newer\n" });
});

test("an app that prints and keeps a timer while it is loaded neither disturbs the answer nor keeps the program from its end", () => {
  writeFileSync(join(folder, "tsconfig.json"), "{}");
  writeFileSync(join(folder, "talkative.ts"), `console.log("loaded"); setInterval(() => {}, 1_000); export default [{ cloud: "no-such-cloud", app: { name: "a", functions: {} }, settings: {} }];`);
  const { status, stdout, stderr } = isobar("build", "talkative.ts", "--json");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^loaded\nisobar: no adapter for the cloud "no-such-cloud"/);
});

test("the example is simulated from its own module, by the rules of the cloud named, without colours where nobody reads it in a terminal", () => {
  const { status, stdout, stderr } = isobar("simulate", fileURLToPath(new URL("../../../examples/orders/app.ts", import.meta.url)), "--cloud", "local", "--function", "charge", "--outcomes", "fail,reject");
  expect({ status, stderr, end: stdout.trimEnd().split("\n").slice(-5) }).toEqual({ status: 0, stderr: "", end: ["local queue by local", " 0s  #1  fail", "         wait 10s", "10s  #2  reject", '10s  dead letter in "orders-failed": as scripted'] });
});
