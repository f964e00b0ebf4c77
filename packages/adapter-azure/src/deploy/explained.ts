/** What is in a manifest, for whom, and what it lets them do. */
import type { Explained } from "@isobar/core/plan";
import { tokenOf } from "./ids.ts";
import { roles } from "./roles.ts";
import type { Part, Parts } from "./template.ts";

/** Where a function stands, as far as it is known. */
export type Origin = (functionName: string) => string | undefined;
/** Of more, where they are all there are, nobody reads the names. */
const mostNamed = 8;
/** Its name in the manifest, what it is, and whom it is for: the template keeps it beside the resource. */
export function commentOf(key: string, { resource: { comments }, functions }: Part, origin: Origin, all: number): string {
  const whom = functions.length === all && all > mostNamed ? "the whole app" : functions.map((name) => (origin(name) === undefined ? name : `${name} (${origin(name)!})`)).join(", ");
  return [key, ...(comments === "" ? [] : [comments]), ...(whom === "" ? [] : [`for ${whom}`])].join(" · ");
}
const roleNames = new Map<string, string>(Object.entries(roles).map(([name, guid]) => [guid, name]));
/** A role of a resource's own identity; of a unit's the grant says why (`told`). */
function sentenceOf(part: Part, keys: ReadonlyMap<string, string>): readonly string[] {
  const { type, scope = "", properties } = part.resource;
  if (type !== "Microsoft.Authorization/roleAssignments") return [];
  const guid = /'([\da-f-]{36})'\)\]$/.exec(String(properties?.roleDefinitionId))?.[1] ?? "";
  return [`${roleNames.get(guid) ?? guid} on ${keys.get(scope) ?? scope}`];
}
/** In: final parts, in their order; sentences of roles, by their names in the manifest. */
export function explainedOf(parts: Parts, told: ReadonlyMap<string, string>, origin: Origin): readonly Explained[] {
  const keys = new Map([...parts].map(([key, { resource }]) => [tokenOf(resource), key]));
  return [...parts].map(([name, part]) => ({ name, type: part.resource.type, functions: part.functions, lines: part.functions.flatMap((each) => origin(each) ?? []), allows: told.has(name) ? [told.get(name)!] : sentenceOf(part, keys) }));
}
