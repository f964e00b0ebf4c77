import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closingLine, countVitest, exitCodeOf } from "./outcome.mjs";
import { Failure, forwarded, main, run, say, step, tell } from "./run.mjs";
import { root, setup } from "./setup.mjs";

/** @typedef {import("./outcome.mjs").Outcome} Outcome */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} how many failures it adds
 */
async function typecheck(env) {
  const command = ["node", "node_modules/@typescript/native/bin/tsc", "-p", "tsconfig.json", "--noEmit"];
  const { code, output } = await step("check types (tsc)", command, { cwd: root, env });
  if (code === 0) return 0;
  tell(new Failure("the type check failed", output));
  return 1;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Outcome>}
 */
async function vitest(env) {
  const folder = mkdtempSync(join(tmpdir(), "isobar-test-"));
  const file = join(folder, "report.json");
  try {
    say("run tests (vitest) …");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { code } = await run(["node", "node_modules/vitest/vitest.mjs", "run", ...reporters, ...forwarded(process.argv.slice(2))], { cwd: root, env });
    return countVitest(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined, code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns {Promise<Outcome>} */
async function everything() {
  const env = await setup({ compilers: true });
  const failures = await typecheck(env);
  const outcome = await vitest(env);
  return { ...outcome, failed: outcome.failed + failures };
}

await main(async () => {
  const outcome = await everything().catch((error) => {
    if (!(error instanceof Failure)) throw error;
    tell(error);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  process.stdout.write(`${closingLine(outcome)}\n`);
  return exitCodeOf(outcome);
});
