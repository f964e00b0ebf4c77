/** Which letters go back, and where to: decided letter by letter, done one after the other, told as it is done. */
import { IsobarError, type Queue } from "@isobar/core";
import type { DeadLetter, DeadLetters, Recipient } from "@isobar/core/plan";
import { shown } from "./dead-letters-text.ts";

/** What became of one letter. */
export interface Outcome {
  readonly id: string;
  /** `would`: a dry run. `left`: not to be redriven, for a reason that is no failure by itself. */
  readonly end: "redriven" | "would" | "failed" | "left";
  /** The function that it went back to, or would. */
  readonly to?: string;
  readonly why?: string;
}
export interface Sweep {
  readonly queue: Queue;
  readonly recipients: readonly Recipient[];
  /** Letters to look at. */
  readonly limit: number;
  /** Of those, the letters that are meant. */
  readonly meant: (letter: DeadLetter) => boolean;
  /** Only letters of this function, and those whose function is not known. */
  readonly to: Recipient | undefined;
  readonly dry: boolean;
}

/** Where a letter goes back to; or why it stays. */
export function destinationOf({ function: name }: DeadLetter, { recipients, to }: Pick<Sweep, "recipients" | "to">): Recipient | { readonly stays: string } {
  if (name === undefined) return to ?? { stays: "the platform moved it and does not say whose it is: name a function with --to" };
  if (to !== undefined && to.name !== name) return { stays: `it is of ${shown(name)}, not of ${to.name}` };
  return recipients.find((each) => each.name === name) ?? { stays: `it is of ${shown(name)}, which is no function here that has this dead letter` };
}

/** Errors of an adapter's client are the user's to mend; a slip of ours keeps its stack. */
export const mendable = (error: unknown): unknown => (error instanceof Error && error.name === "Error" ? new IsobarError("send-failed", error.message, { cause: error }) : error);

/**
 * Goes through the letters. Out: what became of those that are meant, in their order, and the error that ended the walk early, if one did: what was done by then is done. `told` hears of each as it is
 * done. Rejects for a slip of ours.
 */
export async function swept(deadLetters: DeadLetters, sweep: Sweep, signal: AbortSignal, told: (outcome: Outcome) => void): Promise<{ readonly outcomes: readonly Outcome[]; readonly broken?: IsobarError }> {
  const { queue, recipients, limit, meant, dry } = sweep;
  const outcomes: Outcome[] = [];
  const tell = (outcome: Outcome): void => {
    outcomes.push(outcome);
    told(outcome);
  };
  try {
    for await (const { letter, redrive } of deadLetters.take(queue, { limit, recipients }, signal)) {
      if (!meant(letter)) continue;
      const { id } = letter;
      const to = destinationOf(letter, sweep);
      if ("stays" in to) tell({ id, end: "left", why: to.stays });
      else if (dry) tell({ id, end: "would", to: to.name });
      else {
        try {
          await redrive(to, signal);
          tell({ id, end: "redriven", to: to.name });
        } catch (error) {
          const known = mendable(error);
          if (!(known instanceof Error) || known.name !== "IsobarError") throw error;
          tell({ id, end: "failed", to: to.name, why: known.message });
        }
      }
      signal.throwIfAborted();
    }
    return { outcomes };
  } catch (error) {
    const known = mendable(error);
    if (!(known instanceof Error) || known.name !== "IsobarError") throw error;
    return { outcomes, broken: known as IsobarError };
  }
}

const wordOf = { redriven: "redriven", would: "would go", failed: "failed", left: "left" } as const;
export const outcomeText = ({ id, end, to, why }: Outcome): string => `${wordOf[end].padEnd(8)}  ${shown(id)}${end === "failed" || end === "left" ? `: ${shown(why!)}` : ` to ${to}`}`;

/** "to charge (10), refund (2)" */
export function whereTo(outcomes: readonly Outcome[]): string {
  const counts = new Map<string, number>();
  for (const { to } of outcomes) counts.set(to!, (counts.get(to!) ?? 0) + 1);
  return `to ${[...counts].map(([name, n]) => (counts.size === 1 ? name : `${name} (${n})`)).join(", ")}`;
}
/** What was done, and what stays for which reasons. */
export function summaryText(outcomes: readonly Outcome[], where: string): readonly string[] {
  const of = (end: Outcome["end"]) => outcomes.filter((each) => each.end === end);
  const [redriven, would, failed, left] = [of("redriven"), of("would"), of("failed"), of("left")];
  const part = (some: readonly Outcome[], text: (n: number) => string): readonly string[] => (some.length > 0 ? [text(some.length)] : []);
  const done = [
    ...part(redriven, (n) => `redriven ${n} ${whereTo(redriven)}`),
    ...part(would, (n) => `would redrive ${n} ${whereTo(would)}`),
    ...part(failed, (n) => `${n} failed`),
    ...part(left, (n) => `${n} left`),
  ];
  const reasons = new Map<string, number>();
  for (const { why } of left) reasons.set(why!, (reasons.get(why!) ?? 0) + 1);
  return [`${where}: ${done.join(", ") || "nothing to redrive"}`, ...[...reasons].map(([why, n]) => `left ${n}: ${shown(why)}`)];
}
