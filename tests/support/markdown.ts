/** `docs/support.md`: every promise of every kind on every cloud, as the adapters themselves assess it, for canonical functions. */
import { bus, call, changes, defineApp, defineBucket, defineBus, defineLog, defineQueue, defineStream, defineTable, defineTopic, empty, http, logs, queue, schedule, storage, stream, topic, type AnyFunction, type TriggerKind } from "@isobar/core";
import type { Subject } from "@isobar/conformance/lab";
import { capabilities, plan, type Capability, type PlannedBinding, type Verdict } from "@isobar/core/plan";

export const supportFile = new URL("../../docs/support.md", import.meta.url);
export const cloudNames: Readonly<Record<string, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };

/** Every promise asked for. */
const asked = { maxAttempts: 5, backoff: { min: "10s", max: "10m" }, retryAfter: { max: "5m" }, maxAge: "1d", deadLetter: defineQueue("letters") } as const;
const ordered = { ...asked, deadLetter: defineQueue("ordered-letters", { order: "by-key" }) } as const;
/** What attempts inside an invocation have time for. */
const inside = { maxAttempts: 3, backoff: { min: "10s", max: "1m" }, retryAfter: { max: "1m" }, maxAge: "12h", deadLetter: defineQueue("letters") } as const;
const each = { timeout: "20s", batch: { maxSize: 10 } } as const;

/** By kind, each with what it is a case of. */
const canonical: { readonly [K in TriggerKind]: Readonly<Record<string, AnyFunction>> } = {
  http: { "a public route": http.get("/orders/{id}", { access: "public" }, () => empty()), "a route for callers with a token": http.get("/orders", { access: { jwt: { issuer: "https://issuer.example", audience: "shop" } } }, () => empty()), "a streamed answer": http.get("/stream", { access: "private", streaming: true }, () => empty()) },
  queue: { "unordered": queue(defineQueue("orders"), { delivery: asked, ...each }, () => {}), "ordered by key": queue(defineQueue("orders-in-order", { order: "by-key" }), { delivery: ordered, ...each }, () => {}) },
  topic: { "unordered": topic(defineTopic("news"), { delivery: asked, ...each }, () => {}), "ordered by key": topic(defineTopic("news-in-order", { order: "by-key" }), { delivery: ordered, ...each }, () => {}) },
  storage: { "created objects below a prefix": storage(defineBucket("uploads"), { delivery: asked, ...each, prefix: "in/", suffix: ".png" }, () => {}) },
  schedule: { "weekdays in a zone": schedule("0 6 * * 1-5", { delivery: asked, timeout: "20s", zone: "Europe/Berlin" }, () => {}) },
  changes: { "every change": changes(defineTable("users"), { delivery: inside, ...each }, () => {}) },
  stream: { "records by key": stream(defineStream("clicks"), { delivery: inside, ...each }, () => {}) },
  bus: { "events of one source": bus(defineBus("events"), { delivery: asked, ...each, sources: ["shop.orders"] }, () => {}) },
  logs: { "every line": logs(defineLog("access"), { delivery: inside, ...each }, () => {}) },
  call: { "called, or sent ahead": call({ delivery: asked, ...each }, () => {}) },
};
/** Variants that a target may choose; decode-only ones deploy nothing, and promise nothing. */
const variantsOf = ({ wires }: Subject, kind: TriggerKind): readonly string[] => wires.filter((wire) => wire.kind === kind && wire.decodesOnly === undefined).map(({ variant }) => variant);

interface Column {
  readonly cloud: string;
  readonly variant: string;
  readonly binding: PlannedBinding;
}
function columnsOf(subject: Subject, kind: TriggerKind, fn: AnyFunction): readonly Column[] {
  const app = defineApp("support", { act: fn });
  return variantsOf(subject, kind).map((variant) => ({ cloud: cloudNames[subject.cloud] ?? subject.cloud, variant, binding: plan(subject.target(app, { act: { variant } } as never), subject.adapter).bindings[0]! }));
}
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const verdictOf = ({ binding }: Column, capability: Capability): Verdict => binding.verdicts.find((each) => each.capability === capability)!.verdict;

/** What stands below a table: windows of what is emulated, reasons of what is not kept, each once with the columns that it holds for. */
function notesOf(columns: readonly Column[], capability: Capability): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const column of columns) {
    const verdict = verdictOf(column, capability);
    if (verdict.verdict === "exact") continue;
    const text = verdict.verdict === "emulated" ? `emulated: ${verdict.how}; except: ${verdict.window}` : `${verdict.verdict}: ${verdict.why}; nearest: ${verdict.nearest}`;
    byText.set(text, [...(byText.get(text) ?? []), `${column.cloud} \`${column.variant}\``]);
  }
  return [...byText].map(([text, where]) => `- **${capability}**, ${where.join(", ")}: ${cell(text)}`);
}
function tableOf(title: string, kind: TriggerKind, fn: AnyFunction, subjects: readonly Subject[]): string {
  const columns = subjects.flatMap((subject) => columnsOf(subject, kind, fn));
  const known = capabilities[kind] as readonly Capability[];
  const rows = known.map((capability) => `| ${capability} | ${cell(columns[0]!.binding.verdicts.find((each) => each.capability === capability)!.asked)} | ${columns.map((column) => verdictOf(column, capability).verdict).join(" | ")} |`);
  const head = `| promise | asked | ${columns.map(({ cloud, variant }) => `${cloud} \`${variant}\``).join(" | ")} |`;
  return `### ${kind}: ${title}\n\n${head}\n|---|---|${columns.map(() => "---|").join("")}\n${rows.join("\n")}\n\n${known.flatMap((capability) => notesOf(columns, capability)).join("\n")}`;
}

/** The whole document. */
export function supportDocument(subjects: readonly Subject[]): string {
  const sections = (Object.entries(canonical) as [TriggerKind, Readonly<Record<string, AnyFunction>>][]).map(([kind, cases]) => `## ${kind}\n\n${Object.entries(cases).map(([title, fn]) => tableOf(title, kind, fn, subjects)).join("\n\n")}`);
  return `# What every cloud keeps

Generated from the adapters' own assessments by \`npm run support\`; a test holds it. Each table is one function that asks for every promise, on every path that deploys. *exact*: a native setting keeps it, or nothing was asked. *emulated*: our run
time keeps it, but for the moment that is named. *approximated*: it differs, and is refused unless the target says \`accept\`. *unsupported*: refused. \`isobar plan --verbose\` says the same of your own app, with each setting's value.

${sections.join("\n\n")}
`;
}
