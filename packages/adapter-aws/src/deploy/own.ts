/** The user's own words in a manifest: resources of theirs, and what is laid over ours, last. */
import { overlay, type Plan } from "@isobar/core/plan";
import { faultsOf } from "./faults.ts";
import type { Parts } from "./parts.ts";
import type { Resource } from "./resources.ts";
import type { AwsSettings } from "./target.ts";

const isResource = (value: object): value is Resource => typeof (value as Partial<Resource>).Type === "string";

/** A resource with what is laid over it. */
export const overlaid = <R extends object>({ overrides = {} }: AwsSettings, id: string, resource: R): R => (Object.hasOwn(overrides, id) ? overlay(resource, overrides[id]) : resource);

/** With the user's resources, which are the root's, and overrides over all; what was overridden stands in a resource's metadata. */
export function withOwn(parts: Parts, settings: AwsSettings): Parts {
  const { resources = {}, overrides = {} } = settings;
  const all = new Map(parts);
  for (const [id, resource] of Object.entries(resources)) if (!all.has(id) && isResource(resource)) all.set(id, { resource: { ...resource, Properties: (resource as Partial<Resource>).Properties ?? {} }, functions: [], unit: undefined });
  for (const [id, over] of Object.entries(overrides)) {
    const part = all.get(id);
    if (part === undefined) continue;
    const laid = overlaid(settings, id, part.resource);
    const about = laid.Metadata?.Isobar;
    all.set(id, { ...part, resource: about === undefined ? laid : { ...laid, Metadata: { ...laid.Metadata, Isobar: { ...about, overridden: pathsOf(over).join(", ") } } } });
  }
  return all;
}
/** What an override says, as paths: "Properties.VisibilityTimeout". */
function pathsOf(over: object, path = ""): readonly string[] {
  return Object.entries(over).flatMap(([key, value]: [string, unknown]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0 ? pathsOf(value, at) : [at];
  });
}

/** What is said of nothing, taken, or breaks a rule of a path by what was laid over it. `parts`: without anything of the user's. */
export function ownFaults(parts: Parts, settings: AwsSettings, { bindings }: Plan): readonly string[] {
  const { resources = {}, overrides = {} } = settings;
  const strangers = Object.keys(overrides).filter((id) => !parts.has(id) && !Object.hasOwn(resources, id));
  const changed = bindings.filter(({ rendered }) => Object.keys(rendered.resources).some((id) => Object.hasOwn(overrides, id)));
  return [
    ...Object.entries(resources).flatMap(([id, resource]) => [
      ...(parts.has(id) ? [`resources: ${id} is taken: it is one of the app's own, which overrides change`] : []),
      ...(isResource(resource) ? [] : [`resources: ${id} has no Type`]),
      ...(/^[A-Za-z0-9]{1,255}$/.test(id) ? [] : [`resources: ${JSON.stringify(id)} is no logical id: letters and digits, 255 at most`]),
    ]),
    ...strangers.map((id) => `overrides: there is no resource ${id}`),
    ...changed.flatMap(({ function: name, rendered }) => {
      const laid = Object.fromEntries(Object.entries(rendered.resources).map(([id, resource]) => [id, overlaid(settings, id, resource)]));
      return faultsOf({ ...rendered, resources: laid }).map((sentence) => `${name}, with what overrides say: ${sentence}`);
    }),
  ];
}
