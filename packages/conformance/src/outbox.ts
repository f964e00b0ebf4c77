/**
 * An outbox that only remembers, for entries under test. It writes each effect as a line of JSON to the file that ISOBAR_OUTBOX names, so
 * that a harness sees what happened in another process, even in one that crashed afterwards. A channel named "unreachable" takes nothing.
 * Deliveries that are put off are written down too; nothing comes of it here.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import type { Effect, Outbox } from "@isobar/core/adapter";

export const outboxVariable = "ISOBAR_OUTBOX";

/** An effect as it was written down; bytes in base64. */
export type WrittenEffect = Omit<Extract<Effect, { readonly to: object }>, "body"> & { readonly body: string | { readonly base64: string } };

/** A delivery that was put off: hidden where it is, or as a copy behind a delay. */
export type PutOff =
  | Omit<Extract<Effect, { readonly do: "postpone" }>, "record">
  | (Omit<Extract<Effect, { readonly do: "requeue" }>, "body"> & { readonly body: string | { readonly base64: string } });

/** Records are the provider's own, and not always JSON. */
function written(effect: Effect): object {
  const { record: _, ...told } = { record: undefined, ...effect };
  return "body" in told && typeof told.body !== "string" ? { ...told, body: { base64: Buffer.from(told.body).toString("base64") } } : told;
}

export const outbox: Outbox = {
  async perform(effect) {
    const file = process.env[outboxVariable];
    if (file === undefined) throw new Error(`${outboxVariable} names no file`);
    if ("to" in effect && effect.to.name === "unreachable") throw new Error("the channel takes nothing");
    appendFileSync(file, `${JSON.stringify(written(effect))}\n`);
  },
};

/** Takes what was written since the last call. In: the file. Out: what was sent and dead-lettered, and what was put off, each in its order. */
export function takeWritten(file: string): { readonly effects: readonly WrittenEffect[]; readonly putOff: readonly PutOff[] } {
  if (!existsSync(file)) return { effects: [], putOff: [] };
  const all = readFileSync(file, "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as WrittenEffect | PutOff);
  rmSync(file);
  return { effects: all.filter((effect): effect is WrittenEffect => "to" in effect), putOff: all.filter((effect): effect is PutOff => !("to" in effect)) };
}
/** What was sent and dead-lettered since the last call. */
export const takeEffects = (file: string): readonly WrittenEffect[] => takeWritten(file).effects;

/** The bytes that would go on the wire, whether they were written as text or in base64. */
export const bytesOf = ({ body }: Pick<WrittenEffect, "body">): Buffer => (typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body.base64, "base64"));
