import { expect, test } from "vitest";
import { whileWanted } from "./wanted.ts";

test("gives what was begun, and no longer listens to the signal", async () => {
  const controller = new AbortController();
  const ends: string[] = [];
  await expect(whileWanted<string>(controller.signal, (resolve) => (resolve("done"), () => void ends.push("ended")))).resolves.toBe("done");
  controller.abort();
  expect(ends).toEqual([]);
});
test("a signal that aborts ends what was begun, with the signal's reason", async () => {
  const controller = new AbortController();
  const ends: string[] = [];
  const waiting = whileWanted<string>(controller.signal, () => () => void ends.push("ended"));
  const reason = new Error("no longer");
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  expect(ends).toEqual(["ended"]);
});
test("a signal that has aborted lets nothing begin", async () => {
  const reason = new Error("too late");
  const begun: string[] = [];
  await expect(whileWanted<string>(AbortSignal.abort(reason), () => (begun.push("begun"), () => {}))).rejects.toBe(reason);
  expect(begun).toEqual([]);
});
test("what fails, or cannot begin, rejects with its own reason", async () => {
  const { signal } = new AbortController();
  await expect(whileWanted(signal, (_, reject) => (reject(new Error("refused")), () => {}))).rejects.toThrow("refused");
  await expect(whileWanted(signal, () => { throw new Error("no such host"); })).rejects.toThrow("no such host");
});
