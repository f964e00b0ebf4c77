/** What a template's expressions name: functions, parameters, variables and resources; and whether who needs a resource waits for it. */
import { circles, reachable } from "../graph.ts";
import { below, isList, isObject, kindOf, objectOf, spell, walk, type Json } from "../json.ts";
import { expressionIn, isFunction, parseExpression, within, type Expression } from "./expressions.ts";
import { isBroken, namedBy, parsed, resolved, resolvedExpression, shown, variableGraph, type ArmResource, type ArmTemplate } from "./template.ts";

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices */
const longestExpression = 24_576;

/** Every text, keys that are expressions among them: an identity is named by a key. */
const textsIn = (value: Json, path: string): readonly (readonly [path: string, text: string])[] =>
  [...walk(value, path)].flatMap(([at, each]) => (typeof each === "string" ? [[at, each] as const] : isObject(each) ? Object.keys(each).filter((key) => expressionIn(key) !== undefined).map((key) => [at, key] as const) : []));
/** Every part of every expression in it. */
const partsIn = (value: Json, path: string): readonly (readonly [path: string, part: Expression])[] =>
  textsIn(value, path).flatMap(([at, text]) => {
    const expression = parsed(text);
    return expression === undefined ? [] : [...within(expression)].map((part) => [at, part] as const);
  });

function expressionFaults(text: string, path: string, { parameters, variables }: ArmTemplate): readonly string[] {
  if (expressionIn(text) === undefined) return [];
  let expression: Expression;
  try {
    expression = parseExpression(text);
  } catch (error) {
    if (error instanceof SyntaxError) return [`${path}: ${spell(text)} ${error.message}`];
    throw error;
  }
  return [
    ...(text.length > longestExpression ? [`${path}: an expression of ${text.length} characters, ${longestExpression} at most`] : []),
    ...[...within(expression)].flatMap((each) => {
      if (each.is !== "call") return [];
      const [parameter, variable] = [namedBy(each, "parameters"), namedBy(each, "variables")];
      return [
        ...(isFunction(each.name) ? [] : [`${path}: there is no function ${each.name}`]),
        ...(parameter === undefined || parameter in parameters ? [] : [`${path}: there is no parameter ${parameter}`]),
        ...(variable === undefined || variable in variables ? [] : [`${path}: there is no variable ${variable}`]),
        // What is made is the same at every deployment of the same file.
        ...(/^(?:newGuid|utcNow)$/i.test(each.name) ? [`${path}: ${each.name} is for defaults of parameters`] : []),
      ];
    }),
  ];
}
/** Known before anything is deployed: a run-time value cannot be in it. https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#reference */
const beforeDeployment = ["name", "type", "apiVersion", "location", "condition", "dependsOn", "scope"];
const asksAtRunTime = (value: Json, path: string): readonly string[] =>
  partsIn(value, path).flatMap(([at, part]) => (part.is === "call" && /^(?:reference|list\w*)$/i.test(part.name) ? [`${at}: ${part.name} is answered at deployment only`] : []));

interface Target {
  readonly path: string;
  /** `type name` as the template's resources have it; lower case, for Azure's names know no case. */
  readonly id: string;
  readonly spelled: string;
}
const idOf = (type: string, name: string): string => `${type} ${name}`.toLowerCase();
/** What is there with its parent, or comes with the code and is in no template: whoever names it needs the parent. */
const withParent = /^Microsoft\.(?:Storage\/storageAccounts\/(?:blob|file|queue|table)Services|Web\/sites\/functions)$/i;
const targetOf = (path: string, type: string, names: readonly string[]): Target =>
  withParent.test(type) ? targetOf(path, type.slice(0, type.lastIndexOf("/")), names.slice(0, -1)) : { path, id: idOf(type, names.join("/")), spelled: `${type} ${shown(names.join("/"))}` };
