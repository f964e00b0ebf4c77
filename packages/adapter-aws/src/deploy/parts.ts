/** What a manifest is made of, before it is a template: resources with whom they are for and where they are at home. */
import { IsobarError } from "@isobar/core";
import { mergeResources, type ComposeOptions } from "@isobar/core/plan";
import type { Resource, Resources } from "./resources.ts";

export interface Part {
  readonly resource: Resource;
  readonly functions: readonly string[];
  /** The unit that has it for itself; `undefined` for what several may share: channels and front ends, whoever uses them today. */
  readonly unit: string | undefined;
}
/** By logical id. */
export type Parts = ReadonlyMap<string, Part>;
/** Resources that one function needs, in its unit. */
export interface Fragment {
  readonly function: string;
  readonly unit: string;
  readonly resources: Resources;
}

const aboutOf = ({ Metadata }: Resource): Readonly<Record<string, string>> => Metadata?.Isobar ?? {};
/** Of what several share the metadata names the channel: all but whom it is for. */
const sharedKey = (resource: Resource): string | undefined => Object.keys(aboutOf(resource)).find((key) => key !== "for" && key !== "discards");
const ownerOf = (resource: Resource): string => {
  const key = sharedKey(resource);
  return key === undefined ? (aboutOf(resource).for ?? "") : `${key} "${aboutOf(resource)[key]!}"`;
};
/** Two things of the app whose resources would have one name: their settings might agree by chance, and one would be the other. */
function refuseTwins(fragments: readonly Fragment[]): void {
  const owners = new Map<string, string>();
  const twins = new Set<string>();
  for (const { resources } of fragments)
    for (const [id, resource] of Object.entries(resources)) {
      const owner = ownerOf(resource);
      const known = owners.get(id);
      if (known === undefined) owners.set(id, owner);
      else if (known !== owner) twins.add(`${known} and ${owner} would both be ${id} in the template: rename one`);
    }
  if (twins.size > 0) throw new IsobarError("invalid-definition", [...twins].join("\n"));
}
const withoutOwner = (resource: Resource): Resource => {
  if (sharedKey(resource) === undefined) return resource;
  const { for: _, ...rest } = aboutOf(resource);
  return { ...resource, Metadata: { Isobar: rest } };
};

/** Fragments as one set. Throws `invalid-definition` for two that would be one by name alone, all of them at once, and where two functions want one resource to differ. */
export function partsOf(fragments: readonly Fragment[]): Parts {
  refuseTwins(fragments);
  // What is discarded lies beside the queue that it comes from, which may be a channel's.
  const own = (resource: Resource) => sharedKey(resource) === undefined && aboutOf(resource).discards === undefined;
  const units = new Map(fragments.flatMap(({ unit, resources }) => Object.entries(resources).flatMap(([id, resource]) => (own(resource) ? [[id, unit] as const] : []))));
  return new Map([...mergeResources<Resource>(fragments, withoutOwner)].map(([id, { resource, functions }]) => [id, { resource, functions, unit: units.get(id) }]));
}

/** Each with its functions and their lines in its metadata. */
export function traced(parts: Parts, origin: ComposeOptions["origin"]): Parts {
  return new Map(
    [...parts].map(([id, part]) => {
      const { resource, functions } = part;
      const lines = linesOf(functions, origin);
      const { for: owner, ...about } = aboutOf(resource);
      // A unit's own name, where it is not its only function's.
      const unit = owner !== undefined && !functions.includes(owner) ? { unit: owner } : {};
      return [id, { ...part, resource: { ...resource, Metadata: { Isobar: { ...about, ...unit, for: functions.join(", "), ...(lines.length === 0 ? {} : { at: lines.join(", ") }) } } } }];
    }),
  );
}
export const linesOf = (functions: readonly string[], origin: ComposeOptions["origin"]): readonly string[] => [...new Set(functions.flatMap((name) => origin?.(name) ?? []))];
