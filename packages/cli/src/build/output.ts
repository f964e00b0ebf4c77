/**
 * The output folder: `<out>/<cloud>/…`. Everything is written to a temporary folder in it, and moved in place when all of it is there. What a former build wrote is in a list of ours, with its hash: it is taken
 * away when this build has no use for it. Nothing else in the folder is ever touched.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { IsobarError } from "@isobar/core";
import { manifestText } from "@isobar/core/plan";
import { sha256 } from "./fingerprint.ts";

/** Of ours, in a cloud's folder. */
export const ownFolder = ".isobar";
const listFile = "files.json";
/** By path, the hash of what was written; two where a build was interrupted. */
type List = ReadonlyMap<string, string>;

const isName = (name: string): boolean => /^[\w-][\w.-]*$/.test(name);
/** The names come from an app and an adapter; none of them may name a place outside of its folder. Throws `invalid-definition`. */
export function pathIn(out: string, ...names: readonly string[]): string {
  for (const name of names) if (!isName(name)) throw new IsobarError("invalid-definition", `${JSON.stringify(name)} cannot name a file or folder`);
  const file = resolve(out, ...names);
  const inside = relative(resolve(out), file);
  if (isAbsolute(inside) || inside.split(sep).length !== names.length) throw new IsobarError("internal", `${file} is not in ${out}`);
  return file;
}

const contentOf = (file: string): Uint8Array | undefined => (lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file) : undefined);

