/** Loads the user's own modules: compiled one by one beside the app, imported by Node, and removed again. */
import { mkdir, mkdtemp, realpath, rm, rmdir } from "node:fs/promises";
import { isBuiltin, SourceMap } from "node:module";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { IsobarError } from "@isobar/core";
import { rolldown, type OutputChunk, type Plugin } from "rolldown";
import { compileError, shown } from "./compile-error.ts";

export interface LoadedModule {
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}
export interface Loaded {
  /** The folder of the file that was asked for. */
  readonly root: string;
  /** The file and the modules of the user's own that it imports statically, in the order of their evaluation; the file is the last. */
  readonly modules: readonly LoadedModule[];
}

const isOutside = (root: string, file: string) => relative(root, file).split(sep)[0] === ".." || isAbsolute(relative(root, file));

/**
 * What Node loads as it is stays a package: built-ins, JavaScript in node_modules. TypeScript, aliases of a tsconfig and linked packages of a
 * workspace are the user's own code. Isobar's packages always are packages: two copies of one would have two classes of one name.
 */
const packages = (root: string): Plugin => ({
  name: "isobar:packages",
  async resolveId(source, importer) {
    if (importer === undefined || source.startsWith(".") || isAbsolute(source)) return undefined;
    if (source.startsWith("@isobar/") || isBuiltin(source)) return { id: source, external: true };
    const found = await this.resolve(source, importer, { skipSelf: true });
    // What cannot be found is left to Node, whose error names it.
    if (found === null) return { id: source, external: true };
    if (/\.[cm]?tsx?$/.test(found.id) || !found.id.includes(`${sep}node_modules${sep}`)) return found;
    return { id: isOutside(root, importer) ? pathToFileURL(found.id).href : source, external: true };
  },
});

async function compile(file: string, root: string, folder: string): Promise<readonly OutputChunk[]> {
  try {
    const build = await rolldown({
      input: file,
      cwd: root,
      platform: "node",
      // Modules shall be as they were written, with every export.
      treeshake: false,
      plugins: [packages(root)],
      onLog: () => {},
      transform: { target: "node22", define: { "import.meta.url": "isobar$url", "import.meta.dirname": "isobar$dirname", "import.meta.filename": "isobar$filename" } },
    });
    const { output } = await build.write({
      dir: folder,
      format: "esm",
      preserveModules: true,
      entryFileNames: "[name].mjs",
      minifyInternalExports: false,
      sourcemap: "hidden",
      banner: ({ facadeModuleId: id }) =>
        id === null || id.includes("\0") ? "" : `const isobar$url = ${JSON.stringify(pathToFileURL(id).href)}, isobar$dirname = ${JSON.stringify(dirname(id))}, isobar$filename = ${JSON.stringify(id)};`,
    });
    await build.close();
    return output.filter((each) => each.type === "chunk");
  } catch (error) {
    throw compileError(root, error);
  }
}

/** Static imports only: what a handler imports when it runs is not run by a build. */
function inEvaluationOrder(chunks: readonly OutputChunk[]): readonly OutputChunk[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const order = new Set<OutputChunk>();
  const seen = new Set<OutputChunk>();
  const visit = (chunk: OutputChunk | undefined): void => {
    if (chunk === undefined || seen.has(chunk)) return;
    seen.add(chunk);
    for (const imported of chunk.imports) visit(byName.get(imported));
    order.add(chunk);
  };
  visit(chunks.find(({ isEntry }) => isEntry));
  return [...order];
}

/** ":12", the line of the source where a stack is in this chunk; "" where it is not. */
function lineOf({ fileName, map }: OutputChunk, thrown: unknown): string {
  const place = (thrown instanceof Error ? (thrown.stack ?? "") : "").split("\n").find((line) => line.includes(`/${fileName}:`));
  const [, line, column] = /:(\d+):(\d+)\)?$/.exec(place ?? "") ?? [];
  if (line === undefined || map === null) return "";
  const origin = new SourceMap({ ...map, sourceRoot: "" }).findOrigin(Number(line), Number(column));
  return "lineNumber" in origin ? `:${origin.lineNumber}` : "";
}

/** The first module in the order of evaluation that does not load is the one to blame: those after it only import it. */
async function blamed(order: readonly OutputChunk[], load: (chunk: OutputChunk) => Promise<unknown>, root: string, folder: string, thrown: unknown): Promise<IsobarError> {
  for (const chunk of order) {
    try {
      await load(chunk);
    } catch (cause) {
      const file = shown(root, chunk.facadeModuleId ?? chunk.fileName);
      // Node names our compiled file, which will be gone.
      const message = (cause instanceof Error ? `${cause.name === "IsobarError" ? "" : `${cause.name}: `}${cause.message}` : `it threw ${JSON.stringify(cause)}`).replaceAll(join(folder, chunk.fileName), file);
      return new IsobarError("invalid-definition", `${file}${lineOf(chunk, cause)} cannot be loaded: ${message}`, { cause });
    }
  }
  return new IsobarError("invalid-definition", `the app cannot be loaded: ${String(thrown)}`, { cause: thrown });
}

/**
 * In: a module of the user's, TypeScript or JavaScript. Out: it and all that it imports of theirs, loaded once; a second call loads anew.
 * Throws `invalid-definition`, with the file and where possible its line: no such file, not compilable, a module that throws at load.
 * Writes to `.isobar/` beside the file while it runs, for packages to be found from there; takes it away again, whatever happens.
 */
export async function load(file: string): Promise<Loaded> {
  const entry = await realpath(resolve(file)).catch((cause: unknown) => {
    throw new IsobarError("invalid-definition", `there is no ${file}`, { cause });
  });
  const root = dirname(entry);
  const scratch = join(root, ".isobar");
  await mkdir(scratch, { recursive: true });
  // A name of its own: Node keeps what it loaded from a path for as long as it runs.
  const folder = await mkdtemp(join(scratch, "load-"));
  try {
    const order = inEvaluationOrder(await compile(entry, root, folder));
    const evaluate = (chunk: OutputChunk) => import(/* @vite-ignore */ pathToFileURL(join(folder, chunk.fileName)).href) as Promise<LoadedModule["exports"]>;
    try {
      await evaluate(order.at(-1)!);
    } catch (thrown) {
      throw await blamed(order, evaluate, root, folder, thrown);
    }
    const own = order.filter(({ facadeModuleId: id }) => id !== null && !id.includes("\0"));
    return { root, modules: await Promise.all(own.map(async (chunk) => ({ file: chunk.facadeModuleId!, exports: await evaluate(chunk) }))) };
  } finally {
    await rm(folder, { recursive: true, force: true });
    // Only where nobody else keeps anything in it.
    await rmdir(scratch).catch(() => {});
  }
}
