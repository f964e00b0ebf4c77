/** Packages that are compiled for each machine: one file of JavaScript cannot hold them, and none of them says so before it runs. */
import { existsSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { isOwn, shown } from "./compile-error.ts";
import type { GraphModule } from "./graph.ts";

interface PackageJson {
  readonly name?: string;
  readonly gypfile?: boolean;
  readonly napi?: unknown;
  readonly binary?: { readonly module_name?: string; readonly napi_versions?: unknown };
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
const folder = `${sep}node_modules${sep}`;
/** The package's own folder and name, of a file in one. */
function packageOf(file: string): { readonly home: string; readonly name: string } | undefined {
  const at = file.lastIndexOf(folder);
  if (at === -1) return undefined;
  const [first = "", second = ""] = file.slice(at + folder.length).split(sep);
  const name = first.startsWith("@") ? join(first, second) : first;
  return { home: join(file.slice(0, at), "node_modules", name), name: name.split(sep).join("/") };
}
function read(home: string): PackageJson {
  const file = join(home, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as PackageJson) : {};
}

/** As of "@img/sharp-linux-x64": one package for each machine, of which npm installs that of this one. */
const forOneMachine = /(?:^|[-/])(?:linux|darwin|win32)\w*-(?:x64|arm64|arm|ia32)(?:-|$)/;
/**
 * npm compiles where it finds a binding.gyp: https://docs.npmjs.com/cli/v11/using-npm/scripts#npm-install; `binary` is node-pre-gyp's and prebuild-install's, `napi` is https://napi.rs's.
 */
const isNative = (home: string, { gypfile, napi, binary, optionalDependencies = {} }: PackageJson): boolean =>
  gypfile === true || napi !== undefined || binary?.module_name !== undefined || binary?.napi_versions !== undefined || existsSync(join(home, "binding.gyp")) || Object.keys(optionalDependencies).some((each) => forOneMachine.test(each));

/**
 * In: the modules of a bundle. Out: a sentence for each native package that the user's code, or a package, cannot do without; and one for each that a package calls optional, which a bundle goes without.
 */
export function nativePackages(modules: readonly GraphModule[], root: string): { readonly faults: readonly string[]; readonly notes: readonly string[] } {
  const [faults, notes] = [new Set<string>(), new Set<string>()];
  for (const { id, importers } of modules) {
    const own = packageOf(id);
    if (own === undefined || !isNative(own.home, read(own.home))) continue;
    for (const importer of importers) {
      const by = packageOf(importer);
      if (by?.home === own.home) continue;
      if (by === undefined) {
        if (isOwn(importer)) faults.add(`${shown(root, importer)} imports ${own.name}, which is compiled for each machine and cannot be part of a bundle: use a package that is JavaScript or WebAssembly alone`);
        continue;
      }
      const { optionalDependencies = {}, peerDependenciesMeta = {} } = read(by.home);
      const isOptional = Object.hasOwn(optionalDependencies, own.name) || (Object.hasOwn(peerDependenciesMeta, own.name) && peerDependenciesMeta[own.name]!.optional === true);
      if (isOptional) notes.add(`${by.name} goes without ${own.name} in a bundle, which is compiled for each machine`);
      else faults.add(`${by.name} needs ${own.name}, which is compiled for each machine and cannot be part of a bundle: use a package that is JavaScript or WebAssembly alone`);
    }
  }
  return { faults: [...faults].sort(), notes: [...notes].sort() };
}
