/** `isobar plan`: what every cloud keeps of what an app promises, before anything is deployed. */
import { refusedOf } from "@isobar/core/plan";
import { loadAdapters } from "../adapters.ts";
import { loadConfig } from "../build/locate.ts";
import { plansOf } from "../plan/plans.ts";
import { everything, faults, gaps, legend, ownWords, standing, verdictLine } from "../plan/report.ts";
import { painting, wrapped } from "../terminal.ts";
import type { Command } from "./command.ts";
import { chosen, configIn } from "./config.ts";

export const plan: Command = {
  usage: "isobar plan [CONFIG] [--cloud NAME,…] [--verbose] [--json]",
  summary: "Say which promises of an app every cloud keeps, and how, before anything is deployed",
  help: `CONFIG          the configuration, or the folder that it is in; default: isobar.config.ts in the working directory
--cloud NAME,…  only these of its clouds
--verbose       every promise: its verdict, the settings that keep it with their values, how it is kept, and when it is not
--json          all of it as JSON: {"plans": […]}

Every promise of every function has one verdict on each cloud: exact (a setting of the cloud keeps it), emulated (our run time keeps it, but for a moment that is named), approximated (it differs: refused unless the target accepts it by name), unsupported (refused).
Exits 0 when nothing is refused, 1 when a gap or a fault is. isobar build refuses the same.`,
  options: { cloud: { type: "string", multiple: true }, verbose: { type: "boolean" }, json: { type: "boolean" } },
  maxPositionals: 1,
  async run({ positionals: [config], values, cwd, terminal, say }) {
    const { targets: all, sources } = await loadConfig(configIn(cwd, config, "plan"));
    const targets = chosen(all, values.cloud as readonly string[] | undefined);
    const plans = plansOf(targets, await loadAdapters(targets.map(({ cloud }) => cloud), sources.root));
    const end = plans.every((each) => refusedOf(each).length === 0 && each.faults.length === 0) ? 0 : 1;
    if (values.json === true) return say(JSON.stringify({ plans }, undefined, 2)), end;
    const paint = painting(terminal);
    const sections = [
      standing(plans, terminal),
      wrapped(legend, terminal.columns).map((line) => paint("dim", line)),
      ...(values.verbose === true ? [everything(plans, terminal)] : []),
      gaps(plans, terminal),
      faults(plans, terminal),
      ownWords(plans, terminal),
      [paint(end === 0 ? "green" : "red", verdictLine(plans))],
    ].filter(({ length }) => length > 0);
    for (const line of sections.flatMap((section, i) => (i === 0 ? section : ["", ...section]))) say(line);
    return end;
  },
};
