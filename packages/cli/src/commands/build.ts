import { relative, resolve } from "node:path";
import { refuse } from "@isobar/core/plan";
import { loadAdapters } from "../adapters.ts";
import { buildUnits, type Built } from "../build/index.ts";
import { loadConfig } from "../build/locate.ts";
import { plansOf } from "../plan/plans.ts";
import type { Command } from "./command.ts";
import { chosen, configIn } from "./config.ts";
import { table } from "./table.ts";

const inBytes = (bytes: number) => `${String(bytes).replace(/\B(?=(?:\d{3})+$)/g, ",")} B`;

/** A folder as it is named from another one, where that is shorter. */
const near = (from: string, to: string): string => {
  const path = relative(from, to);
  return path === "" ? "." : path.startsWith("..") ? to : path;
};

function report(built: readonly Built[], out: string): readonly string[] {
  const rows = built.map(({ cloud, unit, functions, bytes }) => [cloud, unit, inBytes(bytes), functions.join(", ")]);
  const notes = [...new Set(built.flatMap(({ notes: own }) => own))];
  return [
    ...table([["cloud", "unit", "size", "functions"], ...rows], new Set([2])),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `note: ${note}`)]),
    "",
    `${built.length} ${built.length === 1 ? "unit" : "units"} in ${out}`,
  ];
}

export const build: Command = {
  usage: "isobar build [CONFIG] [--cloud NAME,…] [--out DIR] [--outbox MODULE] [--minify] [--json]",
  summary: "Bundle every unit of an app, one file for each",
  help: `CONFIG           the configuration, or the folder that it is in; default: isobar.config.ts in the working directory
--cloud NAME,…   only these of its clouds
--out DIR        where to write <cloud>/<unit>/; default: .isobar/build beside CONFIG
--outbox MODULE  where ctx.send and dead letters go: a module that exports \`outbox\`
--minify         smaller bundles, unreadable
--json           the result as JSON: what it wrote, from which generated entry, and notes

Plans first: what isobar plan refuses is not built, and nothing is written.`,
  options: { cloud: { type: "string", multiple: true }, out: { type: "string" }, outbox: { type: "string" }, minify: { type: "boolean" }, json: { type: "boolean" } },
  maxPositionals: 1,
  async run({ positionals: [config], values, cwd, say }) {
    const { targets: all, sources } = await loadConfig(configIn(cwd, config, "build"));
    const targets = chosen(all, values.cloud as readonly string[] | undefined);
    const out = values.out === undefined ? resolve(sources.root, ".isobar", "build") : resolve(cwd, String(values.out));
    const adapters = await loadAdapters(targets.map(({ cloud }) => cloud), sources.root);
    // What isobar plan refuses is not built.
    refuse(plansOf(targets, adapters));
    const built = await buildUnits(targets, adapters, { sources, out, minify: values.minify === true, ...(values.outbox === undefined ? {} : { outbox: String(values.outbox) }) });
    if (values.json === true) say(JSON.stringify({ out, units: built }, undefined, 2));
    else for (const line of report(built, near(cwd, out))) say(line);
  },
};
