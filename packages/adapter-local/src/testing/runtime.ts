/** A unit in a process of its own, called over an IPC channel: the least that a platform can be. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { RunningUnit, Seen, UnitToRun } from "@isobar/core/adapter";
import { worker } from "./worker.ts";

/** How long an entry may take to load, in milliseconds. */
const loadLimitMs = 10_000;

interface Instance {
  readonly child: ChildProcess;
  readonly ready: Promise<Seen | undefined>;
  readonly waiting: Map<string, (seen: Seen) => void>;
}

function startInstance(unit: UnitToRun, log: (text: string) => void): Instance {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", worker, join(unit.folder, unit.entry)], {
    cwd: unit.folder,
    env: { PATH: process.env.PATH, ...unit.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "advanced",
  });
  child.stdout!.setEncoding("utf8").on("data", log);
  child.stderr!.setEncoding("utf8").on("data", log);
  const waiting = new Map<string, (seen: Seen) => void>();
  const ready = new Promise<Seen | undefined>((resolve) => {
    const limit = setTimeout(() => {
      resolve({ threw: { type: "StartTimeout", message: `the entry did not load in ${loadLimitMs} ms` } });
      child.kill("SIGKILL");
    }, loadLimitMs);
    child.on("message", (message: { readonly ready?: true; readonly broken?: { type: string; message: string }; readonly id: string; readonly seen: Seen }) => {
      if (message.seen) {
        waiting.get(message.id)?.(message.seen);
        waiting.delete(message.id);
        return;
      }
      clearTimeout(limit);
      resolve(message.broken === undefined ? undefined : { threw: message.broken });
    });
    child.once("exit", (code, signal) => {
      clearTimeout(limit);
      const seen: Seen = { exited: code, ...(signal === null ? {} : { signal }) };
      resolve(seen);
      for (const settle of waiting.values()) settle(seen);
      waiting.clear();
    });
  });
  return { child, ready, waiting };
}

/** Starts a unit; a crashed, killed or broken process is replaced at the next invocation. */
export async function startUnit(unit: UnitToRun): Promise<RunningUnit> {
  let logs = "";
  let count = 0;
  let instance: Instance | undefined;
  let stopped = false;
  const alive = () => instance !== undefined && instance.child.exitCode === null && instance.child.signalCode === null;
  const current = () => (alive() ? instance! : (instance = startInstance(unit, (text) => void (logs += text))));
  return {
    async invoke(functionName, native) {
      if (stopped) throw new Error(`unit ${unit.unit} is stopped`);
      if (!unit.functions.includes(functionName)) throw new Error(`unit ${unit.unit} has no function ${functionName}`);
      const running = current();
      const broken = await running.ready;
      if (broken !== undefined) return broken;
      const id = `local-${++count}`;
      return new Promise((resolve) => {
        const limit = setTimeout(() => {
          running.waiting.delete(id);
          resolve({ timedOut: true });
          running.child.kill("SIGKILL");
        }, unit.timeoutMs);
        running.waiting.set(id, (seen) => {
          clearTimeout(limit);
          resolve(seen);
        });
        running.child.send({ id, native, functionName }, (error) => {
          if (error) running.waiting.get(id)?.({ threw: { type: error.name, message: error.message } });
        });
      });
    },
    logs: () => logs,
    async stop() {
      stopped = true;
      if (!alive()) return;
      const { child } = instance!;
      await new Promise<void>((resolve) => {
        child.once("exit", () => resolve());
        child.kill("SIGKILL");
      });
    },
  };
}
