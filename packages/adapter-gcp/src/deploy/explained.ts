/** What is in a manifest, for whom, and what it lets them do. */
import type { Explained, Merged } from "@isobar/core/plan";
import { functionKey } from "./function.ts";
import { accountKey } from "./identity.ts";
import { ref, referred, type Resource } from "./resources.ts";
import { codeKey } from "./unit.ts";

/** Where a function stands, as far as it is known. */
export type Origin = (functionName: string) => string | undefined;
const linesOf = (functions: readonly string[], origin: Origin): readonly string[] => functions.flatMap((name) => origin(name) ?? []);
/** What stands beside each resource: its functions, and their lines. */
export const commentOf = (key: string, functions: readonly string[], origin: Origin): string => (key === codeKey ? "the code of all units" : `for ${functions.map((name) => (origin(name) === undefined ? name : `${name} (${origin(name)})`)).join(", ")}`);

/** What a grant is on: the key of a resource of ours, else as it is written. */
function placeOf({ topic, subscription, name, service_account_id: account, secret_id: secret }: Resource): string {
  const on = topic ?? subscription ?? name ?? account ?? secret;
  return on === undefined ? "the project" : (referred(on) ?? String(on));
}
const grantText = (resource: Resource): string => `${String(resource.role)} on ${placeOf(resource)}`;

/** In: final resources, in their order. A function's entry says what its account may; a grant's own says who may. */
export function explainedOf(resources: ReadonlyMap<string, Merged<Resource>>, units: readonly string[], origin: Origin): readonly Explained[] {
  const may = new Map<string, string[]>();
  for (const [key, { resource }] of resources) if (key.includes("_iam_member.")) may.set(String(resource.member), [...(may.get(String(resource.member)) ?? []), grantText(resource)]);
  const runners = new Map(units.map((unit) => [functionKey(unit), `serviceAccount:${ref(accountKey(unit), "email")}`] as const));
  return [...resources].map(([key, { resource, functions }]): Explained => {
    const allows = key.includes("_iam_member.") ? [`${grantText(resource)}, for ${String(resource.member)}`] : (may.get(runners.get(key) ?? "") ?? []);
    return { name: key, type: key.slice(0, key.indexOf(".")), functions, lines: linesOf(functions, origin), allows };
  });
}
