/** One unit as one file. Rolldown, by measurement: of zod it keeps 106 kB where esbuild keeps 112 kB, and 476 kB of `import { z }`. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { IsobarError } from "@isobar/core";
import type { Entry } from "@isobar/core/plan";
import { rolldown, type Plugin, type RolldownLog } from "rolldown";
import { compileError, isOwn, shown } from "./compile-error.ts";

export interface BundleOptions {
  /** The folder that the entry's imports are found from. */
  readonly root: string;
  /** Where the bundle will lie: a source map's paths start there. */
  readonly file: string;
  readonly minify?: boolean;
  readonly sourcemap?: boolean;
}
export interface Bundle {
  readonly code: string;
  readonly map?: string;
  /** What a user should know of it, for each module that it comes from. */
  readonly notes: readonly string[];
}

const entryId = "isobar:entry";

function isobar({ text }: Entry, root: string): Plugin {
  const virtual = join(root, "isobar-entry.ts");
  const { resolve } = createRequire(virtual);
  return {
    name: "isobar:entry",
    resolveId(source) {
      if (source === entryId) return virtual;
      if (!source.startsWith("@isobar/")) return undefined;
      // The app's own copy, whoever imports it and whatever a tsconfig's paths say: two copies would have two classes of one name.
      try {
        return resolve(source);
      } catch (cause) {
        throw new IsobarError("invalid-definition", `${source} is not to be found from ${root}: install ${source.split("/", 2).join("/")}`, { cause });
      }
    },
    load(id) {
      if (id.endsWith(".node")) throw new IsobarError("invalid-definition", `${shown(root, id)} is compiled for one machine and cannot be part of a bundle`);
      return id === virtual ? text : undefined;
    },
  };
}

/** What is broken when it runs, though it bundles. In a package it may be a branch that is never taken. */
const broken: ReadonlySet<string | undefined> = new Set(["UNRESOLVED_IMPORT", "IMPORT_IS_UNDEFINED", "EMPTY_IMPORT_META"]);

function heard(root: string, logs: readonly RolldownLog[]): readonly string[] {
  const errors: string[] = [];
  const notes: string[] = [];
  for (const { code, id, message, loc } of logs) {
    const file = id === undefined ? undefined : shown(root, id);
    const what = code === "EMPTY_IMPORT_META" ? "of import.meta, a unit that is bundled as CommonJS has url, dirname and filename only" : stripVTControlCharacters(message).split("\n")[0]!.replace(/^\[\w+\] /, "").replace(` in ${file}`, "");
    const line = file === undefined ? what : `${file}${loc === undefined ? "" : `:${loc.line}`}: ${what}`;
    if (broken.has(code)) (isOwn(id) ? errors : notes).push(line);
    else if (isOwn(id)) notes.push(line);
  }
  if (errors.length > 0) throw new IsobarError("invalid-definition", errors.join("\n"));
  return [...new Set(notes)].sort();
}

const matches = (packages: readonly string[]) => (id: string) => packages.some((each) => id === each || id.startsWith(`${each}/`));

/**
 * In: an entry's text, which stands in `root` without being written there. Out: its bundle, the same to the byte for the same sources,
 * wherever they lie. Throws `invalid-definition` for what cannot be bundled: a module that is not there, top-level await in CommonJS, a native addon.
 */
export async function bundle(entry: Entry, { root, file, minify = false, sourcemap = false }: BundleOptions): Promise<Bundle> {
  const cjs = entry.format === "cjs";
  const logs: RolldownLog[] = [];
  try {
    const build = await rolldown({
      input: entryId,
      cwd: root,
      platform: "node",
      external: matches(entry.external),
      plugins: [isobar(entry, root)],
      onLog: (level, log) => void (level === "warn" && logs.push(log)),
      // CommonJS packages get their `require` from rolldown, and only where they use it; these two it leaves to us.
      transform: { target: "node22", define: cjs ? {} : { __dirname: "import.meta.dirname", __filename: "import.meta.filename" } },
      // Names of files in comments would change with the folder.
      experimental: { attachDebugInfo: "none" },
    });
    const { output } = await build.generate({
      file,
      format: entry.format,
      codeSplitting: false,
      minify,
      sourcemap,
      comments: { legal: true, annotation: false, jsdoc: false },
      // ES modules are strict on every cloud or on none.
      strict: cjs,
    });
    await build.close();
    const [chunk, ...others] = output;
    const unexpected = others.filter(({ fileName }) => fileName !== `${chunk.fileName}.map`);
    if (unexpected.length > 0) throw new IsobarError("internal", `a bundle of several files: ${unexpected.map(({ fileName }) => fileName).join(", ")}`);
    return { code: chunk.code, ...(chunk.map === null ? {} : { map: chunk.map.toString() }), notes: heard(root, logs) };
  } catch (error) {
    if (error instanceof IsobarError) throw error;
    throw compileError(root, error);
  }
}
