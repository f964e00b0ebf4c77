/** What a scripted handler does with each start of a message, and how it is written. */
import { IsobarError, type Duration } from "@isobar/core";
import { spelledMs, toMs } from "@isobar/core/plan";

/**
 * `ok` acknowledges, `fail` returns a retry, `throw` throws, `reject` rejects, `after` returns `retry({ after })`; `hang` never settles and is given up at its deadline; `slow` takes so long and is then ok;
 * `crash` ends the process, at once or after so long; `block` keeps the process busy, so that nothing but the platform's own timeout ends it.
 */
export type Act =
  | { readonly act: "ok" | "fail" | "throw" | "reject" | "hang" | "block" }
  | { readonly act: "crash"; readonly afterMs?: number }
  | { readonly act: "after"; readonly after: Duration }
  | { readonly act: "slow"; readonly takesMs: number };

const plain = ["ok", "fail", "throw", "reject", "hang", "crash", "block"] as const;
export const acts = `${plain.join(", ")}, crash:DURATION, retry:DURATION, slow:DURATION`;

/** In: "fail,retry:30s,ok". Out: one act for each start; the last one stands for all that follow. Throws `invalid-definition` for a word that is none. */
export function script(text: string): readonly Act[] {
  return text.split(",").map((word): Act => {
    const [name, duration, ...more] = word.trim().split(":");
    const act = plain.find((each) => each === name);
    if (act !== undefined && duration === undefined) return { act };
    if (more.length === 0 && duration !== undefined && name === "retry") return toMs(duration as Duration), { act: "after", after: duration as Duration };
    if (more.length === 0 && duration !== undefined && name === "crash") return { act: "crash", afterMs: toMs(duration as Duration) };
    if (more.length === 0 && duration !== undefined && name === "slow") return { act: "slow", takesMs: toMs(duration as Duration) };
    throw new IsobarError("invalid-definition", `outcome ${JSON.stringify(word.trim())} is none of ${acts}`);
  });
}
/** An act as it is written. */
export function spelledAct(act: Act): string {
  if (act.act === "after") return `retry:${act.after}`;
  if (act.act === "slow") return `slow:${spelledMs(act.takesMs)}`;
  return act.act === "crash" && act.afterMs !== undefined ? `crash:${spelledMs(act.afterMs)}` : act.act;
}
/** The act of a start, by its number from 0: the last one stands for all that follow; without any, `ok`. */
export const actOf = (acts: readonly Act[], start: number): Act => acts[Math.min(start, acts.length - 1)] ?? { act: "ok" };
