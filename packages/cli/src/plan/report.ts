/** Plans as a person reads them: one row for each function on each cloud, then everything that is not kept, at once. */
import { refusedOf, type Fault, type Gap, type Plan, type PlannedBinding, type Setting, type Verdict } from "@isobar/core/plan";
import { table } from "../commands/table.ts";
import { painting, widthOf, wrapped, type Colour, type Paint, type Terminal } from "../terminal.ts";

interface Row {
  readonly plan: Plan;
  readonly binding: PlannedBinding;
}
/** By function, so that its clouds are beside each other. */
function rowsOf(plans: readonly Plan[]): readonly Row[] {
  const byFunction = new Map<string, Row[]>();
  for (const plan of plans)
    for (const binding of plan.bindings) {
      const key = `${plan.app} ${binding.function}`;
      const known = byFunction.get(key);
      if (known === undefined) byFunction.set(key, [{ plan, binding }]);
      else known.push({ plan, binding });
    }
  return [...byFunction.values()].flat();
}
const gapsOf = ({ plan, binding }: Row): readonly Gap[] => plan.gaps.filter((gap) => gap.function === binding.function);
const faultsOf = ({ plan, binding }: Row): readonly Fault[] => plan.faults.filter((fault) => fault.function === binding.function);
const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** How a binding's promises stand: kept by settings, kept by our run time, differing and accepted, refused; broken rules where there are any. */
function countsOf(row: Row, faulty: boolean, paint: Paint): readonly string[] {
  const number = (count: number, colour: Colour) => (count === 0 ? paint("dim", "–") : paint(colour, String(count)));
  const having = (word: Verdict["verdict"]) => row.binding.verdicts.filter(({ verdict }) => verdict.verdict === word).length;
  const own = gapsOf(row);
  const accepted = own.filter((gap) => gap.accepted).length;
  return [number(having("exact"), "green"), number(having("emulated"), "cyan"), number(accepted, "yellow"), number(own.length - accepted, "red"), ...(faulty ? [number(faultsOf(row).length, "red")] : [])];
}
/** One row for each function on each cloud. Where the terminal has no room for that, a function has a line of its own above its clouds. */
export function standing(plans: readonly Plan[], terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const rows = rowsOf(plans);
  const apps = new Set(plans.map(({ app }) => app)).size > 1;
  const faulty = plans.some(({ faults: own }) => own.length > 0);
  const numbers = ["exact", "emulated", "accepted", "refused", ...(faulty ? ["faults"] : [])];
  const counts = rows.map((row) => countsOf(row, faulty, paint));
  /** What is the same for all clouds of a function is said once. */
  const named = rows.map(({ plan: { app }, binding: { function: name, kind } }, i) => {
    const before = rows[i - 1];
    return before?.plan.app === app && before.binding.function === name ? undefined : [...(apps ? [app] : []), paint("bold", name), kind];
  });
  const placed = rows.map(({ plan: { cloud }, binding: { variant } }) => [cloud, variant]);
  const lines = (head: readonly string[], cells: readonly (readonly string[])[]) => table([[...head, ...numbers].map((each) => paint("dim", each)), ...cells.map((each, i) => [...each, ...counts[i]!])], new Set(numbers.map((_, i) => head.length + i)));
  const head = [...(apps ? ["app"] : []), "function", "kind"];
  const wide = lines([...head, "cloud", "path"], placed.map((each, i) => [...(named[i] ?? head.map(() => "")), ...each]));
  if (Math.max(...wide.map(widthOf)) <= terminal.columns) return wide;
  const [first = "", ...narrow] = lines(["  cloud", "path"], placed.map(([cloud, variant]) => [`  ${cloud}`, variant!]));
  return [first, ...narrow.flatMap((line, i) => [...(named[i] === undefined ? [] : [named[i].join(", ")]), line])];
}

/** "label   text", the text broken under itself. */
function labelled(pairs: readonly (readonly [label: string, text: string])[], indent: number, { columns }: Terminal, paint: Paint): readonly string[] {
  const width = "nearest".length;
  return pairs.flatMap(([label, text]) => wrapped(text, Math.max(30, columns - indent - width - 2)).map((line, i) => `${" ".repeat(indent)}${paint("dim", (i === 0 ? label : "").padEnd(width))}  ${line}`));
}

