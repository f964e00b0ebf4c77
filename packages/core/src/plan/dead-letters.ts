/** Dead letters as whoever operates an app sees them: one form for every cloud, what an adapter's door `./operate` does with them, and what the attribute tells. */
import type { Queue } from "../channel.ts";
import { IsobarError } from "../errors.ts";
import { attributeVersion, readAttribute, stableId, type DeadLetterAttribute, type SentAttribute } from "../run/attribute.ts";
import type { AnyFunction } from "../triggers/index.ts";

/** What the attribute tells. Times are milliseconds since 1970. */
export interface Story {
  /** The event's, as its handler saw it; the broker's where no attribute tells one. */
  readonly id: string;
  /** Whose it was; `undefined` where the platform moved it itself and does not say from where. */
  readonly function: string | undefined;
  /** `unknown` where the platform moved it itself. */
  readonly reason: string;
  /** Attempts that were made; `undefined` where nothing tells. */
  readonly attempts: number | undefined;
  /** The first enqueue. */
  readonly first: number | undefined;
  /** When it became a dead letter. */
  readonly last: number | undefined;
  /** The ordering key that it had. */
  readonly key: string | undefined;
}
export interface DeadLetter extends Story {
  /** As it was sent. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Where it lies, in the platform's words. */
  readonly place: string;
  /** What the platform tells beside, in its own words; JSON. */
  readonly native: Readonly<Record<string, unknown>>;
}
/** A function that has the queue as its dead letter: where a letter may go back to. */
export interface Recipient {
  readonly name: string;
  readonly fn: AnyFunction;
}
/** A letter that nobody else gets until the walk that gave it goes on past its end. */
export interface LetterInHand {
  readonly letter: DeadLetter;
  /**
   * Sends it to this function's own queue and nobody else's, with its id and attempts that begin at 1; then removes it. A crash between the two leaves a second copy, never none. Throws before anything is
   * sent: `unsupported` where this function has no queue of its own, `invalid-definition` where the letter comes from elsewhere, `send-failed` where an address is missing; rejects as the platform's client does
   * where it was not sent, and with `dead-letter-failed` where it was sent and not removed.
   */
  redrive(to: Recipient, signal: AbortSignal): Promise<void>;
}
export interface Look {
  /** At most so many letters. */
  readonly limit: number;
  /** Names the function of a letter that the platform moved itself, where the platform tells from where. */
  readonly recipients: readonly Recipient[];
}
/** Every call rejects with the signal's reason once it aborts; with an IsobarError that says what to set where an address or a credential is missing, else as the platform's client does. */
export interface DeadLetters {
  /** What lies in the queue. Where looking is receiving, a look counts as a delivery on the dead letter's own queue, and the letters are given back. */
  list(queue: Queue, look: Look, signal: AbortSignal): Promise<readonly DeadLetter[]>;
  /** The same, one after the other and in hand; what was not redriven is given back when the walk ends, also by `break`. Rejects at its end where that failed, with how long they stay hidden. */
  take(queue: Queue, look: Look, signal: AbortSignal): AsyncGenerator<LetterInHand, void, void>;
}
/** What an adapter may use of the machine that it is asked on. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs a program without a shell, in a time limit. Out: what it printed; `undefined` where it is not installed. Rejects with an Error that holds nothing of what it printed. */
  run(program: string, args: readonly string[]): Promise<string | undefined>;
}
export interface Operations {
  readonly deadLetters: DeadLetters;
}
/** What the door exports as `operate`. Nothing is read, run or asked before the first call. */
export type Operate = (machine: Machine) => Operations;

const textIn = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const numberIn = (value: unknown): number | undefined => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

/** A letter's story, as far as its attribute tells it. An attribute that is none of a dead letter's is what the message was sent with. */
export function storyOf(brokerId: string, attribute: string | undefined): Story {
  const told: Partial<Record<keyof DeadLetterAttribute, unknown>> = readAttribute(attribute);
  const id = stableId(brokerId, attribute);
  const name = textIn(told.function);
  if (name === undefined) return { id, function: undefined, reason: "unknown", attempts: undefined, first: undefined, last: undefined, key: undefined };
  return { id, function: name, reason: textIn(told.reason) ?? "unknown", attempts: numberIn(told.attempts), first: numberIn(told.first), last: numberIn(told.last), key: textIn(told.key) };
}

