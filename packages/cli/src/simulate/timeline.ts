/** What became of one message on one cloud, as lines: each start, the waits between, and where it rests. */
import type { DeliveryPolicy } from "@isobar/core";
import type { Fate, Start } from "@isobar/simulator";
import { painting, wrapped, type Colour, type Terminal } from "../terminal.ts";

/** Virtual time as it is read: "0s", "1m10s", "1.25s", "2d3h". */
export function spelledTime(ms: number): string {
  let rest = Math.round(ms);
  let text = "";
  for (const [unit, size] of [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000]] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return rest === 0 && text !== "" ? text : `${text}${rest / 1000}s`;
}

interface Row {
  readonly at?: number;
  readonly attempt?: string;
  readonly text: string;
  readonly colour: Colour | undefined;
}
/** When a start was over, for all that is known: settled, or given up with its invocation. */
const endOf = ({ atMs, endedMs, heardMs }: Start): number => endedMs ?? heardMs ?? atMs;
const wasDone = ({ act, endedMs }: Start): boolean => endedMs !== undefined && /^(?:ok|slow)/.test(act);

/** Whether nobody has it who should: nowhere at all, or acknowledged after a start that failed, where the policy discards nothing. */
export const isLost = ({ rest, starts }: Fate, { deadLetter }: DeliveryPolicy): boolean => rest === "lost" || (rest === "acknowledged" && deadLetter !== "discard" && starts.length > 0 && !wasDone(starts.at(-1)!));

function startRow(start: Start): Row {
  const { atMs, attempt, act, endedMs, how } = start;
  const after = spelledTime(endOf(start) - atMs);
  const word = act.split(":")[0]!;
  // What was settled needs no more; what was not was given up by us, cut off by the platform at its own timeout, or ended with its process.
  const ended = endedMs !== undefined ? "" : how === "timed-out" ? `, cut off after ${after}` : how === "exited" ? (word === "crash" ? "" : ", its process ended") : how === "answered" ? `, given up after ${after}` : ", never heard of again";
  return { at: atMs, attempt: attempt === undefined ? "#?" : `#${attempt}`, text: `${act}${ended}`, colour: wasDone(start) ? "green" : word === "crash" || word === "block" || how === "timed-out" ? "red" : "yellow" };
}
/** Between two starts: the wait, and attempts that were counted without one. */
function betweenRows(before: Start | undefined, next: Start): readonly Row[] {
  const waited = before === undefined ? next.atMs : next.atMs - endOf(before);
  const unstarted = next.attempt === undefined ? 0 : next.attempt - (before?.attempt ?? 0) - 1;
  return [
    ...(waited > 0 ? [{ text: `wait ${spelledTime(waited)}`, colour: "dim" as const }] : []),
    ...(unstarted > 0 ? [{ text: `${unstarted === 1 ? "1 attempt was" : `${unstarted} attempts were`} spent without a start`, colour: "red" as const }] : []),
    ...(unstarted < -1 ? [{ text: "the count begins again", colour: "red" as const }] : []),
  ];
}
function restRow(fate: Fate, policy: DeliveryPolicy, untilMs: number): Row {
  const { rest, queue, reason, starts, letters, atMs } = fate;
  const last = starts.at(-1);
  const at = atMs === undefined ? {} : { at: atMs };
  switch (rest) {
    case "acknowledged": {
      if (last === undefined) return { ...at, text: "acknowledged without being run", colour: "green" };
      if (wasDone(last)) return { ...at, text: "acknowledged", colour: "green" };
      return isLost(fate, policy) ? { ...at, text: "LOST: acknowledged, though its last start failed", colour: "red" } : { ...at, text: "given up and discarded, as the policy says", colour: "yellow" };
    }
    case "dead-letter": return { ...at, text: `dead letter in "${queue}": ${letters === 0 ? `moved by the platform, ${reason}` : reason}${letters > 1 ? `; written ${letters} times` : ""}`, colour: "cyan" };
    case "discarded": return { ...at, text: `discarded by the platform: ${reason}`, colour: policy.deadLetter === "discard" ? "yellow" : "red" };
    case "held": return { text: `${last === undefined ? "not started, and " : ""}still there after ${spelledTime(untilMs)}: it comes again`, colour: "red" };
    case "lost": return { text: "LOST: nobody has it", colour: "red" };
  }
}

/** A start and what is said before it are left out together where there are too many. */
const [firstStarts, lastStarts] = [10, 2];
/** Lines of at most `width` characters. */
export function timeline(fate: Fate, policy: DeliveryPolicy, untilMs: number, width: number, terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const { starts } = fate;
  const leftOut = starts.length - firstStarts - lastStarts;
  const rows = starts.flatMap((start, i): readonly Row[] => {
    if (leftOut > 1 && i >= firstStarts && i < starts.length - lastStarts) return i === firstStarts ? [{ text: `… ${leftOut} more starts …`, colour: "dim" }] : [];
    return [...betweenRows(starts[i - 1], start), startRow(start)];
  });
  const all = [...rows, restRow(fate, policy, untilMs)];
  const times = all.map(({ at }) => (at === undefined ? "" : spelledTime(at)));
  const timeWidth = Math.max(...times.map(({ length }) => length));
  const attemptWidth = Math.max(2, ...all.map(({ attempt = "" }) => attempt.length));
  return all.flatMap(({ attempt, text, colour }, i) => {
    // The last line has no attempt, and all the room.
    const place = i === all.length - 1 ? "" : `${(attempt ?? "").padEnd(attemptWidth)}  `;
    const room = Math.max(16, width - timeWidth - 2 - place.length);
    return wrapped(text, room).map((line, n) => `${(n === 0 ? times[i]! : "").padStart(timeWidth)}  ${n === 0 ? place : " ".repeat(place.length)}${colour === undefined ? line : paint(colour, line)}`);
  });
}
