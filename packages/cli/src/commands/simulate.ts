/** `isobar simulate`: what becomes of a message that fails, by every cloud's rules, on a virtual clock. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { IsobarError, type Consumer, type Duration } from "@isobar/core";
import { toMs } from "@isobar/core/plan";
import type { Act } from "@isobar/simulator";
import { loadTargets } from "../build/locate.ts";
import { faults, gaps } from "../plan/report.ts";
import type { Command } from "./command.ts";
import { chosen, cloudsIn, configIn } from "./config.ts";

interface Values {
  readonly function?: string;
  readonly outcomes?: readonly string[];
  readonly messages?: string;
  readonly cloud?: readonly string[];
  readonly data?: string;
  readonly seed?: string;
  readonly until?: string;
  readonly json?: boolean;
}
const mostMessages = 10_000;
const wholeNumber = (text: string | undefined, least: number, most: number): number | undefined => (text !== undefined && /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined);

/** What is wrong with the options, whatever they are used on; `undefined` for nothing. */
function misuse({ outcomes = [], messages, seed, until }: Values, script: (text: string) => readonly Act[]): string | undefined {
  if (outcomes.length === 0) return "simulate needs --outcomes, as in --outcomes fail,fail,ok";
  if (messages !== undefined && wholeNumber(messages, 1, mostMessages) === undefined) return `--messages is a whole number from 1 to ${mostMessages}, not ${JSON.stringify(messages)}`;
  if (messages !== undefined && Number(messages) < outcomes.length) return `--outcomes is given ${outcomes.length} times, for ${messages} message${messages === "1" ? "" : "s"}`;
  if (seed !== undefined && wholeNumber(seed, 0, 2 ** 32 - 1) === undefined) return `--seed is a whole number below 2^32, not ${JSON.stringify(seed)}`;
  try {
    if (until !== undefined) toMs(until as Duration);
    outcomes.forEach(script);
  } catch (error) {
    if (!(error instanceof IsobarError)) throw error;
    return error.message;
  }
  return undefined;
}

/** The data of every message: JSON, or for a channel of text or bytes the text itself. Throws `invalid-definition` for a file that is not there and for what is no JSON. */
function dataIn(given: string | undefined, { source }: Consumer, cwd: string): unknown {
  if (given === undefined) return undefined;
  let text = given;
  if (given.startsWith("@")) {
    const file = resolve(cwd, given.slice(1));
    try {
      text = readFileSync(file, "utf8");
    } catch (cause) {
      throw new IsobarError("invalid-definition", `--data: there is no ${file}`, { cause });
    }
  }
  const { format = "json" } = source as { readonly format?: string };
  if (format !== "json") return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IsobarError("invalid-definition", `--data is not JSON: ${(cause as Error).message}`, { cause });
  }
}

export const simulate: Command = {
  usage: "isobar simulate [CONFIG] --function NAME --outcomes OUTCOME,… [--messages N] [--cloud NAME,…] [--data JSON|@FILE] [--seed N] [--until DURATION] [--json]",
  summary: "Show what becomes of a message that fails, by every cloud's rules, on a virtual clock",
  help: `CONFIG  the configuration, or the folder that it is in, or an app's own module with --cloud; default: isobar.config.ts in the working directory
--function NAME  whose messages; default: the only one that a broker delivers to
--outcomes …  what the handler does at each start; the last one also at all that follow. Given several times: one for each message
--messages N  how many are sent, all at once; those without --outcomes of their own do as the last one. Default: one for each --outcomes
--cloud NAME,…  only these of its clouds
--data JSON|@FILE  what the messages hold, read by the function's schema. Default: samples, which its schema is not asked about
--seed N  for what clouds do by chance; default 1
--until DURATION  when to stop looking; default: six hours, and the time of all attempts eight times over
--json  {"function", "clouds": [{"cloud", "variant", "fates", "steps"}]}

Outcomes:
ok  acknowledges
fail  asks for a retry
throw  throws
reject  rejects
retry:30s  asks for a retry after so long
hang  never settles, and is given up at its deadline
slow:2s  takes so long, and acknowledges
crash  ends the process, at once or as crash:500ms
block  keeps the process busy, until the platform ends it

Each cloud's rules hand native payloads to the entry that is deployed there and obey its native answer, with the settings that isobar plan renders. The function's own handler does not run. Exits 1 when a message is lost on any cloud.`,
  options: {
    function: { type: "string" }, outcomes: { type: "string", multiple: true }, messages: { type: "string" }, cloud: { type: "string", multiple: true }, data: { type: "string" }, seed: { type: "string" }, until: { type: "string" }, json: { type: "boolean" },
  },
  maxPositionals: 1,
  async run({ positionals: [config], values: given, cwd, terminal, say }) {
    const values = given as Values;
    // Loaded on demand: no other command needs a simulator.
    const { sampleMessage, script } = await import("@isobar/simulator");
    const wrong = misuse(values, script);
    if (wrong !== undefined) return { misused: wrong };
    const { functionIn, runAll, untilMsOf } = await import("../simulate/run.ts");
    const { comparison, heading, timelines } = await import("../simulate/report.ts");
    const { isLost } = await import("../simulate/timeline.ts");
    const { outcomes = [], messages: count, cloud, data, seed, until } = values;

    const { targets: all, sources } = await loadTargets(configIn(cwd, config, "simulate"), cloudsIn(cloud));
    const targets = chosen(all, cloud);
    const { name, fn } = functionIn(targets, values.function);
    const own = dataIn(data, fn, cwd);
    const scripts = outcomes.map(script);
    const messages = Array.from({ length: Number(count ?? outcomes.length) }, (_, i) => ({ message: sampleMessage(fn as never, i + 1, own), acts: scripts[Math.min(i, scripts.length - 1)]! }));
    const untilMs = until === undefined ? untilMsOf(fn) : toMs(until as Duration);
    const runs = await runAll(targets, sources.root, { name, messages, validates: data !== undefined, seed: Number(seed ?? 1), untilMs });
    const end = runs.some(({ fates }) => Object.values(fates).some((fate) => isLost(fate, fn.options.delivery))) ? 1 : 0;
    if (values.json === true) return say(JSON.stringify({ function: name, clouds: runs.map(({ cloud: where, variant, fates, steps }) => ({ cloud: where, variant, fates, steps })) }, undefined, 2)), end;

    const told = { name, fn, runs, messages, validates: data !== undefined, untilMs };
    const plans = runs.map(({ cloud: where, gaps: of, faults: broken }) => ({ cloud: where, gaps: of.filter(({ accepted }) => !accepted), faults: broken }));
    const sections = [heading(told, terminal), gaps(plans, terminal), faults(plans, terminal), timelines(told, terminal), comparison(told, terminal)].filter(({ length }) => length > 0);
    for (const line of sections.flatMap((section, i) => (i === 0 ? section : ["", ...section]))) say(line);
    return end;
  },
};
