/** `isobar diff`: what a deployment would change, and what it would lose. */
import { dirname, resolve } from "node:path";
import { IsobarError } from "@isobar/core";
import { nearestAdapter } from "../adapters.ts";
import { diffOf, type CloudDiff } from "../diff/diff.ts";
import { readClouds, type Clouds } from "../diff/read.ts";
import { diffLines } from "../diff/report.ts";
import { painting } from "../terminal.ts";
import type { Command } from "./command.ts";
import { cloudsIn } from "./config.ts";

function verdict(diffs: readonly CloudDiff[]): readonly [text: string, isLossless: boolean] {
  const lost = diffs.reduce((sum, { losses = [] }) => sum + losses.length, 0);
  const unknown = diffs.filter(({ losses }) => losses === undefined).map(({ cloud }) => cloud);
  const unsure = unknown.length === 0 ? "" : `of ${unknown.join(", ")}, nobody knows what would be`;
  if (lost > 0) return [`${lost === 1 ? "one thing would" : `${lost} things would`} be lost${unsure === "" ? "" : `; ${unsure}`}`, false];
  if (unsure !== "") return [`nothing is known to be lost; ${unsure}`, false];
  return [diffs.every(({ files }) => files.length === 0) ? "nothing differs" : "nothing is lost", true];
}

/** Throws `invalid-definition` for what lies in folders, or in files, of two names: nobody could say whose it is, or which is which. */
function checkAlike(before: Clouds, after: Clouds): void {
  const [[was, is], [wasFiles, isFiles]] = [[before, after].map((each) => [...each.keys()]), [before, after].map((each) => [...each.values()].flatMap((files) => Object.keys(files)))];
  if (was!.length === 1 && is!.length === 1 && was![0] !== is![0]) throw new IsobarError("invalid-definition", `"${was![0]}" and "${is![0]}" are not one cloud: say which with --cloud NAME`);
  if (wasFiles!.length === 1 && isFiles!.length === 1 && wasFiles![0] !== isFiles![0]) throw new IsobarError("invalid-definition", `${wasFiles![0]} and ${isFiles![0]} have two names: a manifest is known by its name, so name the folders that they lie in`);
}

export const diff: Command = {
  usage: "isobar diff OLD NEW [--cloud NAME,…] [--allow-loss] [--verbose] [--json]",
  summary: "Tell what a deployment would change, and what data it would lose",
  help: `OLD NEW         two folders that isobar build wrote, two of one cloud in them, or two manifests
--cloud NAME,…  only these clouds; of folders and manifests whose names do not say whose they are, whose
--allow-loss    exit with 0 whatever is lost
--verbose       all places at which a file differs
--json          {"clouds": [{"cloud", "files", "losses"}]}

Lost is what a resource holds that is removed, renamed or replaced, dead letters that are kept nowhere any more, and what a shorter retention deletes: each cloud's adapter says which changes those are.
Exits 1 when anything is lost, or nobody can tell.`,
  options: { cloud: { type: "string", multiple: true }, "allow-loss": { type: "boolean" }, verbose: { type: "boolean" }, json: { type: "boolean" } },
  maxPositionals: 2,
  async run({ positionals: [old, fresh], values, cwd, terminal, say }) {
    if (old === undefined || fresh === undefined) return { misused: "diff needs two folders or manifests, the old one first" };
    const clouds = cloudsIn(values.cloud as readonly string[] | undefined);
    const [before, after] = [readClouds(resolve(cwd, old), clouds), readClouds(resolve(cwd, fresh), clouds)];
    checkAlike(before, after);
    const diffs: CloudDiff[] = [];
    for (const name of new Set([...before.keys(), ...after.keys()])) diffs.push(diffOf(name, before.get(name) ?? {}, after.get(name) ?? {}, await nearestAdapter(name, [dirname(resolve(cwd, fresh)), cwd])));
    const [text, isLossless] = verdict(diffs);
    const end = isLossless || values["allow-loss"] === true ? 0 : 1;
    if (values.json === true) return say(JSON.stringify({ clouds: diffs }, undefined, 2)), end;
    const paint = painting(terminal);
    const sections = [...diffLines(diffs, terminal, values.verbose === true), [paint(isLossless ? "green" : "red", text)]];
    for (const line of sections.flatMap((section, i) => (i === 0 ? section : ["", ...section]))) say(line);
    return end;
  },
};
