/** A simulation as a person reads it: every cloud's timeline beside the others, and where they differ, what the plan said. */
import type { Consumer } from "@isobar/core";
import { askedOf, type Capability } from "@isobar/core/plan";
import type { AnyFunction } from "@isobar/core";
import { spelledAct, type Fate, type Scripted } from "@isobar/simulator";
import { table } from "../commands/table.ts";
import { painting, sideBySide, wrapped, type Terminal } from "../terminal.ts";
import type { CloudRun } from "./run.ts";
import { timeline } from "./timeline.ts";

const gap = "   ";
/** What a column needs for a start in one line. */
const leastWidth = 30;
/** What may be behind other times; behind other starts and ends also the rest of what shows in a timeline. */
const behindTimes: readonly Capability[] = ["backoff", "retryAfter", "order", "batch", "timeout"];
const behindFates: readonly Capability[] = ["attempts", ...behindTimes, "maxAge", "deadLetter", "saturation"];

export interface Told {
  readonly name: string;
  readonly fn: Consumer;
  readonly runs: readonly CloudRun[];
  readonly messages: readonly Scripted[];
  readonly validates: boolean;
  readonly untilMs: number;
}

export function heading({ name, fn, messages, validates }: Told, terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const source = (fn.source as { readonly name?: string; readonly cron?: string }).name ?? (fn.source as { readonly cron?: string }).cron;
  const asked = (["attempts", "backoff", "deadLetter"] as const).map((capability) => askedOf(fn as unknown as AnyFunction, capability)).join(", ");
  const { retryAfter } = fn.options.delivery;
  const undeclared = retryAfter === undefined && messages.some(({ acts }) => acts.some(({ act }) => act === "after"));
  return [
    ...wrapped(`${paint("bold", name)}: ${fn.kind}${source === undefined ? "" : ` ${JSON.stringify(source)}`}, ${asked}`, terminal.columns),
    ...wrapped(validates ? "Its handler is replaced by the script; its schema reads the data given. Time is virtual." : "Its handler is replaced by the script, and its schema is not asked: the messages are samples. Time is virtual.", terminal.columns).map((line) => paint("dim", line)),
    ...(undeclared ? wrapped("retry:… is not declared as retryAfter in its policy: the policy's own wait applies.", terminal.columns).map((line) => paint("yellow", line)) : []),
  ];
}

/** Messages that met the same on every cloud are told together. */
function together({ runs, fn, messages, untilMs }: Told, width: number, terminal: Terminal): readonly { readonly names: readonly string[]; readonly script: string; readonly blocks: readonly (readonly string[])[] }[] {
  const groups = new Map<string, { readonly names: string[]; readonly script: string; readonly blocks: readonly (readonly string[])[] }>();
  for (const { message: { id }, acts } of messages) {
    const script = acts.map(spelledAct).join(", ");
    const blocks = runs.map((run) => timeline(run.fates[id]!, fn.options.delivery, untilMs, width, terminal));
    const key = JSON.stringify([script, blocks]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { names: [id], script, blocks });
    else known.names.push(id);
  }
  return [...groups.values()];
}
const namesText = (names: readonly string[]): string => (names.length <= 3 ? names.join(", ") : `${names[0]}, ${names[1]} … ${names.at(-1)} (${names.length} messages)`);

export function timelines(told: Told, terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const { runs } = told;
  const share = Math.floor((terminal.columns - gap.length * (runs.length - 1)) / runs.length);
  const beside = runs.length > 1 && share >= leastWidth;
  const width = beside ? Math.min(share, 60) : terminal.columns;
  const head = ({ cloud, binding: { kind, variant } }: CloudRun) => `${paint("bold", cloud)} ${paint("dim", `${kind} by ${variant}`)}`;
  return together(told, width, terminal).flatMap(({ names, script, blocks }, i) => {
    const columns = blocks.map((block, n) => [head(runs[n]!), ...block]);
    return [...(i === 0 ? [] : [""]), ...wrapped(`${namesText(names)}: ${script}`, terminal.columns), "", ...(beside ? sideBySide(columns, width, gap) : columns.flatMap((column, n) => [...(n === 0 ? [] : [""]), ...column]))];
  });
}

const fateOf = ({ rest, queue, starts }: Fate): string => JSON.stringify([rest, queue, starts.map(({ act, attempt }) => [act, attempt])]);
const timesOf = ({ starts }: Fate): string => JSON.stringify(starts.map(({ atMs }) => atMs));
const differ = (runs: readonly CloudRun[], of: (fate: Fate) => string): boolean => runs.some(({ fates }) => Object.entries(fates).some(([id, fate]) => of(fate) !== of(runs[0]!.fates[id]!)));

/** Whether the clouds agree; where they do not, every promise that is not kept by a setting alone, since it may be why. */
export function comparison({ runs }: Told, terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  if (runs.length < 2) return [];
  const [fates, times] = [differ(runs, fateOf), differ(runs, timesOf)];
  if (!fates && !times) return wrapped("The same starts at the same times, and the same end, on every cloud.", terminal.columns).map((line) => paint("green", line));
  const rows = (fates ? behindFates : behindTimes).flatMap((capability) =>
    runs.flatMap(({ cloud, binding: { verdicts } }) => {
      const verdict = verdicts.find((each) => each.capability === capability)?.verdict;
      if (verdict === undefined || verdict.verdict === "exact") return [];
      return [[capability, cloud, verdict.verdict, verdict.verdict === "emulated" ? verdict.window : verdict.why]];
    }),
  );
  const first = fates ? paint("yellow", "The clouds differ in starts or ends.") : paint("green", "The same starts and the same end on every cloud; the times differ.");
  if (rows.length === 0) return [first];
  const placed = table(rows.map(([capability, cloud, word]) => [capability!, cloud!, word!]));
  const indent = Math.max(...placed.map(({ length }) => length)) + 2;
  return [...wrapped(`${first} What the plan says of promises that no setting keeps alone:`, terminal.columns), ...rows.flatMap(([, , , text], i) => wrapped(text!, Math.max(30, terminal.columns - indent)).map((line, n) => `${(n === 0 ? placed[i]! : "").padEnd(indent)}${line}`))];
}
