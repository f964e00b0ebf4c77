import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Seen, UnitToRun } from "@isobar/core/adapter";
import { loopbackOnly } from "./loopback.ts";

/** Milliseconds until a process that does not listen counts as failed. Ours; Cloud Run waits longer. */
const startLimitMs = 10_000;
/** Milliseconds between SIGTERM and SIGKILL; Cloud Run gives 10 s (facts/delivery-semantics.md §4). */
const stopGraceMs = 500;
/** Milliseconds to wait for the rest of a dead process's output, which a grandchild can hold open. */
const drainMs = 200;

export type Ended = Extract<Seen, { exited: number | null }>;
export type Failed = Ended | Extract<Seen, { threw: unknown }>;

/** One process of the functions framework, as Cloud Run has container instances. */
export interface Instance {
  /** The port on 127.0.0.1 once it listens, or how it failed to. */
  readonly started: Promise<{ readonly port: number } | Failed>;
  /** Settles when the process is gone and its output is read. */
  readonly gone: Promise<Ended>;
  /** True when the event loop has turned after the call, false when the process died instead; pending while code blocks the loop. */
  turns(): Promise<boolean>;
  /** Ends this process only: SIGTERM, then SIGKILL. */
  end(): Promise<void>;
}

/**
 * Starts `@google-cloud/functions-framework` as the unit's own folder resolves it: the functions register with a module
 * of that package, so another copy would not see them. Everything the process writes goes to `write`.
 * Rejects when the folder cannot resolve the framework or no process can be spawned.
 */
export async function startInstance(unit: UnitToRun, write: (text: string) => void): Promise<Instance> {
  const source = resolve(unit.folder, unit.entry);
  const main = join(dirname(createRequire(source).resolve("@google-cloud/functions-framework")), "main.js");
  const options = [`--source=${source}`, `--target=${unit.unit}`, "--signature-type=http", "--port=0"];
  const child = spawn(process.execPath, [`--import=${loopbackOnly}`, main, ...options], {
    cwd: unit.folder,
    env: environment(unit),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const { stdout, stderr } = child;
  let errors = "";
  stdout?.setEncoding("utf8").on("data", write);
  stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
    write(text);
  });

  let over = false;
  const waiting: ((turned: boolean) => void)[] = [];
  const gone = new Promise<Ended>((settle) => {
    child.once("exit", (code, signal) => {
      over = true;
      const end = () => {
        clearTimeout(drained);
        stdout?.destroy();
        stderr?.destroy();
        for (const answer of waiting.splice(0)) answer(false);
        settle(signal === null ? { exited: code } : { exited: code, signal });
      };
      const drained = setTimeout(end, drainMs);
      child.once("close", end);
    });
  });
  const listening = new Promise<{ port: number }>((settle) => {
    child.on("message", (message: "here" | { port: number }) => (message === "here" ? waiting.shift()?.(true) : settle(message)));
  });
  await once(child, "spawn");
  child.on("error", (error) => write(`${error.stack}\n`));

  return {
    started: firstOf(listening, gone, () => child.kill("SIGKILL"), () => errors),
    gone,
    turns: () =>
      new Promise((answer) => {
        if (over) return answer(false);
        waiting.push(answer);
        child.send("there?", () => {}); // A channel that is closed already is answered by `gone`.
      }),
    async end() {
      child.kill("SIGTERM");
      const impatient = setTimeout(() => child.kill("SIGKILL"), stopGraceMs);
      await gone;
      clearTimeout(impatient);
    },
  };
}

/** How the start ended. The framework exits with 1 and tells stderr why when it cannot load the function (5.0.5 main.ts, loader.ts). */
async function firstOf(listening: Promise<{ port: number }>, gone: Promise<Ended>, kill: () => void, errors: () => string): Promise<{ port: number } | Failed> {
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    kill();
  }, startLimitMs);
  const first = await Promise.race([listening, gone]);
  clearTimeout(limit);
  if ("port" in first) return first;
  if (late) return { threw: { type: "StartTimeout", message: `Not listening after ${startLimitMs} ms. ${errors()}`.trim() } };
  if (first.exited !== 1) return first;
  const type = /^(?:Detailed stack trace: )?([A-Z]\w*(?:Error|Exception))\b/m.exec(errors())?.[1] ?? "Error";
  return { threw: { type, message: errors().trim() } };
}

/**
 * The variables that Cloud Run sets for a function (cloud.google.com/run/docs/configuring/services/
 * overview-environment-variables, "Reserved environment variables for functions"), which win over the unit's own; and
 * `NODE_ENV=production`, a default of the Node buildpack (GoogleCloudPlatform/buildpacks cmd/nodejs/npm/main.go), which
 * does not. `PORT` is left out, the port being unknown before it listens; so is the rest of this process's environment.
 */
const environment = (unit: UnitToRun): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  NODE_ENV: "production",
  ...unit.env,
  FUNCTION_TARGET: unit.unit,
  FUNCTION_SIGNATURE_TYPE: "http",
  K_SERVICE: unit.unit,
  K_CONFIGURATION: unit.unit,
  K_REVISION: `${unit.unit}-00001-iso`,
});
