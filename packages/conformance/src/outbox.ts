/**
 * An outbox that only remembers, for entries under test. It writes each effect as a line of JSON to the file that ISOBAR_OUTBOX names, so
 * that a harness sees what happened in another process, even in one that crashed afterwards. A channel named "unreachable" takes nothing.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import type { Effect, Outbox } from "@isobar/core/adapter";

export const outboxVariable = "ISOBAR_OUTBOX";

/** An effect as it was written down; bytes in base64. */
export type WrittenEffect = Omit<Extract<Effect, { readonly to: object }>, "body"> & { readonly body: string | { readonly base64: string } };

const written = (effect: Effect): object => ("body" in effect && typeof effect.body !== "string" ? { ...effect, body: { base64: Buffer.from(effect.body).toString("base64") } } : effect);

export const outbox: Outbox = {
  async perform(effect) {
    const file = process.env[outboxVariable];
    if (file === undefined) throw new Error(`${outboxVariable} names no file`);
    if ("to" in effect && effect.to.name === "unreachable") throw new Error("the channel takes nothing");
    appendFileSync(file, `${JSON.stringify(written(effect))}\n`);
  },
};

/** Takes what was written since the last call. In: the file. Out: effects in their order. */
export function takeEffects(file: string): readonly WrittenEffect[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line !== "");
  rmSync(file);
  return lines.map((line) => JSON.parse(line) as WrittenEffect);
}

/** The bytes that would go on the wire, whether they were written as text or in base64. */
export const bytesOf = ({ body }: WrittenEffect): Buffer => (typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body.base64, "base64"));
