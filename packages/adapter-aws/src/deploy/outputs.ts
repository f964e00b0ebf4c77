/** What a stack tells whoever uses it: where it answers, and the addresses that operating its dead letters needs, each under the variable that it goes into. */
import { addressVariable, sourceVariable } from "../client/access.ts";
import type { Parts } from "./parts.ts";
import { referred, ref } from "./resources.ts";
import type { Output } from "./routes.ts";
import { limits } from "./stacks.ts";
import type { Composition } from "./units.ts";

const urlOf = (queue: string, variable: string): readonly [string, Output] => [`${queue}Address`, { Description: variable, Value: ref(queue) }];

/** `front`: of front ends. Queues are left out, all of them, where they are more than a template tells: their names are made of the app's (naming.ts), and so are their addresses. */
export function outputsOf({ plan }: Composition, front: Readonly<Record<string, Output>>, parts: Parts): Readonly<Record<string, Output>> {
  const queues = [...parts].flatMap(([id, { resource: { Type, Metadata } }]) => (Type === "AWS::SQS::Queue" && Metadata?.Isobar.queue !== undefined ? [urlOf(id, addressVariable({ resource: "queue", name: Metadata.Isobar.queue }))] : []));
  const inboxes = plan.bindings.flatMap(({ function: name, rendered: { resources } }) => {
    const mapping = Object.values(resources as Readonly<Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>>).find(({ Type }) => Type === "AWS::Lambda::EventSourceMapping");
    const source = referred(mapping?.Properties.EventSourceArn) ?? "";
    const part = parts.get(source);
    return part?.resource.Type === "AWS::SQS::Queue" && part.unit !== undefined ? [urlOf(source, sourceVariable(name))] : [];
  });
  const all = { ...front, ...Object.fromEntries([...queues, ...inboxes]) };
  return Object.keys(all).length > limits.Outputs ? front : all;
}