function gapLines({ cloud }: Pick<Plan, "cloud">, gap: Gap, terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const { function: name, capability, verdict, asked, where, why, nearest, accepted } = gap;
  const word = accepted ? paint("yellow", "accepted") : paint("red", "refused ");
  return [
    `${word}  ${paint("bold", `${capability} of ${name} on ${cloud}`)}`,
    ...labelled([["asked", asked], ["where", where], ["why", why], ["nearest", nearest], ...(verdict === "approximated" && !accepted ? [["accept", `functions: { ${name}: { accept: ["${capability}"] } } in the target of ${cloud}`] as const] : [])], 10, terminal, paint),
  ];
}
/** Every gap of every plan, those that are refused first. */
export function gaps(plans: readonly Pick<Plan, "cloud" | "gaps">[], terminal: Terminal): readonly string[] {
  const all = plans.flatMap((plan) => plan.gaps.map((gap) => ({ plan, gap })));
  return [...all.filter(({ gap }) => !gap.accepted), ...all.filter(({ gap }) => gap.accepted)].flatMap(({ plan, gap }, i) => [...(i === 0 ? [] : [""]), ...gapLines(plan, gap, terminal)]);
}
export function faults(plans: readonly Pick<Plan, "faults">[], terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  return plans.flatMap((plan) => plan.faults).flatMap(({ text }) => wrapped(text, terminal.columns - 10).map((line, i) => `${i === 0 ? paint("red", "fault   ") : "        "}  ${line}`));
}

/** The user's own words, which no verdict stands for. */
export function ownWords(plans: readonly Plan[], terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  const lines = plans.flatMap(({ cloud, own: { overrides, resources } }) => [
    ...overrides.map(({ resource, path, value }) => `${resource} on ${cloud}: ${path} ${value === null ? "is taken away" : `= ${JSON.stringify(value)}`}`),
    ...resources.map((name) => `${name} on ${cloud}: a resource of the target's own`),
  ]);
  return lines.flatMap((line) => wrapped(line, terminal.columns - 10).map((part, i) => `${i === 0 ? paint("yellow", "override") : "        "}  ${part}`));
}

const settingText = ({ setting, value }: Setting): readonly [string, string] => ["by", `${setting} = ${JSON.stringify(value)}`];
/** What a verdict says, part by part. */
function parts(verdict: Verdict): readonly (readonly [string, string])[] {
  switch (verdict.verdict) {
    case "exact": return [...(verdict.note === undefined ? [] : [["note", verdict.note] as const]), ...verdict.by.map(settingText)];
    case "emulated": return [["how", verdict.how], ["except", verdict.window], ...verdict.by.map(settingText)];
    case "approximated": return [["why", verdict.why], ["nearest", verdict.nearest], ...verdict.by.map(settingText)];
    case "unsupported": return [["why", verdict.why], ["nearest", verdict.nearest]];
  }
}
const colours = { exact: "green", emulated: "cyan", approximated: "yellow", unsupported: "red" } as const satisfies Record<Verdict["verdict"], Colour>;

/** Every promise of every binding, with what keeps it. */
export function everything(plans: readonly Plan[], terminal: Terminal): readonly string[] {
  const paint = painting(terminal);
  return rowsOf(plans).flatMap(({ plan: { cloud }, binding: { function: name, kind, source, variant, unit, verdicts } }, i) => [
    ...(i === 0 ? [] : [""]),
    `${paint("bold", `${name} on ${cloud}`)}: ${kind} ${JSON.stringify(source)} by ${variant}, unit ${unit}`,
    ...verdicts.flatMap(({ capability, asked, verdict }) => [
      ...wrapped(asked, Math.max(30, terminal.columns - 28)).map((line, n) => (n === 0 ? `  ${capability.padEnd(10)}  ${paint(colours[verdict.verdict], verdict.verdict.padEnd(12))}  ${line}` : " ".repeat(28) + line)),
      ...labelled(parts(verdict), 14, terminal, paint),
    ]),
  ]);
}

/** The last line: what it all comes to. */
export function verdictLine(plans: readonly Plan[]): string {
  const refused = plans.flatMap(refusedOf).length;
  const broken = plans.flatMap((plan) => plan.faults).length;
  const accepted = plans.flatMap((plan) => plan.gaps).length - refused;
  const waived = accepted === 0 ? "" : `; ${counted(accepted, "gap")} accepted`;
  if (refused + broken === 0) return `nothing is refused${waived}`;
  return `refused: ${[...(refused === 0 ? [] : [counted(refused, "gap")]), ...(broken === 0 ? [] : [counted(broken, "fault")])].join(" and ")}${waived}`;
}
/** The words of the table. */
export const legend = "exact: a setting of the cloud keeps it · emulated: our run time keeps it, but for a moment that --verbose names · accepted: it differs, and the target says so";