/** JSON that tells when somebody has changed it. */
export const sealed = (value: unknown): string => manifestText({ sha256: sha256(JSON.stringify(value)), value });
/** What `sealed` wrote; `undefined` for anything else. */
export function unsealed(text: string): unknown {
  try {
    const { sha256: hash, value } = JSON.parse(text) as { readonly sha256: unknown; readonly value: unknown };
    return hash === sha256(JSON.stringify(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What builds wrote into a cloud's folder; empty where none did. Throws `invalid-definition` for a list that is damaged. */
export function readList(folder: string): List {
  const file = join(folder, ownFolder, listFile);
  const content = contentOf(file);
  if (content === undefined) return new Map();
  const list = Object.entries((unsealed(Buffer.from(content).toString()) ?? { "": "" }) as Readonly<Record<string, string>>);
  // Files are removed by it.
  if (list.some(([path]) => !path.split("/").every(isName))) throw new IsobarError("invalid-definition", `${file} is damaged, which lists what former builds wrote: remove ${folder}, or say --out with another folder`);
  return new Map(list);
}
function writeList(folder: string, list: List): void {
  mkdirSync(join(folder, ownFolder), { recursive: true });
  writeFileSync(join(folder, ownFolder, listFile), sealed(Object.fromEntries([...list].sort(([a], [b]) => (a < b ? -1 : 1)))));
}

/** Why a path cannot be written to: something of the user's is there. */
function blocked(folder: string, path: string, list: List, isNew: (content: Uint8Array) => boolean): string | undefined {
  const parts = path.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const part = parts.slice(0, i).join("/");
    const stat = lstatSync(join(folder, part), { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (i < parts.length ? stat.isDirectory() || stat.isSymbolicLink() || list.has(part) : list.has(part)) continue;
    const content = i === parts.length ? contentOf(join(folder, part)) : undefined;
    if (content === undefined || !isNew(content)) return part;
  }
  return undefined;
}
function removeEmpty(folder: string, path: string): void {
  for (let at = dirname(path); at !== "."; at = dirname(at)) {
    try {
      rmdirSync(join(folder, at));
    } catch {
      // Something else is in it.
      return;
    }
  }
}

export interface Output {
  /** Stages a file. In: its path in the cloud's folder, slashes between. */
  put(cloud: string, path: string, content: string | Uint8Array): void;
  /** A file of a former build that lies there as it is to be. In: its hash. */
  keep(cloud: string, path: string, sha256: string): void;
  /** Moves all of it in place. Out: what became of files of former builds that somebody has changed since. Throws `invalid-definition` where something lies that no build wrote, and where the list of what builds wrote is damaged. */
  commit(): readonly string[];
  /** Takes away what was staged. */
  drop(): void;
}

const writing = ".writing-";
const abandonedMs = 3_600_000;
/** Nothing is to be seen of what is put until it is committed. */
export function openOutput(out: string): Output {
  // The topmost folder that was made for this build.
  const made = mkdirSync(out, { recursive: true });
  // What a build left that was ended on its way; another that is still on its way is younger.
  for (const name of readdirSync(out)) if (name.startsWith(writing) && Date.now() - statSync(join(out, name)).mtimeMs > abandonedMs) rmSync(join(out, name), { recursive: true, force: true });
  const staging = mkdtempSync(join(out, writing));
  const clouds = new Map<string, Map<string, string>>();
  const folders = new Set<string>();
  const existing = new Set<string>();
  const note = (cloud: string, path: string, hash: string): void => {
    const files = clouds.get(cloud) ?? new Map<string, string>();
    const parts = path.split("/");
    const above = parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
    if (folders.has(`${cloud}/${path}`) || [path, ...above].some((each) => files.has(each))) throw new IsobarError("invalid-definition", `${cloud}: two files are called ${path}: give units other names, and put targets of one cloud in configurations of their own`);
    for (const each of above) folders.add(`${cloud}/${each}`);
    clouds.set(cloud, files.set(path, hash));
  };
  const staged = (cloud: string, path: string): string => join(staging, cloud, path);
  const drop = (): void => {
    rmSync(staging, { recursive: true, force: true });
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
  };
  return {
    put(cloud, path, content) {
      pathIn(out, cloud, ...path.split("/"));
      note(cloud, path, sha256(content));
      const folder = dirname(staged(cloud, path));
      if (!existing.has(folder)) mkdirSync(folder, { recursive: true });
      existing.add(folder);
      writeFileSync(staged(cloud, path), content);
    },
    keep: note,
    drop,
    commit() {
      const work = [...clouds].map(([cloud, files]) => ({ cloud, files, folder: join(out, cloud), list: readList(join(out, cloud)) }));
      const foreign = work.flatMap(({ folder, files, list }) => [...files].flatMap(([path, hash]) => blocked(folder, path, list, (content) => sha256(content) === hash) ?? []).map((each) => join(folder, each)));
      if (foreign.length > 0) throw new IsobarError("invalid-definition", `${[...new Set(foreign)].join(", ")}: no build wrote that, and this one would write over it: move it away, or say --out with another folder`);
      const notes = work.flatMap(({ cloud, files, folder, list }) => {
        // Whatever interrupts what follows, the next build knows what is ours: as it was, or as it was to be.
        writeList(folder, new Map([...list, ...[...files].map(([path, hash]) => [path, list.has(path) ? `${list.get(path)} ${hash}` : hash] as const)]));
        const told: string[] = [];
        for (const [path, hash] of list) {
          const content = contentOf(join(folder, path));
          const now = content === undefined ? undefined : sha256(content);
          const [isChanged, isStale] = [now !== undefined && !hash.split(" ").includes(now), !files.has(path)];
          if (isChanged && now !== files.get(path)) told.push(`${cloud}/${path} was changed since it was built: ${isStale ? "it is needed no more, and left there" : "it is written anew"}`);
          if (now === undefined || isChanged || !isStale) continue;
          unlinkSync(join(folder, path));
          removeEmpty(folder, path);
        }
        for (const [path, hash] of files) {
          const there = contentOf(join(folder, path));
          if (lstatSync(staged(cloud, path), { throwIfNoEntry: false }) === undefined || (there !== undefined && sha256(there) === hash)) continue;
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          renameSync(staged(cloud, path), join(folder, path));
        }
        writeList(folder, files);
        return told;
      });
      rmSync(staging, { recursive: true, force: true });
      return notes;
    },
  };
}
