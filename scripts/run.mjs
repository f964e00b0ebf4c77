import { spawn } from "node:child_process";
import { constants } from "node:os";

/** A failure that is told in words: its message and what the failed command printed, without a stack. */
export class Failure extends Error {
  /** @param {string} message @param {string} [output] */
  constructor(message, output = "") {
    super(message);
    this.output = output;
  }
}

/** @param {string} text */
export const say = (text) => process.stderr.write(`isobar: ${text}\n`);

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
/** @type {NodeJS.Signals | undefined} */
let interruptedBy;

/** @param {NodeJS.Signals} signal */
const statusOf = (signal) => 128 + constants.signals[signal];

/**
 * The first signal asks the children to end and the second one makes them. A terminal has already sent its Ctrl-C to
 * the children, to whom a second one would mean "drop everything".
 * @param {NodeJS.Signals} signal
 */
function interrupt(signal) {
  const again = interruptedBy !== undefined;
  interruptedBy = signal;
  if (signal === "SIGINT" && process.stdin.isTTY && !again) return;
  for (const child of children) child.kill(again ? "SIGKILL" : signal);
}

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** @param {import("node:child_process").ChildProcess} child */
function watch(child) {
  if (children.size === 0) for (const signal of signals) process.on(signal, interrupt);
  children.add(child);
}

/** @param {import("node:child_process").ChildProcess} child */
function unwatch(child) {
  children.delete(child);
  if (children.size === 0) for (const signal of signals) process.off(signal, interrupt);
}

/**
 * Runs a command to its end. Its output goes to this process's own, or is captured and handed back.
 * @param {readonly string[]} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, capture?: boolean, shell?: boolean }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run([file = "", ...args], { cwd, env, capture = false, shell = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, shell, stdio: capture ? ["ignore", "pipe", "pipe"] : "inherit" });
    watch(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("error", (error) => {
      unwatch(child);
      reject(new Failure(`cannot start ${file}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      unwatch(child);
      if (interruptedBy) process.exit(statusOf(interruptedBy));
      resolve({ code: code ?? (signal ? statusOf(signal) : 1), output });
    });
  });
}

/**
 * Runs a command with its output captured, telling what is being done and how long it took. On a terminal the line ticks;
 * elsewhere it is written once at each end.
 * @param {string} what
 * @param {readonly string[]} command
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, shell?: boolean }} options
 */
export async function step(what, command, options) {
  const start = performance.now();
  const live = Boolean(process.stderr.isTTY);
  const seconds = () => (performance.now() - start) / 1000;
  const tick = () => process.stderr.write(`\r\x1b[2Kisobar: ${what} … ${Math.floor(seconds())} s`);
  if (live) tick();
  else say(`${what} …`);
  const timer = live ? setInterval(tick, 1000) : undefined;
  try {
    const result = await run(command, { ...options, capture: true });
    if (live) process.stderr.write("\r\x1b[2K");
    say(`${what}: ${result.code === 0 ? "done in" : "failed after"} ${seconds().toFixed(1)} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/**
 * The arguments meant for the program that a script starts.
 * @param {readonly string[]} argv
 */
export const forwarded = ([first, ...rest]) => (first === "--" ? rest : first === undefined ? [] : [first, ...rest]);

/** @param {Failure} failure */
export function tell(failure) {
  if (failure.output.trim()) process.stderr.write(`${failure.output.trimEnd()}\n`);
  say(failure.message);
}

/**
 * Runs a script's body; its result is the exit code.
 * @param {() => Promise<number>} body
 */
export async function main(body) {
  try {
    process.exitCode = await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell(error);
    process.exitCode = 1;
  }
}
