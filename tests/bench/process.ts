/** A worker as its parent sees it. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Contestant } from "./contestants.ts";
import type { Ask, Reply, Slot } from "./protocol.ts";
import type { ScenarioName } from "./scenarios.ts";

export interface Worker {
  /** The handler's answer to the scenario's event. */
  answer(): Promise<unknown>;
  slot(ms: number): Promise<Slot>;
  stop(): Promise<void>;
}

export function startWorker({ file, name }: Contestant, scenario: ScenarioName): Worker {
  // What handlers log is part of the work and goes nowhere; failures come back as replies.
  const child = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), [file, scenario], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const replyTo = (ask: Ask): Promise<Reply> =>
    new Promise((resolve, reject) => {
      child.once("message", (reply) => resolve(reply as Reply));
      void exited.then((code) => reject(new Error(`${name}, ${scenario}: the worker ended with code ${code}`)));
      child.send(ask);
    });
  async function asked<K extends "answer" | "slot">(ask: Ask, key: K): Promise<Extract<Reply, Record<K, unknown>>[K]> {
    const reply = await replyTo(ask);
    if ("failed" in reply) throw new Error(`${name}, ${scenario}: ${reply.failed}`);
    return (reply as Extract<Reply, Record<K, unknown>>)[key];
  }
  return {
    answer: () => asked({ do: "answer" }, "answer"),
    slot: (ms) => asked({ do: "slot", ms }, "slot"),
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}
