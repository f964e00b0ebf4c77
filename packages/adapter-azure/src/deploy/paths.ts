/** Resources of all paths and sends as one set, by their names in the manifest. */
import type { Target } from "@isobar/core";
import { mergeResources, type PlannedBinding } from "@isobar/core/plan";
import { sendingTo, sendsOf } from "./channels.ts";
import type { Made } from "./ids.ts";

export type Known = Map<string, { readonly resource: Made; readonly functions: readonly string[] }>;
type Fragment = { readonly function: string; readonly resources: Readonly<Record<string, Made>> };
/** What a path says of its function's own app; the rest is resources that several may share. */
export const ofUnit: ReadonlySet<string> = new Set(["site", "host.json", "registration", "relay", "authentication"]);
const bare = ({ comments: _, ...rest }: Made): Made => ({ ...rest, comments: "" });

/** A queue to who writes letters there: for how long they stay is for its reader to say, where it has one. */
const asWritten = ({ properties = {}, ...rest }: Made): Made => ({ ...rest, properties: { requiresSession: properties.requiresSession } });

export interface Paths {
  readonly resources: Known;
  /** By function. */
  readonly sends: ReadonlyMap<string, readonly ReturnType<typeof sendingTo>[]>;
}
/** Throws `invalid-definition` where two functions want one resource to be different. */
export function pathsOf({ app }: Target, bindings: readonly PlannedBinding[], storageQueues: ReadonlySet<string>): Paths {
  const readers = new Map<string, string>(bindings.flatMap(({ function: name, kind, source }) => (kind === "queue" ? [[`queue ${source}`, name] as const] : [])));
  const paths = bindings.map(({ function: name, rendered: { resources } }): Fragment => ({
    function: name,
    resources: Object.fromEntries(Object.entries(resources as Fragment["resources"]).filter(([key]) => !ofUnit.has(key)).map(([key, made]) => [key, readers.has(key) && readers.get(key) !== name ? asWritten(made) : made])),
  }));
  const known = new Set(paths.flatMap(({ resources }) => Object.keys(resources)));
  const sends = new Map(Object.keys(app.functions).map((name) => [name, sendsOf(app, name).map((to) => sendingTo(name, to, storageQueues.has(to.name), known.has(`queue ${to.name}`)))]));
  const sent = [...sends].flatMap(([name, all]) => all.map(({ resources }): Fragment => ({ function: name, resources: resources as Fragment["resources"] })));
  return { resources: new Map(mergeResources([...paths, ...sent], bare)), sends };
}
