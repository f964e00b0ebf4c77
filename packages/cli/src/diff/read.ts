/** What lies in an output folder, or in a single manifest, by cloud. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { IsobarError } from "@isobar/core";
import { readList } from "../build/output.ts";

/** Contents by path in a cloud's folder. */
export type CloudFiles = Readonly<Record<string, Uint8Array>>;
export type Clouds = ReadonlyMap<string, CloudFiles>;

const isHidden = (name: string): boolean => name.startsWith(".") || name === "node_modules";
/** Paths below a folder, slashes between. */
const walk = (folder: string, under = folder): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((each) => (isHidden(each.name) ? [] : each.isDirectory() ? walk(join(folder, each.name), under) : each.isFile() ? [relative(under, join(folder, each.name)).split(sep).join("/")] : []));
const contents = (folder: string, paths: readonly string[]): CloudFiles =>
  // A zip is the unit's folder once more.
  Object.fromEntries([...paths].filter((path) => !path.endsWith(".zip")).sort().map((path) => [path, readFileSync(join(folder, path))]));

/** What builds wrote there; all of it where none did. */
function cloudFiles(folder: string): CloudFiles {
  const listed = [...readList(folder).keys()].filter((path) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true);
  return contents(folder, listed.length > 0 ? listed : walk(folder));
}

/**
 * In: a folder with one for each cloud, the folder of one cloud, or one manifest. `asked`: only these; one alone also says whose it is, where the folder's name does not. Throws `invalid-definition` for what is
 * not there, and for a folder without any of them.
 */
export function readClouds(path: string, asked: readonly string[] | undefined): Clouds {
  const place = resolve(path);
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) throw new IsobarError("invalid-definition", `there is no ${path}`);
  const [only] = asked?.length === 1 ? asked : [];
  if (stat.isFile()) return new Map([[only ?? basename(dirname(place)), contents(dirname(place), [basename(place)])]]);
  const inside = readdirSync(place, { withFileTypes: true }).filter(({ name }) => !isHidden(name));
  // A manifest lies in its cloud's folder itself, and nothing lies beside the clouds' folders.
  if (inside.some((each) => each.isFile())) return new Map([[only ?? basename(place), cloudFiles(place)]]);
  const clouds = new Map(inside.filter(({ name }) => asked?.includes(name) ?? true).sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name }) => [name, cloudFiles(join(place, name))]));
  if (clouds.size === 0) throw new IsobarError("invalid-definition", `${path} holds no manifest${asked === undefined ? "" : ` of ${asked.join(" or ")}`}: name a folder that isobar build wrote, that of one cloud in it, or one manifest`);
  return clouds;
}
