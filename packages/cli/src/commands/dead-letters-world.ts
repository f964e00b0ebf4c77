/** What `isobar dead-letters` has of the machine that it runs on: programs, a user to ask, an end that the user may want. */
import { execFile } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { IsobarError } from "@isobar/core";
import type { Machine } from "@isobar/core/plan";

export interface World {
  readonly machine: Machine;
  /** Milliseconds since 1970. */
  now(): number;
  /** Asks the user; `undefined` where nobody is there to answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Writes bytes as they are to standard output. */
  write(bytes: Uint8Array): void;
  /** A signal that aborts when the user wants the end; `over` stops listening. */
  interruptible(): { readonly signal: AbortSignal; over(): void };
}

/** A vendor's own command line may ask its service, and its user's browser never. */
const programMs = 60_000;
const mostPrintedBytes = 1_048_576;

/** `Machine.run`: the program is found in PATH, and gets its arguments as they are. Its output may be a secret, and is in no error. */
export const runIn = (env: Machine["env"], limitMs = programMs): Machine["run"] => (program, args) =>
  new Promise((resolve, reject) => {
    const spelled = [program, ...args].join(" ");
    const limits = { timeout: limitMs, killSignal: "SIGKILL", maxBuffer: mostPrintedBytes } as const;
    const child = execFile(program, args, { env: env as NodeJS.ProcessEnv, shell: false, windowsHide: true, ...limits }, (error, printed) => {
      if (error === null) return resolve(printed);
      if (error.code === "ENOENT") return resolve(undefined);
      const how = typeof error.code === "number" ? `ended with exit code ${error.code}: run it to see why` : `could not be run (${error.code ?? error.signal ?? "no reason told"})`;
      const why = error.killed === true ? `took more than ${limitMs / 1_000} s` : how;
      reject(new IsobarError("send-failed", `"${spelled}" ${why}`));
    });
    // A program that asks for something is answered with nothing.
    child.stdin?.end();
  });

/** Whether the next line says yes. The end of the input, and Ctrl-C, say no. */
export const asking = (input: NodeJS.ReadableStream, output: NodeJS.WritableStream): NonNullable<World["confirm"]> => async (question) => {
  const lines = createInterface({ input, output });
  const unanswered = (error: unknown): string => {
    if ((error as Error).name === "AbortError") return "";
    throw error;
  };
  try {
    const ended = new Promise<string>((resolve) => void lines.once("close", () => resolve("")));
    return /^y(?:es)?$/i.test((await Promise.race([lines.question(question).catch(unanswered), ended])).trim());
  } finally {
    lines.close();
  }
};

export const processWorld = (): World => ({
  machine: { env: process.env, run: runIn(process.env) },
  now: Date.now,
  confirm: process.stdin.isTTY && process.stderr.isTTY ? asking(process.stdin, process.stderr) : undefined,
  write: (bytes) => void process.stdout.write(bytes),
  interruptible() {
    const controller = new AbortController();
    const stop = () => controller.abort(new IsobarError("send-failed", "interrupted"));
    // Once: a second time the process ends as it always would.
    process.once("SIGINT", stop);
    return { signal: controller.signal, over: () => void process.off("SIGINT", stop) };
  },
});
