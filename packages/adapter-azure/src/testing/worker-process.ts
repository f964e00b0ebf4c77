/** One worker process: started, told, listened to, ended. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { UnitToRun } from "@isobar/core/adapter";
import type { FromWorker, MarkedFromWorker, ToWorker } from "./messages.ts";
import { readMarked } from "./output.ts";
import type { Failure, InvocationRequest } from "./rpc.ts";

/** Milliseconds: for loading the entry, for ending when asked, and for output that was written before what we know already. */
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 1_000;
const DRAIN_LIMIT_MS = 500;

export type Ended = { readonly kind: "ended"; readonly exited: number | null; readonly signal?: string };
type Ready = Extract<FromWorker, { kind: "ready" }>;
type Unloadable = Extract<FromWorker, { kind: "unloadable" }>;
type Answer = Extract<FromWorker, { kind: "done" | "failed" }>;

/** Its promises never reject; `invoke` alone does, when the request cannot be cloned into the process. */
export interface WorkerProcess {
  readonly loaded: Promise<Ready | Unloadable | Ended>;
  readonly ended: Promise<Ended>;
  invoke(functionName: string, request: InvocationRequest): Promise<Answer | Ended>;
  kill(): void;
  /** Asks the app to end (the host's workerTerminate, which runs its appTerminate hooks), and kills what does not. */
  stop(): Promise<void>;
}

/** `write` gets all output. `retired` is called, maybe twice, as soon as nothing more should be sent: killed, or gone. */
export interface Owner {
  readonly write: (text: string) => void;
  readonly retired: () => void;
  readonly startLimitMs?: number;
}

/** Waits until the process runs; rejects when it cannot be started (no such folder). */
export async function startWorker(unit: UnitToRun, { write, retired, startLimitMs = START_LIMIT_MS }: Owner): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [workerFile(), unit.folder, unit.entry], {
    cwd: unit.folder,
    env: environment(unit),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("the worker process has no output streams");
  const waiting = new Map<string, (answer: Answer | Ended) => void>();
  let end: Ended | undefined;
  let started: (how: Ready | Unloadable | Ended) => void = () => undefined;
  const loaded = new Promise<Ready | Unloadable | Ended>((resolve) => (started = resolve));

  const read = [readMarked(stdout, write), readMarked(stderr, write)];
  child.on("error", (error) => write(`[host] ${error.message}\n`));
  child.on("message", async (message: MarkedFromWorker) => {
    const finish = "invocationId" in message ? waiting.get(message.invocationId) : undefined;
    if ("invocationId" in message) waiting.delete(message.invocationId);
    await within(Promise.all(read.map((upTo) => upTo(message.mark))), DRAIN_LIMIT_MS);
    if (message.kind === "ready" || message.kind === "unloadable") started(message);
    else finish?.(message);
  });
  const drained = Promise.all((["disconnect", "close"] as const).map((event) => new Promise<void>((resolve) => child.once(event, () => resolve()))));
  const ended = new Promise<Ended>((resolve) => {
    child.once("exit", async (exited, signal) => {
      retired();
      await within(drained, DRAIN_LIMIT_MS);
      stdout.destroy();
      stderr.destroy();
      end = { kind: "ended", exited, ...(signal !== null && { signal }) };
      started(end);
      for (const finish of waiting.values()) finish(end);
      waiting.clear();
      resolve(end);
    });
  });
  await once(child, "spawn");

  const kill = () => {
    retired();
    child.kill("SIGKILL");
  };
  const tooLate: Failure = { type: "TimeoutException", message: `Worker was unable to load entry point "${unit.entry}" within ${startLimitMs} ms` };
  void within(loaded, startLimitMs).then((inTime) => {
    if (inTime) return;
    started({ kind: "unloadable", failure: tooLate });
    kill();
  });
  const tell = (message: ToWorker) => child.send(message, (error) => error && write(`[host] ${error.message}\n`));

  return {
    loaded,
    ended,
    kill,
    invoke: (functionName, request) =>
      new Promise((resolve, reject) => {
        if (end !== undefined) return resolve(end);
        waiting.set(request.invocationId, resolve);
        try {
          tell({ kind: "invoke", functionName, request });
        } catch (error) {
          waiting.delete(request.invocationId);
          reject(error);
        }
      }),
    stop: async () => {
      if (child.connected) tell({ kind: "terminate" });
      if (!(await within(ended, STOP_LIMIT_MS))) kill();
      await ended;
    },
  };
}

/** True when the promise settled in time. Leaves no timer behind. */
export async function within(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, Math.min(limitMs, 2 ** 31 - 1), false)));
  try {
    return await Promise.race([promise.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The program beside this module: TypeScript when run from the sources, JavaScript when built (this module may be in a shared chunk, one folder up). */
function workerFile(): string {
  const names = import.meta.url.endsWith(".ts") ? ["./worker.ts"] : ["./worker.js", "./testing/worker.js"];
  const found = names.map((name) => fileURLToPath(new URL(name, import.meta.url))).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`the worker program is missing: none of ${names.join(", ")} beside ${import.meta.url}`);
  return found;
}

/** Nothing of ours but the path (and what Windows cannot start without), then what every function app has, then the unit's own. */
function environment(unit: UnitToRun): Record<string, string> {
  const inherited = ["PATH", "SystemRoot"].flatMap((name): [string, string][] => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(inherited), FUNCTIONS_WORKER_RUNTIME: "node", FUNCTIONS_EXTENSION_VERSION: "~4", ...unit.env };
}
