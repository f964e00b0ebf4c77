/** One unit as one file. Rolldown, by measurement: of zod it keeps 106 kB where esbuild keeps 112 kB, and 476 kB of `import { z }`. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { IsobarError } from "@isobar/core";
import type { Entry } from "@isobar/core/plan";
import { rolldown, type InputOptions, type Plugin, type RolldownLog } from "rolldown";
import { scan } from "rolldown/experimental";
import { compileError, isOwn, shown } from "./compile-error.ts";
import { fromEntry, graphPlugin, type Graph, type GraphModule } from "./graph.ts";
import { nativePackages } from "./native.ts";

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
  readonly graph: Graph;
}

/** Where an entry stands that is only text. */
const virtualEntry = (root: string, i?: number): string => join(root, `isobar-entry${i === undefined ? "" : `-${i}`}.ts`);
const virtual = /[\\/]isobar-entry(?:-\d+)?\.ts$/;

/** Resolves what is Isobar's from the app, and gives the bundler the entries' texts, by the files that they stand for. */
function isobar(entries: ReadonlyMap<string, string>, root: string): Plugin {
  const { resolve } = createRequire(virtualEntry(root));
  return {
    name: "isobar:entry",
    // Filters are the bundler's own to look at: what passes them costs a way to JavaScript and back.
    resolveId: {
      filter: { id: [/^@isobar\//, virtual] },
      handler(source) {
        if (entries.has(source)) return source;
        if (!source.startsWith("@isobar/")) return undefined;
        // The app's own copy, whoever imports it and whatever a tsconfig's paths say: two copies would have two classes of one name.
        try {
          return resolve(source);
        } catch (cause) {
          throw new IsobarError("invalid-definition", `${source} is not to be found from ${root}: install ${source.split("/", 2).join("/")}`, { cause });
        }
      },
    },
    load: {
      filter: { id: [/\.node$/, virtual] },
      handler(id) {
        if (id.endsWith(".node")) throw new IsobarError("invalid-definition", `${shown(root, id)} is compiled for one machine and cannot be part of a bundle`);
        return entries.get(id);
      },
    },
  };
}

/** What is broken when it runs, though it bundles. In a package it may be a branch that is never taken. */
const broken: ReadonlySet<string | undefined> = new Set(["UNRESOLVED_IMPORT", "IMPORT_IS_UNDEFINED", "EMPTY_IMPORT_META"]);

function heard(root: string, logs: readonly RolldownLog[], faults: readonly string[], told: readonly string[]): readonly string[] {
  const errors = [...faults];
  const notes = [...told];
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

/** Files that a module of the user's names beside itself: `new URL("./page.html", import.meta.url)`. Nothing else is in a bundle's folder. */
function filesBeside(modules: readonly string[], root: string): readonly string[] {
  return modules.filter((id) => isOwn(id) && existsSync(id)).flatMap((id) => {
    const text = readFileSync(id, "utf8");
    return [...text.matchAll(/\bnew URL\(\s*(["'`])(\.[^"'`]*)\1\s*,\s*import\.meta\.url/g)].map((found) => `${shown(root, id)}:${text.slice(0, found.index).split("\n").length}: ${found[2]} lies beside this module, and is no part of the bundle that it becomes: import it, or write it into the code`);
  });
}

const matches = (packages: readonly string[]) => (id: string) => packages.some((each) => id === each || id.startsWith(`${each}/`));

/** What the bundler reads, and how: the same whether it bundles or only looks. */
const inputOf = (entries: ReadonlyMap<string, string>, root: string, external: readonly string[], graph: Map<string, GraphModule>, onLog: (log: RolldownLog) => void) =>
  ({
    input: [...entries.keys()],
    cwd: root,
    platform: "node",
    external: matches(external),
    plugins: [isobar(entries, root), graphPlugin(graph)],
    onLog: (level, log) => void (level === "warn" && onLog(log)),
    // Names of files in comments would change with the folder.
    experimental: { attachDebugInfo: "none" },
  }) satisfies InputOptions;

/**
 * The graph of each entry, without bundling it: what it would be made of. In: entries that leave the same packages out. Out: one graph for each, in their order; `undefined` where the bundler does not get
 * through all of them.
 */
export async function graphsOf(entries: readonly Entry[], root: string): Promise<readonly Graph[] | undefined> {
  const texts = new Map(entries.map(({ text }, i) => [virtualEntry(root, i), text]));
  const graph = new Map<string, GraphModule>();
  try {
    await (await scan(inputOf(texts, root, entries[0]?.external ?? [], graph, () => {})));
  } catch {
    // Whoever bundles hears it, entry by entry.
    return undefined;
  }
  return [...texts.keys()].map((id) => fromEntry(graph, id));
}

/**
 * In: an entry's text, which stands in `root` without being written there. Out: its bundle, the same to the byte for the same sources,
 * wherever they lie. Throws `invalid-definition` for what cannot be bundled: a module that is not there, top-level await in CommonJS, a native addon or a package with one.
 */
export async function bundle(entry: Entry, { root, file, minify = false, sourcemap = false }: BundleOptions): Promise<Bundle> {
  const cjs = entry.format === "cjs";
  const logs: RolldownLog[] = [];
  const id = virtualEntry(root);
  const graph = new Map<string, GraphModule>();
  try {
    const build = await rolldown({
      ...inputOf(new Map([[id, entry.text]]), root, entry.external, graph, (log) => logs.push(log)),
      // CommonJS packages get their `require` from rolldown, and only where they use it; these two it leaves to us.
      transform: { target: "node22", define: cjs ? {} : { __dirname: "import.meta.dirname", __filename: "import.meta.filename" } },
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
    const modules = Object.keys(chunk.modules);
    const { faults, notes } = nativePackages(modules.flatMap((each) => graph.get(each) ?? []), root);
    return { code: chunk.code, ...(chunk.map === null ? {} : { map: chunk.map.toString() }), notes: heard(root, logs, faults, [...notes, ...filesBeside(modules, root)]), graph: fromEntry(graph, id) };
  } catch (error) {
    if (error instanceof IsobarError) throw error;
    throw compileError(root, error);
  }
}
