import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

interface Outcome { passed: number; failed: number; skipped: number }
interface TestFile { status: string; assertionResults: { status: string }[] }
interface Report { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number; testResults: TestFile[] }
interface Obstacle { at: string; reason: string }
interface Circumstances {
  root: string; env: NodeJS.ProcessEnv; npm: readonly string[]; headers: string | undefined; mayInstall: boolean; remembered: Obstacle | undefined;
}

const script = (name: string): Promise<unknown> => import(new URL(`../scripts/${name}`, import.meta.url).href);
const { countVitest, closingLine, exitCodeOf } = (await script("outcome.mjs")) as {
  countVitest(report: Report | undefined, exitCode: number): Outcome;
  closingLine(outcome: Outcome): string;
  exitCodeOf(outcome: Outcome): number;
};
const { ensureNativeClient, keepAddon, restoreAddon } = (await script("aws-client.mjs")) as {
  ensureNativeClient(circumstances: Circumstances): Promise<Obstacle | undefined>;
  keepAddon(root: string): { version: string; bytes: Buffer } | undefined;
  restoreAddon(root: string, kept: ReturnType<typeof keepAddon>): void;
};
const { forwarded } = (await script("run.mjs")) as { forwarded(argv: readonly string[]): string[] };

const report = (counts: Partial<Report>): Report => ({ numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...counts });
const file = (status: string, ...tests: string[]): TestFile => ({ status, assertionResults: tests.map((each) => ({ status: each })) });

describe("the closing line of npm test", () => {
  test.each<[string, Report | undefined, number, string, number]>([
    ["all passed", report({ numPassedTests: 3, testResults: [file("passed", "passed")] }), 0, "3 passed, 0 failed", 0],
    ["skipped ones are named", report({ numPassedTests: 1, numPendingTests: 1, numTodoTests: 1 }), 0, "1 passed, 0 failed, 2 skipped", 0],
    ["a failed test is counted once, not again with its file", report({ numPassedTests: 1, numFailedTests: 1, testResults: [file("failed", "passed", "failed")] }), 1, "1 passed, 1 failed", 1],
    ["a file that does not load is a failure", report({ numPassedTests: 1, testResults: [file("failed"), file("passed", "passed")] }), 1, "1 passed, 1 failed", 1],
    ["beside a failed test it is one more", report({ numFailedTests: 1, testResults: [file("failed"), file("failed", "failed")] }), 1, "0 passed, 2 failed", 1],
    ["a hook that throws is a failure", report({ numPendingTests: 2, testResults: [file("failed", "skipped", "skipped")] }), 1, "0 passed, 1 failed, 2 skipped", 1],
    ["an unhandled error is a failure", report({ numPassedTests: 2, testResults: [file("passed", "passed", "passed")] }), 1, "2 passed, 1 failed", 1],
    ["a crash before the report is a failure", undefined, 1, "0 passed, 1 failed", 1],
    ["a run without a report is a failure whatever its exit code", undefined, 0, "0 passed, 1 failed", 1],
    ["no test is no success", report({}), 0, "0 passed, 0 failed", 1],
  ])("%s", (_, read, exitCode, line, status) => {
    const outcome = countVitest(read, exitCode);
    expect(closingLine(outcome)).toBe(line);
    expect(exitCodeOf(outcome)).toBe(status);
  });
});

test("a leading -- is npm's and not the program's", () => {
  expect([[], ["--"], ["--", "--json"], ["--json", "--", "a"]].map(forwarded)).toEqual([[], [], ["--json"], ["--json", "--", "a"]]);
});

