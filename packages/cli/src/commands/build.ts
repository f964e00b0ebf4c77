/** `isobar build`: what each cloud deploys. */
import { relative, resolve } from "node:path";
import { refuse } from "@isobar/core/plan";
import { loadAdapters } from "../adapters.ts";
import { buildApp, type BuiltApp } from "../build/app.ts";
import { loadTargets } from "../build/locate.ts";
import { explanation } from "../explain/report.ts";
import { plansOf } from "../plan/plans.ts";
import { wrapped, type Terminal } from "../terminal.ts";
import type { Command } from "./command.ts";
import { chosen, cloudsIn, configIn } from "./config.ts";
import { table } from "./table.ts";

const inBytes = (bytes: number) => `${String(bytes).replace(/\B(?=(?:\d{3})+$)/g, ",")} B`;
const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** A folder as it is named from another one, where that is shorter. */
const near = (from: string, to: string): string => {
  const path = relative(from, to);
  return path === "" ? "." : path.startsWith("..") ? to : path;
};

function notesOf({ units, notes }: BuiltApp, { columns }: Terminal): readonly string[] {
  return [...new Set([...notes, ...units.flatMap(({ notes: own }) => own)])].flatMap((note) => wrapped(`note: ${note}`, columns, "      "));
}
function standing({ units, manifests }: BuiltApp, out: string): string {
  const files = manifests.reduce((sum, { files: own }) => sum + own.length, 0);
  const anew = units.filter(({ unchanged }) => !unchanged).length;
  return `${counted(units.length, "unit")}${files === 0 ? "" : ` and ${counted(files, "manifest file")}`} in ${out}${anew === units.length ? "" : `; ${anew === 0 ? "no bundle" : counted(anew, "bundle")} had to be made anew`}`;
}
function report(built: BuiltApp): readonly string[] {
  const rows = built.units.map(({ cloud, unit, functions, bytes, zipBytes }) => [cloud, unit, inBytes(bytes), inBytes(zipBytes), functions.join(", ")]);
  return table([["cloud", "unit", "bundle", "zip", "functions"], ...rows], new Set([2, 3]));
}

export const build: Command = {
  usage: "isobar build [APP] [--cloud NAME,…] [--out DIR] [--outbox MODULE] [--minify] [--explain] [--json]",
  summary: "Write what each cloud deploys: its manifest, and every unit as a bundle and a zip",
  help: `APP              the configuration, or the folder that it is in, or an app's own module with --cloud; default: isobar.config.ts in the working directory
--cloud NAME,…   only these of its clouds
--out DIR        where to write <cloud>/; default: .isobar/build beside APP
--outbox MODULE  where ctx.send and dead letters go: a module that exports \`outbox\`
--minify         smaller bundles, unreadable
--explain        what was made for which line of the app, what it is allowed to do, the steps to deploy it, and what whoever does must be allowed to do
--json           the result as JSON: what it wrote, from which generated entry, and notes; with --explain, that too

Plans first: what isobar plan refuses is not built, and nothing is written.
The same input gives the same bytes. A bundle is made again only when something that it depends on has changed. Files that no build wrote are never touched.`,
  options: { cloud: { type: "string", multiple: true }, out: { type: "string" }, outbox: { type: "string" }, minify: { type: "boolean" }, explain: { type: "boolean" }, json: { type: "boolean" } },
  maxPositionals: 1,
  async run({ positionals: [app], values, cwd, terminal, say }) {
    const clouds = values.cloud as readonly string[] | undefined;
    const { targets: all, sources } = await loadTargets(configIn(cwd, app, "build"), cloudsIn(clouds));
    const targets = chosen(all, clouds);
    const out = values.out === undefined ? resolve(sources.root, ".isobar", "build") : resolve(cwd, String(values.out));
    const adapters = await loadAdapters(targets.map(({ cloud }) => cloud), sources.root);
    const plans = plansOf(targets, adapters);
    // What isobar plan refuses is not built.
    refuse(plans);
    const built = await buildApp(targets, adapters, plans, { sources, out, minify: values.minify === true, ...(values.outbox === undefined ? {} : { outbox: String(values.outbox) }) });
    const { manifests, units, notes } = built;
    if (values.json === true) {
      const told = values.explain === true ? manifests : manifests.map(({ cloud, app: name, folder, files }) => ({ cloud, app: name, folder, files }));
      say(JSON.stringify({ out, manifests: told, units, notes }, undefined, 2));
      return;
    }
    const sections = [
      ...(values.explain === true ? manifests.map((each) => explanation(each, near(cwd, each.folder), terminal)) : [report(built)]),
      notesOf(built, terminal),
      wrapped(standing(built, near(cwd, out)), terminal.columns),
    ].filter(({ length }) => length > 0);
    for (const line of sections.flatMap((section, i) => (i === 0 ? section : ["", ...section]))) say(line);
  },
};