/** The attribute that a letter goes back with: all that it was sent with, under its id; nothing of what became of it, so that attempts and age begin anew. */
export function redrivenAttribute(id: string, attribute: string | undefined): string {
  const { function: _function, reason: _reason, attempts: _attempts, first: _first, last: _last, key: _key, used: _used, since: _since, ...sent } = readAttribute(attribute) as Partial<DeadLetterAttribute>;
  return JSON.stringify({ ...sent, v: sent.v ?? attributeVersion, id } satisfies SentAttribute);
}

/** How one broker's letters are taken in hand and let go. `Held`: a message with what it is settled by. */
export interface Hands<Held> {
  /** The broker's own id, the same each time the message is received. */
  idOf(held: Held): string;
  letterOf(held: Held): DeadLetter;
  /** At most `max`, hidden from everyone else; none once all that can be had are in hand. */
  receive(max: number, signal: AbortSignal): Promise<readonly Held[]>;
  redrive(held: Held, to: Recipient, signal: AbortSignal): Promise<void>;
  /** Makes them visible again. Rejects with an error that says how many stay hidden, and for how long. It has no signal of the walk's: that may have aborted. */
  giveBack(held: readonly Held[]): Promise<void>;
}

/**
 * Takes letters in hand until there are none, or as many as were asked for, and gives back what was not redriven. Rejects with `unsupported` where the first come again before the last was seen: they cannot be
 * held for any longer.
 */
export async function* inHand<Held>({ idOf, letterOf, receive, redrive, giveBack }: Hands<Held>, limit: number, signal: AbortSignal): AsyncGenerator<LetterInHand, void, void> {
  const held = new Map<string, Held>();
  const seen = new Set<string>();
  let failed = true;
  try {
    while (seen.size < limit) {
      const received = await receive(limit - seen.size, signal);
      if (received.length === 0) break;
      // Of one that came twice the last receipt is the good one.
      for (const each of received) held.set(idOf(each), each);
      const fresh = [...new Set(received.map(idOf))].filter((id) => !seen.has(id));
      if (fresh.length === 0) throw new IsobarError("unsupported", `after ${seen.size} letters the first come again, and there may be more: they cannot be held for any longer; ask for fewer`);
      for (const id of fresh) {
        seen.add(id);
        const letter = letterOf(held.get(id)!);
        failed = false;
        yield {
          letter,
          async redrive(to, its) {
            const own = held.get(id);
            if (own === undefined) throw new IsobarError("invalid-definition", `${letter.id} is no longer in hand`);
            await redrive(own, to, its);
            held.delete(id);
          },
        };
        failed = true;
      }
    }
    failed = false;
  } finally {
    // The error that ended the walk is the one to tell: what could not be given back is visible again after a while anyway.
    if (held.size > 0) await (failed ? giveBack([...held.values()]).catch(() => {}) : giveBack([...held.values()]));
  }
}

/** Gives letters back one by one, ten at a time. Rejects with `send-failed` that says how many stay hidden. `until`: "for up to 120 s". */
export async function givenBack<Held>(held: readonly Held[], give: (each: Held) => Promise<unknown>, until: string): Promise<void> {
  const failures: unknown[] = [];
  for (let i = 0; i < held.length; i += 10) {
    const settled = await Promise.allSettled(held.slice(i, i + 10).map(give));
    failures.push(...settled.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : [])));
  }
  if (failures.length === 0) return;
  throw new IsobarError("send-failed", `${failures.length} of ${held.length} letters could not be given back and stay hidden ${until}: ${(failures[0] as Error).message}`, { cause: failures[0] });
}
/** Of a letter that was sent and lies there still. */
export const notRemoved = ({ id }: DeadLetter, to: Recipient, cause: unknown): IsobarError =>
  new IsobarError("dead-letter-failed", `${id} was sent to ${to.name} and could not be removed here: redriven again, it would arrive twice (${(cause as Error).message})`, { cause });

/** The letters of a walk, given back. */
export async function listed(walk: AsyncGenerator<LetterInHand, void, void>): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const { letter } of walk) letters.push(letter);
  return letters;
}
