/** An ARM template, its expressions read; and what a value comes to before anything is deployed. */
import { reachable } from "../graph.ts";
import { isList, isObject, objectOf, walk, type Json, type JsonObject } from "../json.ts";
import { expressionIn, parseExpression, type Expression } from "./expressions.ts";

export interface ArmResource {
  readonly path: string;
  readonly type: string;
  readonly apiVersion: string;
  /** As `resolved` gives it. */
  readonly name: string;
  readonly body: JsonObject;
}
export interface ArmTemplate {
  readonly body: JsonObject;
  readonly parameters: JsonObject;
  readonly variables: JsonObject;
  readonly resources: readonly ArmResource[];
}
/** `undefined` for data, and for what is no expression though it begins as one. */
export function parsed(value: Json | undefined): Expression | undefined {
  if (typeof value !== "string" || expressionIn(value) === undefined) return undefined;
  try {
    return parseExpression(value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
/** A text that begins as an expression and is none: a fault of its own, of which nothing more is said. */
export const isBroken = (value: Json | undefined): boolean => typeof value === "string" && expressionIn(value) !== undefined && parsed(value) === undefined;
const stringOf = (expression: Expression | undefined): string | undefined => (expression?.is === "string" ? expression.text : undefined);
/** The first argument of `parameters('x')` and `variables('x')`. */
export const namedBy = (expression: Expression, name: "parameters" | "variables"): string | undefined => (expression.is === "call" && expression.name.toLowerCase() === name ? stringOf(expression.args[0]) : undefined);

/**
 * What an expression comes to, as far as the template says it: constants are themselves, and what is known at deployment only stands in ⟦ ⟧, the same for the same.
 * `[concat(variables('a'), '/b')]` and `[format('{0}/b', variables('a'))]` are one.
 */
export function resolvedExpression(expression: Expression, variables: JsonObject): string {
  const of = (each: Expression) => resolvedExpression(each, variables);
  if (expression.is === "string") return expression.text;
  if (expression.is === "number") return String(expression.value);
  if (expression.is === "member") return `⟦${of(expression.of)}.${expression.name}⟧`;
  if (expression.is === "item") return `⟦${of(expression.of)}[${of(expression.index)}]⟧`;
  const variable = namedBy(expression, "variables");
  if (variable !== undefined && typeof variables[variable] === "string") return resolved(variables[variable], variables);
  const args = expression.args.map(of);
  const name = expression.name.toLowerCase();
  if (name === "concat") return args.join("");
  if (name === "format") return (args[0] ?? "").replace(/\{(\d+)\}/g, (_, i: string) => args[Number(i) + 1] ?? "");
  return `⟦${name}(${args.join(",")})⟧`;
}
export function resolved(value: Json | undefined, variables: JsonObject): string {
  const expression = parsed(value);
  return expression === undefined ? String(value).replace(/^\[\[/, "[") : resolvedExpression(expression, variables);
}
/** With everything that is known at deployment only taken out. */
export function withoutUnknowns(text: string): string {
  const rest = text.replace(/⟦[^⟦⟧]*⟧/g, "");
  return rest === text ? text : withoutUnknowns(rest);
}
/** The same for a sentence: what is not known is "…". */
export const shown = (text: string): string => {
  const rest = text.replace(/⟦[^⟦⟧]*⟧/g, "…");
  return rest === text ? text : shown(rest);
};
/** Who is made of whom. */
export function variableGraph(variables: JsonObject): ReadonlyMap<string, readonly string[]> {
  const uses = (value: Json): readonly string[] => [...walk(value, "")].flatMap(([, each]) => (typeof each === "string" ? [...each.matchAll(/variables\('([^']+)'\)/gi)].map(([, name]) => name!) : []));
  return new Map(Object.entries(variables).map(([name, value]) => [name, uses(value)]));
}

export function templateOf(manifest: unknown): ArmTemplate {
  const body = objectOf(manifest);
  // Variables in a circle come to nothing: they are a fault of their own.
  const graph = variableGraph(objectOf(body["variables"]));
  const variables = Object.fromEntries(Object.entries(objectOf(body["variables"])).map(([name, value]) => [name, reachable(graph, name).has(name) ? `⟦${name}⟧` : value]));
  const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
  const resources = (isList(body["resources"]) ? body["resources"] : []).map((each, i): ArmResource => {
    const resource = objectOf(each);
    return { path: `resources[${i}]`, type: text(resource["type"]), apiVersion: text(resource["apiVersion"]), name: resolved(text(resource["name"]), variables), body: resource };
  });
  return { body, parameters: objectOf(body["parameters"]), variables, resources };
}

export type Kind = "string" | "int" | "bool" | "object" | "array";
const ofParameter: Readonly<Record<string, Kind>> = { string: "string", securestring: "string", int: "int", bool: "bool", object: "object", secureobject: "object", array: "array" };
const results: Readonly<Record<Kind, readonly string[]>> = {
  string: ["resourceid", "subscriptionresourceid", "extensionresourceid", "tenantresourceid", "format", "guid", "newguid", "tolower", "toupper", "uniquestring", "string", "substring", "replace", "trim", "padleft", "join", "uri", "uricomponent", "base64", "utcnow"],
  int: ["int", "add", "sub", "mul", "div", "mod", "length", "indexof", "copyindex"],
  bool: ["bool", "true", "false", "and", "or", "not", "equals", "less", "lessorequals", "greater", "greaterorequals", "contains", "empty", "startswith", "endswith"],
  object: ["createobject", "shallowmerge"],
  array: ["createarray", "range", "split", "objectkeys", "items"],
};
/** What kind of value it gives; `undefined` where the template does not tell. */
export function kindOfExpression(expression: Expression, { parameters, variables }: ArmTemplate): Kind | undefined {
  if (expression.is === "string") return "string";
  if (expression.is === "number") return "int";
  if (expression.is !== "call") return undefined;
  const parameter = namedBy(expression, "parameters");
  if (parameter !== undefined) return ofParameter[String(objectOf(parameters[parameter])["type"]).toLowerCase()];
  const variable = namedBy(expression, "variables");
  const value = variable === undefined ? undefined : variables[variable];
  const inner = parsed(value);
  if (inner !== undefined) return kindOfExpression(inner, { parameters, variables } as ArmTemplate);
  if (value !== undefined) return typeof value === "string" ? "string" : typeof value === "number" ? "int" : typeof value === "boolean" ? "bool" : isList(value) ? "array" : isObject(value) ? "object" : undefined;
  const name = expression.name.toLowerCase();
  return (Object.keys(results) as Kind[]).find((kind) => results[kind].includes(name));
}