describe("the native AWS runtime client", () => {
  let root = "";
  let told = "";

  const addon = () => join(root, "node_modules/aws-lambda-ric/rapid-client.node");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const release = (version: string) => write("node_modules/aws-lambda-ric/package.json", JSON.stringify({ version }));

  /** A machine whose PATH holds just these programs, and an npm that does as it is told. */
  const machine = (programs: Record<string, string>, npm: string, more: Partial<Circumstances> = {}): Circumstances => {
    for (const [name, text] of Object.entries(programs)) {
      write(`bin/${name}`, `#!/bin/sh\n${text}\n`);
      chmodSync(join(root, "bin", name), 0o755);
    }
    write("npm.mjs", npm);
    const circumstances = { root, npm: [process.execPath, join(root, "npm.mjs")], headers: join(root, "headers"), mayInstall: false, remembered: undefined };
    return { ...circumstances, ...more, env: { PATH: join(root, "bin"), ...more.env } };
  };
  const compilers = { cmake: "", "g++": "", make: "", python3: "", xz: "" };
  const builds = `import { writeFileSync } from "node:fs"; writeFileSync("node_modules/aws-lambda-ric/rapid-client.node", process.env.npm_config_nodedir);`;
  const breaks = `console.error("no such header"); console.error("npm error code 1"); process.exitCode = 1;`;
  const mustNotRun = `throw new Error("npm was called");`;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "isobar-scripts-"));
    release("4.0.2");
    told = "";
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      told += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(root, { recursive: true });
  });

  test("is built against the packaged Node's headers", async () => {
    expect(await ensureNativeClient(machine(compilers, builds))).toBeUndefined();
    expect(readFileSync(addon(), "utf8")).toBe(join(root, "headers"));
  });

  test("is left alone once it is there", async () => {
    const circumstances = machine(compilers, builds);
    await ensureNativeClient(circumstances);
    told = "";
    expect(await ensureNativeClient({ ...circumstances, npm: [process.execPath, "-e", mustNotRun] })).toBeUndefined();
    expect(told).toBe("");
  });

  test("names the missing compilers and goes on", async () => {
    vi.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(1000);
    const obstacle = await ensureNativeClient(machine({ make: "", python3: "" }, mustNotRun));
    expect(obstacle?.at).toBe("compilers");
    expect(told).toBe("isobar: native AWS runtime client not built (not on the PATH: cmake, g++, xz); using its pure-JS client instead\n");
  });

  test("tells why a build failed, and does not fail so again until asked to", async () => {
    const circumstances = machine(compilers, breaks);
    const remembered = await ensureNativeClient(circumstances);
    expect(remembered).toEqual({ at: "build", reason: "its build failed" });
    expect(told).toContain("  | no such header\n");
    expect(told).not.toContain("npm error");

    const repeat = { ...machine(compilers, mustNotRun), remembered };
    expect(await ensureNativeClient(repeat)).toBe(remembered);
    expect(told).toContain("its build failed; ISOBAR_AWS_CLIENT=native tries again");

    const again = machine(compilers, builds, { remembered, env: { ISOBAR_AWS_CLIENT: "native" } });
    expect(await ensureNativeClient(again)).toBeUndefined();
    expect(existsSync(addon())).toBe(true);
  });

  test("is not built for who chose the pure-JS one", async () => {
    expect(await ensureNativeClient(machine(compilers, mustNotRun, { env: { ISOBAR_AWS_CLIENT: "js" } }))).toBeUndefined();
    expect(told).toBe("");
  });

  test("has its compilers installed where that is allowed, and an apt-get that fails does no harm", async () => {
    vi.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(0);
    const obstacle = await ensureNativeClient(machine({ "apt-get": `case "$1" in update) exit 0;; esac; echo no such package; exit 100` }, mustNotRun, { mayInstall: true }));
    expect(obstacle).toEqual({ at: "apt-get", reason: "apt-get install failed" });
    expect(told).toContain("  | no such package\n");
  });

  test("outlives a new installation of the same version only", () => {
    write("node_modules/aws-lambda-ric/rapid-client.node", "compiled");
    const kept = keepAddon(root);
    rmSync(addon());
    restoreAddon(root, kept);
    expect(readFileSync(addon(), "utf8")).toBe("compiled");
    rmSync(addon());
    release("4.0.3");
    restoreAddon(root, kept);
    expect(existsSync(addon())).toBe(false);
  });
});
