/** What the examples' manifests are to be: as their configurations compose them, without bundles. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { loadAdapters, loadConfig, plansOf, textsOf } from "@isobar/cli";
import { refuse } from "@isobar/core/plan";

const examples = fileURLToPath(new URL("../../examples/", import.meta.url));
/** Every example that names its clouds. */
export const exampleNames: readonly string[] = readdirSync(examples).filter((name) => existsSync(join(examples, name, "isobar.config.ts"))).sort();
export const goldenFolder = (example: string): string => join(examples, example, "manifests");
/** Longer than all the rest, cut from the repository's own, and another one with every package that is updated; what it says of the framework is in the package.json beside it. */
const isLock = (path: string): boolean => path.endsWith("/package-lock.json");

/** By path below the example's folder of manifests. */
export async function composedFor(example: string): Promise<Readonly<Record<string, string>>> {
  const { targets, sources } = await loadConfig(join(examples, example, "isobar.config.ts"));
  const adapters = await loadAdapters(targets.map(({ cloud }) => cloud), sources.root);
  const plans = plansOf(targets, adapters);
  refuse(plans);
  const texts = Object.entries(textsOf(targets, adapters, plans, sources)).flatMap(([cloud, files]) => Object.entries(files).map(([path, text]) => [`${cloud}/${path}`, text] as const));
  return Object.fromEntries(texts.filter(([path]) => !isLock(path)).sort(([a], [b]) => (a < b ? -1 : 1)));
}
/** What is committed, likewise. */
export function committedFor(example: string): Readonly<Record<string, string>> {
  const folder = goldenFolder(example);
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name)) : [];
  return Object.fromEntries(files.map((file) => [relative(folder, file).split(sep).join("/"), readFileSync(file, "utf8")] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}
