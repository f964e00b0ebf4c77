import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { say, step } from "./run.mjs";

/** Program on the PATH → the Debian package that has it: what aws-lambda-ric's own install scripts call. */
const compilers = { cmake: "cmake", "g++": "g++", make: "make", python3: "python3", xz: "xz-utils" };

/**
 * @typedef {{ at: "platform" | "compilers" | "apt-get" | "build", reason: string }} Obstacle
 * @typedef {{ root: string, env: NodeJS.ProcessEnv, npm: readonly string[], headers: string | undefined,
 *   mayInstall: boolean, remembered: Obstacle | undefined }} Circumstances
 */

/** @param {string} root */
const folder = (root) => join(root, "node_modules", "aws-lambda-ric");

/** @param {string} root */
const addonFile = (root) => join(folder(root), "rapid-client.node");

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** @param {string} program @param {NodeJS.ProcessEnv} env */
const onPath = (program, env) => (env["PATH"] ?? "").split(delimiter).some((dir) => isProgram(join(dir || ".", program)));

/** @param {NodeJS.ProcessEnv} env */
const missingCompilers = (env) => Object.keys(compilers).filter((program) => !onPath(program, env));

/** @param {NodeJS.ProcessEnv} env */
const canInstallPackages = (env) => process.getuid?.() === 0 && onPath("apt-get", env);

/** The last lines of what a command said; npm's own frame around them is left out where something else remains. @param {string} output */
function quote(output) {
  const lines = output.split("\n").filter((line) => line.trim());
  const own = lines.filter((line) => !line.startsWith("npm "));
  for (const line of (own.length > 0 ? own : lines).slice(-8)) process.stderr.write(`  | ${line}\n`);
}

/**
 * @param {Circumstances} circumstances
 * @returns {Promise<Obstacle | undefined>}
 */
async function installCompilers({ root, env }) {
  const packages = Object.values(compilers);
  const options = { cwd: root, env: { ...env, DEBIAN_FRONTEND: "noninteractive" } };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    const { code, output } = await step(`apt-get ${args.join(" ")}`, ["apt-get", ...args], options);
    if (code !== 0) {
      quote(output);
      return { at: "apt-get", reason: `apt-get ${args[0]} failed` };
    }
  }
  return undefined;
}

/**
 * @param {Circumstances} circumstances
 * @returns {Promise<Obstacle | undefined>}
 */
async function build({ root, env, npm, headers }) {
  const command = [...npm, "rebuild", "aws-lambda-ric", "--ignore-scripts=false", "--foreground-scripts"];
  const options = { cwd: root, env: { ...env, npm_config_nodedir: headers } };
  const { output } = await step("build the native AWS runtime client (once, about a minute)", command, options);
  if (existsSync(addonFile(root))) return undefined;
  quote(output);
  return { at: "build", reason: "its build failed" };
}

/**
 * @param {Circumstances} circumstances
 * @returns {Promise<Obstacle | undefined>}
 */
async function tryToBuild(circumstances) {
  const { env, headers, mayInstall, remembered } = circumstances;
  if (!headers) return { at: "platform", reason: `no build for ${process.platform} ${process.arch}` };
  const missing = missingCompilers(env);
  if (missing.length > 0) {
    if (remembered?.at === "apt-get") return remembered;
    const possible = canInstallPackages(env);
    if (!mayInstall || !possible) return { at: "compilers", reason: `not on the PATH: ${missing.join(", ")}${possible ? "; npm test installs them" : ""}` };
    const obstacle = await installCompilers(circumstances);
    if (obstacle) return obstacle;
  }
  return remembered?.at === "build" ? remembered : build(circumstances);
}

/**
 * Sees to it that AWS's runtime client has its compiled half. Where it cannot have one, that is said, and the pure-JS client serves.
 * @param {Circumstances} circumstances
 * @returns {Promise<Obstacle | undefined>} to be remembered, so that a repeat does not try in vain
 */
export async function ensureNativeClient(circumstances) {
  const { root, env } = circumstances;
  if (existsSync(addonFile(root))) return undefined;
  if (env["ISOBAR_AWS_CLIENT"] === "js") return circumstances.remembered;
  const remembered = env["ISOBAR_AWS_CLIENT"] === "native" ? undefined : circumstances.remembered;
  const obstacle = await tryToBuild({ ...circumstances, remembered });
  if (obstacle) {
    const again = obstacle === remembered ? "; ISOBAR_AWS_CLIENT=native tries again" : "";
    say(`native AWS runtime client not built (${obstacle.reason}${again}); using its pure-JS client instead`);
  }
  return obstacle;
}

/** @param {string} root @returns {string} */
const version = (root) => JSON.parse(readFileSync(join(folder(root), "package.json"), "utf8")).version;

/**
 * The compiled client and the version it was built from, to be carried over a new installation.
 * @param {string} root
 */
export const keepAddon = (root) => (existsSync(addonFile(root)) ? { version: version(root), bytes: readFileSync(addonFile(root)) } : undefined);

/** @param {string} root @param {ReturnType<typeof keepAddon>} kept */
export function restoreAddon(root, kept) {
  if (kept && existsSync(folder(root)) && version(root) === kept.version) writeFileSync(addonFile(root), kept.bytes);
}
