/** The modules that a bundle is made of, as the bundler found them. */
import type { Plugin } from "rolldown";

export interface GraphModule {
  /** Its file, or a name that is none: of a built-in, of what the platform provides. */
  readonly id: string;
  /** What it imports, statically or when it runs, in its order. */
  readonly imports: readonly string[];
  readonly importers: readonly string[];
}
export type Graph = ReadonlyMap<string, GraphModule>;

/** Fills `into` once all modules are known. */
export const graphPlugin = (into: Map<string, GraphModule>): Plugin => ({
  name: "isobar:graph",
  buildEnd() {
    for (const id of this.getModuleIds()) {
      const info = this.getModuleInfo(id);
      if (info !== null) into.set(id, { id, imports: [...info.importedIds, ...info.dynamicallyImportedIds], importers: [...info.importers, ...info.dynamicImporters] });
    }
  },
});

/** The part of a graph that an entry reaches; the entry itself has the name "" in it, since its place tells nothing. */
export function fromEntry(graph: Graph, entry: string): Graph {
  const seen = new Set([entry]);
  for (const id of seen) for (const each of graph.get(id)?.imports ?? []) seen.add(each);
  return new Map([...seen].map((id) => {
    const { imports = [], importers = [] } = graph.get(id) ?? {};
    const name = id === entry ? "" : id;
    return [name, { id: name, imports, importers }];
  }));
}
