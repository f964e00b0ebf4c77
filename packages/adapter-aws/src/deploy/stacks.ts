/**
 * One template, or a root with nested ones where a stack's limits do not hold it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
 *
 * What several may share stays in the root, whoever uses it today: a queue that moved would be another queue. What is one unit's own goes into a stack that the unit's name alone chooses, so that no other
 * function moves when one is added. What one stack needs of another comes as a parameter, from an output.
 */
import type { Parameter } from "./aliases.ts";
import { digest } from "./naming.ts";
import type { Part, Parts } from "./parts.ts";
import { redirected, referencesIn, type Reference, type Redirected } from "./references.ts";
import { getAtt, ref, type Resource } from "./resources.ts";
import type { Output } from "./routes.ts";

export interface Template {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, Parameter>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
}
export interface Whole {
  readonly parts: Parts;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly outputs: Readonly<Record<string, Output>>;
  readonly description: string;
}
/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const limits = { Resources: 500, Parameters: 200, Outputs: 200 } as const;
export const rootFile = "template.json";
/** Never another number: the stack of every function would be another. */
const stacks = 32;

const some = <T extends object>(key: string, value: T): Readonly<Record<string, T>> => (Object.keys(value).length === 0 ? {} : { [key]: value });
const template = (description: string, resources: readonly (readonly [string, Resource])[], parameters: Whole["parameters"], outputs: Whole["outputs"]): Template => ({
  AWSTemplateFormatVersion: "2010-09-09",
  Description: description,
  ...some("Parameters", parameters),
  Resources: Object.fromEntries(resources),
  ...some("Outputs", outputs),
});
const numberOf = (unit: string): string => String(Number.parseInt(digest(unit), 16) % stacks).padStart(2, "0");
const fileOf = (stack: string): string => `stack-${stack.slice(-2)}.json`;
const valueOf = ({ id, attribute }: Reference): unknown => (attribute === undefined ? ref(id) : getAtt(id, attribute));
const nameOf = ({ id, attribute = "Ref" }: Reference): string => `${id}${attribute.replaceAll(".", "")}`;
const root = "";

/** What a stack is told and tells, by names made of what is meant. */
interface Stack {
  readonly resources: [id: string, resource: Resource][];
  readonly needs: Map<string, unknown>;
  readonly tells: Map<string, unknown>;
  readonly after: Set<string>;
  readonly units: Set<string>;
}
const empty = (): Stack => ({ resources: [], needs: new Map(), tells: new Map(), after: new Set(), units: new Set() });

function split({ parts, parameters, outputs, description }: Whole): ReadonlyMap<string, Template> {
  const homeOf = ({ unit }: Part): string => (unit === undefined ? root : `Stack${numberOf(unit)}`);
  const all = new Map<string, Stack>([[root, empty()]]);
  for (const part of parts.values()) if (!all.has(homeOf(part))) all.set(homeOf(part), empty());
  /** A reference from one stack to what may be in another. */
  const from = (home: string) => (reference: Reference): Redirected | undefined => {
    const { id } = reference;
    const target = parts.get(id);
    if (target === undefined) {
      if (home !== root && Object.hasOwn(parameters, id)) all.get(home)!.needs.set(id, ref(id));
      return undefined;
    }
    const there = homeOf(target);
    if (there === home) return undefined;
    const name = nameOf(reference);
    if (there !== root) all.get(there)!.tells.set(name, valueOf(reference));
    const atRoot: Reference = there === root ? reference : { id: there, attribute: `Outputs.${name}` };
    if (home === root) return atRoot;
    all.get(home)!.needs.set(name, valueOf(atRoot));
    return { id: name };
  };
  const afterIn = (home: string, ids: readonly string[]): readonly string[] => {
    const here = ids.flatMap((id) => {
      const there = parts.has(id) ? homeOf(parts.get(id)!) : home;
      if (there === home) return [id];
      if (home === root) return [there];
      all.get(home)!.after.add(there === root ? id : there);
      return [];
    });
    return [...new Set(here)];
  };
  for (const [id, part] of parts) {
    const home = homeOf(part);
    const { DependsOn = [], ...resource } = part.resource;
    const after = afterIn(home, DependsOn);
    const stack = all.get(home)!;
    if (part.unit !== undefined) stack.units.add(part.unit);
    stack.resources.push([id, { ...resource, Properties: redirected(resource.Properties, from(home)), ...(after.length === 0 ? {} : { DependsOn: after }) }]);
  }
  const told = redirected(outputs, from(root));
  const children = [...all].filter(([name]) => name !== root).sort(([a], [b]) => (a < b ? -1 : 1));
  const nested = children.map(([name, { needs, after, units }]): readonly [string, Resource] => [
    name,
    { Type: "AWS::CloudFormation::Stack", Metadata: { Isobar: { for: [...units].join(", ") } }, Properties: { TemplateURL: `./${fileOf(name)}`, ...some("Parameters", Object.fromEntries(needs)) }, ...(after.size === 0 ? {} : { DependsOn: [...after] }) },
  ]);
  const asParameter = (name: string): Parameter => parameters[name] ?? { Type: "String", Description: "from the root stack" };
  return new Map([
    [rootFile, template(description, [...all.get(root)!.resources, ...nested], parameters, told)],
    ...children.map(([name, { resources, needs, tells }]) => {
      const own = Object.fromEntries([...needs.keys()].map((key) => [key, asParameter(key)]));
      return [fileOf(name), template(`${description}, ${name}`, resources, own, Object.fromEntries([...tells].map(([key, Value]) => [key, { Description: "for the root stack", Value }])))] as const;
    }),
  ]);
}

/** In: all that is deployed. Out: templates by file. `nested`: whether to split, where one stack would hold it. */
export const templatesOf = (whole: Whole, nested: boolean): ReadonlyMap<string, Template> =>
  nested || whole.parts.size > limits.Resources ? split(whole) : new Map([[rootFile, template(whole.description, [...whole.parts].map(([id, { resource }]) => [id, resource] as const), whole.parameters, whole.outputs)]]);

/** The first circle of resources that wait for each other; empty where there is none. */
export function circleIn({ Resources: resources }: Template): readonly string[] {
  const waits = (id: string): readonly string[] => [...referencesIn(resources[id]!.Properties).map((each) => each.id), ...(resources[id]!.DependsOn ?? [])].filter((each) => Object.hasOwn(resources, each));
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (id: string): readonly string[] => {
    if (way.includes(id)) return [...way.slice(way.indexOf(id)), id];
    if (done.has(id)) return [];
    way.push(id);
    for (const next of waits(id)) {
      const circle = visit(next);
      if (circle.length > 0) return circle;
    }
    way.pop();
    done.add(id);
    return [];
  };
  for (const id of Object.keys(resources)) {
    const circle = visit(id);
    if (circle.length > 0) return circle;
  }
  return [];
}
