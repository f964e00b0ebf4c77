/** What several commands ask of their command line: which configuration, and which of its clouds. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { IsobarError } from "@isobar/core";

const names = ["isobar.config.ts", "isobar.config.mts", "isobar.config.js", "isobar.config.mjs"];
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The file that is meant: the one named, or the configuration in the folder named, or in the working directory. `command`: for the hint. Throws `invalid-definition` where there is none. */
export function configIn(cwd: string, given: string | undefined, command: string): string {
  const path = resolve(cwd, given ?? ".");
  if (given !== undefined && !isFolder(path)) return path;
  const found = names.map((name) => resolve(path, name)).find((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
  if (found === undefined) throw new IsobarError("invalid-definition", `there is no ${names[0]} in ${path}: name the configuration, as in "isobar ${command} path/to/isobar.config.ts"`);
  return found;
}

/** The names in `--cloud`, which may be repeated and hold several; `undefined` where it was not said. */
export const cloudsIn = (values: readonly string[] | undefined): readonly string[] | undefined => values?.flatMap((each) => each.split(",")).map((each) => each.trim()).filter((each) => each !== "");

/** The targets of the clouds asked for; all where none is. Throws `invalid-definition` for a cloud that no target is for. */
export function chosen<T extends { readonly cloud: string }>(targets: readonly T[], clouds: readonly string[] | undefined): readonly T[] {
  const asked = cloudsIn(clouds);
  if (asked === undefined) return targets;
  const known = [...new Set(targets.map(({ cloud }) => cloud))];
  const unknown = asked.filter((each) => !known.includes(each));
  if (unknown.length > 0 || asked.length === 0) throw new IsobarError("invalid-definition", `the configuration has no target for ${unknown.join(", ") || "no cloud"}; it has ${known.join(", ")}`);
  return targets.filter(({ cloud }) => asked.includes(cloud));
}
