import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureNativeClient, keepAddon, restoreAddon } from "./aws-client.mjs";
import { Failure, say, step } from "./run.mjs";

/** @typedef {{ installed: string, obstacle?: import("./aws-client.mjs").Obstacle | undefined }} Stamp */

export const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const binaries = join(modules, ".bin");
const stampFile = join(modules, ".isobar-setup.json");

/** The first Node that runs TypeScript files as they are. */
const oldestNode = [22, 18];

const windows = process.platform === "win32";
const npm = [windows ? "npm.cmd" : "npm"];

/** @returns {Partial<Stamp>} */
function readStamp() {
  if (!existsSync(stampFile)) return {};
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch (error) {
    say(`${stampFile} is unreadable (${error}); installing again`);
    return {};
  }
}

/** @param {Stamp} stamp */
const writeStamp = (stamp) => writeFileSync(stampFile, `${JSON.stringify(stamp, null, 2)}\n`);

function wantedInstallation() {
  const hash = createHash("sha256");
  for (const file of ["package-lock.json", "package.json"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/**
 * This process's environment with its PATH led by the given folders. This workspace's own binaries are taken out of
 * the old one: what npm put there must not serve while npm replaces it.
 * @param {readonly string[]} folders
 * @returns {NodeJS.ProcessEnv}
 */
function environment(folders) {
  const entries = Object.entries(process.env).filter(([name]) => name.toUpperCase() !== "PATH");
  const path = (process.env["PATH"] ?? process.env["Path"] ?? "").split(delimiter).filter((dir) => !`${resolve(dir)}${sep}`.startsWith(modules + sep));
  return { ...Object.fromEntries(entries), PATH: [...folders, ...path].join(delimiter) };
}

/** @returns {Promise<Partial<Stamp>>} */
async function install() {
  const stamp = readStamp();
  const installed = wantedInstallation();
  if (stamp.installed === installed) return stamp;
  const addon = keepAddon(root);
  const command = [...npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--include=dev", "--include=optional", "--loglevel=error"];
  const { code, output } = await step("install packages (npm ci)", command, { cwd: root, env: environment([]), shell: windows });
  if (code !== 0) throw new Failure(`npm ci failed with exit code ${code}`, output);
  restoreAddon(root, addon);
  writeStamp({ installed });
  return { installed };
}

/** The folder of the Node that was installed as a package. */
const packagedNode = join(modules, `node-${windows ? "win" : process.platform}-${process.arch}`);

/** The folder of the Node that runs everything after the installation: the packaged one, else the one running now. */
function nodeFolder() {
  const packaged = join(packagedNode, "bin");
  if (existsSync(packaged) && spawnSync(join(packaged, "node"), ["--version"]).status === 0) return packaged;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new Failure(`Node ${oldestNode.join(".")} or newer is needed, 24 at best; this is ${process.version}, and no packaged Node runs on ${process.platform} ${process.arch}`);
  }
  return dirname(process.execPath);
}

/** @param {NodeJS.ProcessEnv} env */
async function build(env) {
  const command = ["node", join("node_modules", "turbo", "bin", "turbo"), "run", "build", "--output-logs=errors-only", "--no-color"];
  const { code, output } = await step("build packages (turbo)", command, { cwd: root, env });
  if (code !== 0) throw new Failure(`the build failed with exit code ${code}`, output);
}

/**
 * Installs and builds whatever is not yet there, on a machine that has Node and npm.
 * @param {{ compilers: boolean }} options  whether missing compilers may be installed, where the machine allows that
 * @returns {Promise<NodeJS.ProcessEnv>} the environment for all that runs afterwards
 */
export async function setup({ compilers }) {
  const { installed = "", obstacle: remembered } = await install();
  const env = {
    ...environment([binaries, nodeFolder()]),
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
    DO_NOT_TRACK: "1",
    METADATA_SERVER_DETECTION: "none",
  };
  const headers = process.platform === "linux" && existsSync(join(packagedNode, "include")) ? packagedNode : undefined;
  const obstacle = await ensureNativeClient({ root, env, npm, headers, mayInstall: compilers, remembered });
  if (JSON.stringify(obstacle) !== JSON.stringify(remembered)) writeStamp({ installed, obstacle });
  await build(env);
  return env;
}
