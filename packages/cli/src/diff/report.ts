/** The difference of two builds, as a person reads it. */
import type { Loss } from "@isobar/core/plan";
import { painting, widthOf, wrapped, type Terminal } from "../terminal.ts";
import type { CloudDiff, FileDiff } from "./diff.ts";
import type { Change } from "./structure.ts";

const indent = "  ";
/** Places of one file; --verbose tells all. */
const mostChanges = 20;
const shortest = 24;
const short = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`);
const json = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));
/** A thing's type is told before all the rest of it. */
const named = (value: unknown): string => {
  const { Type, type } = (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}) as { readonly Type?: unknown; readonly type?: unknown };
  const own = typeof Type === "string" ? Type : typeof type === "string" ? type : undefined;
  return own === undefined ? json(value) : `${own} ${json(value)}`;
};

function changeLines(change: Change, { columns, colours }: Terminal): readonly string[] {
  const paint = painting({ columns, colours });
  const { path, before, after } = change;
  const [sign, colour] = !Object.hasOwn(change, "before") ? (["+", "green"] as const) : !Object.hasOwn(change, "after") ? (["-", "red"] as const) : (["~", "yellow"] as const);
  const head = `${indent}${indent}${paint(colour, sign)} ${path}`;
  const room = columns - widthOf(head) - 2;
  const value = (width: number) => (sign === "+" ? short(named(after), width) : sign === "-" ? short(named(before), width) : `${short(json(before), Math.floor((width - 4) / 2))} → ${short(json(after), Math.ceil((width - 4) / 2))}`);
  // Beside its path where there is room for what it says, or else below.
  const whole = sign === "~" ? `${json(before)} → ${json(after)}` : "";
  return room >= Math.max(shortest, whole.length) ? [`${head}  ${paint("dim", value(room))}`] : [head, `${indent.repeat(4)}${paint("dim", value(columns - indent.length * 4))}`];
}
function fileLines({ path, what, changes }: FileDiff, terminal: Terminal, isVerbose: boolean): readonly string[] {
  const paint = painting(terminal);
  const told = (changes ?? []).slice(0, isVerbose ? undefined : mostChanges);
  const left = (changes ?? []).length - told.length;
  const [sign, colour] = ({ added: ["+", "green"], removed: ["-", "red"], changed: ["~", "yellow"] } as const)[what];
  return [
    `${indent}${paint(colour, sign)} ${paint("bold", path)}${what === "changed" && changes?.length === 0 ? paint("dim", "  in its order or its spaces only") : ""}`,
    ...told.flatMap((change) => changeLines(change, terminal)),
    ...(left > 0 ? [`${indent}${indent}${paint("dim", `… ${left} more: --verbose tells them, --json in full`)}`] : []),
  ];
}
function lossLines({ resource, type, property, before, after, what }: Loss, terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const change = property === undefined ? "" : `: ${property} ${json(before)} → ${json(after)}`;
  return wrapped(`${paint("red", "lost")}  ${paint("bold", resource)}${resource.startsWith(`${type}.`) ? "" : ` (${type})`} ${what}${change}`, terminal.columns, indent.repeat(3));
}

/** The files of every cloud, then all that would be lost. */
export function diffLines(diffs: readonly CloudDiff[], terminal: Terminal, isVerbose: boolean): readonly (readonly string[])[] {
  const paint = painting(terminal);
  const changed = diffs.filter(({ files }) => files.length > 0).map(({ cloud, files }) => [paint("bold", cloud), ...files.flatMap((each) => fileLines(each, terminal, isVerbose))]);
  const lost = diffs.flatMap(({ cloud, losses }) => {
    if (losses === undefined) return [wrapped(`${paint("red", "?")}  what deploying ${cloud} would lose is not known: its adapter does not tell`, terminal.columns, indent.repeat(2))];
    return losses.length === 0 ? [] : [[`${paint("bold", cloud)}: deploying this`, ...losses.flatMap((loss) => lossLines(loss, terminal))]];
  });
  return [...changed, ...lost];
}
