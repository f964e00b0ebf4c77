/** Books of one simulation: what each message went through, and where it is in the end. */
import { IsobarError } from "@isobar/core";
import { stableId, type Effect, type Handed, type Published, type Rest } from "@isobar/core/adapter";
import { actOf, spelledAct, type Act } from "./script.ts";
import type { Fate, Start, Step } from "./trace.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };
interface Account {
  readonly message: string;
  readonly acts: readonly Act[];
  readonly starts: Writable<Start>[];
  /** Of each start: the hand-over that it belongs to. */
  readonly within: number[];
  /** The last hand-over. */
  handing: number;
  letters: number;
  /** Written since it was handed over: what "done" means then. */
  letter: { readonly queue: string; readonly reason: string } | undefined;
  putBack: boolean;
  moved: boolean;
  fate: Omit<Fate, "starts" | "letters"> | undefined;
}
type Of<D extends Effect["do"]> = Extract<Effect, { readonly do: D }>;

export interface Ledger {
  /** Before anything happens: a message, the id that handlers see, and its acts. Throws `invalid-definition` for an id that another message has: their books would be mixed. */
  open(message: string, eventId: string, acts: readonly Act[]): void;
  /** The sender's name of a message that the broker holds, be it a copy. Throws `internal` for one that nobody sent. */
  nameOf(message: Published): string;
  /** A handler starts. */
  start(eventId: string, attempt: number | undefined): { readonly act: Act; ended(): void };
  letter(effect: Of<"dead-letter">, takes: boolean): void;
  putOff(effect: Of<"postpone" | "requeue">, id: string): void;
  /** Out: the hand-over's number. */
  handed(messages: readonly string[]): number;
  /** `counts`: whether the broker hears it too; the answer of a hand-over that nobody waits for settles nothing. */
  heard(messages: readonly string[], handed: Handed, handing: number, counts: boolean): void;
  moved(message: string, to: Rest, why: string): void;
  fates(held: readonly string[]): Readonly<Record<string, Fate>>;
}

/** `broke` hears what no message's fate accounts for: inside a handler it would pass for the handler's own failure. */
export function ledger(note: (step: Step) => void, since: () => number, broke: (error: Error) => void): Ledger {
  const accounts = new Map<string, Account>();
  const byEvent = new Map<string, Account>();
  let handings = 0;
  const byEventId = (id: string): Account => {
    const account = byEvent.get(id) ?? accounts.get(id);
    if (account !== undefined) return account;
    const stray = new IsobarError("internal", `an event ${JSON.stringify(id)} that nobody sent`);
    broke(stray);
    throw stray;
  };
  const nameOf = ({ id, attribute }: Published): string => (accounts.get(id) ?? byEventId(stableId(id, attribute))).message;
  return {
    open(message, eventId, acts) {
      if (byEvent.has(eventId) || accounts.has(message)) throw new IsobarError("invalid-definition", `two messages are the event ${JSON.stringify(eventId)}`);
      const account: Account = { message, acts, starts: [], within: [], handing: 0, letters: 0, letter: undefined, putBack: false, moved: false, fate: undefined };
      accounts.set(message, account);
      byEvent.set(eventId, account);
    },
    nameOf,
    start(eventId, attempt) {
      const { message, acts, starts, within, handing } = byEventId(eventId);
      const act = actOf(acts, starts.length);
      const start: Writable<Start> = { atMs: since(), attempt, act: spelledAct(act) };
      starts.push(start);
      within.push(handing);
      note({ atMs: since(), what: "ran", message, attempt, act: start.act });
      return { act, ended: () => void (start.endedMs = since()) };
    },
    letter({ to, attribute }, takes) {
      const { id, reason } = JSON.parse(attribute) as { readonly id: string; readonly reason: string };
      const account = byEventId(id);
      const { message } = account;
      if (!takes) {
        note({ atMs: since(), what: "refused", message, effect: "dead-letter", why: `${to.name} takes nothing` });
        throw new IsobarError("dead-letter-failed", `${to.name} takes nothing`);
      }
      account.letters++;
      account.letter = { queue: to.name, reason };
      note({ atMs: since(), what: "dead-letter", message, to: to.name, reason });
    },
    putOff(effect, id) {
      const account = effect.do === "requeue" ? byEventId(stableId(id, effect.attribute)) : (accounts.get(id) ?? byEventId(id));
      if (effect.do === "requeue") account.putBack = true;
      note({ atMs: since(), what: effect.do === "requeue" ? "put back" : "postponed", message: account.message, afterMs: effect.afterMs });
    },
    handed(messages) {
      handings++;
      for (const message of messages) {
        const account = accounts.get(message)!;
        account.handing = handings;
        account.letter = undefined;
        account.putBack = false;
      }
      return handings;
    },
    heard(messages, { how, then }, handing, counts) {
      messages.forEach((message, i) => {
        const account = accounts.get(message)!;
        account.starts.forEach((start, n) => void (account.within[n] === handing && Object.assign(start, { heardMs: since(), how })));
        // What the platform has moved is gone: an answer that comes afterwards, from an instance that lost its lock, settles nothing.
        if (!counts || then[i] !== "done" || account.putBack || account.moved) return;
        const { letter } = account;
        account.fate = letter === undefined ? { rest: "acknowledged", atMs: since() } : { rest: "dead-letter", ...letter, atMs: since() };
      });
    },
    moved(message, to, why) {
      note({ atMs: since(), what: "moved", message, to, why });
      const account = accounts.get(message)!;
      account.moved = true;
      account.fate = to === "discarded" ? { rest: "discarded", reason: why, atMs: since() } : { rest: "dead-letter", queue: to.queue, reason: why, atMs: since() };
    },
    fates(held) {
      const still = new Set(held);
      return Object.fromEntries([...accounts.values()].map(({ message, starts, letters, fate }) => [message, { starts, letters, ...(still.has(message) ? { rest: "held" as const } : (fate ?? { rest: "lost" as const })) }]));
    },
  };
}
