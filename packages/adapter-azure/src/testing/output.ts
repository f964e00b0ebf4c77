/**
 * What a process writes, in step with what it says: the IPC channel and the two output streams are three pipes, so the
 * worker numbers its messages and writes the number into both streams before it sends one. `logs()` is then complete
 * up to an answer when the answer is handed on.
 */

import type { Readable } from "node:stream";

const MARK = /\0isobar:(\d+)\0/g;
const LONGEST_MARK = 32;

export function markOf(message: number): string {
  return `\0isobar:${message}\0`;
}

/** Passes a stream's text on to `write` without the marks. Returns a wait for one mark, which has no time limit of its own. */
export function readMarked(stream: Readable, write: (text: string) => void): (message: number) => Promise<void> {
  const waiting = new Map<number, () => void>();
  let passed = 0;
  let held = "";

  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const arrived: number[] = [];
    held = (held + text).replace(MARK, (_, message: string) => {
      arrived.push(Number(message));
      return "";
    });
    const start = held.lastIndexOf("\0");
    const whole = start >= 0 && held.length - start < LONGEST_MARK ? start : held.length;
    write(held.slice(0, whole));
    held = held.slice(whole);
    for (const message of arrived) {
      passed = message;
      waiting.get(message)?.();
      waiting.delete(message);
    }
  });
  stream.on("close", () => {
    write(held);
    held = "";
  });
  return (message) =>
    new Promise((resolve) => {
      if (message <= passed) resolve();
      else waiting.set(message, resolve);
    });
}