/** `resourceId(type, names…)`; a subscription or a resource group in front names what is outside of the template. */
function resourceIds(value: Json, path: string, variables: ArmTemplate["variables"]): { readonly targets: readonly Target[]; readonly faults: readonly string[] } {
  const found = partsIn(value, path).flatMap(([at, part]) => (part.is === "call" && part.name.toLowerCase() === "resourceid" ? [[at, part] as const] : []));
  const read = found.map(([at, { args }]) => {
    const [type = "", ...names] = args.map((each) => resolvedExpression(each, variables));
    if (!type.includes("/")) return names.some((each) => each.includes("/")) ? {} : { fault: `${at}: resourceId names no type` };
    const due = type.split("/").length - 1;
    return names.length === due ? { target: targetOf(at, type, names) } : { fault: `${at}: resourceId of ${type} takes ${due} names, not ${names.length}` };
  });
  return { targets: read.flatMap(({ target }) => target ?? []), faults: read.flatMap(({ fault }) => fault ?? []) };
}
/** What stands in `dependsOn`: an id, or the plain name of a resource. */
function dependencies({ body, path }: ArmResource, { resources, variables }: ArmTemplate): { readonly ids: readonly string[]; readonly faults: readonly string[] } {
  const { dependsOn = [] } = body;
  if (!isList(dependsOn)) return { ids: [], faults: [`${path}.dependsOn: is ${kindOf(dependsOn)}, not a list`] };
  const each = dependsOn.map((value, i) => {
    const at = below(`${path}.dependsOn`, i);
    const [target] = resourceIds(value, at, variables).targets;
    const named = resources.filter(({ type, name }) => (target === undefined ? name.toLowerCase() === resolved(value, variables).toLowerCase() : idOf(type, name) === target.id));
    return named.length > 0 || isBroken(value) ? { ids: named.map(({ type, name }) => idOf(type, name)) } : { ids: [], fault: `${at}: the template has no ${target?.spelled ?? shown(resolved(value, variables))}` };
  });
  return { ids: each.flatMap(({ ids }) => ids), faults: each.flatMap(({ fault }) => fault ?? []) };
}
/** The nearest parent that the template has: a child whose parent is made at the same time has to wait for it. */
function parentOf({ type, name }: ArmResource, known: ReadonlyMap<string, string>): string | undefined {
  const [types, names] = [type.split("/"), name.split("/")];
  for (let depth = names.length - 1; depth > 0; depth--) {
    const id = idOf(types.slice(0, depth + 1).join("/"), names.slice(0, depth).join("/"));
    if (known.has(id)) return id;
  }
  return undefined;
}

export function referenceFaults(template: ArmTemplate): readonly string[] {
  const { body, resources, variables, parameters } = template;
  const known = new Map(resources.map(({ type, name }) => [idOf(type, name), `${type} ${shown(name)}`]));
  const waits = new Map(resources.map((resource) => [idOf(resource.type, resource.name), dependencies(resource, template)] as const));
  const graph = new Map([...waits].map(([id, { ids }]) => [id, ids]));
  const strings = (value: Json | undefined, path: string) => textsIn(value ?? null, path).flatMap(([at, text]) => expressionFaults(text, at, template));
  const ofResource = (resource: ArmResource): readonly string[] => {
    const id = idOf(resource.type, resource.name);
    const { dependsOn: _, ...rest } = resource.body;
    const { targets, faults } = resourceIds(rest, resource.path, variables);
    const reached = reachable(graph, id);
    const parent = parentOf(resource, known);
    return [
      ...strings(resource.body, resource.path),
      ...beforeDeployment.flatMap((key) => asksAtRunTime(resource.body[key] ?? null, below(resource.path, key))),
      ...waits.get(id)!.faults,
      ...faults,
      ...targets.filter((target) => !known.has(target.id)).map(({ path, spelled }) => `${path}: the template has no ${spelled}`),
      ...targets.filter((target) => known.has(target.id) && target.id !== id && !reached.has(target.id)).map(({ path, spelled }) => `${path}: needs ${spelled} and does not depend on it`),
      ...(parent !== undefined && !reached.has(parent) ? [`${resource.path}: is a child of ${known.get(parent)!} and does not depend on it`] : []),
    ];
  };
  const outputs = resourceIds(body["outputs"] ?? null, "outputs", variables);
  return [
    ...strings(objectOf(body["variables"]), "variables"),
    ...asksAtRunTime(variables, "variables"),
    ...circles(variableGraph(objectOf(body["variables"]))).map((circle) => `variables: ${circle.join(" → ")} are made of each other`),
    ...Object.entries(parameters).flatMap(([name, each]) => strings(objectOf(each)["defaultValue"], `parameters.${name}.defaultValue`).filter((fault) => !fault.includes("is for defaults of parameters"))),
    ...resources.flatMap(ofResource),
    ...resources.filter(({ type, name }, i) => resources.findIndex((other) => idOf(other.type, other.name) === idOf(type, name)) < i).map(({ path, type, name }) => `${path}: there are two of ${type} ${shown(name)}`),
    ...strings(body["outputs"], "outputs"),
    ...outputs.faults,
    ...outputs.targets.filter((target) => !known.has(target.id)).map(({ path, spelled }) => `${path}: the template has no ${spelled}`),
    ...circles(graph).map((circle) => `resources: ${circle.map((id) => known.get(id)!).join(" → ")} wait for each other`),
  ];
}
