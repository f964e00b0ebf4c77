/** What was made of an app, as a person reads it: for which line, allowed to do what, how it is deployed, and by whom. */
import type { Explained } from "@isobar/core/plan";
import type { BuiltManifest } from "../build/app.ts";
import { painting, widthOf, wrapped, type Paint, type Terminal } from "../terminal.ts";

const indent = "  ";
/** `wrapped`, so many steps to the right; what is broken, one more. */
const stepped = (steps: number, text: string, { columns }: Terminal): readonly string[] => wrapped(text, columns - indent.length * steps, indent).map((line) => indent.repeat(steps) + line);
/** A line's functions and where they stand: "charge (functions/charge.ts:5)". */
function whose({ functions, lines }: Explained, paint: Paint): string {
  if (functions.length === 0) return paint("bold", "the whole app");
  if (functions.length !== lines.length) return `${paint("bold", functions.join(", "))}${lines.length === 0 ? "" : ` (${lines.join(", ")})`}`;
  return functions.map((name, i) => `${paint("bold", name)} (${lines[i]!})`).join(", ");
}

/** "a_queue.orders" needs no more. */
const tellsType = ({ name, type }: Pick<Explained, "name" | "type">): boolean => name.startsWith(`${type}.`);
/** Words are told together, sentences each alone. */
function listed(all: readonly string[], terminal: Terminal): readonly string[] {
  const words = all.filter((each) => !each.includes(" "));
  const together = words.length === 0 ? [] : wrapped(words.join(", "), terminal.columns - indent.length).map((line) => indent + line);
  return [...together, ...all.filter((each) => each.includes(" ")).flatMap((each) => stepped(1, each, terminal))];
}

/** Resources that are there for the same functions, under these. */
function made(explained: readonly Explained[], terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const told = explained.filter((each) => !tellsType(each));
  const width = Math.max(0, ...told.map(({ name }) => name.length));
  const fits = told.every(({ type }) => indent.length + width + 2 + type.length <= terminal.columns);
  return [...Map.groupBy(explained, ({ functions }) => functions.join(", ")).values()].flatMap((group, i) => [
    ...(i === 0 ? [] : [""]),
    ...wrapped(whose(group[0]!, paint), terminal.columns, indent),
    ...group.flatMap(({ name, type, allows }) => [
      ...(tellsType({ name, type }) ? [`${indent}${name}`] : fits ? [`${indent}${name.padEnd(width)}  ${paint("dim", type)}`] : [`${indent}${name}`, `${indent}${indent}${paint("dim", type)}`]),
      ...allows.flatMap((each) => stepped(2, `${paint("cyan", "may")} ${each}`, terminal)),
    ]),
  ]);
}

const titled = (title: string, lines: readonly string[], paint: Paint): readonly string[] => (lines.length === 0 ? [] : [paint("bold", title), ...lines]);

/** In: a built manifest, and its folder as a shell names it. */
export function explanation({ cloud, app, files, explained, steps, deployer }: BuiltManifest, folder: string, terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const title = `${app} on ${cloud}`;
  const commands = steps.flatMap(({ what, command }, i) => [
    ...stepped(1, `${i + 1}. ${what}`, terminal),
    // As it is to be copied: a terminal breaks it, and knows that it did.
    ...(command === "" ? [] : command.split("\n").map((line) => `${indent}${indent}${paint("green", line)}`)),
  ]);
  const sections = [
    [...wrapped(`${paint("bold", title)}: ${files.length === 0 ? "no manifest" : `${files.join(", ")} in ${folder}`}`, terminal.columns, indent), paint("dim", "─".repeat(Math.min(terminal.columns, widthOf(title))))],
    made(explained, terminal),
    titled("To deploy it, in order:", commands.length === 0 ? [] : [`${indent}${indent}${paint("green", `cd ${folder}`)}`, ...commands], paint),
    titled("Whoever deploys it must be allowed to:", listed(deployer, terminal), paint),
  ].filter(({ length }) => length > 0);
  return sections.flatMap((section, i) => (i === 0 ? section : [...(i === 1 ? [] : [""]), ...section]));
}
