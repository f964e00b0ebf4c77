/** What a bundle depends on, as one hash: the entry, every module by its content, what the bundler reads beside them, and how it is called. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Entry } from "@isobar/core/plan";
import { VERSION as bundler } from "rolldown";
import { version } from "../version.ts";
import { isOwn } from "./compile-error.ts";
import type { Graph } from "./graph.ts";

export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

const isFile = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
function nearest(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (isFile(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : nearest(above, name);
}
/** What a tsconfig.json takes from others: https://www.typescriptlang.org/tsconfig/#extends, #references. It may have comments: looked for as text. */
function extendedBy(config: string): readonly string[] {
  const text = readFileSync(config, "utf8");
  const named = [...text.matchAll(/"(?:extends|references)"\s*:\s*(\[[^\]]*\]|"[^"]*")/g)].flatMap(([, value]) => [...value!.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, each]) => each!));
  const { resolve: inPackages } = createRequire(config);
  return named.flatMap((name) => {
    if (name.startsWith(".") || isAbsolute(name)) return [name, `${name}.json`, join(name, "tsconfig.json")].map((each) => resolve(dirname(config), each)).find(isFile) ?? [];
    for (const each of [name, `${name}.json`, `${name}/tsconfig.json`]) {
      try {
        return [inPackages(each)];
      } catch {
        // A name of something else, such as a key of a reference.
      }
    }
    return [];
  });
}
function withExtended(config: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(config)) return seen;
  seen.add(config);
  for (const each of extendedBy(config)) withExtended(each, seen);
  return seen;
}

/** Each file is read once for all units of a build. */
export interface Fingerprints {
  /** In: an entry with the graph of what it is made of, and what else it was told. Out: a hash that is another one when any of it changes, wherever the app lies. */
  of(entry: Entry, graph: Graph, options: object): string;
}
export function fingerprintsIn(root: string): Fingerprints {
  const known = new Map<string, string>();
  const memo = <T>(make: (key: string) => T): ((key: string) => T) => {
    const made = new Map<string, T>();
    return (key) => {
      if (!made.has(key)) made.set(key, make(key));
      return made.get(key)!;
    };
  };
  const shown = (id: string): string => (isAbsolute(id) ? relative(root, id).split(sep).join("/") : id);
  const hashOf = (file: string): string => {
    const hash = known.get(file) ?? (isAbsolute(file) && existsSync(file) ? sha256(readFileSync(file)) : "");
    known.set(file, hash);
    return hash;
  };
  const packageJson = memo((folder) => nearest(folder, "package.json"));
  const tsconfigs = memo((folder) => {
    const file = nearest(folder, "tsconfig.json");
    return file === undefined ? [] : [...withExtended(file)];
  });
  // The bundler follows links, and tells each module that is imported once, whatever by.
  const links = memo((folder) => readdirSync(folder, { withFileTypes: true }).filter((each) => each.isSymbolicLink() && each.name !== "node_modules").map(({ name }) => [shown(join(folder, name)), readlinkSync(join(folder, name))] as const));
  return {
    of({ file, format, text, external }, graph, options) {
      const modules = [...graph.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      const files = modules.filter(({ id }) => isAbsolute(id));
      const folders = new Set(files.map(({ id }) => dirname(id)));
      const own = new Set([root, ...files.filter(({ id }) => isOwn(id)).map(({ id }) => dirname(id))]);
      const beside = new Set([...[...folders].flatMap((each) => packageJson(each) ?? []), ...[...own].flatMap(tsconfigs)]);
      return sha256(JSON.stringify([version(), bundler, file, format, text, external, options, modules.map(({ id, imports }) => [shown(id), hashOf(id), imports.map(shown)]), [...beside].sort().map((each) => [shown(each), hashOf(each)]), [...own].sort().flatMap(links)]));
    },
  };
}
